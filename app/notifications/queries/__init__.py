"""Reads of what waits to be told outside: one module for each way out."""

from app.notifications.queries.mails import MailView, OutboxView, free_at, has_due, outbox, people_of

__all__ = ["MailView", "OutboxView", "free_at", "has_due", "outbox", "people_of"]

"""Writes of what waits to be told outside: one module for each way out."""

from app.notifications.service.mails import Claimed, claim, queue, sends_mail, try_again, was_not_sent, was_sent

__all__ = ["Claimed", "claim", "queue", "sends_mail", "try_again", "was_not_sent", "was_sent"]

"""Reads of what waits to be told outside: one module for each way out."""

from app.notifications.queries.address import address_in, address_of
from app.notifications.queries.digest import digests_due, is_any_digest_due, sections, unplanned
from app.notifications.queries.mails import (
    MailView,
    OneMailView,
    OutboxView,
    free_at,
    has_due,
    has_past_keeping,
    is_demo,
    is_past_keeping,
    one_mail,
    outbox,
)
from app.notifications.queries.preferences import (
    PURPOSE,
    PreferencesView,
    SwitchView,
    Wishes,
    preferences,
    switch,
    wishes_of,
)
from app.notifications.queries.readers import account_with, leads, may_accept, owner_of, people_of

__all__ = [
    "PURPOSE",
    "MailView",
    "OneMailView",
    "OutboxView",
    "PreferencesView",
    "SwitchView",
    "Wishes",
    "account_with",
    "address_in",
    "address_of",
    "digests_due",
    "free_at",
    "has_due",
    "has_past_keeping",
    "is_any_digest_due",
    "is_demo",
    "is_past_keeping",
    "leads",
    "may_accept",
    "one_mail",
    "outbox",
    "owner_of",
    "people_of",
    "preferences",
    "sections",
    "switch",
    "unplanned",
    "wishes_of",
]

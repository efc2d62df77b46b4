"""Decisions about mails: what they say, when they are tried again and when to stop; pure."""

from app.notifications.rules.letters import (
    Letter,
    asked_for_action,
    invitation,
    new_password,
    outcome_is_ready,
)
from app.notifications.rules.sending import GIVE_UP_AFTER, LEASE, next_try

__all__ = [
    "GIVE_UP_AFTER",
    "LEASE",
    "Letter",
    "asked_for_action",
    "invitation",
    "new_password",
    "next_try",
    "outcome_is_ready",
]

"""Writes of outcomes, and of history that comes from elsewhere: one function per use case."""

from app.exchange.service.outcomes import (
    ReplyHasChanged,
    ReplyIsOver,
    fix,
    mend_actions,
    name_owners_anew,
    open_to_room,
    reply_late,
    revoke,
    share,
)

__all__ = [
    "ReplyHasChanged",
    "ReplyIsOver",
    "fix",
    "mend_actions",
    "name_owners_anew",
    "open_to_room",
    "reply_late",
    "revoke",
    "share",
]

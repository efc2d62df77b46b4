"""Decisions about outcomes: what they hold, how they are written, how long they are open; pure."""

from datetime import datetime, timedelta

ROOM_READS_FOR = timedelta(days=14)
"""How long the room's code opens the outcome after the close (see app/decisions)."""

SHARE_DAYS = (7, 30, 90)


def link_is_open(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a share link still opens anything."""
    return revoked_at is None and now < expires_at

"""Decisions about outcomes: what they hold, how they are written, how long they are open; pure."""

from datetime import datetime, timedelta

from app.core.spreadsheet import as_csv
from app.exchange.rules.document import (
    ActionPart,
    Document,
    EntryPart,
    Named,
    ReplyPart,
    TallyPart,
    TopicPart,
    action_from,
    action_to,
    from_contents,
    title_of,
    to_be_kept,
    to_contents,
    with_reply,
    without_wording,
)
from app.exchange.rules.markdown import outcome_markdown
from app.exchange.rules.table import outcome_csv

ROOM_READS_FOR = timedelta(days=14)
"""How long the room's code opens the outcome after the close (see app/decisions)."""

SHARE_DAYS = (7, 30, 90)


def link_is_open(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a share link still opens anything."""
    return revoked_at is None and now < expires_at


__all__ = [
    "ROOM_READS_FOR",
    "SHARE_DAYS",
    "ActionPart",
    "Document",
    "EntryPart",
    "Named",
    "ReplyPart",
    "TallyPart",
    "TopicPart",
    "action_from",
    "action_to",
    "as_csv",
    "from_contents",
    "link_is_open",
    "outcome_csv",
    "outcome_markdown",
    "title_of",
    "to_be_kept",
    "to_contents",
    "with_reply",
    "without_wording",
]

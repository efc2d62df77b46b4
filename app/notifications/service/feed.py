"""Writes of calendar feeds: made, replaced and stopped by their owner; only a hash of the address is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.core.ids import new_token
from app.notifications.models import CalendarFeed
from app.people.queries import hash_of
from app.people.rules import Visitor


def make_feed(db: Session, visitor: Visitor, now: datetime) -> str:
    """A new secret for this person's calendar; the one before works no more. It is known only to who gets it here."""
    stop_feed(db, visitor)
    token = new_token()
    db.add(CalendarFeed(account_id=visitor.account_id, token_hash=hash_of(token), created_at=now))
    db.flush()
    return token


def stop_feed(db: Session, visitor: Visitor) -> None:
    """The address works no more; without one nothing happens."""
    stop_feed_of(db, visitor.account_id)


def stop_feed_of(db: Session, account_id: UUID) -> None:
    """The same for somebody else's, when their account is disabled."""
    db.execute(delete(CalendarFeed).where(col(CalendarFeed.account_id) == account_id))


def feed_was_read(db: Session, account_id: UUID, now: datetime) -> None:
    """Note the day, so that its owner sees whether a calendar still fetches it."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    db.execute(update(CalendarFeed).where(col(CalendarFeed.account_id) == account_id).values(read_at=day))

"""Writes of outcomes: fixed at the close, mended with the wording of actions, shared by links that end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app.actions.queries import actions_of
from app.core.errors import Invalid, NotFound
from app.core.ids import new_token
from app.exchange.models import Outcome, ShareLink
from app.exchange.queries import action_part, document_of, hash_of
from app.exchange.queries.outcomes import OutcomeIsNotReady
from app.exchange.rules import ROOM_READS_FOR, SHARE_DAYS, action_to, to_contents
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries import get, view_of
from app.retros.rules import NotYourRetro


def fix(db: Session, retro: Retro, now: datetime) -> None:
    """Fix the outcome in the closing transaction, before seats and votes are forgotten."""
    db.flush()
    contents = to_contents(document_of(db, view_of(db, retro)))
    db.add(Outcome(retro_id=retro.id, contents=contents, fixed_at=now, room_until=now + ROOM_READS_FOR))
    db.flush()


def mend_actions(db: Session, retro_id: UUID) -> None:
    """Follow the wording of actions while it may still be mended. Nothing else of a fixed outcome ever changes."""
    row = db.get(Outcome, retro_id)
    if row is None:
        return
    actions = [action_to(action_part(one)) for one in actions_of(db, retro_id)]
    row.contents = {**row.contents, "actions": actions}
    db.add(row)
    db.flush()


def share(
    db: Session, visitor: Visitor, retro_id: UUID, days: int, with_wording: bool, now: datetime
) -> tuple[UUID, str]:
    """Make a link for people without an account; returns its id and token. Only the token's hash is kept.

    Raises NotFound, NotYourRetro, OutcomeIsNotReady, Invalid.
    """
    _fixed_outcome(db, visitor, retro_id)
    if days not in SHARE_DAYS:
        raise Invalid("Please choose how long the link works.", field="days")
    token = new_token()
    row = ShareLink(
        retro_id=retro_id,
        token_hash=hash_of(token),
        with_wording=with_wording,
        created_by=visitor.account_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.add(row)
    db.flush()
    return row.id, token


def revoke(db: Session, visitor: Visitor, retro_id: UUID, share_id: UUID, now: datetime) -> None:
    """Take a link back, at once and for good. Raises NotFound, NotYourRetro."""
    _fixed_outcome(db, visitor, retro_id)
    row = db.get(ShareLink, share_id)
    if row is None or row.retro_id != retro_id:
        raise NotFound
    row.revoked_at = row.revoked_at or now
    db.add(row)


def open_to_room(db: Session, visitor: Visitor, retro_id: UUID, is_open: bool, now: datetime) -> None:
    """Switch reading by the room's code off, or on again for two weeks from the close at most."""
    row = _fixed_outcome(db, visitor, retro_id)
    row.room_until = row.fixed_at + ROOM_READS_FOR if is_open else None
    db.add(row)


def _fixed_outcome(db: Session, visitor: Visitor, retro_id: UUID) -> Outcome:
    """The row, for those who ran the retro and for admins."""
    retro = get(db, retro_id, for_=visitor)
    if not (retro.is_helped_by(visitor) or visitor.is_admin):
        raise NotYourRetro
    row = db.get(Outcome, retro_id, with_for_update=True)
    if row is None:
        raise OutcomeIsNotReady
    return row

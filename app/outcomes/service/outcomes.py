"""Writes of outcomes: fixed at the close, mended with actions' wording, replied to, shared by links that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app.actions.queries.lists import actions_of
from app.core.errors import Invalid, NotFound, Refusal
from app.core.ids import new_token
from app.outcomes.models import Outcome, ShareLink
from app.outcomes.queries.building import action_part, document_of
from app.outcomes.queries.late_replies import late_replies
from app.outcomes.queries.outcomes import OutcomeIsNotReady, hash_of
from app.outcomes.rules.document import NamedDepartment, ReplyPart, from_contents, to_be_kept, with_reply
from app.outcomes.rules.late_reply import LateReply
from app.outcomes.rules.sharing import ROOM_READS_FOR, SHARE_DAYS
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.retros import get, view_of
from app.retros.rules.refusals import NotYourRetro


def fix(db: Session, retro: Retro, now: datetime) -> None:
    """Fix the outcome in the closing transaction, before seats and votes are forgotten."""
    db.flush()
    contents = to_be_kept(document_of(db, view_of(db, retro)))
    db.add(Outcome(retro_id=retro.id, contents=contents, fixed_at=now, room_until=now + ROOM_READS_FOR))
    db.flush()


def mend_actions(db: Session, retro_id: UUID) -> None:
    """Follow the wording of actions while it may still be mended. Beside late replies nothing else ever changes."""
    row = db.get(Outcome, retro_id)
    if row is None:
        return
    actions = tuple(action_part(one) for one in actions_of(db, retro_id))
    row.contents = to_be_kept(replace(from_contents(row.contents), actions=actions))
    db.add(row)
    db.flush()


def name_owners_anew(db: Session, retro_id: UUID) -> None:
    """Who has left is marked, or has a successor: the owners of its actions as they are now, and nothing else."""
    row = db.get(Outcome, retro_id, with_for_update=True)
    if row is None:
        return
    now = {str(one.id): one.owner_name for one in actions_of(db, retro_id)}
    fixed = from_contents(row.contents)
    actions = tuple(replace(one, owner=now.get(one.id, one.owner)) for one in fixed.actions)
    row.contents = to_be_kept(replace(fixed, actions=actions))
    db.add(row)
    db.flush()


class ReplyIsOver(Refusal):
    status = 403
    sentence = (
        "A reply after the close is for the lead of a department that did not vote on this topic, for five working "
        "days. What you typed is still in this page."
    )


class ReplyHasChanged(Refusal):
    sentence = "Somebody else of your department changed this reply meanwhile. Both texts are here: please send one."


def reply_late(db: Session, visitor: Visitor, retro_id: UUID, reply: LateReply, now: datetime) -> None:
    """Write what a department that did not vote says to a topic; an empty text takes it back.

    Raises NotFound, ReplyIsOver, ReplyHasChanged.
    """
    retro = get(db, retro_id, for_=visitor)
    row = db.get(Outcome, retro_id, with_for_update=True, populate_existing=True)
    offered = late_replies(db, retro, visitor, now) if row else None
    view = next((one for one in offered.topics if one.answers == reply.answers), None) if offered else None
    if row is None or view is None:
        raise ReplyIsOver
    if view.text == reply.text:
        return
    if view.version != reply.version:
        raise ReplyHasChanged
    said = ReplyPart(
        NamedDepartment(view.department.name, view.department.index),
        reply.text,
        True,
        str(reply.department_id),
        view.version + 1,
    )
    row.contents = to_be_kept(with_reply(from_contents(row.contents), str(reply.topic_id), said))
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

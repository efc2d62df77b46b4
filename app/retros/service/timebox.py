"""Gives more time: to a stage, to writing over days, to the topic in the spotlight. Ends are soft."""

from datetime import datetime, timedelta
from types import EllipsisType
from uuid import UUID

from sqlmodel import Session

from app.core.errors import Invalid
from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import SpotlightMoved, TimeExtended
from app.retros.models import Retro, TimeBox
from app.retros.queries.retros import get_for_change
from app.retros.rules.names import Stage
from app.retros.rules.preparation import WRITING_DAYS_MOST
from app.retros.rules.refusals import WritingNeedsADeadline, WrongStage
from app.retros.service.continuation import begin_again
from app.retros.service.questions import end_more_time
from app.retros.service.version import raise_version

EXTENSION_MOST = 60
TOPIC_MINUTES = 8


def extend(db: Session, visitor: Visitor, retro_id: UUID, minutes: int, now: datetime) -> None:
    """Add 1 to 60 minutes to the present stage, counted from now when its time is up already. Counted."""
    row = get_for_change(db, retro_id, visitor)
    _check_minutes(minutes)
    box = db.get(TimeBox, (retro_id, row.stage))
    if box is None or row.stage_ends_at is None:
        raise WrongStage("This stage has no time box, so there is nothing to extend.")
    row.stage_ends_at = max(row.stage_ends_at, now) + timedelta(minutes=minutes)
    box.extensions += 1
    box.extended_minutes += minutes
    if row.write_asynchronously and row.stage == Stage.WRITE:
        row.writing_until = row.stage_ends_at
    emit(db, TimeExtended(retro_id, raise_version(db, retro_id)))


def extend_writing(db: Session, visitor: Visitor, retro_id: UUID, days: int, now: datetime) -> None:
    """Let people write for `days` (1 to 21) from now, before the meeting. Counted when writing has begun."""
    row = get_for_change(db, retro_id, visitor)
    if row.revealed_at is not None or row.stage == Stage.CLOSED:
        raise WrongStage("Writing is over.")
    if not 1 <= days <= WRITING_DAYS_MOST:
        raise WritingNeedsADeadline
    row.write_asynchronously = True
    row.writing_until = now + timedelta(days=days)
    row.offered_longer = False
    if row.stage == Stage.WRITE:
        _prolong_writing(db, row, row.writing_until)
    emit(db, TimeExtended(retro_id, raise_version(db, retro_id)))


def spotlight(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    topic_id: UUID | None,
    now: datetime,
    minutes: int = TOPIC_MINUTES,
    *,
    leaving: UUID | EllipsisType | None = ...,
) -> bool:
    """Put a topic of this retro in the spotlight of every screen, with its own time box; None: take it out.

    Tells whether it moved. `leaving`: what was in the light when the button was drawn (None: nothing); where it is
    something else by now, or the topic is in the light already, nothing changes and its time box goes on. Whether the
    topic is one of this retro's is known by the caller: topics lie above.
    """
    row = get_for_change(db, retro_id, visitor)
    if row.stage != Stage.DISCUSS:
        raise WrongStage("Topics come into the spotlight while they are discussed.")
    _check_minutes(minutes)
    if leaving not in {..., row.spotlight_topic_id} or topic_id == row.spotlight_topic_id:
        return False
    begin_again(db, row, now)
    end_more_time(db, row)
    row.spotlight_topic_id = topic_id
    row.spotlight_ends_at = now + timedelta(minutes=minutes) if topic_id else None
    row.more_time_round = 0
    emit(db, SpotlightMoved(retro_id, raise_version(db, retro_id), topic_id))
    return True


def extend_spotlight(db: Session, visitor: Visitor, retro_id: UUID, minutes: int, now: datetime) -> None:
    """Add minutes to the topic in the spotlight."""
    row = get_for_change(db, retro_id, visitor)
    _check_minutes(minutes)
    if row.stage != Stage.DISCUSS or row.spotlight_ends_at is None:
        raise WrongStage("There is no topic in the spotlight.")
    row.spotlight_ends_at = max(row.spotlight_ends_at, now) + timedelta(minutes=minutes)
    emit(db, TimeExtended(retro_id, raise_version(db, retro_id)))


def _prolong_writing(db: Session, row: Retro, until: datetime) -> None:
    ended = row.stage_ends_at
    row.stage_ends_at = until
    box = db.get(TimeBox, (row.id, Stage.WRITE))
    if box is None:
        box = TimeBox(retro_id=row.id, stage=Stage.WRITE, minutes=0, started_at=row.stage_started_at)
        db.add(box)
    box.extensions += 1
    if ended is not None:
        box.extended_minutes += max(0, int((until - ended).total_seconds() // 60))


def _check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= EXTENSION_MOST:
        raise Invalid(f"Please give the time in minutes, from 1 to {EXTENSION_MOST}.", field="minutes")

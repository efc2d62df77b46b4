"""Looks after retros that lie open: warns before one would end, keeps it open at a press, ends what is left alone.

Nothing here happens because of a clock alone: app/retros/rules/ending.py says what a clock may do, and what the hours
of a running process have to say.
"""

from datetime import datetime
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import EndedByItself, EndingChanged, EndingWarned
from app.retros.models import Retro
from app.retros.queries.ending import hours_so_far, lying_of
from app.retros.queries.retros import get_for_change, locked
from app.retros.rules.ending import (
    LEFT_ALONE_AFTER,
    STILL_FOR,
    EndingStep,
    kept_open_until,
    may_keep_open,
    next_step,
    warning,
)
from app.retros.rules.names import Stage
from app.retros.rules.refusals import CannotBeKeptOpen, RetroIsClosed, WrongStage
from app.retros.service.notices import give_notice
from app.retros.service.stage_moves import change_stage
from app.retros.service.version import raise_version

CLOSED_BY_ITSELF = f"Nobody went on for {STILL_FOR.days} days, so this retro has closed by itself."
ENDED_BY_ITSELF = (
    f"Nobody went on for {LEFT_ALONE_AFTER.days} days, so this retro has ended before the reveal. "
    "Nothing that was written or answered is kept."
)


def look_after(db: Session, retro_id: UUID, now: datetime, hours: int, random: Random) -> EndingStep | None:
    """Do what is due about one open retro; returns what that was. `hours`: running hours of the house."""
    row = locked(db, retro_id)
    if row.stage in {Stage.PREPARE, Stage.CLOSED}:
        return None
    lying = lying_of(row)
    step = next_step(lying, now, hours)
    if step is EndingStep.NOTE_CHANGE:
        row.changed_at, row.changed_hour, row.stirred = now, hours, False
        _take_back(db, row)
    elif step is EndingStep.TAKE_BACK:
        _take_back(db, row)
    elif step is EndingStep.WARN:
        row.closes_at, row.warned_times = warning(lying, now, hours)
        row.warned_hour = hours
        db.flush()
        emit(db, EndingWarned(row.id, raise_version(db, row.id), row.closes_at, hours, now))
    elif step is EndingStep.CLOSE:
        _end(db, row, now, random)
    return step


def keep_open(db: Session, visitor: Visitor, retro_id: UUID, now: datetime) -> datetime:
    """One press of who runs it: open until two weeks after it became still; returns when that is.

    Before the reveal it counts as a change, so the retro may lie for two weeks again. After it, it changes nothing
    else: the retro is still all the same. Raises CannotBeKeptOpen.
    """
    row = get_for_change(db, retro_id, visitor, stirs=False)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    if row.stage == Stage.PREPARE:
        raise WrongStage("This retro has not begun, so it does not end by itself.")
    lying, hours = lying_of(row), hours_so_far(db)
    if not may_keep_open(lying, now, hours):
        raise CannotBeKeptOpen
    row.kept_until = kept_open_until(lying, now, hours)
    row.stirred = row.stirred or row.revealed_at is None
    _take_back(db, row)
    emit(db, EndingChanged(retro_id, raise_version(db, retro_id)))
    return row.kept_until


def _take_back(db: Session, row: Retro) -> None:
    """No warning stands any more, and no screen says that the retro would close."""
    if row.closes_at is None:
        return
    row.closes_at = row.warned_hour = None
    row.warned_times = 0
    db.flush()
    emit(db, EndingChanged(row.id, raise_version(db, row.id)))


def _end(db: Session, row: Retro, now: datetime, random: Random) -> None:
    """Revealed: the outcome is fixed as it is. Before the reveal: drafts and key are destroyed, unseen."""
    was_revealed = row.revealed_at is not None
    give_notice(db, row, CLOSED_BY_ITSELF if was_revealed else ENDED_BY_ITSELF)
    row.closes_at = None
    change_stage(db, row, Stage.CLOSED, now, random, by_itself=True)
    emit(db, EndedByItself(row.id, raise_version(db, row.id), was_revealed, now))

"""Breaks a retro off until another day, and lets it go on: after the reveal, with every seat kept.

Votes do not lie open for days: from the vote it goes back to grouping, and what was voted is discarded.
"""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.core.errors import Invalid
from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import GoesOn, GoesOnAnotherDay
from app.retros.models import Retro, TimeBox
from app.retros.queries.retros import get_for_change
from app.retros.rules.ending import CONTINUES_WITHIN
from app.retros.rules.names import LateRound, Stage
from app.retros.rules.refusals import LateRoundRuns, NotRevealedYet, RetroIsClosed
from app.retros.service.questions import end_more_time
from app.retros.service.stage_moves import change_stage
from app.retros.service.version import raise_version

TOO_FAR = f"Please choose a day within the next {CONTINUES_WITHIN.days} days: phones keep their seats until then."


def continue_on(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    at: datetime,
    now: datetime,
    random: Random,
    *,
    leaving: Stage | None = None,
) -> None:
    """It goes on at `at`, at most two weeks from now: clocks stop, and every screen says the day. May be said again.

    `leaving`: the stage that the form stood in; from another one nothing happens, so that no vote is discarded by a
    page that is not current. Raises NotRevealedYet, LateRoundRuns and Invalid.
    """
    row = get_for_change(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    if row.revealed_at is None:
        raise NotRevealedYet
    if row.late_round == LateRound.RUNNING:
        raise LateRoundRuns
    if leaving is not None and row.stage != leaving:
        return
    if not now < at <= now + CONTINUES_WITHIN:
        raise Invalid(TOO_FAR, field="day")
    if row.stage == Stage.VOTE:
        change_stage(db, row, Stage.GROUP, now, random)
    end_more_time(db, row)
    row.continues_at = at
    row.stage_ends_at = row.spotlight_ends_at = None
    # Who was mailed that it waits is not waited for before that day.
    row.reminded_at = None
    db.flush()
    emit(db, GoesOnAnotherDay(retro_id, raise_version(db, retro_id), at, visitor.account_id, now))


def go_on(db: Session, visitor: Visitor, retro_id: UUID, now: datetime) -> None:
    """People are together again: the stage's time begins anew. Doing it twice changes nothing."""
    row = get_for_change(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    begin_again(db, row, now)


def begin_again(db: Session, row: Retro, now: datetime) -> None:
    """What was broken off goes on. The caller holds the row."""
    if row.continues_at is None:
        return
    row.continues_at = None
    box = db.get(TimeBox, (row.id, row.stage))
    row.stage_ends_at = now + timedelta(minutes=box.minutes) if box is not None else None
    db.flush()
    emit(db, GoesOn(row.id, raise_version(db, row.id)))

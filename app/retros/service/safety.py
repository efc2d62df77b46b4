"""Acts on a low safety check: the facilitator chooses, on purpose, how to go on; the room never reads why."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import RoomPrepared, SafetyShown
from app.retros.models import Retro
from app.retros.queries.questions import safety_result
from app.retros.queries.retros import get_for_change, view_of
from app.retros.rules.names import STAGES, LowSafetyChoice, Stage
from app.retros.rules.preparation import WRITING_DAYS_MOST
from app.retros.rules.questions import safety_is_open
from app.retros.rules.refusals import SafetyStaysCovered, WritingNeedsADeadline, WrongStage
from app.retros.rules.results import SAFETY_FOR_THE_ROOM, Safety
from app.retros.service.notices import give_notice
from app.retros.service.questions import end_questions_of
from app.retros.service.stage_moves import change_stage
from app.retros.service.version import raise_version

_NOTICES = {
    LowSafetyChoice.LEADS_LEAVE: "Leads of departments leave the room while people write.",
    LowSafetyChoice.WRITE_LATER: "People write in their own time, before the meeting goes on.",
    LowSafetyChoice.DROP_LABELS: "In this retro entries and votes carry no department.",
}

STOPPED = "{name} has ended this retro before the reveal. Nothing that was written or answered is kept."
"""Who stops a retro is named on every screen."""


def end_safety_check(db: Session, visitor: Visitor, retro_id: UUID, to: Stage) -> None:
    """Count the safety check before the retro goes on `to` its next stage, in a transaction of its own: its result
    must be there also when it refuses that stage. Where it is not asked nothing happens."""
    row = get_for_change(db, retro_id, visitor)
    here = Stage(row.stage)
    is_asked = safety_is_open(here, row.write_asynchronously, row.safety_asked)
    if is_asked and to is STAGES[STAGES.index(here) + 1]:
        end_questions_of(db, row, here)


def show_safety(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """Show the result to the room, in words; that stands. A low one is never shown: the room does not learn why."""
    row = get_for_change(db, retro_id, visitor)
    result = safety_result(db, view_of(db, row), visitor)
    if result is None or result.word not in SAFETY_FOR_THE_ROOM:
        raise SafetyStaysCovered
    if not row.safety_shown:
        row.safety_shown = True
        emit(db, SafetyShown(retro_id, raise_version(db, retro_id)))


def choose_after_low_safety(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    choice: LowSafetyChoice,
    now: datetime,
    random: Random,
    writing_days: int | None = None,
) -> None:
    """How to go on after a low safety check. The room reads what happens, never why."""
    row = get_for_change(db, retro_id, visitor)
    result = safety_result(db, view_of(db, row), visitor)
    is_now = safety_is_open(Stage(row.stage), row.write_asynchronously, row.safety_asked)
    if result is None or not (result.must_choose or (is_now and result.word is Safety.LOW)):
        raise WrongStage("There is nothing to choose: the safety check did not ask for it.")
    row.low_safety_choice = LowSafetyChoice(choice)
    if choice is LowSafetyChoice.WRITE_LATER:
        _write_later(row, writing_days, now)
    if choice in _NOTICES:
        give_notice(db, row, _NOTICES[choice])
    if choice is LowSafetyChoice.STOP:
        give_notice(db, row, STOPPED.format(name=visitor.name))
        change_stage(db, row, Stage.CLOSED, now, random)
        return
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def _write_later(row: Retro, days: int | None, now: datetime) -> None:
    """Writing stays open for `days` (1 to 21) from now."""
    if days is None or not 1 <= days <= WRITING_DAYS_MOST:
        raise WritingNeedsADeadline
    row.write_asynchronously = True
    row.writing_until = now + timedelta(days=days)
    if row.stage == Stage.WRITE:
        row.stage_ends_at = row.writing_until

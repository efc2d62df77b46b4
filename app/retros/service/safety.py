"""Acts on a low safety check: the facilitator chooses, on purpose, how to go on; the room never reads why."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import RoomPrepared
from app.retros.models import Retro
from app.retros.queries import get_for_change, low_safety
from app.retros.rules import WRITING_DAYS_MOST, LowSafetyChoice, Stage, WritingNeedsADeadline, WrongStage
from app.retros.service.moving import change_stage
from app.retros.service.notices import give_notice
from app.retros.service.questions import end_questions_of
from app.retros.service.version import raise_version

_NOTICES = {
    LowSafetyChoice.LEADS_LEAVE: "Leads of departments leave the room while people write.",
    LowSafetyChoice.WRITE_LATER: "People write in their own time, before the meeting goes on.",
    LowSafetyChoice.DROP_LABELS: "In this retro entries and votes carry no department.",
    LowSafetyChoice.STOP: "The facilitator has ended this retro. Nothing that was answered is kept.",
}


def end_safety_check(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """Count the safety check before people write, in a transaction of its own: the facilitator must see its result
    also when it refuses the next stage. In any other stage nothing happens."""
    row = get_for_change(db, retro_id, visitor, lead_only=True)
    if row.stage == Stage.CHECK_IN:
        end_questions_of(db, row, Stage.CHECK_IN)


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
    row = get_for_change(db, retro_id, visitor, lead_only=True)
    if row.stage != Stage.CHECK_IN or not low_safety(db, retro_id):
        raise WrongStage("There is nothing to choose: the safety check did not ask for it.")
    row.low_safety_choice = LowSafetyChoice(choice)
    if choice is LowSafetyChoice.WRITE_LATER:
        _write_later(row, writing_days, now)
    if choice in _NOTICES:
        give_notice(db, row, _NOTICES[choice])
    if choice is LowSafetyChoice.STOP:
        change_stage(db, row, Stage.CLOSED, now, random)
        return
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def _write_later(row: Retro, days: int | None, now: datetime) -> None:
    """Writing stays open for `days` (1 to 21) from now."""
    if days is None or not 1 <= days <= WRITING_DAYS_MOST:
        raise WritingNeedsADeadline
    row.write_asynchronously = True
    row.writing_until = now + timedelta(days=days)

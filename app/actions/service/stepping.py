"""The life of a promise after the close: each step appended to its history, with the projection written beside it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.events import ActionRequested, ActionStepped, StepTakenBack
from app.actions.models import Action, ActionStep
from app.actions.queries import lists, policy, rights, rows
from app.actions.queries.views import ActionView
from app.actions.rules.kinds import ActionState
from app.actions.rules.notices import Wait, next_day
from app.actions.rules.refusals import FieldsAreMissing, NotYourStep, StepDoesNotFollow, TooLateToUndo
from app.actions.rules.states import (
    NOTHING_SAID,
    Projection,
    StepDetails,
    StepTaken,
    day_problem,
    follows,
    is_handed_over,
    may_be_undone,
    may_take,
    project,
    said_too_little,
    what_counts,
)
from app.core.events import emit
from app.departments.queries import names
from app.people.models import Account
from app.people.rules import Visitor


def step(
    db: Session,
    visitor: Visitor,
    action_id: UUID,
    state: ActionState,
    now: datetime,
    said: StepDetails = NOTHING_SAID,
) -> int:
    """Take one step of the promise's life and return its number.

    Raises NotFound, StepDoesNotFollow, NotYourStep or FieldsAreMissing.
    """
    view = lists.action(db, action_id, for_=visitor)
    row = rows.row_for_change(db, action_id)
    if not follows(row.state, state):
        raise StepDoesNotFollow
    if not may_take(row.state, state, rights.parties(visitor, row)):
        raise NotYourStep(whose(state, view))
    said = what_counts(row.state, state, said)
    today = policy.calendar_of(db, row.requesting_department_id).day(now)
    wrong = said_too_little(row.state, state, said) | day_problem(row.state, state, said, row.due_on, today)
    if wrong:
        raise FieldsAreMissing(wrong)
    if said.department_id is not None and said.department_id not in names(db):
        raise FieldsAreMissing({"department": "This department is not known. Please choose again."})
    if row.owner_id is None and rights.owns(visitor, None, row.owner_email):
        row.owner_id = visitor.account_id
    return add_step(db, row, StepTaken(state, now, account_id=visitor.account_id, **asdict(said)))


def undo(db: Session, visitor: Visitor, action_id: UUID, now: datetime) -> None:
    """Take one's own last step back within a minute: it stays in the history and counts no more.

    Raises NotFound or TooLateToUndo.
    """
    lists.action(db, action_id, for_=visitor)
    row = rows.row_for_change(db, action_id)
    history = rows.steps_of(db, action_id)
    last = may_be_undone(history, visitor.account_id, now)
    if last is None:
        raise TooLateToUndo
    if last.owner_id is not None and not _given_back(db, row, history, last):
        raise TooLateToUndo("Who had it before has left, so it cannot go back. Hand it over to somebody else.")
    back_to = project([one for one in history if one.number < last.number]).state
    add_step(db, row, StepTaken(back_to, now, account_id=visitor.account_id, undoes=last.number))


def add_step(db: Session, row: Action, taken: StepTaken, *, is_told: bool = True) -> int:
    """Append to the history and write its projection, in the same transaction. Returns the step's number.

    `is_told`: whether others hear of it; what a list said long ago is news to nobody.
    """
    before = rows.steps_of(db, row.id)
    number = (before[-1].number if before else 0) + 1
    db.add(ActionStep(action_id=row.id, **{**asdict(taken), "number": number}))
    if taken.owner_id is not None and is_handed_over(row.state, ActionState(taken.state)):
        _hand_over(db, row, taken.owner_id)
    was_asked = row.state != ActionState.PROPOSED
    comes_to = project([*before, StepTaken(**{**asdict(taken), "number": number})])
    spoken = row.noticed_on if taken.undoes is not None else None
    write_projection(db, row, comes_to)
    if spoken and row.noticed_on and spoken > row.noticed_on:
        row.noticed_on = spoken  # what the calendar said before the step was taken back stays said
        look_again(db, row)
    row.version += 1
    db.add(row)
    db.flush()
    if is_told:
        _tell(db, row, taken, number, was_asked)
    return number


def _tell(db: Session, row: Action, taken: StepTaken, number: int, was_asked: bool) -> None:
    if taken.undoes is not None:
        emit(db, StepTakenBack(action_id=row.id, number=taken.undoes))
    elif taken.state == ActionState.REQUESTED and not was_asked:
        emit(db, ActionRequested(action_id=row.id))
    else:
        emit(db, ActionStepped(action_id=row.id, state=taken.state, number=number))


def write_projection(db: Session, row: Action, comes_to: Projection) -> None:
    """What the history comes to, beside it: all that lists and figures read. Days are the requesting department's."""
    place = policy.calendar_of(db, row.requesting_department_id)

    def day(moment: datetime | None) -> date | None:
        return place.day(moment) if moment else None

    for name in (
        "state",
        "due_on",
        "promised_for",
        "slips",
        "reported_at",
        "settled_at",
        "moved_at",
        "blocked_by_id",
        "miss_reason",
        "by_silence",
    ):
        setattr(row, name, getattr(comes_to, name))
    row.requested_on = asked = day(comes_to.requested_at)
    row.answered_on = answered = day(comes_to.answered_at)
    row.answered_in = place.between(asked, answered) if asked and answered else None
    row.reported_on = day(comes_to.reported_at)
    row.settled_on = settled = day(comes_to.settled_at)
    row.open_for = (settled - asked).days if asked and settled else None
    row.noticed_on = day(comes_to.moved_at)
    look_again(db, row)


def look_again(db: Session, row: Action) -> None:
    """When the calendar looks at this promise next, from the day up to which it has spoken."""
    wait = wait_of(db, row)
    following = next_day(wait, row.noticed_on) if wait and row.noticed_on else None
    row.attention_at = wait.place.midnight(following) if wait and following else None


def wait_of(db: Session, row: Action) -> Wait | None:
    """What this promise waits for, as the rules of notices read it; None before it is asked."""
    if row.moved_at is None:
        return None
    place = policy.calendar_of(db, row.requesting_department_id)
    return Wait(ActionState(row.state), place.day(row.moved_at), row.due_on, place, policy.policy(db))


def _hand_over(db: Session, row: Action, owner_id: UUID) -> None:
    owner = db.get(Account, owner_id)
    if owner is None or owner.disabled_at is not None or owner.id == row.owner_id:
        raise FieldsAreMissing({"owner": "Choose somebody else who can take it over."})
    row.owner_id, row.owner_name, row.owner_email = owner.id, owner.name, owner.email


def _given_back(db: Session, row: Action, history: list[StepTaken], taken_back: StepTaken) -> bool:
    """To whom it was asked of before: the history knows who that was, from its first step on. Never to somebody who
    has left."""
    earlier = [one.owner_id for one in history if one.owner_id and one.number < taken_back.number]
    owner = db.get(Account, earlier[-1]) if earlier else None
    if owner is not None and owner.disabled_at is not None:
        return False
    if owner is not None:
        row.owner_id, row.owner_name, row.owner_email = owner.id, owner.name, owner.email
    return True


def whose(state: ActionState, view: ActionView) -> str:
    """Whose step this is, as a sentence for somebody whose it is not."""
    if state in (
        ActionState.ACCEPTED,
        ActionState.SENT_BACK,
        ActionState.HELD,
        ActionState.RETURNED,
        ActionState.INCONCLUSIVE,
    ):
        asking = view.requesting.name if view.requesting else "the requesting department"
        return f"Only {asking} can say that, and never the owner of the promise."
    if state == ActionState.PROMISED:
        return f"Only the owner, {view.owner_name}, can promise it."
    return "This step is not yours to take."

"""The life of a promise after the close: each step appended to its history, with the projection written beside it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from app.actions import queries
from app.actions.events import ActionRequested, ActionStepped
from app.actions.models import Action, ActionStep
from app.actions.rules import State, Step, follows, may_take, project, said_too_little, silence_accepts
from app.actions.service.refusals import FieldsAreMissing, NotYourStep, StepDoesNotFollow
from app.core.events import emit
from app.people.rules import Visitor


def step(
    db: Session,
    visitor: Visitor,
    action_id: UUID,
    state: State,
    now: datetime,
    *,
    reason: str = "",
    due_on: date | None = None,
    department_id: UUID | None = None,
) -> None:
    """Take one step of the promise's life. Raises NotFound, StepDoesNotFollow, NotYourStep or FieldsAreMissing."""
    view = queries.action(db, action_id, for_=visitor)
    row = queries.row_for_change(db, action_id)
    if not follows(row.state, state):
        raise StepDoesNotFollow
    if not may_take(row.state, state, queries.parties(visitor, row)):
        raise NotYourStep(_whose(state, view))
    if too_little := said_too_little(state, reason, due_on, department_id):
        raise FieldsAreMissing(too_little)
    if row.owner_id is None and queries.owns(visitor, None, row.owner_email):
        row.owner_id = visitor.account_id
    add_step(db, row, Step(state, now, due_on, reason, visitor.account_id, department_id))


def accept_by_silence(db: Session, now: datetime) -> int:
    """Five working days without an answer accept a report of done, flagged as such. Returns how many."""
    late = [row for row in queries.waiting_for_an_answer(db, lock=True) if silence_is_over(row, now)]
    for row in late:
        add_step(db, row, Step(State.ACCEPTED, now, by_silence=True))
    return len(late)


def silence_is_over(row: Action, now: datetime) -> bool:
    """Whether nobody answered this report for five working days."""
    return row.reported_at is not None and silence_accepts(row.reported_at.date(), now.date())


def add_step(db: Session, row: Action, taken: Step) -> None:
    """Append to the history and write its projection, in the same transaction."""
    before = queries.steps_of(db, row.id)
    db.add(ActionStep(action_id=row.id, number=len(before) + 1, **asdict(taken)))
    comes_to = project([*before, taken])
    for name in ("state", "due_on", "promised_for", "slips", "reported_at", "settled_at"):
        setattr(row, name, getattr(comes_to, name))
    row.version += 1
    db.add(row)
    db.flush()
    if taken.state == State.REQUESTED and not before:
        emit(db, ActionRequested(action_id=row.id))
    else:
        emit(db, ActionStepped(action_id=row.id, state=taken.state))


def _whose(state: State, view: queries.ActionView) -> str:
    if state in (State.ACCEPTED, State.SENT_BACK, State.HELD, State.RETURNED, State.INCONCLUSIVE):
        asking = view.requesting.name if view.requesting else "the requesting department"
        return f"Only {asking} can say that, and never the owner of the promise."
    if state == State.PROMISED:
        return f"Only the owner, {view.owner_name}, can promise it."
    return "This step is not yours to take."

"""Works through what was loaded from a list: what is missing is added and its owner asked, or it is dropped."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.models import Action
from app.actions.queries import lists, rows
from app.actions.queries.loading import works_through
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionState
from app.actions.rules.refusals import FieldsAreMissing, NotYourStep, StaleAction, StepDoesNotFollow
from app.actions.rules.states import NEEDS_REASON, StepTaken
from app.actions.service.capturing import checked, refuse_a_day_that_is_over
from app.actions.service.closing import ask_owner
from app.actions.service.stepping import add_step
from app.people.queries import account_by_email
from app.people.rules import Visitor

STRANGER = (
    "Nobody here has this mail address yet: the lead of your department, a facilitator or an admin can ask them."
)


def complete(
    db: Session,
    visitor: Visitor,
    action_id: UUID,
    fields: Fields,
    version: int,
    now: datetime,
    *,
    unfinished: bool = False,
) -> None:
    """Say what the list left open. Once nothing is missing, its owner is asked, by this visitor.

    With `unfinished` it is kept as far as it is, and nobody is asked. Raises NotFound, NotYourStep,
    StepDoesNotFollow, StaleAction or FieldsAreMissing.
    """
    row = _waiting_row(db, visitor, action_id)
    if row.version != version:
        raise StaleAction(rows.fields_of(row), row.version)
    # The form knows no kinds: one typed in beside it would make an agreement without the other side's yes.
    kept = {name: getattr(row, name) for name in ("kind", "bridge", "dimension", "review_on")}
    fields = checked(db, None, replace(fields, **kept), unfinished)
    refuse_a_day_that_is_over(db, fields, now)
    if not unfinished:
        _refuse_strangers(db, visitor, row, fields)
    for name, value in asdict(fields).items():
        setattr(row, name, value)
    row.version += 1
    db.add(row)
    db.flush()
    if not unfinished:
        ask_owner(db, row, now, by=visitor.account_id)


def drop(db: Session, visitor: Visitor, action_id: UUID, reason: str, now: datetime) -> None:
    """Say that what a list asked for will not be done, and why. Taken back like any step, for a minute.

    Raises NotFound, NotYourStep, StepDoesNotFollow or FieldsAreMissing.
    """
    row = _waiting_row(db, visitor, action_id)
    if not reason:
        raise FieldsAreMissing({"reason": NEEDS_REASON[ActionState.NOT_DOING]})
    add_step(db, row, StepTaken(ActionState.NOT_DOING, now, reason=reason, account_id=visitor.account_id))


def _refuse_strangers(db: Session, visitor: Visitor, row: Action, fields: Fields) -> None:
    """An owner whom nobody knows gets an account: that is for those who look after people."""
    if fields.owner_id is not None or not fields.owner_email or account_by_email(db, fields.owner_email):
        return
    if not (visitor.sees_everything or row.providing_department_id in visitor.leads):
        raise FieldsAreMissing({"owner": STRANGER})


def _waiting_row(db: Session, visitor: Visitor, action_id: UUID) -> Action:
    """The locked row of an action that a list brought and nobody has asked for yet."""
    lists.action(db, action_id, for_=visitor)
    row = rows.row_for_change(db, action_id)
    if row.imported_from is None or row.state != ActionState.PROPOSED:
        raise StepDoesNotFollow
    if not works_through(visitor, row):
        raise NotYourStep("Whoever provides it completes it: its department, a facilitator or an admin.")
    return row

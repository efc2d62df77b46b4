"""Promises made in one line, as a closing retro would ask for them, and steps of their lives."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from app.actions.models import Action
from app.actions.rules.kinds import ActionState, Cause
from app.actions.rules.states import StepDetails, StepTaken
from app.actions.service import stepping
from app.core.clock import Clock
from app.core.db import Database
from tests.cast import Cast, Person

DUE = date(2026, 4, 28)


def asked(database: Database, cast: Cast, clock: Clock, **changed: Any) -> UUID:
    """A promise that Editorial asks of Production, where Paul owns it; fields may be changed."""
    values: dict[str, Any] = {
        "title": "Send page proofs two days earlier",
        "done_when": "Three issues in a row had proofs on Tuesday.",
        "owner_id": cast.paul.id,
        "owner_name": cast.paul.name,
        "owner_email": cast.paul.email,
        "providing_department_id": cast.production,
        "requesting_department_id": cast.editorial,
        "due_on": DUE,
        "cause": Cause.PREVENT,
        "created_at": clock.now(),
    }
    row = Action(**{**values, **changed})
    with database.transaction() as db:
        db.add(row)
        db.flush()
        stepping.add_step(
            db, row, StepTaken(ActionState.REQUESTED, clock.now(), due_on=row.due_on, owner_id=row.owner_id)
        )
        return row.id


def take(
    database: Database, person: Person, action_id: UUID, clock: Clock, *states: ActionState, **said: Any
) -> None:
    """These steps, one after the other, by this person."""
    for state in states:
        with database.transaction() as db:
            stepping.step(db, person.visitor, action_id, state, clock.now(), StepDetails(**said))

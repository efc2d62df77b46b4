"""One step of many promises at once: each by itself under the same rules, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries import rights
from app.actions.queries.views import ActionView
from app.actions.rules.kinds import ActionState
from app.actions.rules.refusals import NotYourStep
from app.actions.rules.states import StepDetails, follows, may_take, said_too_little
from app.actions.service.stepping import step, whose
from app.core.errors import Refusal
from app.core.events import savepoint
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of it: the actions that took the step, and those that did not."""

    done: tuple[UUID, ...]
    refused: tuple[UUID, ...]


def step_each(
    db: Session, visitor: Visitor, action_ids: Iterable[UUID], state: ActionState, now: datetime
) -> BulkResult:
    """Take this step of each that may take it; a refusal of one stops none of the others."""
    wanted, done = list(dict.fromkeys(action_ids)), set()
    for action_id in sorted(wanted):  # always in one order, so that two people never wait for each other
        try:
            with savepoint(db):
                step(db, visitor, action_id, state, now)
            done.add(action_id)
        except Refusal:
            continue
    return BulkResult(
        tuple(one for one in wanted if one in done),
        tuple(one for one in wanted if one not in done),
    )


def why_not(visitor: Visitor, view: ActionView, state: ActionState) -> str:
    """Why this visitor cannot take this step now, as a sentence; empty where they can."""
    if not follows(view.state, state):
        return "This is not the next step from where it stands."
    if not may_take(view.state, state, rights.parties(visitor, view)):
        return whose(state, view) or NotYourStep.sentence
    return " ".join(said_too_little(view.state, state, StepDetails()).values())

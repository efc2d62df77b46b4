"""One step of many promises at once: each by itself under the same rules, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions import queries
from app.actions.rules import Said, State, follows, may_take, said_too_little
from app.actions.service.refusals import NotYourStep
from app.actions.service.stepping import step, whose
from app.core.errors import Refusal
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it: the actions that took the step, and those that did not."""

    done: tuple[UUID, ...]
    refused: tuple[UUID, ...]


def step_each(db: Session, visitor: Visitor, action_ids: Iterable[UUID], state: State, now: datetime) -> Moved:
    """Take this step of each that may take it; a refusal of one stops none of the others."""
    done, refused = [], []
    for action_id in dict.fromkeys(action_ids):
        try:
            with db.begin_nested():
                step(db, visitor, action_id, state, now)
        except Refusal:
            refused.append(action_id)
        else:
            done.append(action_id)
    return Moved(tuple(done), tuple(refused))


def why_not(visitor: Visitor, view: queries.ActionView, state: State) -> str:
    """Why this visitor cannot take this step now, as a sentence; empty where they can."""
    if not follows(view.state, state):
        return "This is not the next step from where it stands."
    if not may_take(view.state, state, queries.parties(visitor, view)):
        return whose(state, view) or NotYourStep.sentence
    return " ".join(said_too_little(view.state, state, Said()).values())

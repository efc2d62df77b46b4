"""What a promise is to the figures, in SQL: which rows count, what became of them, in which quarter.

What the words mean: app/decisions/0011.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, or_, true
from sqlmodel import col

from app.actions.models import Action
from app.actions.rules import FULFILLED, SETTLED, State
from app.insights.rules.periods import Period

KEPT, PENDING, MISSED = "kept", "pending", "missed"
EARLIER = -1
"""The place of any quarter before those that are told apart."""

providing = col(Action.providing_department_id)
requesting = col(Action.requesting_department_id)
is_settled = col(Action.state).in_(sorted(SETTLED))
is_fulfilled = col(Action.state).in_(sorted(FULFILLED))
came_in_time = col(Action.reported_on) <= col(Action.promised_for)
counts = and_(
    col(Action.removed_at).is_(None),
    col(Action.requested_on).is_not(None),
    col(Action.due_on).is_not(None),
    providing.is_not(None),
    requesting.is_not(None),
)
"""Whether a row is a promise between departments with a day: nothing else is in any figure."""
is_open = and_(counts, col(Action.state).not_in(sorted(SETTLED)))
is_left_out = and_(
    col(Action.removed_at).is_(None),
    or_(col(Action.state) != State.PROPOSED, col(Action.imported_as).is_not(None)),
    or_(
        col(Action.requested_on).is_(None),
        col(Action.due_on).is_(None),
        providing.is_(None),
        requesting.is_(None),
    ),
)
outcome = case(
    (and_(is_fulfilled, came_in_time), KEPT),
    (and_(col(Action.state) == State.REPORTED_DONE, came_in_time), PENDING),
    else_=MISSED,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose promises: of a provider, to a consumer, both, or (neither named) of the whole organisation."""

    provider: UUID | None = None
    consumer: UUID | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        return and_(
            true() if self.provider is None else providing == self.provider,
            true() if self.consumer is None else requesting == self.consumer,
        )


def fell_due(period: Period) -> ColumnElement[bool]:
    """Promised, with the original day in the period, and that day is past or it was settled before."""
    day = col(Action.promised_for)
    return and_(
        day.is_not(None),
        day <= period.last,
        true() if period.has_no_start else day >= period.first,
        or_(day < period.today, is_settled),
    )


def asked_in(period: Period) -> ColumnElement[bool]:
    day = col(Action.requested_on)
    return true() if period.has_no_start else day >= period.first


def place_of(day: Any, period: Period) -> ColumnElement[int]:
    """The place of the quarter in which `day` lies, from 0; EARLIER before them; NULL stays NULL."""
    newest_first = reversed(list(enumerate(period.quarters)))
    return case(
        (day.is_(None), None), *((day >= quarter.first, place) for place, quarter in newest_first), else_=EARLIER
    )


def is_late(today: date) -> ColumnElement[bool]:
    """Past its present day, and neither settled nor reported done (`app.actions.rules.is_overdue`)."""
    return and_(col(Action.due_on) < today, col(Action.state) != State.REPORTED_DONE)


def one_of(departments: frozenset[UUID] | None) -> ColumnElement[bool]:
    """Provided by one of these; None: by any."""
    if departments is None:
        return true()
    return providing.in_(departments) if departments else false()


def between(one: UUID, other: UUID) -> ColumnElement[bool]:
    """Promised by one of the two to the other."""
    return or_(
        and_(providing == one, requesting == other),
        and_(providing == other, requesting == one),
    )

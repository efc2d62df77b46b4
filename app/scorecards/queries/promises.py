"""What a promise is to the figures, in SQL: which rows count, and what became of them.

What the words mean: app/decisions/0011. Each condition reads only columns of the `ix_action_figures_...` indexes,
and `settled_on` in place of a list of states: with 50,000 promises that is what the time goes into.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col

from app.actions.models import Action
from app.actions.rules.calendar import FULFILLED, SETTLED
from app.actions.rules.kinds import ActionState
from app.scorecards.rules.periods import Period

providing = col(Action.providing_department_id)
requesting = col(Action.requesting_department_id)
counts = and_(
    col(Action.removed_at).is_(None),
    col(Action.requested_on).is_not(None),
    col(Action.due_on).is_not(None),
    providing.is_not(None),
    requesting.is_not(None),
)
"""Whether a row is a promise between departments with a day: nothing else is in any figure."""
was_never_asked = col(Action.requested_on).is_(None)
is_left_out = and_(
    or_(providing.is_(None), requesting.is_(None), col(Action.due_on).is_(None), was_never_asked),
    col(Action.removed_at).is_(None),
    or_(col(Action.state) != ActionState.PROPOSED, col(Action.imported_as).is_not(None)),
)
"""Asked or loaded without what a promise needs. The first line is that of the index `ix_action_left_out`."""
is_settled = col(Action.settled_on).is_not(None)
is_open = col(Action.settled_on).is_(None)
is_dropped = col(Action.state).in_(sorted(SETTLED - FULFILLED))
waits_for_an_answer = and_(col(Action.answered_in).is_(None), col(Action.state) == ActionState.REQUESTED)
_came_in_time = col(Action.reported_on) <= col(Action.promised_for)
# What decides most rows, and what costs least, stands first.
was_kept = and_(_came_in_time, is_settled, ~is_dropped)
is_pending = and_(is_open, col(Action.state) == ActionState.REPORTED_DONE, _came_in_time)


@dataclass(frozen=True, slots=True)
class PromiseScope:
    """Whose promises: of a provider, to a consumer, both, or (neither named) of the whole organisation."""

    provider: UUID | None = None
    consumer: UUID | None = None
    without: frozenset[UUID] = frozenset()
    """Departments whose promises, and promises to which, are not in it."""

    @property
    def condition(self) -> ColumnElement[bool]:
        return and_(
            true() if self.provider is None else providing == self.provider,
            true() if self.consumer is None else requesting == self.consumer,
            not_with(self.without),
        )


def not_with(departments: frozenset[UUID]) -> ColumnElement[bool]:
    """Neither by one of these nor to one of them."""
    if not departments:
        return true()
    some = sorted(departments)
    return and_(*(or_(side.is_(None), side.not_in(some)) for side in (providing, requesting)))


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
    """Asked for in the period, or at any time where it has no start."""
    return true() if period.has_no_start else col(Action.requested_on) >= period.first


def is_late(today: date) -> ColumnElement[bool]:
    """Open past its present day and not reported done (as `app.actions.rules.is_overdue` says)."""
    return and_(is_open, col(Action.due_on) < today, col(Action.state) != ActionState.REPORTED_DONE)


def one_of(departments: frozenset[UUID] | None) -> ColumnElement[bool]:
    """Provided by one of these; None: by any."""
    if departments is None:
        return true()
    return providing.in_(sorted(departments)) if departments else false()


def between(one: UUID, other: UUID) -> ColumnElement[bool]:
    """Promised by one of the two to the other."""
    return or_(
        and_(providing == one, requesting == other),
        and_(providing == other, requesting == one),
    )


def touches(department_id: UUID) -> ColumnElement[bool]:
    """Promised by this department or to it."""
    return or_(providing == department_id, requesting == department_id)

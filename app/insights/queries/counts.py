"""Counts for the figures, grouped by the database: a fixed number of statements, however many promises there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Label, and_, case, or_
from sqlalchemy import select as pick
from sqlmodel import Session, col, func

from app.actions.models import Action
from app.actions.rules import State
from app.core.places import Place
from app.insights.queries import promises
from app.insights.queries.promises import Scope
from app.insights.rules.figures import Counts, LeftOut, carried_over
from app.insights.rules.periods import Period, Quarter
from app.insights.rules.shares import Kept

Pair = tuple[UUID, UUID]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Promises of somebody that are open today, and those of them past their present day."""

    count: int = 0
    late: int = 0


def counts(db: Session, scope: Scope, period: Period, place: Place) -> Counts:
    """Everything that one scorecard is made of; six statements.

    `place`: where working days of waiting are counted.
    """
    kept, reasons, slips = _what_fell_due(db, scope, period)
    answered, unanswered = _answers(db, scope, period, place)
    closed, dropped, still_open = _ends(db, scope, period)
    open_now, late_now = _open(db, scope, period.today)
    flows = _flows(db, scope, period)
    return Counts(
        kept=kept,
        reasons=reasons,
        slips=slips,
        answered_in=answered,
        unanswered_for=unanswered,
        closed_in=closed,
        dropped_after=dropped,
        open_for=still_open,
        open_now=open_now,
        late_now=late_now,
        carried=carried_over(flows, period.quarters),
        left_out=left_out(db, scope.condition),
    )


def kept_by_provider(
    db: Session, period: Period, departments: frozenset[UUID] | None
) -> dict[UUID, dict[Quarter | None, Kept]]:
    """For each provider of `departments` (None: all), what became of its promises, by quarter."""
    quarter = promises.place_of(col(Action.promised_for), period).label("quarter")
    found: dict[UUID, dict[Quarter | None, Kept]] = defaultdict(dict)
    where = and_(promises.counts, promises.fell_due(period), promises.one_of(departments))
    rows = _grouped(
        db, where, promises.providing.label("provider"), quarter, _outcome(), col(Action.by_silence).label("silence")
    )
    for provider, place, outcome, silence, count in rows:
        key = _quarter(place, period)
        found[provider][key] = found[provider].get(key, Kept()) + _kept(outcome, silence, count)
    return found


def open_by_provider(db: Session, today: date, departments: frozenset[UUID] | None) -> dict[UUID, OpenNow]:
    """For each provider of `departments` (None: all), what is open now."""
    late = case((promises.is_late(today), 1), else_=0).label("late")
    where = and_(promises.is_open, promises.one_of(departments))
    return _open_now(
        (key, late, count) for key, late, count in _grouped(db, where, promises.providing.label("of"), late)
    )


def kept_by_pair(db: Session, department_id: UUID, period: Period) -> dict[Pair, Kept]:
    """(provider, consumer) -> what became of their promises, for every pair that this department is part of."""
    found: dict[Pair, Kept] = defaultdict(Kept)
    rows = _grouped(
        db,
        and_(promises.counts, promises.fell_due(period), _touches(department_id)),
        promises.providing.label("provider"),
        promises.requesting.label("consumer"),
        _outcome(),
        col(Action.by_silence).label("silence"),
    )
    for provider, consumer, outcome, silence, count in rows:
        found[provider, consumer] += _kept(outcome, silence, count)
    return found


def open_by_pair(db: Session, department_id: UUID, today: date) -> dict[Pair, OpenNow]:
    """(provider, consumer) -> what is open now, for every pair that this department is part of."""
    late = case((promises.is_late(today), 1), else_=0).label("late")
    where = and_(promises.is_open, _touches(department_id))
    rows = _grouped(db, where, promises.providing.label("provider"), promises.requesting.label("consumer"), late)
    return _open_now(((provider, consumer), late, count) for provider, consumer, late, count in rows)


def left_out(db: Session, condition: ColumnElement[bool]) -> LeftOut:
    """How many are in no figure because they lack a department or a day."""
    no_side = case((or_(promises.providing.is_(None), promises.requesting.is_(None)), 1), else_=0)
    no_day = case((col(Action.due_on).is_(None), 1), else_=0)
    whole, sides, days = db.execute(
        pick(func.count(), func.sum(no_side), func.sum(no_day)).where(promises.is_left_out, condition)
    ).one()
    return LeftOut(whole, sides or 0, days or 0)


def _what_fell_due(
    db: Session, scope: Scope, period: Period
) -> tuple[dict[Quarter | None, Kept], Counter[str], Counter[int]]:
    quarter = promises.place_of(col(Action.promised_for), period).label("quarter")
    kept: dict[Quarter | None, Kept] = defaultdict(Kept)
    reasons: Counter[str] = Counter()
    slips: Counter[int] = Counter()
    rows = _grouped(
        db,
        and_(promises.counts, promises.fell_due(period), scope.condition),
        quarter,
        _outcome(),
        col(Action.by_silence).label("silence"),
        case((promises.outcome == promises.MISSED, col(Action.miss_reason)), else_="").label("reason"),
        col(Action.slips).label("slips"),
    )
    for place, outcome, silence, reason, slipped, count in rows:
        kept[_quarter(place, period)] += _kept(outcome, silence, count)
        slips[slipped] += count
        if outcome == promises.MISSED:
            reasons[reason] += count
    return kept, reasons, slips


def _answers(db: Session, scope: Scope, period: Period, place: Place) -> tuple[Counter[int], Counter[int]]:
    waits = and_(col(Action.answered_in).is_(None), col(Action.state) == State.REQUESTED)
    rows = _grouped(
        db,
        and_(
            promises.counts,
            promises.asked_in(period),
            scope.condition,
            or_(waits, col(Action.answered_in).is_not(None)),
        ),
        col(Action.answered_in).label("days"),
        case((waits, col(Action.requested_on)), else_=None).label("since"),
    )
    answered: Counter[int] = Counter()
    since: Counter[date] = Counter()
    for days, asked, count in rows:
        if days is not None:
            answered[days] += count
        else:
            since[asked] += count
    return answered, _working_days(since, period.today, place)


def _ends(db: Session, scope: Scope, period: Period) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Days until accepted, days until dropped, days open so far: each -> how many."""
    end = case((promises.is_fulfilled, "done"), (promises.is_settled, "dropped"), else_="open").label("end")
    rows = _grouped(
        db,
        and_(promises.counts, promises.asked_in(period), scope.condition),
        end,
        case((promises.is_settled, col(Action.open_for)), else_=None).label("days"),
        case((promises.is_settled, None), else_=col(Action.requested_on)).label("since"),
    )
    ends: dict[str, Counter[int]] = {"done": Counter(), "dropped": Counter(), "open": Counter()}
    for name, days, since, count in rows:
        ends[name][max(0, days if since is None else (period.today - since).days)] += count
    return ends["done"], ends["dropped"], ends["open"]


def _open(db: Session, scope: Scope, today: date) -> tuple[Counter[int], Counter[int]]:
    late = case((promises.is_late(today), 1), else_=0).label("late")
    rows = _grouped(db, and_(promises.is_open, scope.condition), col(Action.requested_on).label("since"), late)
    every: Counter[int] = Counter()
    overdue: Counter[int] = Counter()
    for since, is_late, count in rows:
        age = max(0, (today - since).days)
        every[age] += count
        overdue[age] += count * is_late
    return every, overdue


def _flows(db: Session, scope: Scope, period: Period) -> dict[tuple[int, int | None], int]:
    """(place of the quarter asked in, of the quarter settled in or None) -> how many. Nothing settled before the
    first quarter is asked for: it was open at no time in any of them."""
    settled = case((promises.is_settled, col(Action.settled_on)), else_=None)
    rows = _grouped(
        db,
        and_(
            promises.counts,
            scope.condition,
            or_(col(Action.settled_on).is_(None), col(Action.settled_on) >= period.first),
        ),
        promises.place_of(col(Action.requested_on), period).label("asked"),
        promises.place_of(settled, period).label("settled"),
    )
    return {(asked, ended): count for asked, ended, count in rows}


def _grouped(db: Session, where: ColumnElement[bool], *by: Label[Any]) -> Iterable[tuple[Any, ...]]:
    """How many rows there are of each combination, as the last value of each row.

    By way of a subquery: PostgreSQL takes an expression with parameters for another one each time it is written.
    """
    marked = pick(*by).where(where).subquery()
    return [tuple(row) for row in db.execute(pick(*marked.columns, func.count()).group_by(*marked.columns))]


def _outcome() -> Label[str]:
    return promises.outcome.label("outcome")


def _touches(department_id: UUID) -> ColumnElement[bool]:
    return or_(promises.providing == department_id, promises.requesting == department_id)


def _kept(outcome: str, by_silence: bool, count: int) -> Kept:
    if outcome == promises.KEPT:
        return Kept(kept=count, by_silence=count if by_silence else 0)
    return Kept(pending=count) if outcome == promises.PENDING else Kept(missed=count)


def _quarter(place: int, period: Period) -> Quarter | None:
    return None if place == promises.EARLIER else period.quarters[place]


def _open_now(rows: Iterable[tuple[Key, int, int]]) -> dict[Key, OpenNow]:
    found: dict[Key, OpenNow] = defaultdict(OpenNow)
    for key, late, count in rows:
        found[key] = OpenNow(found[key].count + count, found[key].late + count * late)
    return found


def _working_days(since: Counter[date], today: date, place: Place) -> Counter[int]:
    """Working days waited until today, from the days of asking; each day of the calendar is looked at once."""
    waited: Counter[int] = Counter()
    worked, day = 0, today
    first = min(since, default=today)
    while day >= first:
        waited[worked] += since.get(day, 0)
        worked += place.works_on(day)
        day -= timedelta(days=1)
    return +waited

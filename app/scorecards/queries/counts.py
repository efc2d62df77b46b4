"""Counts for the figures, grouped by the database: a fixed number of statements, however many promises there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func

from app.actions.models import Action
from app.core.places import Place
from app.scorecards.queries import promises
from app.scorecards.queries.promises import PromiseScope
from app.scorecards.rules.figures import Counts, LeftOut, carried_over
from app.scorecards.rules.periods import Period, Quarter, quarter_of
from app.scorecards.rules.shares import Kept

Pair = tuple[UUID, UUID]
Numbers = Counter[int]


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """What became of somebody's promises, and how many are open today, of them past their present day."""

    kept: Kept = field(default_factory=Kept)
    open_now: int = 0
    late_now: int = 0


@dataclass(frozen=True, slots=True)
class _Open:
    """What is open, by the day of asking: all, those without an answer, those that are late."""

    every: Counter[date]
    unanswered: Counter[date]
    late: Counter[date]


def counts(db: Session, scope: PromiseScope, period: Period, place: Place) -> Counts:
    """Everything that one scorecard is made of; eight statements.

    `place`: where working days of waiting are counted.
    """
    kept, slips = _what_fell_due(db, scope, period)
    still_open = _open(db, scope, period.today)
    closed, dropped = _ends(db, scope, period)
    answered, withdrawn = _answers(db, scope, period, place)
    since = None if period.has_no_start else period.first
    return Counts(
        kept=kept,
        reasons=_reasons(db, scope, period),
        slips=slips,
        answered_in=answered,
        unanswered_for=_working_days(_from(since, still_open.unanswered), period.today, place),
        closed_in=closed,
        dropped_after=dropped,
        open_for=_ages(_from(since, still_open.every), period.today),
        open_now=_ages(still_open.every, period.today),
        late_now=_ages(still_open.late, period.today),
        carried=carried_over(
            _by_day(db, col(Action.requested_on), scope, period),
            _by_day(db, col(Action.settled_on), scope, period),
            still_open.every.total(),
            period.quarters,
        ),
        left_out=left_out(db, scope.condition),
        withdrawn_after=withdrawn,
    )


def by_provider(
    db: Session, period: Period, departments: frozenset[UUID] | None, without: frozenset[UUID] = frozenset()
) -> dict[UUID, PromiseCounts]:
    """What became of the promises of each provider of `departments` (None: all). Two statements."""
    wanted = and_(promises.one_of(departments), promises.not_with(without))
    tallies = _tallied(db, period, wanted, promises.providing)
    return {provider: tally for (provider,), tally in tallies.items()}


def by_pair(
    db: Session, department_id: UUID, period: Period, without: frozenset[UUID] = frozenset()
) -> dict[Pair, PromiseCounts]:
    """(provider, consumer) -> what became of its promises, for each pair with this department. Two statements."""
    wanted = and_(promises.touches(department_id), promises.not_with(without))
    tallies = _tallied(db, period, wanted, promises.providing, promises.requesting)
    return {(provider, consumer): tally for (provider, consumer), tally in tallies.items()}


def in_all(tallies: Iterable[PromiseCounts]) -> PromiseCounts:
    """Several tallies as one."""
    kept, open_now, late_now = Kept(), 0, 0
    for one in tallies:
        kept, open_now, late_now = kept + one.kept, open_now + one.open_now, late_now + one.late_now
    return PromiseCounts(kept, open_now, late_now)


def parties(db: Session) -> frozenset[UUID]:
    """Departments that ever promised anything or were promised anything."""
    sides = (select(side).where(promises.counts).distinct() for side in (promises.providing, promises.requesting))
    return frozenset(one for side in sides for one in db.execute(side).scalars())


def left_out(db: Session, condition: ColumnElement[bool]) -> LeftOut:
    """How many are in no figure because they lack a department or a day, or nobody was asked for them."""
    no_side = or_(promises.providing.is_(None), promises.requesting.is_(None))
    no_day = col(Action.due_on).is_(None)
    statement = select(func.count(), _sum(no_side), _sum(no_day), _sum(~or_(no_side, no_day)))
    count, sides, days, never_asked = db.execute(statement.where(promises.is_left_out, condition)).one()
    return LeftOut(count, sides or 0, days or 0, never_asked or 0)


def _what_fell_due(db: Session, scope: PromiseScope, period: Period) -> tuple[dict[Quarter | None, Kept], Numbers]:
    day, slipped = col(Action.promised_for), col(Action.slips)
    rows = db.execute(
        select(
            day, *_outcomes(), _sum(slipped == 0), _sum(slipped == 1), _sum(slipped == 2)
        )
        .where(promises.counts, promises.fell_due(period), scope.condition)
        .group_by(day)
    )  # fmt: skip
    kept: dict[Quarter | None, Kept] = defaultdict(Kept)
    slips: Numbers = Counter()
    for promised_for, *outcomes, never, once, twice in rows:
        quarter = quarter_of(promised_for)
        kept[quarter if quarter >= period.quarters[0] else None] += _kept(outcomes)
        slips.update({0: never, 1: once, 2: twice, 3: outcomes[0] - never - once - twice})
    return kept, slips


def _reasons(db: Session, scope: PromiseScope, period: Period) -> Counter[str]:
    reason = col(Action.miss_reason)
    missed = case((promises.was_kept, 0), (promises.is_pending, 0), else_=1) == 1
    rows = db.execute(
        select(reason, func.count())
        .where(promises.counts, promises.fell_due(period), missed, scope.condition)
        .group_by(reason)
    )
    return Counter(dict(map(tuple, rows)))


def _open(db: Session, scope: PromiseScope, today: date) -> _Open:
    """Of all times: what is open was perhaps asked long ago."""
    day = col(Action.requested_on)
    sums = (func.count(), _sum(promises.waits_for_an_answer), _sum(promises.is_late(today)))
    rows = db.execute(
        select(day, *sums).where(promises.counts, promises.is_open, scope.condition).group_by(day)
    ).all()  # fmt: skip
    return _Open(*(Counter({row[0]: row[place] for row in rows if row[place]}) for place in (1, 2, 3)))


def _by_day(db: Session, day: Mapped[Any], scope: PromiseScope, period: Period) -> Counter[date]:
    """How many have each `day`, since the first of the quarters that are told apart."""
    rows = db.execute(
        select(day, func.count()).where(promises.counts, day >= period.first, scope.condition).group_by(day)
    )  # fmt: skip
    return Counter(dict(map(tuple, rows)))


def _ends(db: Session, scope: PromiseScope, period: Period) -> tuple[Numbers, Numbers]:
    """Days until accepted, and days until declined or not done: each -> how many."""
    days = col(Action.open_for)
    rows = db.execute(
        select(days, func.count(), _sum(promises.is_dropped))
        .where(promises.counts, promises.is_settled, promises.asked_in(period), scope.condition)
        .group_by(days)
    ).all()
    return Counter({row[0]: row[1] - row[2] for row in rows}), Counter({row[0]: row[2] for row in rows})


def _answers(db: Session, scope: PromiseScope, period: Period, place: Place) -> tuple[Numbers, Numbers]:
    """Working days until an answer, and until it was taken back without one: each -> how many."""
    days = col(Action.answered_in)
    ends = (case((days.is_(None), day)) for day in (col(Action.requested_on), col(Action.settled_on)))
    keys = (days, *ends)
    rows = db.execute(
        select(*keys, func.count())
        .where(
            promises.counts, or_(days.is_not(None), promises.is_settled), promises.asked_in(period), scope.condition
        )
        .group_by(*keys)
    )
    answered, withdrawn = Counter[int](), Counter[int]()
    for waited, asked, settled, count in rows:
        if waited is None:
            withdrawn[place.between(asked, settled)] += count
        else:
            answered[waited] += count
    return answered, withdrawn


def _tallied(
    db: Session, period: Period, where: ColumnElement[bool], *by: Mapped[Any]
) -> dict[tuple[UUID, ...], PromiseCounts]:
    tallies: dict[tuple[UUID, ...], PromiseCounts] = defaultdict(PromiseCounts)
    due = (promises.counts, promises.fell_due(period), where)
    for *key, every, kept, pending, by_silence in db.execute(select(*by, *_outcomes()).where(*due).group_by(*by)):
        tallies[tuple(key)] = PromiseCounts(_kept((every, kept, pending, by_silence)))
    still_open = (promises.counts, promises.is_open, where)
    sums = (func.count(), _sum(promises.is_late(period.today)))
    for *key, open_now, late_now in db.execute(select(*by, *sums).where(*still_open).group_by(*by)):
        tallies[tuple(key)] = replace(tallies[tuple(key)], open_now=open_now, late_now=late_now)
    return tallies


def _outcomes() -> tuple[ColumnElement[int], ...]:
    """How many there are, were kept, are pending, were kept by silence; `_kept` reads them in this order."""
    by_silence = and_(col(Action.by_silence), promises.was_kept)
    return (func.count(), _sum(promises.was_kept), _sum(promises.is_pending), _sum(by_silence))


def _kept(outcomes: Sequence[int]) -> Kept:
    due, kept, pending, by_silence = outcomes
    return Kept(kept, due - kept - pending, pending, by_silence)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group it holds for; what is not known (NULL) does not count."""
    return func.sum(case((condition, 1), else_=0))


def _from(first: date | None, days: Counter[date]) -> Counter[date]:
    return days if first is None else Counter({day: count for day, count in days.items() if day >= first})


def _ages(days: Counter[date], today: date) -> Numbers:
    ages: Numbers = Counter()
    for day, count in days.items():
        ages[max(0, (today - day).days)] += count
    return ages


def _working_days(since: Counter[date], today: date, place: Place) -> Numbers:
    """Working days waited until today, from the days of asking; each day of the calendar is looked at once."""
    waited: Numbers = Counter()
    worked, day = 0, today
    first = min(since, default=today)
    while day >= first:
        waited[worked] += since[day]
        worked += place.works_on(day)
        day -= timedelta(days=1)
    return +waited

"""The figures of a scorecard: of promises between departments, never of a person; pure.

What counts as kept, late, open and left out: app/decisions/0011.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.scorecards.rules.counting import ANSWERS, SLIPS, Bar, ageing, in_buckets, pareto
from app.scorecards.rules.periods import Quarter, quarter_of
from app.scorecards.rules.shares import Kept, Share
from app.scorecards.rules.survival import Survival, kaplan_meier


@dataclass(frozen=True, slots=True)
class Carried:
    """Over the end of a quarter: so many were still open, of all that were open at some time in it.

    For the quarter that is running: until today.
    """

    quarter: Quarter
    still_open: int
    of: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Loaded or asked without what a promise needs, so counted nowhere else. One may lack both.

    `never_asked`: lacks neither, but nobody was asked for it here, or it was done before it came.
    """

    count: int = 0
    without_departments: int = 0
    without_day: int = 0
    never_asked: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What the queries bring: quarter -> what became of promises; reason, slips, days -> how many.

    A quarter of None is any before those that are told apart. Days to answer are working days, the others calendar.
    `withdrawn_after`: those that the asking department took back before anybody answered.
    """

    kept: Mapping[Quarter | None, Kept]
    reasons: Mapping[str, int]
    slips: Mapping[int, int]
    answered_in: Mapping[int, int]
    unanswered_for: Mapping[int, int]
    closed_in: Mapping[int, int]
    dropped_after: Mapping[int, int]
    open_for: Mapping[int, int]
    open_now: Mapping[int, int]
    late_now: Mapping[int, int]
    carried: tuple[Carried, ...] = ()
    left_out: LeftOut = LeftOut()
    withdrawn_after: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """How soon requests were answered, in working days; `unanswered` wait longer than the policy's `within`.

    Those taken back without an answer are followed until that day.
    """

    time: Survival
    buckets: tuple[Bar, ...]
    within: int
    unanswered: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Closing:
    """How long it takes until a promise is accepted as done, in calendar days since it was asked.

    `dropped` ones (declined or not done) are followed until the day they were dropped, `still_open` until today.
    """

    time: Survival
    dropped: int
    still_open: int


@dataclass(frozen=True, slots=True)
class ScorecardFigures:
    """Everything one scorecard says of one direction."""

    kept: Kept
    by_quarter: tuple[tuple[Quarter, Kept], ...]
    earlier: Kept
    reasons: tuple[Bar, ...]
    slips: tuple[Bar, ...]
    slipped: Share
    answers: ResponseTimes
    closing: Closing
    ageing: tuple[Bar, ...]
    carried: tuple[Carried, ...]
    left_out: LeftOut

    @property
    def open_now(self) -> int:
        return sum(one.count for one in self.ageing)

    @property
    def late_now(self) -> int:
        return sum(one.part for one in self.ageing)

    @property
    def carried_since_the_first(self) -> tuple[Carried, ...]:
        """Without the quarters before anything was open; the running one is always the last."""
        first = next((place for place, one in enumerate(self.carried) if one.of), len(self.carried))
        return self.carried[first:]

    @property
    def is_empty(self) -> bool:
        """Nothing was ever asked: there is no figure at all."""
        return not (self.kept.due or self.kept.pending or self.answers.time.cases or self.open_now)


def figures(counts: Counts, quarters: tuple[Quarter, ...], within: int) -> ScorecardFigures:
    """`within`: working days in which a request is to be answered."""
    by_quarter = tuple((one, counts.kept.get(one, Kept())) for one in quarters)
    waiting = sum(counts.unanswered_for.values())
    return ScorecardFigures(
        kept=sum(counts.kept.values(), Kept()),
        by_quarter=by_quarter,
        earlier=counts.kept.get(None, Kept()),
        reasons=pareto(counts.reasons),
        slips=in_buckets(counts.slips, SLIPS),
        slipped=Share(
            sum(count for slips, count in counts.slips.items() if slips),
            sum(counts.slips.values()),
        ),
        answers=ResponseTimes(
            kaplan_meier(counts.answered_in, _together(counts.unanswered_for, counts.withdrawn_after)),
            in_buckets(counts.answered_in, ANSWERS),
            within,
            sum(count for days, count in counts.unanswered_for.items() if days > within),
            waiting,
        ),
        closing=Closing(
            kaplan_meier(counts.closed_in, _together(counts.dropped_after, counts.open_for)),
            sum(counts.dropped_after.values()),
            sum(counts.open_for.values()),
        ),
        ageing=ageing(counts.open_now, counts.late_now),
        carried=counts.carried,
        left_out=counts.left_out,
    )


def carried_over(
    asked: Mapping[date, int], settled: Mapping[date, int], open_now: int, quarters: tuple[Quarter, ...]
) -> tuple[Carried, ...]:
    """From counts by day, `asked` and `settled` since the first of the quarters, and what is open today.

    Open when a quarter ends: asked by then and not settled by then. So no row need be looked at one by one.
    """
    asked_in, settled_in = _by_quarter(asked), _by_quarter(settled)
    still_open = open_now + settled_in.total() - asked_in.total()
    found = []
    for quarter in quarters:
        of = still_open + asked_in[quarter]
        still_open = of - settled_in[quarter]
        found.append(Carried(quarter, still_open, of))
    return tuple(found)


def _by_quarter(days: Mapping[date, int]) -> Counter[Quarter]:
    quarters: Counter[Quarter] = Counter()
    for day, count in days.items():
        quarters[quarter_of(day)] += count
    return quarters


def _together(some: Mapping[int, int], more: Mapping[int, int]) -> dict[int, int]:
    return {day: some.get(day, 0) + more.get(day, 0) for day in {*some, *more}}

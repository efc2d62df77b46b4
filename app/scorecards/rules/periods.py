"""The span of time that a scorecard looks back on: whole calendar quarters up to today; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Span(StrEnum):
    """How far back, by its name in addresses."""

    YEAR = "12"
    TWO_YEARS = "24"
    ALL = "all"


MOST_QUARTERS = 21
"""So many are told apart; what lies before them is counted together."""
_QUARTERS = {Span.YEAR: 5, Span.TWO_YEARS: 9, Span.ALL: MOST_QUARTERS}


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """`number` 1 to 4 of a calendar year."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        return self.shifted(1).first - timedelta(days=1)

    @property
    def name(self) -> str:
        return f"Q{self.number} {self.year}"

    def shifted(self, by: int) -> Quarter:
        year, number = divmod(self.year * 4 + self.number - 1 + by, 4)
        return Quarter(year, number + 1)


@dataclass(frozen=True, slots=True)
class Period:
    """`quarters` up to the one that is running; with `has_no_start`, whatever lies before them counts too."""

    span: Span
    today: date
    quarters: tuple[Quarter, ...]

    @property
    def has_no_start(self) -> bool:
        return self.span is Span.ALL

    @property
    def first(self) -> date:
        return self.quarters[0].first

    @property
    def last(self) -> date:
        return self.quarters[-1].last


def quarter_of(day: date) -> Quarter:
    """The calendar quarter in which `day` lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def period(span: Span, today: date) -> Period:
    """The running quarter and those before it: 4 for a year, 8 for two, so that a year ago can be compared."""
    running = quarter_of(today)
    count = _QUARTERS[span]
    return Period(span, today, tuple(running.shifted(by) for by in range(1 - count, 1)))

"""Counting: why dates were missed, most frequent first; how long open ones have been open; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

NO_REASON = ""
AGES: tuple[tuple[int | None, str], ...] = (
    (14, "up to 2 weeks"),
    (30, "15 to 30 days"),
    (60, "31 to 60 days"),
    (90, "61 to 90 days"),
    (None, "over 90 days"),
)
"""The last day of each bucket, and its name."""
ANSWERS: tuple[tuple[int | None, str], ...] = (
    (0, "same day"),
    (1, "1 day"),
    (2, "2 days"),
    (5, "3 to 5 days"),
    (10, "6 to 10 days"),
    (None, "over 10 days"),
)
SLIPS: tuple[tuple[int | None, str], ...] = ((0, "never"), (1, "once"), (2, "twice"), (None, "more often"))


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a picture. `part` of `count` is marked apart; `running` is the share of this and all above it."""

    name: str
    count: int
    part: int = 0
    running: float = 0.0


def pareto(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """Reasons with their counts, the most frequent first, alike ones by name; what nobody gave a reason for is last.

    `running` is 0 to 1. Source: Juran's "vital few" after Pareto: few reasons make up most of the misses.
    """
    ordered = sorted(
        ((name, count) for name, count in counts.items() if count),
        key=lambda one: (one[0] == NO_REASON, -one[1], one[0]),
    )
    whole = sum(count for _, count in ordered)
    sums = accumulate(count for _, count in ordered)
    return tuple(Bar(name, count, running=upto / whole) for (name, count), upto in zip(ordered, sums, strict=True))


def in_buckets(
    counts: Mapping[int, int], ends: Sequence[tuple[int | None, str]], parts: Mapping[int, int] | None = None
) -> tuple[Bar, ...]:
    """Counts by day put into buckets, each named and with its last day (None: no end); empty ones too."""
    bars, after = [], -1
    for last, name in ends:
        inside = [day for day in counts if day > after and (last is None or day <= last)]
        marked = sum((parts or {}).get(day, 0) for day in inside)
        bars.append(Bar(name, sum(counts[day] for day in inside), marked))
        after = last if last is not None else after
    return tuple(bars)


def ageing(open_for: Mapping[int, int], late: Mapping[int, int]) -> tuple[Bar, ...]:
    """Open promises by the calendar days since they were asked; `part` are those past their present day."""
    return in_buckets(open_for, AGES, late)

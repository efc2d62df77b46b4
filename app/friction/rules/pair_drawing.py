"""Where the bars of a pair's retros go: went right upwards, went wrong downwards, the oldest at the left; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MIDDLE = 44.0
"""Percent of the height at which the line between right and wrong lies."""
ROOM = 30.0
"""Percent of the height for the longest bar; its number stands beyond it."""
MOST = 16
"""The latest so many are drawn; the table beside has all."""
WIDEST = 5.0


@dataclass(frozen=True, slots=True)
class PairBar:
    """One retro. All in percent; `top` and `right_height` upwards, `wrong_height` downwards from the middle."""

    x: float
    left: float
    width: float
    top: float
    right_height: float
    wrong_height: float
    right: int
    wrong: int
    held_on: date
    month: str
    year: str


def pair_bars(retros: Sequence[tuple[date, int, int]]) -> tuple[PairBar, ...]:
    """From (day, went right, went wrong or unsorted), oldest first. A year is named where it begins."""
    shown = retros[-MOST:]
    longest = max((max(right, wrong) for _, right, wrong in shown), default=0) or 1
    bars, year = [], 0
    for place, (day, right, wrong) in enumerate(shown):
        slot = 100 / len(shown)
        x, width = slot * (place + 0.5), min(WIDEST, slot * 0.6)
        up, down = ROOM * right / longest, ROOM * wrong / longest
        bars.append(
            PairBar(
                round(x, 2), round(x - width / 2, 2), round(width, 2), round(MIDDLE - up, 2), round(up, 2),
                round(down, 2), right, wrong, day, day.strftime("%b"), str(day.year) if day.year != year else "",
            )
        )  # fmt: skip
        year = day.year
    return tuple(bars)

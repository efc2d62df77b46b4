"""Where the marks of a picture go: numbers for SVG, so that templates only write them down; pure.

Shares of width and height in percent: lengths follow the page while letters keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.scorecards.rules.figures import ScorecardFigures
from app.scorecards.rules.periods import Quarter
from app.scorecards.rules.shares import TOO_FEW, Kept
from app.scorecards.rules.survival import Survival

TOP, BOTTOM = 8.0, 72.0
"""Of a picture by quarter: where 100 % and 0 % lie; names and counts stand below."""
WIDE = 1000
"""A curve is drawn in a square of this side, which the page then stretches."""
CROWDED = 9
"""With more quarters than this only years are named, and counts stand in the table."""
_TICKS = (1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730)


@dataclass(frozen=True, slots=True)
class Whisker:
    """One quarter: a dot at `y` on a line from `high` down to `low` (percent of the height; less is higher up).

    `is_few`: too few for a dot. `is_running`: the quarter has not ended. `name` and `year` may be empty: no room.
    """

    quarter: Quarter
    kept: Kept
    x: float
    y: float
    high: float
    low: float
    is_few: bool
    is_running: bool
    name: str
    year: str


@dataclass(frozen=True, slots=True)
class Curve:
    """`line` and `band` are paths in a square of WIDE; `ticks` are (percent of the width, days)."""

    line: str
    band: str
    ticks: tuple[tuple[float, int], ...]
    median_at: float | None


@dataclass(frozen=True, slots=True)
class ScorecardDrawing:
    """The figures of one direction with their pictures."""

    figures: ScorecardFigures
    whiskers: tuple[Whisker, ...]
    curve: Curve | None


def card(figures: ScorecardFigures) -> ScorecardDrawing:
    """A curve is drawn once there are enough cases to say something."""
    enough = figures.closing.time.ended and not figures.closing.time.is_too_few
    return ScorecardDrawing(figures, whiskers(figures.by_quarter), curve(figures.closing.time) if enough else None)


def whiskers(by_quarter: Sequence[tuple[Quarter, Kept]]) -> tuple[Whisker, ...]:
    """One for each quarter, from left to right; the last one is still running. Leading empty ones are left out."""
    first = next((place for place, (_, kept) in enumerate(by_quarter) if kept.due), 0)
    shown = by_quarter[first:]
    drawn = []
    for place, (quarter, kept) in enumerate(shown):
        share = kept.share
        drawn.append(
            Whisker(
                quarter,
                kept,
                round(100 * (place + 0.5) / len(shown), 2),
                _height(share.value),
                _height(share.high),
                _height(share.low),
                share.is_too_few,
                place == len(shown) - 1,
                "" if len(shown) > CROWDED else f"Q{quarter.number}",
                str(quarter.year) if place == 0 or quarter.number == 1 else "",
            )
        )
    return tuple(drawn)


def curve(time: Survival) -> Curve:
    """The share still open, from all at the left, with its interval as a band.

    Drawn as far as at least TOO_FEW are still followed: beyond, one case more or less would move the whole line.
    """
    followed = [one for one in time.steps if one.at_risk >= TOO_FEW]
    most = max([one.day for one in followed] + [time.median or 0, 1])
    steps = [one for one in time.steps if one.day <= most]

    def across(day: int) -> int:
        return round(WIDE * day / most)

    def down(share: float) -> int:
        return round(WIDE * (1 - share))

    line = "M0 0" + "".join(f"H{across(one.day)}V{down(one.survival)}" for one in steps) + f"H{WIDE}"
    upper = "M0 0" + "".join(f"H{across(one.day)}V{down(one.high)}" for one in steps) + f"H{WIDE}"
    # Back from the right along the lower edge.
    lower = "".join(f"V{down(one.low)}H{across(one.day)}" for one in reversed(steps)) + "V0"
    median = time.median
    return Curve(
        line,
        f"{upper}{lower}Z",
        _ticks(most),
        None if median is None else round(100 * median / most, 2),
    )


def _height(share: float) -> float:
    return round(TOP + (BOTTOM - TOP) * (1 - share), 2)


def _ticks(most: int) -> tuple[tuple[float, int], ...]:
    step = next((one for one in _TICKS if most / one <= 5), _TICKS[-1])
    return tuple((round(100 * day / most, 2), day) for day in range(0, most + 1, step))

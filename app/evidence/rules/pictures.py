"""Where the marks of a friction's picture go: a column for each eligible retro, the actions between them; pure.

Shares of width and height in percent, as in `scorecards.rules.drawing`. All pictures of a page share one scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.evidence.rules.observations import Observation
from app.evidence.rules.thresholds import PER_PEOPLE

TOP, BOTTOM = 14.0, 84.0
LEAST_SCALE = 5.0
"""Entries per ten people at the top of a picture, at least: a single entry must not look like a mountain."""


@dataclass(frozen=True, slots=True)
class PlottedAction:
    """An action, by its days; `accepted_on` is None until it is accepted. `number`: how it is marked on this page."""

    number: int
    title: str
    on: date
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """One eligible retro: at `y` by its rate; `is_present` without one: somebody wrote, nobody knows of how many."""

    x: float
    y: float
    per_ten: float | None
    is_present: bool
    look: Observation


@dataclass(frozen=True, slots=True)
class ActionMark:
    """An action on the line: where it was asked and accepted, and the column of the grace retro (from, width)."""

    number: int
    title: str
    asked: float | None
    accepted: float | None
    grace: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture. `scale`: entries per ten people at its top; `line`: points of those with a rate."""

    dots: tuple[Dot, ...]
    marks: tuple[ActionMark, ...]
    scale: float

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots if dot.per_ten is not None)


def scale_of(lines: Iterable[Sequence[Observation]]) -> float:
    """One scale for all pictures of a page, so that they can be compared."""
    highest = max((rate for line in lines for one in line if (rate := per_ten(one)) is not None), default=0.0)
    return max(LEAST_SCALE, highest)


def per_ten(look: Observation) -> float | None:
    """Entries per ten people in one retro, as they were; None where nobody knows how many could have written."""
    return PER_PEOPLE * look.entries / look.seats if look.seats else None


def panel(looks: Sequence[Observation], actions: Sequence[PlottedAction], scale: float) -> Panel:
    """`looks` from left to right, oldest first. Actions from before the first of them are marked at its left edge."""
    wide = 100 / max(1, len(looks))
    dots = tuple(_dot(look, round((at + 0.5) * wide, 2), scale) for at, look in enumerate(looks))
    days = [one.on for one in looks]
    return Panel(dots, tuple(_mark(one, days, wide) for one in actions), scale)


def _dot(look: Observation, x: float, scale: float) -> Dot:
    rate = per_ten(look)
    share = rate / scale if rate is not None else float(look.is_present)
    return Dot(x, round(BOTTOM - (BOTTOM - TOP) * share, 2), rate, look.is_present, look)


def _mark(action: PlottedAction, days: Sequence[date], wide: float) -> ActionMark:
    accepted = action.accepted_on
    grace = next((at for at, day in enumerate(days) if accepted is not None and day > accepted), None)
    return ActionMark(
        action.number,
        action.title,
        _between(action.on, days, wide),
        _between(accepted, days, wide) if accepted else None,
        None if grace is None else (round(grace * wide, 2), round(wide, 2)),
    )


def _between(on: date, days: Sequence[date], wide: float) -> float:
    """The boundary after the last retro up to this day."""
    return round(sum(day <= on for day in days) * wide, 2)

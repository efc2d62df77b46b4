"""Adds up what was measured and prints it as a table and as JSON; measures nothing itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import isnan


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; nan for no values."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(slots=True)
class Figure:
    """One measured thing: seconds each, and what went wrong with it."""

    what: str
    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    lost: int = 0
    doubled: int = 0
    goal_p95: float | None = None
    worked: float | None = None
    """Processor seconds each time, where they were counted: what a busy machine does not change."""

    @property
    def p50(self) -> float:
        return percentile(self.seconds, 0.50)

    @property
    def p95(self) -> float:
        return percentile(self.seconds, 0.95)

    @property
    def is_within_goal(self) -> bool:
        return self.goal_p95 is None or not self.seconds or self.p95 <= self.goal_p95


@dataclass(slots=True)
class Ratio:
    """Ours beside the bare broadcaster, p95 in seconds, the 150 ms of coalescing taken off ours."""

    what: str
    ours: float
    bare: float
    frame_bytes: int
    goal: float = 2.0

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


@dataclass(slots=True)
class Report:
    people: int
    figures: list[Figure] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    notes: dict[str, float | int | str] = field(default_factory=dict)

    def figure(self, what: str, goal_p95: float | None = None) -> Figure:
        made = Figure(what, goal_p95=goal_p95)
        self.figures.append(made)
        return made

    @property
    def errors(self) -> int:
        return sum(one.errors for one in self.figures)

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.figures)

    @property
    def doubled(self) -> int:
        return sum(one.doubled for one in self.figures)

    def as_table(self) -> str:
        head = (
            f"{'what':<58}{'n':>6}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>8}{'goal':>7}"
            f"{'errors':>8}{'lost':>6}{'doubled':>9}"
        )
        lines = [head, "-" * len(head)]
        for one in self.figures:
            goal = f"{one.goal_p95 * 1000:.0f}" if one.goal_p95 is not None else ""
            mark = "" if one.is_within_goal else "  <- over"
            timed = f"{one.p50 * 1000:>9.0f}{one.p95 * 1000:>9.0f}" if one.seconds else f"{'-':>9}{'-':>9}"
            worked = f"{one.worked * 1000:.0f}" if one.worked is not None else ""
            lines.append(
                f"{one.what:<58}{len(one.seconds):>6}{timed}{worked:>8}{goal:>7}"
                f"{one.errors:>8}{one.lost:>6}{one.doubled:>9}{mark}"
            )
        for pair in self.ratios:
            lines.append(
                f"{pair.what:<58} ours {pair.ours * 1000:.0f} ms, bare {pair.bare * 1000:.0f} ms "
                f"({pair.frame_bytes} bytes): {pair.ratio:.2f} x (goal {pair.goal:.0f} x)"
            )
        lines += [f"{name:<58} {value}" for name, value in self.notes.items()]
        return "\n".join(lines)

    def as_json(self) -> str:
        figures = [
            {
                "what": one.what,
                "n": len(one.seconds),
                "p50_ms": _milliseconds(one.p50),
                "p95_ms": _milliseconds(one.p95),
                "cpu_ms": None if one.worked is None else round(one.worked * 1000, 1),
                "goal_p95_ms": None if one.goal_p95 is None else one.goal_p95 * 1000,
                "errors": one.errors,
                "lost": one.lost,
                "doubled": one.doubled,
            }
            for one in self.figures
        ]
        ratios = [{**asdict(pair), "ratio": round(pair.ratio, 2)} for pair in self.ratios]
        found = {"people": self.people, "figures": figures, "ratios": ratios, "notes": self.notes}
        return json.dumps(found, indent=1)


def _milliseconds(seconds: float) -> float | None:
    return None if isnan(seconds) else round(seconds * 1000, 1)

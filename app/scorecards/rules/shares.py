"""Shares of few cases: how much of what was due was kept, and how far that can be trusted; pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

TOO_FEW = 5
"""Below this many cases no percentage is said, only the counts."""
Z_95 = 1.96


def wilson(kept: int, due: int, z: float = Z_95) -> tuple[float, float]:
    """The interval (low, high), each 0 to 1, in which the true share plausibly lies; (0, 1) when nothing was due.

    Centre (p + z²/2n)/(1 + z²/n), half width z/(1 + z²/n) * sqrt(p(1 - p)/n + z²/4n²). Source: Wilson 1927, "Probable
    inference, the law of succession, and statistical inference", JASA 22, 209-212. z = 1.96: 95 %, two-sided.
    """
    if not 0 <= kept <= due:
        raise ValueError(f"{kept} of {due} is no share")
    if due == 0:
        return 0.0, 1.0
    share, spread = kept / due, z * z / due
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / due + spread / (4 * due))
    # Where all or none were kept the interval ends there exactly; arithmetic alone misses it by a rounding.
    low = 0.0 if kept == 0 else max(0.0, centre - half)
    high = 1.0 if kept == due else min(1.0, centre + half)
    return low, high


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole` cases."""

    part: int
    whole: int

    @property
    def is_too_few(self) -> bool:
        return self.whole < TOO_FEW

    @property
    def value(self) -> float:
        """0 to 1; 0 when there are no cases."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def low(self) -> float:
        return wilson(self.part, self.whole)[0]

    @property
    def high(self) -> float:
        return wilson(self.part, self.whole)[1]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the promises that were due. `pending`: reported in time, waiting to be accepted; not yet due.

    `by_silence`: so many of the kept ones were accepted because nobody answered.
    """

    kept: int = 0
    missed: int = 0
    pending: int = 0
    by_silence: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.missed

    @property
    def share(self) -> Share:
        return Share(self.kept, self.due)

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.kept + other.kept,
            self.missed + other.missed,
            self.pending + other.pending,
            self.by_silence + other.by_silence,
        )

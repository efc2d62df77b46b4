"""The friction map: how hard each consumer finds each provider, as levels with their certainty; pure.

Three levels, each with what it is counted from:
- entries: the share of "went wrong" among "went wrong" and "went right" (Wilson's interval);
- rate: "went wrong" and unsorted entries for each ten people of the consumer over the retros that both took part in
  (a Gamma interval, shrunk towards the whole house: evidence.md);
- pulse: ratings from 1 to 5, shrunk (rules/pulse.py).

Hidden is what comes from fewer people than a retro's k. Complementary suppression keeps single cells from being
solved by subtraction; across spans of time and pages that would need one plan for all of them. So here nothing is
left to subtract: what is hidden is in no row's, no column's and no house's total, in any span. Two histories that
differ only in hidden entries give the same map (tests/unit/test_friction_rules.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import gammaincinv

from app.friction.rules.pulse import Score
from app.scorecards.rules.shares import TOO_FEW, wilson

Z_90 = 1.645
PEOPLE_OF_PRIOR = 12.0
"""beta of the rate: the whole house counts as so many people."""
TEN = 10
SHARES = (0.2, 0.4, 0.6, 0.8)
TIMES_THE_HOUSE = (0.5, 0.8, 1.25, 2.0)
SCORES = (4.2, 3.6, 3.0, 2.4)
"""Where one colour ends and the next, harder one begins."""


class Show(StrEnum):
    """What the map shows, by its name in addresses."""

    ENTRIES = "entries"
    RATE = "rate"
    PULSE = "pulse"
    BOTH = "both"


class Against(StrEnum):
    """A level beside another one: said only where its interval lies wholly on one side."""

    HARDER = "harder"
    EASIER = "easier"
    UNCLEAR = ""


@dataclass(frozen=True, slots=True)
class FrictionTally:
    """Entries of one group about one department. `retros`: in how many retros there were any.

    `among_known`: "went wrong" and unsorted ones of the retros in which seats are known: what a rate is made of.
    """

    wrong: int = 0
    right: int = 0
    unsorted: int = 0
    thanks: int = 0
    among_known: int = 0
    retros: int = 0

    @property
    def judged(self) -> int:
        """Went wrong or went right."""
        return self.wrong + self.right

    @property
    def said(self) -> int:
        return self.wrong + self.right + self.unsorted + self.thanks

    def __add__(self, other: FrictionTally) -> FrictionTally:
        return FrictionTally(
            self.wrong + other.wrong,
            self.right + other.right,
            self.unsorted + other.unsorted,
            self.thanks + other.thanks,
            self.among_known + other.among_known,
            self.retros + other.retros,
        )

    def __sub__(self, other: FrictionTally) -> FrictionTally:
        return FrictionTally(
            self.wrong - other.wrong,
            self.right - other.right,
            self.unsorted - other.unsorted,
            self.thanks - other.thanks,
            self.among_known - other.among_known,
            self.retros - other.retros,
        )


@dataclass(frozen=True, slots=True)
class Level:
    """`value` with its interval, from `n` cases. `bucket`: 0 easy to 4 hard. `is_few`: say the counts, no figure.

    `is_sure`: the interval stays within two neighbouring buckets; else the cell is only outlined.
    """

    value: float
    low: float
    high: float
    n: int
    bucket: int
    is_sure: bool
    is_few: bool = False
    more_is_harder: bool = True

    def against(self, house: float | None) -> Against:
        """Where the whole interval lies above or below a figure of the whole house."""
        if house is None or self.is_few or self.low <= house <= self.high:
            return Against.UNCLEAR
        return Against.HARDER if (self.low > house) == self.more_is_harder else Against.EASIER

    def since(self, before: Level | None) -> Against:
        """Whether it became harder or easier: only where the two intervals do not touch."""
        if before is None or self.is_few or before.is_few or (self.low <= before.high and before.low <= self.high):
            return Against.UNCLEAR
        return Against.HARDER if (self.low > before.high) == self.more_is_harder else Against.EASIER


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a pair's ratings come to. `score` None and `split`: they do not agree; neither: hidden, too few rated."""

    score: Score | None = None
    split: bool = False


def share_level(tally: FrictionTally) -> Level | None:
    """The share that went wrong, 0 to 1, with Wilson's 90 % interval; None where nothing went wrong or right."""
    if not tally.judged:
        return None
    low, high = wilson(tally.wrong, tally.judged, Z_90)
    value = tally.wrong / tally.judged
    return Level(value, low, high, tally.judged, *_placed(value, low, high, SHARES), tally.judged < TOO_FEW)


def rate_levels(cases: Sequence[tuple[int, int]], house: float) -> list[Level]:
    """For each (entries y, people n): entries for each ten people, 10(alpha + y)/(beta + n), with the 90 % interval
    of Gamma(alpha + y, beta + n); beta = 12, alpha = 12 * `house`, entries a person in the whole house (above 0).

    Source: the Gamma-Poisson model of evidence.md ("Does a friction recur?").
    """
    if not cases:
        return []
    shapes = [PEOPLE_OF_PRIOR * house + y for y, _ in cases]
    people = [PEOPLE_OF_PRIOR + n for _, n in cases]
    lows, highs = gammaincinv(shapes, 0.05), gammaincinv(shapes, 0.95)
    edges = tuple(TEN * house * times for times in TIMES_THE_HOUSE)
    found = []
    for shape, among, low, high, (_, n) in zip(shapes, people, lows, highs, cases, strict=True):
        value, least, most = TEN * shape / among, TEN * float(low) / among, TEN * float(high) / among
        found.append(Level(value, least, most, n, *_placed(value, least, most, edges)))
    return found


def pulse_level(score: Score) -> Level:
    """A score from 1 to 5: the higher, the easier."""
    bucket, hardest, easiest = (sum(of < edge for edge in SCORES) for of in (score.mean, score.low, score.high))
    is_sure = hardest - easiest <= 1
    return Level(score.mean, score.low, score.high, score.n, bucket, is_sure, more_is_harder=False)


def without(
    tallies: Mapping[tuple[str, str], FrictionTally], hidden: Iterable[tuple[tuple[str, str], FrictionTally]]
) -> dict[tuple[str, str], FrictionTally]:
    """The tallies less those of groups that are too small: so nothing of them is in any total."""
    left = dict(tallies)
    for pair, tally in hidden:
        left[pair] = left.get(pair, FrictionTally()) - tally
    return {pair: tally for pair, tally in left.items() if tally.said}


def total(tallies: Iterable[FrictionTally]) -> FrictionTally:
    found = FrictionTally()
    for tally in tallies:
        found += tally
    return found


def _placed(value: float, low: float, high: float, edges: Sequence[float]) -> tuple[int, bool]:
    """The bucket, and whether the interval stays within two neighbouring ones."""
    return _bucket(value, edges), _bucket(high, edges) - _bucket(low, edges) <= 1


def _bucket(value: float, edges: Sequence[float]) -> int:
    return sum(value >= edge for edge in edges)

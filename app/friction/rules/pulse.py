"""How a consumer rates a provider, shrunk so that few raters cannot shout; pure (evidence.md, "Pulse").

What is kept of a group after a retro is a mean (below ten raters to halves) and a band of how many rated, never the
ratings and no spread. So s²_w is WITHIN_UNSEEN, and n the band's lower edge: fewer than there were, which shrinks a
little more and draws the interval a little wider than the ratings themselves would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

LEAST, MOST = 1.0, 5.0
Z_90 = 1.645
ENOUGH_PAIRS = 5
"""With fewer pairs than this nobody can tell how pairs differ: nothing is shrunk."""
WORTH_WHERE_ALIKE = 5.0
"""Raters that the mean of all is worth where pairs do not differ at all."""
MIDDLE = 3.0
WITHIN_UNSEEN = 0.7
"""Variance of ratings within a group where no spread is stored."""
WITHIN_LEAST = 1 / 12
"""Answers are whole numbers: even people of one mind are known no better than this variance (Sheppard 1898)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Ratings of one group as `n` of them, their `total` and the sum of their `squares`: samples can be added."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def within(self) -> float:
        """Sum of squares around the group's own mean."""
        return max(0.0, self.squares - self.total * self.total / self.n) if self.n else 0.0

    def __add__(self, other: Sample) -> Sample:
        return Sample(self.n + other.n, self.total + other.total, self.squares + other.squares)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a rating before anybody of a pair has spoken: `mean` of all, `within` (s²_w) and `between`
    (t²) pairs, and how many raters that knowledge is worth (`kappa`): infinite where pairs do not differ, none where
    there are too few of them to tell."""

    mean: float
    within: float
    between: float
    kappa: float


@dataclass(frozen=True, slots=True)
class Score:
    """`mean` is shrunk, `raw` is not; the truth plausibly lies from `low` to `high` (90 %). `n`: at least so many."""

    mean: float
    low: float
    high: float
    raw: float
    n: int


def sample_of(ratings: Sequence[int]) -> Sample:
    return Sample(len(ratings), float(sum(ratings)), float(sum(rating * rating for rating in ratings)))


def prior(groups: Iterable[Sample], within: float | None = None) -> Prior:
    """From the samples of all pairs. kappa = s²_w/t²; with G >= 5 pairs MSW = SSW/(N - G), MSB = sum
    n_g(mean_g - mean)²/(G - 1), n0 = (N - sum n_g²/N)/(G - 1), t² = max(0, (MSB - MSW)/n0); fewer pairs: kappa = 0.
    `within`: s²_w where the samples hold no spread; None: MSW.

    Source: one-way random effects by the method of moments, Searle, Casella, McCulloch 1992, "Variance components".
    """
    known = [group for group in groups if group.n]
    count, pairs = sum(group.n for group in known), len(known)
    if not known:
        return Prior(MIDDLE, WITHIN_UNSEEN, inf, 0.0)
    mean = sum(group.total for group in known) / count
    if within is None:
        within = sum(group.within for group in known) / (count - pairs) if count > pairs else WITHIN_UNSEEN
    if pairs < ENOUGH_PAIRS:
        return Prior(mean, within, inf, 0.0)
    over_pairs = sum(group.n * (group.mean - mean) ** 2 for group in known) / (pairs - 1)
    typical = (count - sum(group.n**2 for group in known) / count) / (pairs - 1)
    between = max(0.0, (over_pairs - within) / typical)
    return Prior(mean, within, between, within / between if between else inf)


def score(group: Sample, known: Prior, k: int = 1) -> Score | None:
    """m = (sum x + kappa*mu)/(n + kappa), interval m +- 1.645*(n/s²_w + 1/t²)^(-1/2), within 1 and 5.

    None below k raters: hidden. Where pairs do not differ at all (t² = 0) m is mu, and the interval is drawn as if
    that were worth WORTH_WHERE_ALIKE raters: otherwise it would have no width. With too few pairs m is the
    pair's own mean.
    """
    if group.n < max(1, k):
        return None
    if known.kappa == inf:
        shrunk, worth = known.mean, WORTH_WHERE_ALIKE
    else:
        shrunk = (group.total + known.kappa * known.mean) / (group.n + known.kappa)
        worth = known.kappa
    within = max(known.within, WITHIN_LEAST)
    # 1/t² = kappa/s²_w, so that both cases are the same sum.
    half = Z_90 * (group.n / within + (1 / known.between if known.between else worth / within)) ** -0.5
    return Score(shrunk, max(LEAST, shrunk - half), min(MOST, shrunk + half), group.mean, group.n)


def together(scores: Iterable[Score]) -> Score | None:
    """Several dimensions as one: their mean, None where there is none.

    The same people answered all of them, so the interval is no narrower than theirs are on average.
    """
    found = list(scores)
    if not found:
        return None

    def middle(values: Iterable[float]) -> float:
        return sum(values) / len(found)

    return Score(
        middle(one.mean for one in found),
        middle(one.low for one in found),
        middle(one.high for one in found),
        middle(one.raw for one in found),
        min(one.n for one in found),
    )

"""Tests of chance for the attack: does an order in the database know the order of what people did?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

from scipy.stats import rankdata

ALPHA = 1e-6
LIMIT = NormalDist().inv_cdf(1 - ALPHA / 2)


@dataclass
class Pooled:
    """One statistic over many retros: the sum of independent, standardised values."""

    values: list[float] = field(default_factory=list)

    @property
    def z(self) -> float:
        return sum(self.values) / sqrt(len(self.values)) if self.values else 0.0

    @property
    def is_above_chance(self) -> bool:
        return abs(self.z) > LIMIT


def order_knows(found: Sequence[float], truth: Sequence[float]) -> float | None:
    """Spearman's rank correlation of two orders, standardised: rho * sqrt(n - 1) is about N(0, 1) under chance.

    None where an order tells nothing by itself (fewer than three rows, or all the same).
    """
    n = len(found)
    if n < 3 or len(set(found)) < 2 or len(set(truth)) < 2:
        return None
    a, b = rankdata(found), rankdata(truth)
    mean = (n + 1) / 2
    covariance = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = sqrt(sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b))
    return covariance / spread * sqrt(n - 1)


def neighbours_share_an_author(authors_in_order: Sequence[str]) -> float | None:
    """How much more often neighbours have the same author than in a random order, standardised.

    Mean and variance of the number of equal neighbours in a random permutation of a multiset (David and Barton 1962,
    runs of several kinds).
    """
    n = len(authors_in_order)
    counts = [authors_in_order.count(a) for a in set(authors_in_order)]
    if n < 4 or len(counts) < 2 or max(counts) == 1:
        return None
    observed = sum(a == b for a, b in pairwise(authors_in_order))
    f2 = sum(c * (c - 1) for c in counts)
    f3 = sum(c * (c - 1) * (c - 2) for c in counts)
    mean = f2 / n
    # E[X^2] = sum over pairs of positions: same pair, overlapping pairs, disjoint pairs.
    disjoint_pairs = (n - 1) * (n - 2) - 2 * (n - 2)
    same = (n - 1) * f2 / (n * (n - 1))
    overlapping = 2 * (n - 2) * f3 / (n * (n - 1) * (n - 2))
    four = f2 * f2 - 4 * f3 - 2 * f2
    disjoint = disjoint_pairs * four / (n * (n - 1) * (n - 2) * (n - 3))
    variance = same + overlapping + disjoint - mean * mean
    return (observed - mean) / sqrt(variance) if variance > 1e-9 else None

"""Does a friction become more or less frequent? A score test for a trend in counts; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from app.core.statistics import adjusted_chances
from app.evidence.rules.observations import Observation, seated
from app.evidence.rules.thresholds import FALSE_SHARE, TREND_ENTRIES, TREND_RETROS

Counts = Sequence[int] | NDArray[numpy.int64]


class TrendDirection(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    TOO_EARLY = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """The test's parts: score `t`, its variance `v`, dispersion `phi`; `z` is signed, `p` two-sided."""

    t: float
    v: float
    phi: float
    z: float
    p: float


def trend(looks: Sequence[Observation]) -> Trend | None:
    """The trend over these looks, oldest first, of those whose seats are known; None: too early to say."""
    known = seated(looks)
    return trend_of([one.entries for one in known], [one.seats or 0 for one in known])


def trend_of(entries: Counts, seats: Counts) -> Trend | None:
    """`entries` y_t and `seats` n_t of consecutive eligible retros t; None with fewer than 5 retros or 5 entries.

    tbar = sum nt/sum n, T = sum y(t - tbar), V = sum y * sum n(t - tbar)^2/sum n, Z = T/sqrt(V * max(1, phi)) with
    phi = Pearson's chi2/(S - 1). Where counts scatter more than chance (phi > 1) p comes from Student's t with S - 1
    degrees of freedom, because phi is itself a guess from few retros: with the normal distribution up to 11 % of
    frictions that do not change would be called changing (app/decisions/0015). Sources: Armitage 1955, Biometrics 11,
    375-386; Breslow 1984, Applied Statistics 33, 38-44.
    """
    y, n, size = numpy.asarray(entries, float), numpy.asarray(seats, float), len(entries)
    whole, people = int(y.sum()), int(n.sum())
    if size < TREND_RETROS or whole < TREND_ENTRIES or not people:
        return None
    at = numpy.arange(size)
    apart = at - n @ at / people
    score, variance = float(y @ apart), float(whole * (n @ apart**2) / people)
    expected = whole * n / people
    phi = float(((y - expected) ** 2 / expected).sum() / (size - 1))
    z = score / sqrt(variance * max(1.0, phi))
    # SciPy's special functions straight: its distributions check their arguments, which costs more than the sum.
    tail = stdtr(size - 1, -abs(z)) if phi > 1 else ndtr(-abs(z))
    return Trend(score, variance, phi, z, float(2 * tail))


def called_up_to(chances: Sequence[float]) -> float:
    """The largest p of many frictions' trends that is called a trend, all looked at together; -1: none is."""
    called = [p for p, stands in zip(chances, many_at_once(chances), strict=True) if stands]
    return max(called, default=-1.0)


def direction(found: Trend | None, limit: float = FALSE_SHARE) -> TrendDirection:
    """Which way one friction goes, where p up to `limit` is called a trend."""
    if found is None:
        return TrendDirection.TOO_EARLY
    if found.p > limit:
        return TrendDirection.STEADY
    return TrendDirection.RISING if found.z > 0 else TrendDirection.FALLING


def many_at_once(chances: Sequence[float], false_share: float = FALSE_SHARE) -> list[bool]:
    """Which of these p-values stand when all are looked at together (Benjamini-Hochberg, q = `false_share`).

    Those whose adjusted p is at most q. Source: Benjamini, Hochberg 1995, "Controlling the false discovery rate",
    JRSS B 57, 289-300.
    """
    return [p <= false_share for p in adjusted_chances(chances)]

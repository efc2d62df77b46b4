"""How often people write about a friction, per ten of them, drawn towards the organisation's rate; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy
from scipy.special import gammaincinv

from app.evidence.rules.thresholds import PER_PEOPLE, PRIOR_PEOPLE, PRIOR_RATE, RATE_INTERVAL


@dataclass(frozen=True, slots=True)
class Rate:
    """Entries per ten people, with the 90 % interval in which the true rate plausibly lies."""

    value: float
    low: float
    high: float


def rate(entries: int, seats: int, usual: float = PRIOR_RATE) -> Rate:
    """`entries` (y) written where `seats` (n) people could have; `usual`: the organisation's entries a person."""
    return rates([entries], [seats], usual)[0]


def rates(entries: Sequence[int], seats: Sequence[int], usual: float = PRIOR_RATE) -> list[Rate]:
    """Many at once: a Gamma prior worth PRIOR_PEOPLE people (beta = 12, alpha = 12 * usual) and Poisson counts.

    10(alpha + y)/(beta + n); interval from Gamma(alpha + y, beta + n). Source: Gelman et al., "Bayesian data
    analysis", 3rd edition, section 2.6 (Poisson with exposure).
    """
    if not entries:
        return []
    shape = PRIOR_PEOPLE * usual + numpy.asarray(entries, float)
    scale = PER_PEOPLE / (PRIOR_PEOPLE + numpy.asarray(seats, float))
    outside = (1 - RATE_INTERVAL) / 2
    low, high = gammaincinv(shape, outside) * scale, gammaincinv(shape, 1 - outside) * scale
    return [Rate(*map(float, one)) for one in zip(shape * scale, low, high, strict=True)]


def usual_rate(entries: int, seats: int) -> float:
    """The organisation's entries a person, to two figures: a prior need not be finer, and then it seldom moves."""
    if not entries or not seats:
        return PRIOR_RATE
    plain = entries / seats
    return round(plain, 1 - floor(log10(plain)))

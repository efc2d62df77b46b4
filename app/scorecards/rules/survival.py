"""How long something takes when some of it has not ended yet: Kaplan and Meier's estimate; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from app.scorecards.rules.shares import TOO_FEW, Z_95

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class SurvivalStep:
    """After `day`: `survival` (0 to 1) is the share still open, with its interval `low` to `high`.

    `at_risk`: cases known to be open just before that day; `ended`: those that ended on it.
    """

    day: int
    at_risk: int
    ended: int
    survival: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Survival:
    """`ended` cases whose length is known, and `censored` ones of which only a lower bound is; `longest` of both."""

    steps: tuple[SurvivalStep, ...] = ()
    ended: int = 0
    censored: int = 0
    longest: int = 0

    @property
    def cases(self) -> int:
        return self.ended + self.censored

    @property
    def is_too_few(self) -> bool:
        return self.cases < TOO_FEW

    @property
    def median(self) -> int | None:
        """See `quantile`."""
        return self.quantile(0.5)

    @property
    def median_interval(self) -> tuple[int | None, int | None]:
        """The days on which the ends of the interval pass one half; None: they do not yet.

        Source: Brookmeyer, Crowley 1982, "A confidence interval for the median survival time", Biometrics 38, 29-41.
        """
        low = next((one.day for one in self.steps if one.low <= 0.5 + _ROUNDING), None)
        high = next((one.day for one in self.steps if one.high <= 0.5 + _ROUNDING), None)
        return low, high

    def quantile(self, share: float) -> int | None:
        """The first day by which at least `share` (0 to 1) have ended; None when too many are still open to say.

        Without open cases this is the inverse of the empirical distribution: definition 1 of Hyndman, Fan 1996,
        "Sample quantiles in statistical packages", The American Statistician 50, 361-365.
        """
        return next((one.day for one in self.steps if one.survival <= 1 - share + _ROUNDING), None)

    def open_after(self, day: int) -> float:
        """The share still open after `day`, 0 to 1."""
        passed = [one.survival for one in self.steps if one.day <= day]
        return passed[-1] if passed else 1.0


def kaplan_meier(ended: Mapping[int, int], censored: Mapping[int, int], z: float = Z_95) -> Survival:
    """The estimate from counts: day -> how many ended on it, day -> how many were last seen open on it.

    S(t) = product over days up to t of (1 - ended/at risk); who is censored on a day was at risk on it. Interval by
    log(-log S) with Greenwood's sum of ended/(at risk * (at risk - ended)): it stays within 0 and 1. Where S is 0
    that sum has no value: `low` is 0 and `high` stays as before.

    Sources: Kaplan, Meier 1958, "Nonparametric estimation from incomplete observations", JASA 53, 457-481; Greenwood
    1926; Kalbfleisch, Prentice 2002, "The statistical analysis of failure time data", section 1.4.
    """
    at_risk = sum(ended.values()) + sum(censored.values())
    steps: list[SurvivalStep] = []
    survival, greenwood, high = 1.0, 0.0, 1.0
    for day in sorted({*ended, *censored}):
        gone = ended.get(day, 0)
        if gone:
            survival *= 1 - gone / at_risk
            low = 0.0
            if gone < at_risk:
                greenwood += gone / (at_risk * (at_risk - gone))
                low, high = _interval(survival, greenwood, z)
            else:
                survival = 0.0
            steps.append(SurvivalStep(day, at_risk, gone, survival, low, high))
        at_risk -= gone + censored.get(day, 0)
    days = [day for counts in (ended, censored) for day, count in counts.items() if count]
    return Survival(tuple(steps), sum(ended.values()), sum(censored.values()), max(days, default=0))


def _interval(survival: float, greenwood: float, z: float) -> tuple[float, float]:
    swing = z * sqrt(greenwood) / abs(log(survival))
    return survival ** exp(swing), survival ** exp(-swing)

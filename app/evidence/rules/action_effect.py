"""Did the action work? The retros before it was asked against those after it was accepted; pure.

Nothing here ever says that an action failed: what is not proved stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from uuid import UUID

from scipy.special import bdtr, betainc

from app.evidence.rules.observations import Observation, exposure, seated
from app.evidence.rules.thresholds import (
    AFTER_RETROS,
    BASELINE_RETROS,
    GRACE_RETROS,
    HELD_CHANCE,
    HELD_EXACT,
    HELD_RATIO,
    RETURNED_CHANCE,
)


class EffectVerdict(StrEnum):
    """What can be said of an accepted action. INCONCLUSIVE only when a person closes it."""

    HELD = "held"
    RETURNED = "returned"
    TOO_EARLY = "too_early"
    INCONCLUSIVE = "inconclusive"


class Missing(StrEnum):
    """What keeps an open question open."""

    NOTHING = ""
    RETROS = "retros"
    PEOPLE = "people"
    PROOF = "proof"
    NO_BASELINE = "no_baseline"
    NO_SEATS = "no_seats"


@dataclass(frozen=True, slots=True)
class Windows:
    """`before`: the baseline, without the retro that asked; `grace`: after the acceptance, on neither side; `later`:
    all after that, also those whose seats nobody knows."""

    before: tuple[Observation, ...]
    grace: tuple[Observation, ...]
    later: tuple[Observation, ...]

    @property
    def after(self) -> tuple[Observation, ...]:
        """Those of the later ones that can be compared."""
        return tuple(seated(self.later))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entries y and seats n before (0) and after (1). `chance`: P(rate after < rate before); `exact`: its p."""

    y0: int
    n0: int
    y1: int
    n1: int

    @property
    def ratio(self) -> float | None:
        """Rate after / rate before; None without an entry before."""
        return (self.y1 / self.n1) / (self.y0 / self.n0) if self.y0 and self.n0 and self.n1 else None

    @property
    def chance(self) -> float:
        """P(RR < 1) = BetaCDF(n1/(n0 + n1); y1 + .5, y0 + .5): Jeffreys' prior, conditional on y0 + y1."""
        return float(betainc(self.y1 + 0.5, self.y0 + 0.5, self._share))

    @property
    def exact(self) -> float:
        """p = P(Bin(y0 + y1, n1/(n0 + n1)) <= y1). Source: Przyborowski, Wilenski 1940, Biometrika 31, 313-323."""
        return float(bdtr(self.y1, self.y0 + self.y1, self._share))

    @property
    def people_needed(self) -> int | None:
        """Seats after (n1) with which silence alone would be proof: n0(.1^(-1/y0) - 1); None: no number would do."""
        return ceil(self.n0 * (HELD_EXACT ** (-1 / self.y0) - 1)) if self.y0 else None

    @property
    def _share(self) -> float:
        return self.n1 / (self.n0 + self.n1)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what it rests on. `lacking`: so many retros or people more, where that is what is missing."""

    verdict: EffectVerdict
    windows: Windows
    comparison: Comparison
    missing: Missing = Missing.NOTHING
    lacking: int = 0


def windows(looks: Sequence[Observation], asked_in: UUID | None, asked_on: date, accepted_on: date) -> Windows:
    """The looks (oldest first) before the action was asked and after it was accepted.

    The retro that asked (`asked_in`) belongs to neither side: it was chosen for being bad, and with it a useless
    action would seem to work in 28 % of cases. Where no retro asked, the baseline ends before the day it was asked.
    """
    place = next((at for at, one in enumerate(looks) if one.retro_id == asked_in), None)
    earlier = looks[:place] if place is not None else [one for one in looks if one.on < asked_on]
    later = [one for one in looks if one.on > accepted_on and one.retro_id != asked_in]
    return Windows(
        tuple(seated(earlier)[-BASELINE_RETROS:]), tuple(later[:GRACE_RETROS]), tuple(later[GRACE_RETROS:])
    )


def judge(seen: Windows) -> Judged:
    """held, returned, or too early and what is missing."""
    compared = Comparison(*exposure(seen.before), *exposure(seen.after))
    if len(seen.later) > len(seen.after) and len(seen.after) < AFTER_RETROS:
        return Judged(EffectVerdict.TOO_EARLY, seen, compared, Missing.NO_SEATS)
    if not seen.after:
        return Judged(EffectVerdict.TOO_EARLY, seen, compared, Missing.RETROS, AFTER_RETROS)
    if not seen.before:
        return Judged(EffectVerdict.TOO_EARLY, seen, compared, Missing.NO_BASELINE)
    if compared.y1 and compared.chance <= RETURNED_CHANCE:
        return Judged(EffectVerdict.RETURNED, seen, compared)
    if len(seen.after) < AFTER_RETROS:
        return Judged(EffectVerdict.TOO_EARLY, seen, compared, Missing.RETROS, AFTER_RETROS - len(seen.after))
    if has_held(compared):
        return Judged(EffectVerdict.HELD, seen, compared)
    return Judged(EffectVerdict.TOO_EARLY, seen, compared, *_missing(compared))


def has_held(compared: Comparison) -> bool:
    """P >= .9, RR <= .7 and exact p <= .1 (this last one is what keeps false proof under 8 %: decision 15)."""
    return (
        compared.ratio is not None
        and compared.ratio <= HELD_RATIO
        and compared.chance >= HELD_CHANCE
        and compared.exact <= HELD_EXACT
    )


def _missing(compared: Comparison) -> tuple[Missing, int]:
    needed = compared.people_needed
    if needed is None:
        return Missing.NO_BASELINE, 0
    if compared.y1 == 0 and needed > compared.n1:
        return Missing.PEOPLE, needed - compared.n1
    return Missing.PROOF, 0

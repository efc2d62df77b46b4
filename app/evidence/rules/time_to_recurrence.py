"""How long a friction stays away after an accepted action: Kaplan and Meier, quiet ones are still followed; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.evidence.rules.action_effect import Windows
from app.scorecards.rules.survival import Survival, kaplan_meier


@dataclass(frozen=True, slots=True)
class Followed:
    """One accepted action: the first retro after the grace in which it was there again, or the last without it."""

    accepted_on: date
    back_on: date | None
    until: date | None


def followed(accepted_on: date, seen: Windows) -> Followed:
    """`until` is None while no eligible retro lies after the grace: there is nothing to follow yet."""
    back = next((one.on for one in seen.later if one.is_present), None)
    return Followed(accepted_on, back, seen.later[-1].on if seen.later else None)


def time_to_return(cases: Iterable[Followed]) -> Survival:
    """In calendar days since the acceptance; those that have not come back count up to the last retro without it."""
    back: Counter[int] = Counter()
    away: Counter[int] = Counter()
    for one in cases:
        if one.back_on is not None:
            back[(one.back_on - one.accepted_on).days] += 1
        elif one.until is not None:
            away[(one.until - one.accepted_on).days] += 1
    return kaplan_meier(back, away)

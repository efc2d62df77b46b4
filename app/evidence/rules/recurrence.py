"""Does a friction recur? Its state, from the eligible retros in which it was present and absent; pure.

A retro counts once, however many entries it has: entries of one retro are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from scipy.special import bdtrc

from app.evidence.rules.observations import Observation
from app.evidence.rules.thresholds import DORMANT_BELOW, PASSING, RECURRING_AT_LEAST, RECURRING_LOW, Z_90_ONE_SIDED
from app.scorecards.rules.shares import wilson


class RecurrenceState(StrEnum):
    """Where a friction stands, the strongest statement first."""

    CHRONIC = "chronic"
    RECURRING = "recurring"
    EMERGING = "emerging"
    NEW = "new"
    DORMANT = "dormant"
    CLOSED = "closed"


STRENGTH = {state: place for place, state in enumerate(RecurrenceState)}
"""0 is the strongest."""


def low_bound(present: int, eligible: int) -> float:
    """Lower Wilson bound (90 %, one-sided) of the share of eligible retros in which it was present; 0 to 1."""
    return wilson(present, eligible, Z_90_ONE_SIDED)[0]


def by_chance(present: int, eligible: int) -> float:
    """How often a passing friction, there in one retro of ten, would be seen in `present` or more of `eligible`."""
    return float(bdtrc(present - 1, eligible, PASSING))


def is_recurring(present: int, eligible: int) -> bool:
    """Whether presence in `present` (K) of `eligible` (S) retros is called recurring.

    K >= 3 and Wilson's lower bound of K/S >= .25: 3/3, 3/4, 3/5, 3/6 pass; 3/8 and 4/10 do not.
    """
    return present >= RECURRING_AT_LEAST and low_bound(present, eligible) >= RECURRING_LOW


def is_dormant(present: int, until_last: int, silent: int) -> bool:
    """Whether `silent` (m) eligible retros without it are more than chance: (1 - p)^m < .1.

    p is how often it was there before: K of the `until_last` eligible retros up to the last time it was, and the
    first one without it. So a single sighting gives p = 1/2 and needs four quiet retros, three of three need two.
    """
    usual = present / (until_last + 1)
    return silent > 0 and (1 - usual) ** silent < DORMANT_BELOW


def state_of(looks: Sequence[Observation], has_returned: bool, closed_on: date | None = None) -> RecurrenceState:
    """The state after these looks, oldest first; at least one must be present (else ValueError).

    `has_returned`: an accepted action did not hold. `closed_on`: a person said that it is over; if it comes back
    later that counts no more. Never by the calendar alone: only eligible retros move a state.
    """
    places = [place for place, one in enumerate(looks) if one.entries or one.actions]
    if not places:
        raise ValueError("nobody ever wrote about it")
    last = places[-1]
    return state_at(len(places), len(looks), last, looks[last].on, has_returned, closed_on)


def state_at(
    present: int, eligible: int, last: int, last_on: date, has_returned: bool, closed_on: date | None = None
) -> RecurrenceState:
    """The same of so many `present` ones of the `eligible`, of which the last is at place `last` (from 0)."""
    if closed_on is not None and last_on <= closed_on:
        return RecurrenceState.CLOSED
    if is_dormant(present, last + 1, eligible - last - 1):
        return RecurrenceState.DORMANT
    if is_recurring(present, eligible):
        return RecurrenceState.CHRONIC if has_returned else RecurrenceState.RECURRING
    return RecurrenceState.NEW if present == 1 else RecurrenceState.EMERGING

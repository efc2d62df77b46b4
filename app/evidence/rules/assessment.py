"""Puts the formulas together: what the eligible retros and the accepted actions come to for one friction; pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.evidence.rules.action_effect import EffectVerdict, Judged, judge, windows
from app.evidence.rules.calendar import WHOLE_THEME, FrictionSides, RetroCalendar, of_series
from app.evidence.rules.observations import Observation
from app.evidence.rules.recurrence import STRENGTH, RecurrenceState, low_bound, state_at
from app.evidence.rules.time_to_recurrence import Followed, followed
from app.evidence.rules.trend import Trend, trend_of

POINTS = 24
"""So many retros are kept for the picture of a friction."""
Seen = Mapping[int, tuple[int, int]]
"""Place of a retro in the calendar -> (entries that went wrong or are unsorted, imported actions)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted action about a theme. `said`: what a person said of it, instead of what the retros say."""

    id: UUID
    version: int
    retro_id: UUID | None
    asked_on: date
    accepted_on: date
    sides: FrictionSides
    said: EffectVerdict | None = None


@dataclass(frozen=True, slots=True)
class ActionAssessment:
    """An accepted action, the sides whose retros were compared, and what came out."""

    action: Accepted
    sides: FrictionSides
    judged: Judged
    followed: Followed

    @property
    def verdict(self) -> EffectVerdict:
        return self.action.said or self.judged.verdict


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence on one friction: `present` (K) of `eligible` (S), `entries` (y) by `seats` (n; None: unknown).
    `latest`: the last POINTS of the eligible retros."""

    sides: FrictionSides
    latest: tuple[Observation, ...]
    state: RecurrenceState
    present: int
    eligible: int
    low: float
    entries: int
    seats: int | None
    trend: Trend | None
    worked: str
    last_on: date


class Columns(NamedTuple):
    """Looks of many retros, oldest first. `seats`: 0 where nobody knows."""

    entries: NDArray[np.int64]
    seats: NDArray[np.int64]
    actions: NDArray[np.int64]


def everywhere(seen: Mapping[FrictionSides, Seen]) -> dict[int, tuple[int, int]]:
    """The theme as a whole: the sums of all its pairs."""
    whole: dict[int, tuple[int, int]] = {}
    for by_place in seen.values():
        for place, (entries, actions) in by_place.items():
            before = whole.get(place, (0, 0))
            whole[place] = (before[0] + entries, before[1] + actions)
    return whole


def keys_of(calendar: RetroCalendar, seen: Mapping[FrictionSides, Seen]) -> dict[FrictionSides, Seen]:
    """What evidence is kept of: each pair; and where imported retros do not say who served whom, the theme in each of
    their series, with all that the series says of it. So one entry may count towards its group and its series."""
    keys = dict(seen)
    unknown = {
        calendar.retros[place].series
        for sides, own in seen.items()
        if sides.is_unknown
        for place in own
        if calendar.retros[place].is_imported
    }
    for series in unknown:
        within = set(calendar.in_series(series))
        keys[of_series(series)] = everywhere(
            {sides: {place: own[place] for place in own.keys() & within} for sides, own in seen.items()}
        )
    return keys


def of_pairs(calendar: RetroCalendar, seen: Mapping[FrictionSides, Seen]) -> dict[FrictionSides, Seen]:
    """The same without what no pair is known of."""
    found: dict[FrictionSides, Seen] = {
        sides: {place: what for place, what in own.items() if not calendar.retros[place].is_imported}
        if sides.is_unknown
        else own
        for sides, own in seen.items()
    }
    return {sides: own for sides, own in found.items() if own}


def looks_of(
    calendar: RetroCalendar, sides: FrictionSides, seen: Seen, places: Iterable[int] | None = None
) -> tuple[Observation, ...]:
    """The eligible retros of these sides, oldest first. `places`: if they are known already."""
    found = calendar.eligible(sides, seen) if places is None else list(places)
    quiet = calendar.quiet(sides.consumer, found)
    looks = {at: quiet[at] for at in found}
    for at, (entries, actions) in seen.items():
        one = quiet[at]
        looks[at] = Observation(one.retro_id, one.on, entries, one.seats, actions)
    return tuple(looks.values())


def looks_everywhere(calendar: RetroCalendar, seen: Mapping[FrictionSides, Seen]) -> tuple[Observation, ...]:
    """The eligible retros of the theme as a whole: those of any of these pairs and series."""
    return looks_of(calendar, WHOLE_THEME, everywhere(seen), sorted(calendar.all_eligible(seen)))


def weigh(
    sides: FrictionSides, looks: Sequence[Observation], answers: Iterable[ActionAssessment], closed_on: date | None
) -> Weighed:
    """The evidence after these looks, one of them present at least. `answers`: of the actions about these sides."""
    columns = Columns(
        np.array([one.entries for one in looks], dtype=np.int64),
        np.array([one.seats or 0 for one in looks], dtype=np.int64),
        np.array([one.actions for one in looks], dtype=np.int64),
    )
    return _weighed(sides, columns, looks.__getitem__, answers, closed_on)


def weigh_together(
    calendar: RetroCalendar,
    seen: Mapping[FrictionSides, Seen],
    answers: Iterable[ActionAssessment],
    closed_on: date | None,
) -> Weighed:
    """The same of a theme as a whole, after `looks_everywhere`: of thousands, only those are made that are shown."""
    places = calendar.eligible_anywhere(seen)
    found = np.zeros((2, len(calendar.retros)), dtype=np.int64)
    whole = everywhere(seen)
    found[:, list(whole)] = np.array(list(whole.values()), dtype=np.int64).T
    columns = Columns(found[0, places], calendar.people[places], found[1, places])

    def look(at: int) -> Observation:
        retro = calendar.retros[places[at]]
        return Observation(retro.id, retro.on, int(columns.entries[at]), retro.people, int(columns.actions[at]))

    return _weighed(WHOLE_THEME, columns, look, answers, closed_on)


def _weighed(
    sides: FrictionSides,
    looks: Columns,
    look: Callable[[int], Observation],
    answers: Iterable[ActionAssessment],
    closed_on: date | None,
) -> Weighed:
    worked = came_to(answers)
    present, eligible = np.flatnonzero(looks.entries | looks.actions), len(looks.entries)
    last = int(present[-1])
    last_on, known = look(last).on, looks.seats > 0
    entries, seats = looks.entries[known], looks.seats[known]
    return Weighed(
        sides,
        tuple(look(at) for at in range(max(0, eligible - POINTS), eligible)),
        state_at(len(present), eligible, last, last_on, worked == EffectVerdict.RETURNED, closed_on),
        len(present),
        eligible,
        low_bound(len(present), eligible),
        int((entries if len(seats) else looks.entries).sum()),
        int(seats.sum()) if len(seats) else None,
        trend_of(entries, seats),
        worked,
        last_on,
    )


def answer(action: Accepted, looks_by_sides: Mapping[FrictionSides, Sequence[Observation]]) -> ActionAssessment:
    """Judged where it was promised: by the retros of its pair, if they ever spoke of it, else by the whole theme."""
    sides = action.sides if action.sides in looks_by_sides else WHOLE_THEME
    seen = windows(looks_by_sides[sides], action.retro_id, action.asked_on, action.accepted_on)
    return ActionAssessment(action, sides, judge(seen), followed(action.accepted_on, seen))


def came_to(answers: Iterable[ActionAssessment]) -> str:
    """The last thing that was proved; too_early when nothing was, '' without an action. What a person left
    inconclusive is no proof either way."""
    ordered = sorted(answers, key=lambda one: (one.action.accepted_on, one.action.id.hex))
    proved = [one.verdict for one in ordered if one.verdict in (EffectVerdict.HELD, EffectVerdict.RETURNED)]
    if proved:
        return proved[-1]
    return EffectVerdict.TOO_EARLY if any(one.verdict is EffectVerdict.TOO_EARLY for one in ordered) else ""


def leading(states: Collection[tuple[FrictionSides, str, int]]) -> FrictionSides:
    """Of (sides, state, K): the strongest statement about a theme. Where equal, that of all its pairs together, or
    of its pair if there is but one: that says more; then the one of more retros, and of a series rather than of one
    group in it. Where it is quiet as a whole, no pair that was merely there once or twice before speaks for it.
    """
    prefers_pair = len(states) == 2

    def rank(one: tuple[FrictionSides, str, int]) -> tuple[int, bool, int, bool, FrictionSides]:
        sides, state, present = one
        is_second = (sides == WHOLE_THEME) is prefers_pair
        return STRENGTH[RecurrenceState(state)], is_second, -present, sides != of_series(sides.series), sides

    first, strongest, _ = min(states, key=rank)
    whole = next((RecurrenceState(state) for sides, state, _ in states if sides == WHOLE_THEME), None)
    is_over = whole in (RecurrenceState.DORMANT, RecurrenceState.CLOSED) and RecurrenceState(strongest) in (
        RecurrenceState.EMERGING,
        RecurrenceState.NEW,
    )
    return WHOLE_THEME if is_over else first


def as_whole(deciding: Weighed, answers: Collection[ActionAssessment]) -> Weighed:
    """What is said of a theme: the figures of the key that decides; and any action of the theme that did not hold."""
    worked = came_to(answers)
    is_chronic = deciding.state is RecurrenceState.RECURRING and worked == EffectVerdict.RETURNED
    return replace(
        deciding, sides=WHOLE_THEME, worked=worked, state=RecurrenceState.CHRONIC if is_chronic else deciding.state
    )

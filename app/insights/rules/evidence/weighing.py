"""Puts the formulas together: what the eligible retros and the accepted actions come to for one friction; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.insights.rules.evidence.calendar import WHOLE_THEME, Calendar, Sides, of_series
from app.insights.rules.evidence.looks import Look, seated
from app.insights.rules.evidence.recurrence import STRENGTH, State, low_bound, state_of
from app.insights.rules.evidence.returning import Followed, followed
from app.insights.rules.evidence.trend import Trend, trend_of
from app.insights.rules.evidence.worked import Judged, Verdict, judge, windows

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
    sides: Sides
    said: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An accepted action, the sides whose retros were compared, and what came out."""

    action: Accepted
    sides: Sides
    judged: Judged
    followed: Followed

    @property
    def verdict(self) -> Verdict:
        return self.action.said or self.judged.verdict


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence on one friction: `present` (K) of `eligible` (S), `entries` (y) by `seats` (n; None: unknown)."""

    sides: Sides
    looks: tuple[Look, ...]
    state: State
    present: int
    eligible: int
    low: float
    entries: int
    seats: int | None
    trend: Trend | None
    worked: str
    last_on: date


def everywhere(seen: Mapping[Sides, Seen]) -> dict[int, tuple[int, int]]:
    """The theme as a whole: the sums of all its pairs."""
    whole: dict[int, tuple[int, int]] = {}
    for by_place in seen.values():
        for place, (entries, actions) in by_place.items():
            before = whole.get(place, (0, 0))
            whole[place] = (before[0] + entries, before[1] + actions)
    return whole


def keys_of(calendar: Calendar, seen: Mapping[Sides, Seen]) -> dict[Sides, Seen]:
    """What evidence is kept of: each pair; and where imported retros do not say who served whom, the theme in each of
    their series, with all that the series says of it. So one entry may count towards its group and its series."""
    keys = dict(seen)
    unknown = {
        calendar.retros[place].series
        for sides, own in seen.items()
        for place in own
        if calendar.is_unknown(place, sides)
    }
    for series in unknown:
        within = set(calendar.in_series(series))
        keys[of_series(series)] = everywhere(
            {sides: {place: own[place] for place in own.keys() & within} for sides, own in seen.items()}
        )
    return keys


def of_pairs(calendar: Calendar, seen: Mapping[Sides, Seen]) -> dict[Sides, Seen]:
    """The same without what no pair is known of."""
    found = {
        sides: {place: what for place, what in own.items() if not calendar.is_unknown(place, sides)}
        for sides, own in seen.items()
    }
    return {sides: own for sides, own in found.items() if own}


def looks_of(calendar: Calendar, sides: Sides, seen: Seen, places: Iterable[int] | None = None) -> tuple[Look, ...]:
    """The eligible retros of these sides, oldest first. `places`: if they are known already."""
    found = calendar.eligible(sides, seen) if places is None else list(places)
    quiet = calendar.quiet(sides.consumer, found)
    looks = {at: quiet[at] for at in found}
    for at, (entries, actions) in seen.items():
        looks[at] = replace(quiet[at], entries=entries, actions=actions)
    return tuple(looks.values())


def looks_everywhere(calendar: Calendar, seen: Mapping[Sides, Seen]) -> tuple[Look, ...]:
    """The eligible retros of the theme as a whole: those of any of these pairs and series."""
    return looks_of(calendar, WHOLE_THEME, everywhere(seen), sorted(calendar.all_eligible(seen)))


def weigh(sides: Sides, looks: Sequence[Look], answers: Iterable[Answer], closed_on: date | None) -> Weighed:
    """The evidence after these looks, one of them present at least. `answers`: of the actions about these sides."""
    worked = came_to(answers)
    known = seated(looks)
    present = [one for one in looks if one.entries or one.actions]
    return Weighed(
        sides,
        tuple(looks),
        state_of(looks, worked == Verdict.RETURNED, closed_on),
        len(present),
        len(looks),
        low_bound(len(present), len(looks)),
        sum(one.entries for one in known or looks),
        sum(one.seats or 0 for one in known) if known else None,
        trend_of([one.entries for one in known], [one.seats or 0 for one in known]),
        worked,
        present[-1].on,
    )


def answer(action: Accepted, looks_by_sides: Mapping[Sides, Sequence[Look]]) -> Answer:
    """Judged where it was promised: by the retros of its pair, if they ever spoke of it, else by the whole theme."""
    sides = action.sides if action.sides in looks_by_sides else WHOLE_THEME
    seen = windows(looks_by_sides[sides], action.retro_id, action.asked_on, action.accepted_on)
    return Answer(action, sides, judge(seen), followed(action.accepted_on, seen))


def came_to(answers: Iterable[Answer]) -> str:
    """The last thing that was proved; too_early when nothing was, '' without an action. What a person left
    inconclusive is no proof either way."""
    ordered = sorted(answers, key=lambda one: (one.action.accepted_on, one.action.id.hex))
    proved = [one.verdict for one in ordered if one.verdict in (Verdict.HELD, Verdict.RETURNED)]
    if proved:
        return proved[-1]
    return Verdict.TOO_EARLY if any(one.verdict is Verdict.TOO_EARLY for one in ordered) else ""


def leading(states: Collection[tuple[Sides, str, int]]) -> Sides:
    """Of (sides, state, K): the strongest statement about a theme. Where equal, that of all its pairs together, or
    of its pair if there is but one: that says more; then the one of more retros, and of a series rather than of one
    group in it. Where it is quiet as a whole, no pair that was merely there once or twice before speaks for it.
    """
    prefers_pair = len(states) == 2

    def rank(one: tuple[Sides, str, int]) -> tuple[int, bool, int, bool, Sides]:
        sides, state, present = one
        is_second = (sides == WHOLE_THEME) is prefers_pair
        return STRENGTH[State(state)], is_second, -present, sides != of_series(sides.series), sides

    first, strongest, _ = min(states, key=rank)
    whole = next((State(state) for sides, state, _ in states if sides == WHOLE_THEME), None)
    is_over = whole in (State.DORMANT, State.CLOSED) and State(strongest) in (State.EMERGING, State.NEW)
    return WHOLE_THEME if is_over else first


def as_whole(deciding: Weighed, answers: Collection[Answer]) -> Weighed:
    """What is said of a theme: the figures of the key that decides; and any action of the theme that did not hold."""
    worked = came_to(answers)
    is_chronic = deciding.state is State.RECURRING and worked == Verdict.RETURNED
    return replace(deciding, sides=WHOLE_THEME, worked=worked, state=State.CHRONIC if is_chronic else deciding.state)

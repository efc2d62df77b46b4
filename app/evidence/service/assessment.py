"""Weighs the themes that changes concern, from one picture of the database; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from app.evidence.models import Finding
from app.evidence.queries.changes import (
    EvidenceChanges,
    all_themes,
    sides_in,
    themes_about,
    themes_in,
    themes_of_series,
)
from app.evidence.queries.history import SeenBySides, accepted, calendar, chunks, seen
from app.evidence.queries.id_mapping import itself, translated
from app.evidence.rules.assessment import (
    Accepted,
    ActionAssessment,
    Weighed,
    answer,
    as_whole,
    keys_of,
    leading,
    looks_everywhere,
    looks_of,
    of_pairs,
    weigh,
    weigh_together,
)
from app.evidence.rules.calendar import UNKNOWN, WHOLE, WHOLE_THEME, FrictionSides, RetroCalendar
from app.themes.models import Theme


@dataclass(frozen=True, slots=True)
class OfTheme:
    """What is new about one theme. `forgotten`: sides of which nothing is left to say; `leads`: those that
    decide what is said of the theme as a whole."""

    theme_id: UUID
    weighed: tuple[Weighed, ...]
    forgotten: tuple[FrictionSides, ...]
    answers: tuple[ActionAssessment, ...]
    leads: FrictionSides | None


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose findings are to be weighed: `whole` themes, and of the `other` ones those of these `pairs` and imported
    `series` only."""

    whole: frozenset[UUID]
    other: frozenset[UUID]
    pairs: frozenset[FrictionSides] = frozenset()
    series: frozenset[str] = frozenset()

    def is_touched(self, theme_id: UUID, sides: FrictionSides) -> bool:
        of_its_series = sides.consumer == UNKNOWN and sides.series in self.series
        return theme_id in self.whole or sides in self.pairs or of_its_series


@dataclass(frozen=True, slots=True)
class EvidenceInput:
    """Everything that the findings of the concerned themes are made from."""

    calendar: RetroCalendar
    seen: dict[UUID, SeenBySides]
    accepted: dict[UUID, list[Accepted]]
    closed: dict[UUID, date | None]
    known: dict[UUID, dict[FrictionSides, tuple[str, int]]] = field(default_factory=dict)


def weigh_changes(db: Session, changes: EvidenceChanges) -> list[OfTheme]:
    """The findings that these changes concern, weighed anew."""
    past = calendar(db)
    concerned = _concerned(db, past, changes)
    ids = concerned.whole | concerned.other
    picture = EvidenceInput(past, seen(db, past, ids), accepted(db, ids), _closed(db, ids), _known(db, ids))
    return [_of_theme(picture, concerned, one) for one in sorted(ids)]


def _concerned(db: Session, past: RetroCalendar, changes: EvidenceChanges) -> Concerned:
    """A retro that is taken in concerns the themes it speaks of, and whatever its pairs and its series could have
    spoken of: it is one more eligible retro for them."""
    if changes.everything:
        return Concerned(frozenset(all_themes(db)), frozenset())
    if not changes.retros:
        return Concerned(changes.themes, frozenset())
    retros = [past.retros[past.place_of[one]] for one in changes.retros if one in past.place_of]
    pairs = {sides for one in retros for sides in one.pairs()} | sides_in(db, changes.retros)
    series = {one.series for one in retros if one.is_imported}
    # What a retro spoke of before it was taken in again is found by its pairs; what it speaks of now, whole.
    whole = changes.themes | themes_in(db, changes.again)
    other = themes_about(db, pairs) | themes_in(db, changes.retros.keys() - changes.again)
    other |= themes_of_series(db, series) if series else set()
    return Concerned(frozenset(whole), frozenset(other - whole), frozenset(pairs), frozenset(series))


def _of_theme(picture: EvidenceInput, concerned: Concerned, theme_id: UUID) -> OfTheme:
    by_sides = picture.seen.get(theme_id, {})
    known = picture.known.get(theme_id, {})
    if not by_sides:
        return OfTheme(theme_id, (), (*known, WHOLE_THEME), (), None)
    keys = keys_of(picture.calendar, by_sides)
    touched = [sides for sides in keys if sides not in known or concerned.is_touched(theme_id, sides)]
    actions = picture.accepted.get(theme_id, [])
    judged = {*touched, *(one.sides for one in actions if one.sides in keys)}
    looks = {sides: looks_of(picture.calendar, sides, keys[sides]) for sides in judged}
    if actions:
        looks[WHOLE_THEME] = looks_everywhere(picture.calendar, by_sides)
    answers = tuple(answer(one, looks) for one in actions)
    closed_on = picture.closed.get(theme_id)

    def weighed_at(sides: FrictionSides) -> Weighed:
        seen_there = looks.get(sides) or looks_of(picture.calendar, sides, keys[sides])
        return weigh(sides, seen_there, _about(answers, sides), closed_on)

    weighed = {sides: weighed_at(sides) for sides in touched}
    states = {sides: one for sides, one in known.items() if sides in keys}
    states |= {sides: (one.state, one.present) for sides, one in weighed.items()}
    pairs = of_pairs(picture.calendar, by_sides)
    if len(pairs) > 1:
        together = weigh_together(picture.calendar, pairs, answers, closed_on)
        weighed[WHOLE_THEME], states[WHOLE_THEME] = together, (together.state, together.present)
    leads = leading([(sides, *one) for sides, one in states.items()])
    weighed[WHOLE_THEME] = as_whole(weighed.get(leads) or weighed_at(leads), answers)
    forgotten = tuple(sides for sides in known if sides not in keys)
    return OfTheme(theme_id, tuple(weighed.values()), forgotten, answers, leads)


def _about(answers: Collection[ActionAssessment], sides: FrictionSides) -> list[ActionAssessment]:
    return [one for one in answers if one.sides == sides]


def _closed(db: Session, theme_ids: Collection[UUID]) -> dict[UUID, date | None]:
    return {
        id_: closed_on
        for some in chunks(theme_ids)
        for id_, closed_on in db.execute(select(col(Theme.id), col(Theme.closed_on)).where(col(Theme.id).in_(some)))
    }


def _known(db: Session, theme_ids: Collection[UUID]) -> dict[UUID, dict[FrictionSides, tuple[str, int]]]:
    """Theme -> sides -> (state, K), as it is found now, without what is said of it as a whole."""
    found: dict[UUID, dict[FrictionSides, tuple[str, int]]] = defaultdict(dict)
    columns = (Finding.provider, Finding.consumer, Finding.series, Finding.state, Finding.present)
    theme = translated(col(Finding.theme_id), itself)
    for some in chunks(theme_ids):
        for theme_id, provider, consumer, series, state, present in db.execute(
            select(theme, *map(col, columns)).where(col(Finding.theme_id).in_(some), col(Finding.provider) != WHOLE)
        ):
            found[theme_id][FrictionSides(provider, consumer, series)] = (state, present)
    return found

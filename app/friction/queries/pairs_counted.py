"""What closed retros say of each pair of departments, counted by the database: entries, ratings, working together.

A fixed number of statements, however many retros there are. Consumers are keys as in `themes.models.PairCount`: a
department's id, 'several' (the pool), 'everyone' (labels dropped) or '' (nobody knows); providers an id or ''.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, permutations
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, or_, select
from sqlmodel import Session, col, func, true

from app.core.places import Place
from app.departments.rules import SMALL, Spoken
from app.evidence.queries.seats_unknown import of_unknown_size, seats_unknown
from app.evidence.queries.small_together import Shown, shown_as
from app.friction.queries.kinds_counted import tallies_of_kind
from app.friction.rules.map import FrictionTally
from app.friction.rules.pulse import Sample
from app.pulse.models import PulseSummary
from app.pulse.rules import BAND_EDGES
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.retros.rules.names import Stage
from app.themes.models import PairCount

RETROS_AT_ONCE = 1_000
Sides = tuple[str, str]
"""(consumer, provider)."""


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` (None: since ever) up to but not including `until` (None: today)."""

    first: date | None = None
    until: date | None = None

    def contains(self, place: Place) -> ColumnElement[bool]:
        """Whether a closed retro was held in these days: on the day of its close, or that of imported history."""
        held, closed = col(Retro.held_on), col(Retro.closed_at)
        parts: list[ColumnElement[bool]] = [true()]
        if self.first is not None:
            parts.append(or_(held >= self.first, and_(held.is_(None), closed >= place.midnight(self.first))))
        if self.until is not None:
            parts.append(or_(held < self.until, and_(held.is_(None), closed < place.midnight(self.until))))
        return and_(col(Retro.stage) == Stage.CLOSED, *parts)


@dataclass(slots=True)
class Together:
    """How often a pair worked together: in `retros`, `rated` of them with ratings that were kept of anybody.

    `seats`: the consumer's, over the retros in which its label was kept and everybody's seats are known.
    """

    retros: int = 0
    rated: int = 0
    seats: int = 0


@dataclass(frozen=True, slots=True)
class Ratings:
    """Of one group for one provider and dimension over the retros: those with a mean, and how often they split."""

    sample: Sample
    splits: int


@dataclass(frozen=True, slots=True)
class PairCounts:
    """`tallies` hold no group of fewer than k; `small` are the pairs of which something was left out for that."""

    tallies: dict[Sides, FrictionTally]
    small: dict[Sides, FrictionTally]
    together: dict[Sides, Together]
    ratings: dict[tuple[Sides, str], Ratings]
    retros: int = 0
    is_of_one_kind: bool = False


def counted(db: Session, days: Days, place: Place, spoken: Spoken, kind: str = "") -> PairCounts:
    """Everything that one map is made of; seven statements, nine where there are small departments. `kind`: only what
    was said in topics of this kind of friction; `small` is then empty tallies of the same pairs as without, and
    ratings know no kind. `spoken`: how departments are spoken of to whom the map is for."""
    held = days.contains(place)
    rated = set(db.execute(select(col(PulseSummary.retro_id)).distinct()).scalars())
    shown, unsized = shown_as(db, spoken), of_unknown_size(db)
    together, retros = _together(db, held, rated, shown, unsized)
    groups = _small_groups(db, held)
    small = _said_by(db, groups, shown)
    if kind:
        tallies = tallies_of_kind(db, held, kind, groups | unsized, shown)
        return PairCounts(tallies, dict.fromkeys(small, FrictionTally()), together, {}, retros, is_of_one_kind=True)
    return PairCounts(_tallies(db, held, shown, unsized), small, together, _ratings(db, held, shown), retros)


def _tallies(
    db: Session, held: ColumnElement[bool], shown: Shown, unsized: set[tuple[UUID, str]]
) -> dict[Sides, FrictionTally]:
    consumer, provider = col(PairCount.consumer), col(PairCount.provider)
    rows = db.execute(
        select(consumer, provider, *map(func.sum, _numbers()), func.count())
        .join(Retro, col(Retro.id) == col(PairCount.retro_id))
        .where(held, consumer.not_in(shown.unnamed), provider.not_in(shown.unnamed))
        .group_by(provider, consumer)
    )
    found = {(consumer, provider): FrictionTally(*numbers) for consumer, provider, *numbers in rows}
    apart, merged = _said_by(db, unsized, shown), _merged(db, held, shown, unsized)
    left = {sides: tally - apart.get(sides, FrictionTally()) for sides, tally in found.items()}
    return {sides: tally for sides, tally in {**left, **merged}.items() if tally.said}


def _merged(
    db: Session, held: ColumnElement[bool], shown: Shown, unsized: set[tuple[UUID, str]]
) -> dict[Sides, FrictionTally]:
    """What small departments wrote and what was written of them, two or more together. Of how many seats is not told:
    no rate is made of it."""
    if not shown.retros:
        return {}
    consumer, provider = col(PairCount.consumer), col(PairCount.provider)
    rows = db.execute(
        select(col(PairCount.retro_id), consumer, provider, *_numbers())
        .join(Retro, col(Retro.id) == col(PairCount.retro_id))
        .where(held, or_(consumer.in_(shown.unnamed), provider.in_(shown.unnamed)))
    )
    found: dict[tuple[UUID, Sides], FrictionTally] = defaultdict(FrictionTally)
    for retro_id, by, of, wrong, right, unsorted, thanks, among_known in rows:
        sides = shown.sides(retro_id, by, of)
        if sides and (retro_id, by) not in unsized:
            known = 0 if sides[0] == SMALL else among_known
            found[retro_id, sides] += FrictionTally(wrong, right, unsorted, thanks, known)
    in_all: dict[Sides, FrictionTally] = defaultdict(FrictionTally)
    for (_, sides), tally in found.items():
        in_all[sides] += replace(tally, retros=1)
    return dict(in_all)


def _small_groups(db: Session, held: ColumnElement[bool]) -> set[tuple[UUID, str]]:
    """(retro, consumer) of groups of fewer than k: only imported history knows such groups by their name."""
    too_few = (
        select(col(RetroDepartment.retro_id), col(RetroDepartment.department_id))
        .join(Retro, col(Retro.id) == col(RetroDepartment.retro_id))
        .where(held, col(RetroDepartment.seats) < col(Retro.k), col(RetroDepartment.pooled).is_(False))
    )
    return {(retro_id, str(department_id)) for retro_id, department_id in db.execute(too_few)}


def _said_by(db: Session, groups: set[tuple[UUID, str]], shown: Shown) -> dict[Sides, FrictionTally]:
    """What these groups wrote, by the sides under which it is counted."""
    found: dict[Sides, FrictionTally] = defaultdict(FrictionTally)
    retros = sorted({retro_id for retro_id, _ in groups})
    for at in range(0, len(retros), RETROS_AT_ONCE):
        rows = db.execute(
            select(col(PairCount.retro_id), col(PairCount.consumer), col(PairCount.provider), *_numbers()).where(
                col(PairCount.retro_id).in_(retros[at : at + RETROS_AT_ONCE])
            )
        )
        for retro_id, consumer, provider, wrong, right, unsorted, thanks, among_known in rows:
            sides = shown.sides(retro_id, consumer, provider)
            if sides and (retro_id, consumer) in groups:
                known = 0 if sides[0] == SMALL else among_known
                found[sides] += FrictionTally(wrong, right, unsorted, thanks, known, retros=1)
    return dict(found)


def _together(
    db: Session, held: ColumnElement[bool], rated: set[UUID], shown: Shown, unsized: set[tuple[UUID, str]]
) -> tuple[dict[Sides, Together], int]:
    columns = (
        RetroDepartment.retro_id, RetroDepartment.department_id, RetroDepartment.pooled, RetroDepartment.seats,
        Retro.k,
    )  # fmt: skip
    rows = db.execute(
        select(*map(col, columns))
        .join(Retro, col(Retro.id) == col(RetroDepartment.retro_id))
        .where(held)
        .order_by(col(RetroDepartment.retro_id))
    ).all()
    apart = _apart(db)
    keys = {one: str(one) for one in {row[1] for row in rows}}
    found: dict[Sides, Together] = defaultdict(Together)
    retros = 0
    for retro_id, members in groupby(rows, key=lambda row: row[0]):
        took_part = [(keys[one], pooled, seats, k) for _, one, pooled, seats, k in members]
        not_with = apart.get(retro_id, set())
        retros += 1
        knows_seats = all(pooled or seats is not None for _, pooled, seats, _ in took_part)
        met: set[Sides] = set()
        for (one, pooled, seats, k), (other, *_) in permutations(took_part, 2):
            sides = shown.sides(retro_id, one, other)
            if sides is None or sides in met or (one, other) in not_with or (retro_id, one) in unsized:
                continue
            met.add(sides)
            pair = found[sides]
            pair.retros += 1
            if not pooled and sides[0] != SMALL:
                pair.rated += retro_id in rated
                pair.seats += seats if knows_seats and seats >= k else 0
    return dict(found), retros


def _apart(db: Session) -> dict[UUID, set[Sides]]:
    """Retro -> pairs that did not work together, in both directions."""
    found: dict[UUID, set[Sides]] = defaultdict(set)
    columns = (RetroPairApart.retro_id, RetroPairApart.one_id, RetroPairApart.other_id)
    for retro_id, one, other in db.execute(select(*map(col, columns))):
        found[retro_id] |= {(str(one), str(other)), (str(other), str(one))}
    return found


def _ratings(db: Session, held: ColumnElement[bool], shown: Shown) -> dict[tuple[Sides, str], Ratings]:
    """n is the lower edge of the band that was kept: k in the lowest one; no spread is kept. Of small departments
    there are none, not even together: a mark from 1 to 5 for a department of one is a mark for a person."""
    mean, band = col(PulseSummary.mean), col(PulseSummary.band)
    ten, twenty = BAND_EDGES
    people = case((band == f"{twenty}+", twenty), (band == f"{ten}-{twenty - 1}", ten), else_=col(Retro.k))
    agreed = case((mean.is_not(None), people), else_=0)
    rows = db.execute(
        select(
            col(PulseSummary.consumer),
            col(PulseSummary.provider_id),
            col(PulseSummary.dimension),
            func.sum(agreed),
            func.sum(people * mean),
            func.sum(people * mean * mean),
            func.sum(case((mean.is_(None), 1), else_=0)),
        )
        .join(Retro, col(Retro.id) == col(PulseSummary.retro_id))
        .where(
            held,
            col(PulseSummary.consumer).not_in(shown.unnamed),
            col(PulseSummary.provider_id).not_in([UUID(one) for one in shown.unnamed]),
        )
        .group_by(col(PulseSummary.consumer), col(PulseSummary.provider_id), col(PulseSummary.dimension))
    )
    return {
        ((consumer, str(provider)), dimension): Ratings(Sample(n, total or 0.0, squares or 0.0), splits)
        for consumer, provider, dimension, n, total, squares, splits in rows
    }


def _numbers() -> tuple[SQLColumnExpression[Any], ...]:
    """The fields of a Tally but the last, of one retro."""
    wrong, unsorted = col(PairCount.wrong), col(PairCount.unsorted)
    among_known = case((col(PairCount.retro_id).in_(seats_unknown()), 0), else_=wrong + unsorted)
    return (wrong, col(PairCount.right), unsorted, col(PairCount.thanks), among_known)

"""What closed retros say of each pair of departments, counted by the database: entries, ratings, working together.

A fixed number of statements, however many retros there are. Consumers are keys as in `themes.models.PairCount`: a
department's id, 'several' (the pool), 'everyone' (labels dropped) or '' (nobody knows); providers an id or ''.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby, permutations
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, or_
from sqlalchemy import select as pick
from sqlmodel import Session, col, func, true

from app.core.places import Place
from app.insights.queries.kinds_counted import tallies_of_kind
from app.insights.queries.seats_unknown import seats_unknown
from app.insights.rules.map import Tally
from app.insights.rules.pulse import Sample
from app.pulse.models import PulseSummary
from app.pulse.rules import BAND_EDGES
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.retros.rules import Stage
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
class Counted:
    """`tallies` hold no group of fewer than k; `small` are the pairs of which something was left out for that."""

    tallies: dict[Sides, Tally]
    small: dict[Sides, Tally]
    together: dict[Sides, Together]
    ratings: dict[tuple[Sides, str], Ratings]
    retros: int = 0
    is_of_one_kind: bool = False


def counted(db: Session, days: Days, place: Place, kind: str = "") -> Counted:
    """Everything that one map is made of; seven statements. `kind`: only what was said in topics of this kind of
    friction; `small` is then empty tallies of the same pairs as without, and ratings know no kind."""
    held = days.contains(place)
    rated = set(db.execute(pick(col(PulseSummary.retro_id)).distinct()).scalars())
    together, retros = _together(db, held, rated)
    groups = _small_groups(db, held)
    small = _small(db, groups)
    if kind:
        tallies = tallies_of_kind(db, held, kind, groups)
        return Counted(tallies, dict.fromkeys(small, Tally()), together, {}, retros, is_of_one_kind=True)
    return Counted(_tallies(db, held), small, together, _ratings(db, held), retros)


def _tallies(db: Session, held: ColumnElement[bool]) -> dict[Sides, Tally]:
    rows = db.execute(
        pick(col(PairCount.consumer), col(PairCount.provider), *map(func.sum, _numbers()), func.count())
        .join(Retro, col(Retro.id) == col(PairCount.retro_id))
        .where(held)
        .group_by(col(PairCount.provider), col(PairCount.consumer))
    )
    return {(consumer, provider): Tally(*numbers) for consumer, provider, *numbers in rows}


def _small_groups(db: Session, held: ColumnElement[bool]) -> set[tuple[UUID, str]]:
    """(retro, consumer) of groups of fewer than k: only imported history knows such groups by their name."""
    too_few = (
        pick(col(RetroDepartment.retro_id), col(RetroDepartment.department_id))
        .join(Retro, col(Retro.id) == col(RetroDepartment.retro_id))
        .where(held, col(RetroDepartment.seats) < col(Retro.k), col(RetroDepartment.pooled).is_(False))
    )
    return {(retro_id, str(department_id)) for retro_id, department_id in db.execute(too_few)}


def _small(db: Session, groups: set[tuple[UUID, str]]) -> dict[Sides, Tally]:
    """What these groups wrote."""
    found: dict[Sides, Tally] = defaultdict(Tally)
    retros = sorted({retro_id for retro_id, _ in groups})
    for at in range(0, len(retros), RETROS_AT_ONCE):
        rows = db.execute(
            pick(col(PairCount.retro_id), col(PairCount.consumer), col(PairCount.provider), *_numbers()).where(
                col(PairCount.retro_id).in_(retros[at : at + RETROS_AT_ONCE])
            )
        )
        for retro_id, consumer, provider, wrong, right, unsorted, thanks, among_known in rows:
            if (retro_id, consumer) in groups:
                found[consumer, provider] += Tally(wrong, right, unsorted, thanks, among_known, retros=1)
    return dict(found)


def _together(db: Session, held: ColumnElement[bool], rated: set[UUID]) -> tuple[dict[Sides, Together], int]:
    columns = (
        RetroDepartment.retro_id, RetroDepartment.department_id, RetroDepartment.pooled, RetroDepartment.seats,
        Retro.k,
    )  # fmt: skip
    rows = db.execute(
        pick(*map(col, columns))
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
        for (one, pooled, seats, k), (other, *_) in permutations(took_part, 2):
            if (one, other) in not_with:
                continue
            pair = found[one, other]
            pair.retros += 1
            if not pooled:
                pair.rated += retro_id in rated
                pair.seats += seats if knows_seats and seats >= k else 0
    return dict(found), retros


def _apart(db: Session) -> dict[UUID, set[Sides]]:
    """Retro -> pairs that did not work together, in both directions."""
    found: dict[UUID, set[Sides]] = defaultdict(set)
    columns = (RetroPairApart.retro_id, RetroPairApart.one_id, RetroPairApart.other_id)
    for retro_id, one, other in db.execute(pick(*map(col, columns))):
        found[retro_id] |= {(str(one), str(other)), (str(other), str(one))}
    return found


def _ratings(db: Session, held: ColumnElement[bool]) -> dict[tuple[Sides, str], Ratings]:
    """n is the lower edge of the band that was kept: k itself in the lowest one."""
    mean, spread, band = col(PulseSummary.mean), col(PulseSummary.spread), col(PulseSummary.band)
    ten, twenty = BAND_EDGES
    people = case((band == f"{twenty}+", twenty), (band == f"{ten}-{twenty - 1}", ten), else_=col(Retro.k))
    agreed = case((mean.is_not(None), people), else_=0)
    rows = db.execute(
        pick(
            col(PulseSummary.consumer),
            col(PulseSummary.provider_id),
            col(PulseSummary.dimension),
            func.sum(agreed),
            func.sum(people * mean),
            func.sum((people - 1) * spread * spread + people * mean * mean),
            func.sum(case((mean.is_(None), 1), else_=0)),
        )
        .join(Retro, col(Retro.id) == col(PulseSummary.retro_id))
        .where(held)
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

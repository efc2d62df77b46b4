"""The retros in which two departments worked together, and what each wrote about the other there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.departments.queries import organisation
from app.friction.queries.pairs_counted import Days
from app.people.rules import Visitor
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.retros.queries.wording import may_know
from app.scorecards.rules.periods import Period
from app.themes.models import PairCount

Direction = tuple[UUID, UUID]
"""(provider, consumer)."""


@dataclass(frozen=True, slots=True)
class RetroLine:
    """One retro: what the consumer wrote about the provider. `seats`: the consumer's, None where not known.

    `title` is '' where this reader may not look at the retro. `is_pooled`: its people wrote as part of a group of
    several departments; `is_hidden`: fewer than k.
    """

    id: UUID
    title: str
    held_on: date
    seats: int | None
    is_pooled: bool
    is_hidden: bool
    wrong: int = 0
    right: int = 0
    unsorted: int = 0
    thanks: int = 0


def retros_of_pair(
    db: Session, one: UUID, other: UUID, period: Period, for_: Visitor
) -> dict[Direction, tuple[RetroLine, ...]]:
    """Both directions, the oldest first. Three statements."""
    place = organisation(db).place
    days = Days(None if period.has_no_start else period.first)
    mine, theirs = aliased(RetroDepartment), aliased(RetroDepartment)
    columns = (Retro.id, Retro.held_on, Retro.closed_at, Retro.k, Retro.imported)
    title = case((may_know(for_), col(Retro.title)), else_="")
    parts = (mine.seats, mine.pooled, theirs.seats, theirs.pooled)
    rows = db.execute(
        select(*map(col, columns), *map(col, parts), title)
        .join(mine, and_(col(mine.retro_id) == col(Retro.id), col(mine.department_id) == one))
        .join(theirs, and_(col(theirs.retro_id) == col(Retro.id), col(theirs.department_id) == other))
        .where(days.contains(place))
    ).all()
    apart = _apart(db, one, other)
    said = _said(db, one, other, {row[0] for row in rows})
    found: dict[Direction, list[RetroLine]] = {(one, other): [], (other, one): []}
    for row in rows:
        id_, held_on, closed_at, k, imported, own_seats, own_pooled, their_seats, their_pooled, named = row
        if id_ in apart and not any(key[0] == id_ for key in said):
            continue
        day = held_on or place.day(closed_at)
        for provider, consumer, seats, pooled in (
            (one, other, their_seats, their_pooled), (other, one, own_seats, own_pooled),
        )[: 1 if one == other else 2]:  # fmt: skip
            if imported and seats is None:
                continue  # nobody knows how many they were: perhaps one
            is_hidden = not pooled and seats is not None and seats < k
            counts = () if is_hidden else said.get((id_, str(provider), str(consumer)), ())
            shown = None if is_hidden or pooled else seats
            found[provider, consumer].append(RetroLine(id_, named, day, shown, pooled, is_hidden, *counts))
    return {sides: tuple(sorted(lines, key=lambda line: (line.held_on, line.id))) for sides, lines in found.items()}


def _apart(db: Session, one: UUID, other: UUID) -> set[UUID]:
    """Retros in which the two did not work together."""
    between = (col(RetroPairApart.one_id) == min(one, other), col(RetroPairApart.other_id) == max(one, other))
    return set(db.execute(select(col(RetroPairApart.retro_id)).where(*between)).scalars())


def _said(
    db: Session, one: UUID, other: UUID, retros: set[UUID]
) -> dict[tuple[UUID, str, str], tuple[int, int, int, int]]:
    provider, consumer = col(PairCount.provider), col(PairCount.consumer)
    columns = (
        PairCount.retro_id, PairCount.provider, PairCount.consumer,
        PairCount.wrong, PairCount.right, PairCount.unsorted, PairCount.thanks,
    )  # fmt: skip
    sides = or_(
        and_(provider == str(one), consumer == str(other)), and_(provider == str(other), consumer == str(one))
    )
    rows: Iterable[Any] = db.execute(select(*map(col, columns)).where(sides))
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5], row[6]) for row in rows if row[0] in retros}

"""How small departments stand in counts of closed retros: together where two or more took part, else not at all.

It is judged retro by retro (decision 0018): each thing that is added up is of two or more of them already, so the
difference of two spans of time, or of two pages, is too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col, func

from app.departments.rules import SMALL, Spoken
from app.retros.models import RetroDepartment

Sides = tuple[str, str]
"""(consumer, provider)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`unnamed`: departments that stand under no name; `retros`: those in which two or more of them took part."""

    unnamed: frozenset[str] = field(default_factory=frozenset)
    retros: frozenset[UUID] = field(default_factory=frozenset)

    def sides(self, retro_id: UUID, consumer: str, provider: str) -> Sides | None:
        """The pair under which it is counted; None: nowhere. What small departments say of each other is nowhere:
        with two of them it is what one says of the other."""
        hidden = (consumer in self.unnamed) + (provider in self.unnamed)
        if not hidden:
            return consumer, provider
        if hidden == 2 or retro_id not in self.retros:
            return None
        return (SMALL, provider) if consumer in self.unnamed else (consumer, SMALL)


def shown_as(db: Session, spoken: Spoken) -> Shown:
    """One statement; none where all departments are spoken of by name."""
    if not spoken.unnamed:
        return Shown()
    return Shown(spoken.keys, retros_of_several(db, spoken))


def retros_of_several(db: Session, spoken: Spoken) -> frozenset[UUID]:
    """Retros in which two or more of those that are not named took part."""
    if len(spoken.unnamed) < 2:
        return frozenset()
    several = (
        select(col(RetroDepartment.retro_id))
        .where(col(RetroDepartment.department_id).in_(sorted(spoken.unnamed)))
        .group_by(col(RetroDepartment.retro_id))
        .having(func.count() > 1)
    )
    return frozenset(db.execute(several).scalars())

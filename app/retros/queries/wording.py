"""Who may read what single people wrote in a closed retro, outside of its own outcome. The one rule of all pages.

Everything that quotes an entry, or a title that the machine made out of entries, asks here; so do pages that name a
retro. Counts of groups of k or more, and names of themes, are for everybody who is signed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlmodel import Session, col, func

from app.anonymity.rules.pooling import Room, decide
from app.people.rules import Visitor
from app.retros.models import Retro, RetroDepartment
from app.retros.rules.names import Labels, Stage


def may_know(visitor: Visitor) -> ColumnElement[bool]:
    """Retros that this visitor may look at, as a condition on `Retro.id`: those of their departments; all for admins
    and facilitators. The title of any other retro is not shown."""
    if visitor.sees_everything:
        return true()
    return col(Retro.id).in_(_took_part(visitor.departments)) if visitor.departments else false()


def wording_is_for(visitor: Visitor) -> ColumnElement[bool]:
    """Closed retros whose single entries this visitor may read, as a condition on `Retro.id`.

    Those that they may look at, and in which at least k people are known to have sat together: what a smaller room
    said is shown in its own outcome alone, to nobody elsewhere.
    """
    return and_(col(Retro.stage) == Stage.CLOSED, may_know(visitor), _has_a_group_of_k())


def may_read_wording(db: Session, visitor: Visitor, retro_ids: Collection[UUID]) -> set[UUID]:
    """Those of these retros whose single entries this visitor may read."""
    wanted = select(col(Retro.id)).where(col(Retro.id).in_(list(retro_ids)), wording_is_for(visitor))
    return set(db.execute(wanted).scalars())


def known_to(db: Session, visitor: Visitor, retro_ids: Collection[UUID]) -> set[UUID]:
    """Those of these retros that this visitor may look at, so their titles too."""
    wanted = select(col(Retro.id)).where(col(Retro.id).in_(list(retro_ids)), may_know(visitor))
    return set(db.execute(wanted).scalars())


def unnamed_in(db: Session, retro_ids: Collection[UUID] | None = None) -> dict[UUID, frozenset[UUID]]:
    """Departments that are not named beside what they wrote, by retro; None: of all retros.

    Of imported history, where the file itself says that too few took part: after a reveal here the label is gone.
    """
    stated = (
        select(col(RetroDepartment.retro_id), col(Retro.k), col(RetroDepartment.department_id),
             col(RetroDepartment.seats))
        .join(Retro, col(Retro.id) == col(RetroDepartment.retro_id))
        .where(col(RetroDepartment.retro_id).in_(with_unnamed()), col(RetroDepartment.seats).is_not(None))
    )  # fmt: skip
    if retro_ids is not None:
        stated = stated.where(col(Retro.id).in_(list(retro_ids)))
    seats: dict[tuple[UUID, int], dict[UUID, int]] = defaultdict(dict)
    for retro_id, k, department_id, people in db.execute(stated):
        seats[retro_id, k][department_id] = people
    return {id_: frozenset(some) - decide(Room(some), k).labelled for (id_, k), some in seats.items()}


def with_unnamed() -> Select[UUID]:
    """Retros that have such departments."""
    return (
        select(col(RetroDepartment.retro_id))
        .join(Retro, col(Retro.id) == col(RetroDepartment.retro_id))
        .where(col(Retro.imported), col(RetroDepartment.seats) < col(Retro.k))
    )


def _took_part(department_ids: Collection[UUID]) -> Select[UUID]:
    return select(col(RetroDepartment.retro_id)).where(col(RetroDepartment.department_id).in_(list(department_ids)))


def _has_a_group_of_k() -> ColumnElement[bool]:
    """At least k sat together: in a labelled department, in the pool, or (of history) in all that the file names.

    Where no seats were ever stored (retros closed by an older version) kept labels say it: every group had k; pooled
    or dropped ones leave a doubt, so nothing is read there. Imported history that states no seats was never promised
    anything: its departments know the file.
    """
    here = col(RetroDepartment.retro_id) == col(Retro.id)
    seats = select(func.sum(col(RetroDepartment.seats))).where(here).scalar_subquery()
    labelled = exists().where(here, col(RetroDepartment.seats) >= col(Retro.k))
    pooled = func.coalesce(col(Retro.pooled_seats), 0)
    says_nothing = and_(seats.is_(None), col(Retro.pooled_seats).is_(None))
    return or_(
        pooled >= col(Retro.k),
        labelled,
        and_(col(Retro.imported), or_(says_nothing, func.coalesce(seats, 0) + pooled >= col(Retro.k))),
        and_(says_nothing, col(Retro.labels) == Labels.KEPT),
    )

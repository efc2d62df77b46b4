"""Who may put themes in order, and who may read the wording of single entries behind a theme."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from app.people.rules import Visitor
from app.retros.models import Retro, RetroDepartment
from app.themes.models import ThemeTopic


def may_correct(visitor: Visitor) -> bool:
    """Admins, facilitators, and leads of a department (of what it took part in)."""
    return visitor.sees_everything or bool(visitor.leads)


def may_correct_topics(db: Session, visitor: Visitor, topic_ids: Collection[UUID], any_of_them: bool = False) -> bool:
    """Whether this visitor may say where these topics belong; `any_of_them`: one of their own is enough."""
    if visitor.sees_everything:
        return True
    if not visitor.leads:
        return False
    wanted = list(set(topic_ids))
    ours = (
        select(ThemeTopic.topic_id)
        .join(RetroDepartment, col(RetroDepartment.retro_id) == col(ThemeTopic.retro_id))
        .where(col(RetroDepartment.department_id).in_(list(visitor.leads)), col(ThemeTopic.topic_id).in_(wanted))
    )
    placed = set(db.exec(ours))
    return bool(placed) if any_of_them else len(placed) == len(wanted)


def may_read_wording(db: Session, visitor: Visitor, retro_ids: Collection[UUID]) -> set[UUID]:
    """Of these retros those whose single entries this visitor may read behind a theme.

    Admins and facilitators, as with outcomes; else members of the departments that took part. Nobody where fewer than
    k sat together in all: what they said is shown in their own outcome alone.
    """
    wanted = set(retro_ids)
    if not visitor.sees_everything:
        wanted &= retros_of(db, visitor.departments)
    return wanted - _under_k(db, wanted)


def may_read_the_wording_of(db: Session, visitor: Visitor, retro_id: UUID) -> bool:
    """The same for one retro."""
    return bool(may_read_wording(db, visitor, [retro_id]))


def retros_of(db: Session, department_ids: Collection[UUID]) -> set[UUID]:
    """The retros in which one of these departments took part."""
    wanted = select(RetroDepartment.retro_id).where(col(RetroDepartment.department_id).in_(list(department_ids)))
    return set(db.exec(wanted))


def _under_k(db: Session, retro_ids: Collection[UUID]) -> set[UUID]:
    """Retros of rooms (not imported) where no group of k is known: neither a labelled department nor the pool."""
    seated = (
        select(RetroDepartment.retro_id, func.max(RetroDepartment.seats).label("most"))
        .group_by(col(RetroDepartment.retro_id))
        .subquery()
    )
    small = (
        select(Retro.id)
        .outerjoin(seated, seated.c.retro_id == col(Retro.id))
        .where(
            col(Retro.id).in_(list(retro_ids)),
            col(Retro.imported).is_(False),
            or_(seated.c.most.is_(None), seated.c.most < Retro.k),
            or_(col(Retro.pooled_seats).is_(None), col(Retro.pooled_seats) < col(Retro.k)),
        )
    )
    return set(db.exec(small))

"""Departments whose seats nobody knows: retros that have some are in no rate, and of imported history such a group
may have been one person, so it stands on no map and on no page of two departments."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlmodel import Session, col

from app.retros.models import Retro, RetroDepartment


def seats_unknown() -> Select[Any]:
    """Ids of retros in which the seats of some department with a label are not known, to be looked for."""
    unknown = and_(col(RetroDepartment.seats).is_(None), col(RetroDepartment.pooled).is_(False))
    return select(col(RetroDepartment.retro_id)).where(unknown)


def of_unknown_size(db: Session) -> set[tuple[UUID, str]]:
    """(retro, consumer) of groups that imported history names without saying how many they were. In a retro that was
    held here a label was kept for k or more, whatever an older version stored of it."""
    groups = (
        select(col(RetroDepartment.retro_id), col(RetroDepartment.department_id))
        .join(Retro, col(Retro.id) == col(RetroDepartment.retro_id))
        .where(col(Retro.imported), col(RetroDepartment.seats).is_(None))
    )
    return {(retro_id, str(department_id)) for retro_id, department_id in db.execute(groups)}

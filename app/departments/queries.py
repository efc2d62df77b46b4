"""Reads of the organisation and its departments, as frozen views."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.departments.models import Department, Organisation


@dataclass(frozen=True, slots=True)
class DepartmentView:
    id: UUID
    name: str
    badge: str
    tone: int
    is_archived: bool = False

    @property
    def index(self) -> int:
        """The tone under the name by which the macros of departments know it."""
        return self.tone


@dataclass(frozen=True, slots=True)
class OrganisationView:
    name: str
    is_demo: bool
    time_zone: str


def organisation(db: Session) -> OrganisationView:
    """The organisation; before the setup it has no name of its own."""
    row = db.get(Organisation, 1)
    if row is None:
        return OrganisationView("Fencepost", is_demo=False, time_zone="UTC")
    return OrganisationView(row.name, row.is_demo, row.time_zone)


def local_day(db: Session, moment: datetime) -> date:
    """The calendar day of an aware `moment` where the organisation is; UTC where its time zone is not known."""
    try:
        zone = ZoneInfo(organisation(db).time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return moment.astimezone(zone).date()


def all_departments(db: Session, include_archived: bool = False) -> list[DepartmentView]:
    """Departments by name."""
    query = select(Department).order_by(col(Department.name))
    if not include_archived:
        query = query.where(col(Department.archived_at).is_(None))
    return [view_of(row) for row in db.exec(query).all()]


def names(db: Session) -> dict[UUID, DepartmentView]:
    """Every department, archived ones too, by id."""
    return {one.id: one for one in all_departments(db, include_archived=True)}


def department(db: Session, department_id: UUID) -> DepartmentView:
    """One department. Raises NotFound."""
    return view_of(row_of(db, department_id))


def some_departments(db: Session, department_ids: Collection[UUID]) -> list[DepartmentView]:
    """These departments by name. Raises NotFound if one does not exist."""
    rows = db.exec(
        select(Department).where(col(Department.id).in_(department_ids)).order_by(col(Department.name))
    ).all()
    if len(rows) != len(set(department_ids)):
        raise NotFound
    return [view_of(row) for row in rows]


def row_of(db: Session, department_id: UUID) -> Department:
    """The row, for services. Raises NotFound."""
    row = db.get(Department, department_id)
    if row is None:
        raise NotFound
    return row


def view_of(row: Department) -> DepartmentView:
    return DepartmentView(row.id, row.name, row.badge, row.tone, row.archived_at is not None)

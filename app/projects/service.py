"""Writes of joint projects."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from app.core.errors import Invalid, Refusal
from app.core.events import emit
from app.departments.queries import some_departments
from app.people.rules import Visitor
from app.projects import queries
from app.projects.events import ProjectChanged, ProjectCreated
from app.projects.models import Project, ProjectDepartment
from app.projects.rules import (
    dates_problem,
    departments_problem,
    kind_problem,
    may_change,
    name_problem,
    tidy,
)


class OnlyFacilitatorsChangeProjects(Refusal):
    status = 403
    sentence = "Only an admin or a facilitator can set up projects. Ask one of them to do it for you."


def create(
    db: Session,
    visitor: Visitor,
    name: str,
    kind: str,
    started_on: date | None,
    ended_on: date | None,
    department_ids: Collection[UUID],
    now: datetime,
) -> UUID:
    """A new project. Raises OnlyFacilitatorsChangeProjects, Invalid, NotFound (unknown department)."""
    name, kind = _checked(visitor, name, kind, started_on, ended_on, department_ids)
    row = Project(
        name=name,
        kind=kind,
        started_on=started_on,
        ended_on=ended_on,
        created_at=now,
        created_by=visitor.account_id,
    )
    db.add(row)
    db.flush()
    _set_departments(db, row.id, department_ids)
    emit(db, ProjectCreated(row.id))
    return row.id


def change(
    db: Session,
    visitor: Visitor,
    project_id: UUID,
    name: str,
    kind: str,
    started_on: date | None,
    ended_on: date | None,
    department_ids: Collection[UUID],
) -> None:
    """Replace what is known of a project; its retros keep the departments they were prepared with.

    Raises NotFound, OnlyFacilitatorsChangeProjects, Invalid.
    """
    queries.project(db, project_id, for_=visitor)
    name, kind = _checked(visitor, name, kind, started_on, ended_on, department_ids)
    row = queries.project_row(db, project_id)
    row.name, row.kind, row.started_on, row.ended_on = name, kind, started_on, ended_on
    _set_departments(db, project_id, department_ids)
    emit(db, ProjectChanged(project_id))


def _checked(
    visitor: Visitor,
    name: str,
    kind: str,
    started_on: date | None,
    ended_on: date | None,
    department_ids: Collection[UUID],
) -> tuple[str, str]:
    if not may_change(visitor):
        raise OnlyFacilitatorsChangeProjects
    name, kind = tidy(name), tidy(kind)
    for field, problem in (
        ("name", name_problem(name)),
        ("kind", kind_problem(kind)),
        ("ended_on", dates_problem(started_on, ended_on)),
        ("departments", departments_problem(department_ids)),
    ):
        if problem:
            raise Invalid(problem, field=field)
    return name, kind


def _set_departments(db: Session, project_id: UUID, department_ids: Collection[UUID]) -> None:
    chosen = some_departments(db, department_ids)
    db.execute(delete(ProjectDepartment).where(col(ProjectDepartment.project_id) == project_id))
    for one in chosen:
        db.add(ProjectDepartment(project_id=project_id, department_id=one.id))
    db.flush()

"""Reads of joint projects as frozen views. Looking one up is the authorization: not yours is not found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Boolean, ColumnElement, DateTime, String, Uuid, column, not_, or_, table, true
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app.core.errors import NotFound
from app.departments.queries import DepartmentView
from app.departments.queries import names as department_names
from app.people.rules import Visitor
from app.projects.models import Project, ProjectDepartment
from app.projects.rules import may_see

AT_ONCE = 24

# A project lists its retros by title. They belong to the slice above, so nothing of it is imported: these five
# columns are all that is known here.
_retros = table(
    "retro",
    column("id", Uuid()),
    column("project_id", Uuid()),
    column("title", String()),
    column("stage", String()),
    column("created_at", DateTime()),
    column("imported", Boolean()),
)


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project as screens see it. `retros` holds (id, title, stage), oldest first."""

    id: UUID
    name: str
    kind: str
    started_on: date | None
    ended_on: date | None
    departments: tuple[DepartmentView, ...] = ()
    retros: tuple[tuple[UUID, str, str], ...] = ()


def projects_for(db: Session, visitor: Visitor) -> list[ProjectView]:
    """Projects that this visitor may see, the latest end first, those without an end before them.

    Those of which only imported history is known are left out: there may be thousands of them.
    """
    return _views(db, db.exec(_listed_for(visitor)).all())


def page_of_projects(db: Session, visitor: Visitor, page: int, at_once: int = AT_ONCE) -> list[ProjectView]:
    """The same, `at_once` a page (from 1); one more where others follow."""
    return _views(db, db.exec(_listed_for(visitor).offset((page - 1) * at_once).limit(at_once + 1)).all())


def has_projects(db: Session, visitor: Visitor) -> bool:
    """Whether there is any that this visitor may see."""
    return db.exec(select(Project.id).where(_is_not_past(), _may_be_seen_by(visitor)).limit(1)).first() is not None


def project(db: Session, project_id: UUID, for_: Visitor) -> ProjectView:
    """One project. Raises NotFound, also when it is not yours."""
    rows = db.exec(select(Project).where(col(Project.id) == project_id)).all()
    for view in _views(db, rows):
        if may_see(for_, [one.id for one in view.departments]):
            return view
    raise NotFound


def kinds(db: Session) -> list[str]:
    """The types in use, so that people choose the same word again."""
    return sorted({kind for kind in db.exec(select(Project.kind)).all() if kind})


def project_row(db: Session, project_id: UUID) -> Project:
    """The row, locked, for services that checked the right before. Raises NotFound."""
    row = db.exec(select(Project).where(col(Project.id) == project_id).with_for_update()).first()
    if row is None:
        raise NotFound
    return row


def _listed_for(visitor: Visitor) -> SelectOfScalar[Project]:
    ends = func.coalesce(col(Project.ended_on), date.max)
    order = (ends.desc(), col(Project.created_at).desc(), col(Project.name), col(Project.id))
    return select(Project).where(_is_not_past(), _may_be_seen_by(visitor)).order_by(*order)


def _may_be_seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """As `rules.may_see` decides."""
    if visitor.sees_everything:
        return true()
    ours = select(ProjectDepartment.project_id).where(col(ProjectDepartment.department_id).in_(visitor.departments))
    return col(Project.id).in_(ours)


def _is_not_past() -> ColumnElement[bool]:
    of_it = _retros.c.project_id == col(Project.id)
    past = sa.select(_retros.c.id).where(of_it, _retros.c.imported)
    held_here = sa.select(_retros.c.id).where(of_it, not_(_retros.c.imported))
    return or_(not_(past.exists()), held_here.exists())


def _views(db: Session, rows: Sequence[Project]) -> list[ProjectView]:
    ids = [row.id for row in rows]
    known = department_names(db)
    departments: dict[UUID, list[DepartmentView]] = defaultdict(list)
    for link in db.exec(select(ProjectDepartment).where(col(ProjectDepartment.project_id).in_(ids))).all():
        departments[link.project_id].append(known[link.department_id])
    retros = _retros_of(db, ids)
    return [
        ProjectView(
            row.id,
            row.name,
            row.kind,
            row.started_on,
            row.ended_on,
            tuple(sorted(departments[row.id], key=lambda one: one.name)),
            tuple(retros[row.id]),
        )
        for row in rows
    ]


def _retros_of(db: Session, project_ids: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str, str]]]:
    found: dict[UUID, list[tuple[UUID, str, str]]] = defaultdict(list)
    rows = db.execute(
        sa.select(_retros.c.project_id, _retros.c.id, _retros.c.title, _retros.c.stage)
        .where(_retros.c.project_id.in_(project_ids))
        .order_by(_retros.c.created_at)
    )
    for project_id, retro_id, title, stage in rows:
        found[project_id].append((retro_id, title, stage))
    return found

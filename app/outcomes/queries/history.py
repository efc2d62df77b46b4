"""Reads of imported history: what was loaded by whom, which retros of a file are here already, who worked on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table, column, table
from sqlmodel import Session, SQLModel, col, func, or_, select

from app.actions.models import Action
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, names
from app.entries.models import Entry
from app.outcomes.models import HistoryImport, ImportedRetro, Outcome, ShareLink
from app.people.queries import names as people_names
from app.people.rules import Visitor
from app.projects.models import Project
from app.retros.models import Retro, RetroDepartment
from app.retros.queries.lists import is_past_for
from app.themes.models import ThemeTopic
from app.topics.models import Topic

AT_ONCE = 50
IN_MOST = 500
"""Values of one IN: every database takes as many."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import. `counts`: what came of it when it was loaded; `here`: how many of its retros are here now."""

    id: UUID
    source: str
    file_name: str
    by: str
    happened_at: datetime
    undone_at: datetime | None
    counts: dict[str, Any]
    here: int

    @property
    def kinds(self) -> dict[str, int]:
        return dict(self.counts.get("kinds", {}))


@dataclass(frozen=True, slots=True)
class PastRetroView:
    """An imported retro in a list. `held`: its day as exactly as the source says it."""

    id: UUID
    title: str
    project: str
    series: str
    held: str
    departments: tuple[DepartmentView, ...]
    entries: int


def imports(db: Session, visitor: Visitor) -> list[ImportView]:
    """All imports, the latest first. Raises NotFound for others than admins and facilitators."""
    if not visitor.sees_everything:
        raise NotFound
    rows = db.exec(select(HistoryImport).order_by(col(HistoryImport.happened_at).desc(), col(HistoryImport.id))).all()
    here = dict(
        db.execute(select(col(ImportedRetro.import_id), func.count()).group_by(col(ImportedRetro.import_id))).all()
    )
    people = people_names(db)
    return [_view(row, people, here.get(row.id, 0)) for row in rows]


def import_row(db: Session, visitor: Visitor | None, import_id: UUID, *, lock: bool = False) -> HistoryImport:
    """The row; `visitor` None is the operator at the shell. Raises NotFound."""
    row = db.get(HistoryImport, import_id, with_for_update=lock or None)
    if row is None or (visitor is not None and not visitor.sees_everything):
        raise NotFound
    return row


def one_import(db: Session, visitor: Visitor, import_id: UUID) -> ImportView:
    """Raises NotFound."""
    row = import_row(db, visitor, import_id)
    here = db.exec(select(func.count()).where(col(ImportedRetro.import_id) == import_id)).one()
    return _view(row, people_names(db), here)


def recorded(db: Session, retro_names: Iterable[str]) -> dict[str, ImportedRetro]:
    """Name -> the retro that came under it before."""
    found: dict[str, ImportedRetro] = {}
    for some in in_parts(list(retro_names)):
        rows = db.exec(select(ImportedRetro).where(col(ImportedRetro.name).in_(some)))
        found |= {row.name: row for row in rows}
    return found


def worked_on(db: Session, retro_ids: Collection[UUID]) -> set[UUID]:
    """Those of these retros on which somebody worked here: moved or confirmed a topic's theme, hid an entry, shared
    the outcome, replied, or took up one of the actions."""
    touched: set[UUID] = set()
    for some in in_parts(list(retro_ids)):
        for statement in (
            select(ThemeTopic.retro_id).where(or_(col(ThemeTopic.placed_by_person), col(ThemeTopic.looked_at))),
            select(Entry.retro_id).where(col(Entry.hidden_reason).is_not(None)),
            select(Topic.retro_id).where(or_(col(Topic.titled_by_person), col(Topic.notes) != "")),
            select(ShareLink.retro_id),
            select(Action.retro_id).where(col(Action.version) != col(Action.imported_version)),
        ):
            where = statement.get_final_froms()[0].c.retro_id.in_(some)
            touched |= {found for found in db.exec(statement.where(where)).all() if found is not None}
        outcomes = db.exec(select(Outcome).where(col(Outcome.retro_id).in_(some)))
        touched |= {row.retro_id for row in outcomes if _has_reply(row)}
    return touched


def retros_in(db: Session, import_id: UUID, most: int) -> list[UUID]:
    """Some retros that came with this import and are still here."""
    wanted = select(ImportedRetro.retro_id).where(col(ImportedRetro.import_id) == import_id)
    return list(db.exec(wanted.order_by(col(ImportedRetro.retro_id)).limit(most)).all())


def past_retros(db: Session, visitor: Visitor, page: int) -> list[PastRetroView]:
    """Imported retros that this visitor may see, the latest first, AT_ONCE a page (from 1); one more where others
    follow."""
    wanted = (
        select(Retro, ImportedRetro.held, Project.name)
        .join(ImportedRetro, col(ImportedRetro.retro_id) == col(Retro.id))
        .join(Project, col(Project.id) == col(Retro.project_id))
        .where(is_past_for(visitor))
        .order_by(col(Retro.held_on).desc(), col(Retro.title), col(Retro.id))
        .offset((page - 1) * AT_ONCE)
        .limit(AT_ONCE + 1)
    )
    rows = db.exec(wanted).all()
    ids = [row.id for row, _, _ in rows]
    departments, sizes = _departments(db, ids), _sizes(db, ids)
    return [
        PastRetroView(
            row.id, row.title, project, row.series, held, tuple(departments.get(row.id, ())), sizes.get(row.id, 0)
        )
        for row, held, project in rows
    ]


def how_it_is_dated(db: Session, retro_id: UUID) -> tuple[str, str]:
    """(its day as exactly as the source says it, what the history is called); ("", "") for what is not imported."""
    row = db.get(ImportedRetro, retro_id)
    return (row.held, row.name.partition(" | ")[0]) if row else ("", "")


def department_is_used(db: Session, department_id: UUID) -> bool:
    """Whether anything at all names this department: every column of every table that holds departments."""
    for found in SQLModel.metadata.sorted_tables:
        for one in _department_columns(found):
            if db.execute(select(1).select_from(found).where(one == department_id).limit(1)).first():
                return True
    return False


def project_is_used(db: Session, project_id: UUID) -> bool:
    """Whether there is a retro of it, or somebody marked a line of its kick-off brief."""
    # The brief belongs to a slice beside this one: nothing of it is imported, one column is all that is known here.
    marks = table("brief_mark", column("project_id", Project.__table__.c.id.type))  # type: ignore[attr-defined]  # see core.tables
    if db.exec(select(Retro.id).where(col(Retro.project_id) == project_id).limit(1)).first() is not None:
        return True
    return db.execute(select(1).where(marks.c.project_id == project_id).limit(1)).first() is not None


def in_parts(values: list[Value]) -> Iterator[list[Value]]:
    for start in range(0, len(values), IN_MOST):
        yield values[start : start + IN_MOST]


def _view(row: HistoryImport, people: dict[UUID, str], here: int) -> ImportView:
    by = people.get(row.account_id, "") if row.account_id else ""
    return ImportView(row.id, row.source, row.file_name, by, row.happened_at, row.undone_at, row.counts, here)


def _has_reply(row: Outcome) -> bool:
    topics = (*row.contents["topics"], *row.contents["not_discussed"])
    return any(topic["replies"] for topic in topics)


def _departments(db: Session, retro_ids: list[UUID]) -> dict[UUID, list[DepartmentView]]:
    known = names(db)
    found: dict[UUID, list[DepartmentView]] = {}
    for row in db.exec(select(RetroDepartment).where(col(RetroDepartment.retro_id).in_(retro_ids))):
        found.setdefault(row.retro_id, []).append(known[row.department_id])
    return {retro_id: sorted(some, key=lambda one: one.name) for retro_id, some in found.items()}


def _sizes(db: Session, retro_ids: list[UUID]) -> dict[UUID, int]:
    counted = select(Entry.retro_id, func.count()).where(col(Entry.retro_id).in_(retro_ids))
    return dict(db.execute(counted.group_by(col(Entry.retro_id))).all())


def _department_columns(found: Table) -> list[ColumnElement[Any]]:
    def holds_departments(one: Any) -> bool:
        points_there = any(key.target_fullname == "department.id" for key in one.foreign_keys)
        return points_there or one.name.endswith("department_id")

    return [one for one in found.columns if holds_departments(one)]

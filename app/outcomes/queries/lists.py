"""Reads the lists of the desk as plain rows, by the same queries as their pages: lookup is authorization."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries.desk import all_wanted
from app.actions.queries.topic_titles import with_readable_topics
from app.actions.queries.views import ActionView
from app.actions.rules.desk import DeskSection, wanted
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, all_departments, local_day, names
from app.people.queries import AccountView, accounts
from app.people.rules import Visitor
from app.projects.queries import projects_for
from app.retros.queries.lists import retros_for

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, each with some of the columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """Which rows are wanted: `params` as in the address of the page, `chosen` ids of rows (none: all)."""

    params: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[UUID] = frozenset()


def listed(db: Session, name: str, visitor: Visitor, now: datetime, asked: ListRequest) -> Table:
    """The list with this name (a key of LISTS) as this visitor sees it."""
    columns, rows = LISTS[name]
    return Table(columns, tuple(rows(db, visitor, now, asked)))


def _actions(db: Session, visitor: Visitor, now: datetime, asked: ListRequest) -> Iterator[Row]:
    today = local_day(db, now)
    found = list(all_wanted(db, visitor, wanted({**asked.params, "after": ""}), today, asked.chosen))
    views = with_readable_topics(db, visitor, [one for _, one in found])
    for (part, _), one in zip(found, views, strict=True):
        yield {"list": PARTS[part], **_action(one), "overdue": _yes(one.overdue(today))}


PARTS = {part: part.replace("_", " ") for part in DeskSection}


def _action(one: ActionView) -> Row:
    return {
        "kind": one.kind,
        "title": one.title,
        "done_when": one.done_when,
        "owner": one.owner_name,
        "provided_by": one.providing.name if one.providing else "",
        "asked_for_by": one.requesting.name if one.requesting else "",
        "due_on": one.due_on.isoformat() if one.due_on else "",
        "priority": one.priority,
        "cause": one.cause,
        "scope": one.scope,
        "state": one.state,
        "retro": one.retro_title,
        "topic": one.topic_title,
    }


def _retros(db: Session, visitor: Visitor, _now: datetime, _asked: ListRequest) -> Iterator[Row]:
    for one in retros_for(db, visitor):
        yield {
            "title": one.title,
            "project": one.project_name,
            "departments": "; ".join(department.name for department in one.departments),
            "stage": one.stage,
            "prepared_on": one.created_at.date().isoformat(),
            "closed_on": one.closed_at.date().isoformat() if one.closed_at else "",
        }


def _projects(db: Session, visitor: Visitor, _now: datetime, _asked: ListRequest) -> Iterator[Row]:
    for one in projects_for(db, visitor):
        yield {
            "name": one.name,
            "kind": one.kind,
            "started_on": one.started_on.isoformat() if one.started_on else "",
            "ended_on": one.ended_on.isoformat() if one.ended_on else "",
            "departments": "; ".join(department.name for department in one.departments),
            "retros": str(len(one.retros)),
        }


def _departments(db: Session, visitor: Visitor, _now: datetime, _asked: ListRequest) -> Iterator[Row]:
    """How many people work in each is for those who may change it."""
    for one in all_departments(db, include_archived=True):
        people = str(one.people) if visitor.sees_everything and one.people is not None else ""
        yield {"name": one.name, "badge": one.badge, "people": people, "archived": _yes(one.is_archived)}


def _people(db: Session, visitor: Visitor, _now: datetime, _asked: ListRequest) -> Iterator[Row]:
    """Everybody with rights and addresses: for who administers. Raises NotFound."""
    if not visitor.is_admin:
        raise NotFound
    departments = names(db)
    for one in accounts(db):
        yield _person(one, departments)


def _person(one: AccountView, departments: Mapping[UUID, DepartmentView]) -> Row:
    return {
        "name": one.shown_name,
        "email": one.email,
        "admin": _yes(one.is_admin),
        "facilitator": _yes(one.is_facilitator),
        "leads": _names(departments, one, leading=True),
        "member_of": _names(departments, one, leading=False),
        "disabled": _yes(one.is_disabled),
    }


def _names(departments: Mapping[UUID, DepartmentView], one: AccountView, leading: bool) -> str:
    return "; ".join(departments[found].name for found, leads in one.departments if leads is leading)


def _yes(answer: bool) -> str:
    return "yes" if answer else ""


Rows = Callable[[Session, Visitor, datetime, ListRequest], Iterator[Row]]
LISTS: Mapping[str, tuple[tuple[str, ...], Rows]] = {
    "actions": (
        (
            "list", "kind", "title", "done_when", "owner", "provided_by", "asked_for_by", "due_on", "priority",
            "cause", "scope", "state", "overdue", "retro", "topic",
        ),
        _actions,
    ),
    "retros": (("title", "project", "departments", "stage", "prepared_on", "closed_on"), _retros),
    "projects": (("name", "kind", "started_on", "ended_on", "departments", "retros"), _projects),
    "departments": (("name", "badge", "people", "archived"), _departments),
    "people": (("name", "email", "admin", "facilitator", "leads", "member_of", "disabled"), _people),
}  # fmt: skip
"""Name of a list -> its columns, and how its rows are read."""

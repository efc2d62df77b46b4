"""A promise as screens show it: frozen views out of the tables. Knows no seat and no entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from app.actions.models import Action
from app.actions.queries.rows import fields_of
from app.actions.rules.bridges import Bridge, bridge_of
from app.actions.rules.calendar import SETTLED, is_overdue, standing
from app.actions.rules.desk import DeskSection
from app.actions.rules.fields import missing, title_advice
from app.actions.rules.kinds import PromiseStanding
from app.departments.queries import DepartmentView, names
from app.people.models import Account
from app.retros.models import Retro
from app.topics.models import Topic
from app.topics.queries.titles import TITLE


@dataclass(frozen=True, slots=True)
class ActionView:
    """A promise as screens show it. Dates are calendar days, times are UTC. `missing` are sentences."""

    id: UUID
    retro_id: UUID | None
    retro_title: str
    topic_id: UUID | None
    topic_title: str
    kind: str
    title: str
    done_when: str
    owner_id: UUID | None
    owner_name: str
    owner_email: str
    providing: DepartmentView | None
    requesting: DepartmentView | None
    due_on: date | None
    promised_for: date | None
    priority: str
    cause: str
    scope: str
    sponsor_name: str
    external_link: str
    state: str
    version: int
    created_at: datetime
    settled_at: datetime | None
    reported_at: datetime | None
    reported_on: date | None
    slips: int
    moved_at: datetime | None
    by_silence: bool
    blocked_by: DepartmentView | None
    miss_reason: str
    sponsor_email: str
    dimension: str
    review_on: date | None
    tracker_state: str
    tracker_at: datetime | None
    missing: tuple[str, ...]
    advice: str | None
    bridge: str = ""
    retro_is_closed: bool = False

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED

    @property
    def ready_made(self) -> Bridge | None:
        """The ready-made bridge that it began as: what to do, and how to tell that it helped."""
        return bridge_of(self.kind, self.bridge, self.title)

    def overdue(self, today: date) -> bool:
        return is_overdue(self.state, self.due_on, today)

    def standing(self, today: date) -> PromiseStanding:
        """Kept, late, open or let go."""
        return standing(self.state, self.promised_for, self.reported_on, today)


@dataclass(frozen=True, slots=True)
class Lists:
    """The beginning of a lead's one list: what needs somebody first of each part, and how many there are in all."""

    asked_of_us: tuple[ActionView, ...]
    promised_by_us: tuple[ActionView, ...]
    asked_by_us: tuple[ActionView, ...]

    totals: Mapping[DeskSection, int]

    @property
    def is_empty(self) -> bool:
        return not (self.asked_of_us or self.promised_by_us or self.asked_by_us)


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of a promise's history."""

    state: str
    happened_at: datetime
    by: str
    reason: str
    due_on: date | None
    department: str
    by_silence: bool
    number: int
    miss_reason: str
    handed_to: str
    undoes: int | None
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise between departments, for the next check-in."""

    action: ActionView
    standing: PromiseStanding


def views_where(db: Session, condition: ColumnElement[bool]) -> list[ActionView]:
    query = joined().where(condition).order_by(col(Action.created_at), col(Action.id))
    departments = names(db)
    return [view_of(row, departments) for row in db.exec(query).all()]


def joined() -> Any:
    """A query for actions with the names that their views show: to be narrowed and put in order."""
    return (
        select(Action, Retro.title, TITLE, Account.shown_name)
        .add_columns(col(Retro.closed_at))
        .join(Retro, col(Retro.id) == col(Action.retro_id), isouter=True)
        .join(Topic, col(Topic.id) == col(Action.topic_id), isouter=True)
        .join(Account, col(Account.id) == col(Action.owner_id), isouter=True)
    )


def view_of(found: Sequence[Any], departments: Mapping[UUID, DepartmentView]) -> ActionView:
    """Out of what a query of `joined` found: an action, and the names of its retro, topic and owner or None."""
    row, retro, topic, owner, closed_at = found[:5]
    return ActionView(
        id=row.id,
        retro_id=row.retro_id,
        retro_title=retro or "",
        topic_id=row.topic_id,
        topic_title=topic or "",
        kind=row.kind,
        title=row.title,
        done_when=row.done_when,
        owner_id=row.owner_id,
        owner_name=owner or row.owner_name,
        owner_email=row.owner_email,
        providing=_department(departments, row.providing_department_id),
        requesting=_department(departments, row.requesting_department_id),
        due_on=row.due_on,
        promised_for=row.promised_for,
        priority=row.priority,
        cause=row.cause,
        scope=row.scope,
        sponsor_name=row.sponsor_name,
        external_link=row.external_link,
        state=row.state,
        version=row.version,
        created_at=row.created_at,
        settled_at=row.settled_at,
        reported_at=row.reported_at,
        reported_on=row.reported_on,
        slips=row.slips,
        moved_at=row.moved_at,
        by_silence=row.by_silence,
        blocked_by=_department(departments, row.blocked_by_id),
        miss_reason=row.miss_reason,
        sponsor_email=row.sponsor_email,
        dimension=row.dimension,
        review_on=row.review_on,
        tracker_state=row.tracker_state,
        tracker_at=row.tracker_at,
        missing=tuple(missing(fields_of(row)).values()),
        advice=title_advice(row.title),
        bridge=row.bridge,
        retro_is_closed=closed_at is not None,
    )


def _department(departments: Mapping[UUID, DepartmentView], department_id: UUID | None) -> DepartmentView | None:
    return None if department_id is None else departments.get(department_id)

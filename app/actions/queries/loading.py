"""Reads of actions that were loaded from lists: what each list came to, what still waits to be completed, and what a
list said of one action. Knows nothing of files."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, or_
from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.actions.queries.rights import visible_to
from app.actions.queries.views import ActionView, views_where
from app.actions.rules.kinds import ActionState
from app.people.rules import Visitor

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class LoadedList:
    """What became of a list: `waiting` is neither asked for nor called done, `untouched` can be taken back."""

    name: str
    waiting: int
    done_before: int
    dropped: int
    asked: int
    untouched: int

    @property
    def total(self) -> int:
        return self.waiting + self.done_before + self.dropped + self.asked


@dataclass(frozen=True, slots=True)
class LoadedFrom:
    """Where an action was loaded from. `said`: column -> the list's own words. `states`: which of the two that the
    figures of promises need it gave."""

    list_name: str
    said: dict[str, str]
    states_requester: bool
    states_due: bool
    may_be_worked: bool


def loaded_lists(db: Session, visitor: Visitor) -> list[LoadedList]:
    """The lists of which this visitor sees an action, by name."""
    waiting, done = col(Action.state) == ActionState.PROPOSED, col(Action.state) == ActionState.DONE_BEFORE
    dropped = and_(col(Action.state) == ActionState.NOT_DOING, col(Action.requested_on).is_(None))
    counted = (waiting, done, dropped, ~or_(waiting, done, dropped), is_untouched())
    rows = db.execute(
        select(col(Action.imported_from), *(func.sum(case((one, 1), else_=0)) for one in counted))
        .where(_in_a_list(), visible_to(visitor))
        .group_by(col(Action.imported_from))
        .order_by(col(Action.imported_from))
    ).all()
    return [LoadedList(name, *map(int, counts)) for name, *counts in rows]


def waiting_in(db: Session, visitor: Visitor, list_name: str, page: int) -> list[ActionView]:
    """What still waits to be completed, AT_ONCE a page (from 1), as the list had it; one more where others follow."""
    wanted = and_(_in_a_list(), col(Action.imported_from) == list_name, col(Action.state) == ActionState.PROPOSED)
    ids = (
        select(Action.id)
        .where(wanted, visible_to(visitor))
        .order_by(col(Action.created_at), col(Action.id))
        .offset((page - 1) * AT_ONCE)
        .limit(AT_ONCE + 1)
    )
    return views_where(db, col(Action.id).in_(db.exec(ids).all()))


def loaded_from(db: Session, visitor: Visitor, action_id: UUID) -> LoadedFrom | None:
    """None for what was written down in a retro."""
    row = db.get(Action, action_id)
    if row is None or row.imported_from is None:
        return None
    said = json.loads(row.imported_row)
    return LoadedFrom(row.imported_from, said, "requester" in said, "due" in said, works_through(visitor, row))


def rows_in_list(
    db: Session, list_name: str, *, lock: bool, among: Collection[str] | None = None
) -> dict[str, Action]:
    """Its rows by the name under which each was loaded; with `lock` held on PostgreSQL until the transaction ends.

    `among`: only rows of these names.
    """
    wanted = select(Action).where(col(Action.imported_from) == list_name)
    if among is not None:
        wanted = wanted.where(col(Action.imported_as).in_(among))
    rows = db.exec(wanted.with_for_update() if lock else wanted).all()
    return {row.imported_as: row for row in rows if row.imported_as}


def works_through(visitor: Visitor, row: Action) -> bool:
    """Whether this visitor may complete or drop a loaded action: its department, facilitators and admins."""
    if row.imported_from is None:
        return False
    return visitor.sees_everything or row.providing_department_id in visitor.departments


def is_untouched() -> ColumnElement[bool]:
    """Nobody worked on it here since it was loaded."""
    return func.coalesce(col(Action.version) == col(Action.imported_version), false())


def _in_a_list() -> ColumnElement[bool]:
    return and_(col(Action.imported_from).is_not(None), col(Action.removed_at).is_(None))

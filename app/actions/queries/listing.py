"""Promises page by page, in the order in which they were written down: for programs that read them all.

A page begins after a cursor, not at a number: nothing comes twice when something is added meanwhile.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from app.actions.models import Action
from app.actions.queries.rights import parties, visible_to
from app.actions.queries.views import ActionView, views_where
from app.actions.rules.kinds import ActionState
from app.actions.rules.tracker import same_link
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class ApiFilter:
    """`department`: on either side. `updated_since`: asked, moved or reported on by a tracker at or after it."""

    states: tuple[ActionState, ...] = ()
    department: UUID | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last promise of the page before."""

    created_at: datetime
    id: UUID

    def __str__(self) -> str:
        text = f"{self.created_at.astimezone(UTC).isoformat()} {self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor that was written so, or None."""
    try:
        written = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        moment, _, row = written.partition(" ")
        found = Cursor(datetime.fromisoformat(moment), UUID(row))
    except (ValueError, binascii.Error):
        return None
    return found if str(found) == text else None


def promises(
    db: Session, visitor: Visitor, wanted: ApiFilter, after: Cursor | None, limit: int
) -> tuple[list[ActionView], Cursor | None]:
    """At most `limit` promises that this visitor may see, oldest first, and where the next page begins, if any."""
    query = select(Action.id).where(_of_a_closed_retro(), visible_to(visitor), *_conditions(wanted))
    if after is not None:
        later, same = col(Action.created_at) > after.created_at, col(Action.created_at) == after.created_at
        query = query.where(or_(later, and_(same, col(Action.id) > after.id)))
    ids = db.exec(query.order_by(col(Action.created_at), col(Action.id)).limit(limit + 1)).all()
    views = views_where(db, col(Action.id).in_(ids[:limit]))
    more = len(ids) > limit
    return views, Cursor(views[-1].created_at, views[-1].id) if more else None


def rows_with_link(db: Session, visitor: Visitor, link: str) -> Sequence[Action]:
    """Promises that this visitor may see and whose link this is, locked."""
    found = select(Action).where(
        _of_a_closed_retro(), visible_to(visitor), col(Action.external_link).in_(same_link(link))
    )
    return db.exec(found.order_by(col(Action.id)).with_for_update()).all()


def may_report(visitor: Visitor, row: Action | ActionView) -> bool:
    """Whether this visitor may say what a tracker says: whom the promise binds, and who looks after all of them."""
    return visitor.sees_everything or bool(parties(visitor, row))


def _of_a_closed_retro() -> ColumnElement[bool]:
    return and_(col(Action.removed_at).is_(None), col(Action.state) != ActionState.PROPOSED)


def _conditions(wanted: ApiFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(col(Action.state).in_(wanted.states))
    if wanted.department is not None:
        sides = (Action.providing_department_id, Action.requesting_department_id)
        found.append(or_(*(col(side) == wanted.department for side in sides)))
    if wanted.updated_since is not None:
        moments = (Action.moved_at, Action.tracker_at)
        found.append(or_(*(col(moment) >= wanted.updated_since for moment in moments)))
    return found

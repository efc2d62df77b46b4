"""Reads of a person's calendar: whose address it is, and what stands in it. Knows no seat and no entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from app.actions.models import Action
from app.actions.queries.policy import calendar_of, policy
from app.actions.queries.rights import is_owner, owns
from app.actions.queries.views import ActionView, views_where
from app.actions.rules.calendar import SETTLED, accepts_by_silence_on
from app.actions.rules.kinds import ActionState
from app.departments.queries import organisation
from app.notifications.models import CalendarFeed
from app.notifications.rules.feed import STAYS, CalendarEntry, CalendarPromise, acceptance_entry, calendar, due_entry
from app.people.queries import hash_of, visitor_of
from app.people.rules import Visitor

READ_AGAIN_AFTER = timedelta(days=1)
MOST = 300
"""Events of either kind: more than anybody looks at. What is settled, then what is oldest, is left out first."""


@dataclass(frozen=True, slots=True)
class FeedView:
    """A calendar that can be subscribed to. Its address is known to nobody but its owner. `read_at`: to the day."""

    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar was asked for. `is_unseen`: nobody noted today that it is read."""

    visitor: Visitor
    is_unseen: bool


def feed_of(db: Session, visitor: Visitor) -> FeedView | None:
    """This person's own feed, if there is one."""
    row = db.get(CalendarFeed, visitor.account_id)
    return None if row is None else FeedView(row.created_at, row.read_at)


def reader_of(db: Session, token: str, now: datetime) -> Reader | None:
    """Whose address this is; None when it is unknown, was stopped, or its account is disabled."""
    row = db.exec(select(CalendarFeed).where(CalendarFeed.token_hash == hash_of(token))).first()
    visitor = visitor_of(db, row.account_id) if row else None
    if row is None or visitor is None:
        return None
    return Reader(visitor, row.read_at is None or now - row.read_at >= READ_AGAIN_AFTER)


def calendar_for(db: Session, visitor: Visitor, base: str, now: datetime) -> bytes:
    """This person's calendar. `base`: how the desk is reached, without a slash at its end."""
    name = f"Promises – {organisation(db).name}"
    return calendar(name, f"promises-{visitor.account_id}", _entries(db, visitor, base, now))


def _entries(db: Session, visitor: Visitor, base: str, now: datetime) -> Iterator[CalendarEntry]:
    since, accepting = now - STAYS, _accepts_for(db, visitor)
    live = and_(
        col(Action.removed_at).is_(None), col(Action.state) != ActionState.PROPOSED, col(Action.due_on).is_not(None)
    )
    lately = or_(col(Action.state).not_in(SETTLED), col(Action.settled_at) >= since)
    ours = or_(is_owner(visitor), col(Action.providing_department_id).in_(visitor.leads))
    for view in views_where(db, _some(and_(live, lately, ours))):
        yield due_entry(_promise(view, base))
    for view in views_where(db, _some(and_(live, _reported(accepting, since)))):
        if view.reported_on and not owns(visitor, view.owner_id, view.owner_email):
            place = calendar_of(db, view.requesting.id if view.requesting else None)
            yield acceptance_entry(_promise(view, base), accepts_by_silence_on(view.reported_on, place, policy(db)))


def _some(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """At most `MOST` of these."""
    newest = (col(Action.settled_at).is_not(None), col(Action.due_on).desc(), col(Action.id))
    return col(Action.id).in_(select(Action.id).where(wanted).order_by(*newest).limit(MOST))


def _accepts_for(db: Session, visitor: Visitor) -> frozenset[UUID]:
    """Departments for which this person is asked to accept: as by mail, members only where that is wanted."""
    return visitor.departments if policy(db).members_may_be_asked else visitor.leads


def _reported(accepting: frozenset[UUID], since: datetime) -> ColumnElement[bool]:
    """Waits for an answer to a report, or had one lately."""
    return and_(
        col(Action.requesting_department_id).in_(accepting),
        col(Action.reported_on).is_not(None),
        or_(col(Action.state) == ActionState.REPORTED_DONE, col(Action.moved_at) >= since),
    )


def _promise(view: ActionView, base: str) -> CalendarPromise:
    assert view.due_on is not None
    return CalendarPromise(
        id=view.id,
        title=view.title,
        done_when=view.done_when,
        state=ActionState(view.state),
        due_on=view.due_on,
        promised_for=view.promised_for,
        owner_name=view.owner_name,
        providing=view.providing.name if view.providing else "",
        requesting=view.requesting.name if view.requesting else "",
        version=view.version,
        changed_at=view.moved_at or view.created_at,
        url=f"{base}/desk/actions/{view.id}",
    )

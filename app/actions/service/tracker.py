"""Writes what an outside tracker says of a promise. It stands beside the promise and moves nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.models import Action
from app.actions.queries import listing, lists
from app.actions.queries import rows as rows_queries
from app.actions.rules.kinds import ActionState
from app.actions.rules.refusals import FieldsAreMissing, HasChanged, NotYourStep
from app.actions.rules.tracker import Tracked, link_problem, tidy, tracking_problems
from app.core.errors import NotFound
from app.people.rules import Visitor

WHOSE = "Only the owner, the two departments of a promise, a facilitator or an admin can report on it."


def report(
    db: Session, visitor: Visitor, action_id: UUID, tracked: Tracked, now: datetime, version: int | None = None
) -> None:
    """Set the link of this promise and what the tracker behind it says.

    `version`: what the reporter saw; None: whatever stands there. Raises FieldsAreMissing, NotFound, NotYourStep,
    HasChanged.
    """
    _refuse_wrong(tracked)
    row = _reportable(db, visitor, action_id)
    if version is not None and row.version != version:
        raise HasChanged
    _write(row, tracked, now)
    db.flush()


def set_link(db: Session, visitor: Visitor, action_id: UUID, link: str) -> None:
    """Where the work is done in another tool; empty: nowhere. What the former one said goes with its link.

    Raises FieldsAreMissing, NotFound or NotYourStep.
    """
    link = tidy(link)
    if link and (problem := link_problem(link)):
        raise FieldsAreMissing({"external_link": problem})
    row = _reportable(db, visitor, action_id)
    if row.external_link != link:
        row.external_link, row.tracker_state, row.tracker_at = link, "", None
        row.version += 1
    db.flush()


def report_by_link(db: Session, visitor: Visitor, tracked: Tracked, now: datetime) -> list[UUID]:
    """The same for every promise that has this link and is this visitor's to report on. Returns which.

    Raises FieldsAreMissing; NotFound when there is none.
    """
    _refuse_wrong(tracked)
    rows = [row for row in listing.rows_with_link(db, visitor, tracked.link) if listing.may_report(visitor, row)]
    if not rows:
        raise NotFound("No promise that you may report on has this link. Set the link at the promise first.")
    for row in rows:
        _write(row, Tracked(row.external_link, tracked.state), now)
    db.flush()
    return [row.id for row in rows]


def _reportable(db: Session, visitor: Visitor, action_id: UUID) -> Action:
    if lists.action(db, action_id, for_=visitor).state == ActionState.PROPOSED:
        raise NotFound
    row = rows_queries.row_for_change(db, action_id)
    if not listing.may_report(visitor, row):
        raise NotYourStep(WHOSE)
    return row


def _refuse_wrong(tracked: Tracked) -> None:
    if wrong := tracking_problems(tracked):
        raise FieldsAreMissing(wrong)


def _write(row: Action, tracked: Tracked, now: datetime) -> None:
    """Said again it changes nothing: trackers tell everything twice."""
    if (row.external_link, row.tracker_state) == (tracked.link, tracked.state):
        return
    row.external_link, row.tracker_state, row.tracker_at = tracked.link, tracked.state, now
    row.version += 1

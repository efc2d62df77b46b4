"""The lists people read: a retro's actions, the history of one, and what departments promised each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from app.actions.models import Action, ActionStep
from app.actions.queries.policy import calendar_of
from app.actions.queries.rights import visible_to
from app.actions.queries.topic_titles import with_readable_topics
from app.actions.queries.views import ActionView, PromiseView, StepView, views_where
from app.actions.rules.kinds import ActionState
from app.core.errors import NotFound
from app.departments.queries import names
from app.people.models import Account
from app.people.rules import Visitor
from app.retros.models import Retro

REMEMBERED = timedelta(days=365)


def actions_of(db: Session, retro_id: UUID) -> list[ActionView]:
    """All actions of a retro in the order of capture, without those that were taken off."""
    return views_where(db, and_(col(Action.retro_id) == retro_id, col(Action.removed_at).is_(None)))


def removed_from(db: Session, retro_id: UUID) -> list[ActionView]:
    """Actions taken off before the close: they can be put back until then."""
    return views_where(db, and_(col(Action.retro_id) == retro_id, col(Action.removed_at).is_not(None)))


def action(db: Session, action_id: UUID, for_: Visitor) -> ActionView:
    """One action. Raises NotFound when it does not exist or is not this visitor's to see."""
    found = views_where(db, and_(col(Action.id) == action_id, col(Action.removed_at).is_(None), visible_to(for_)))
    if not found:
        raise NotFound
    return with_readable_topics(db, for_, found)[0]


def promises_between(db: Session, department_ids: Iterable[UUID], before: datetime) -> list[PromiseView]:
    """What these departments promised each other in retros closed before `before` (check-in), or outside of any.

    Everything still open, and what was settled in the year before; overdue first. Promises to or by a department
    outside this circle are left out.
    """
    circle = list(department_ids)
    settled_lately = or_(col(Action.settled_at).is_(None), col(Action.settled_at) >= before - REMEMBERED)
    found = views_where(
        db,
        and_(
            col(Action.providing_department_id).in_(circle),
            col(Action.requesting_department_id).in_(circle),
            col(Action.removed_at).is_(None),
            col(Action.state) != ActionState.PROPOSED,
            col(Action.requested_on).is_not(None),
            or_(col(Action.retro_id).is_(None), col(Retro.closed_at) < before),  # loaded, or its retro is deleted
            settled_lately,
        ),
    )
    here = calendar_of(db, None).day(before)
    return [PromiseView(one, one.standing(_day_of(db, one, before))) for one in _overdue_first(found, here)]


def history(db: Session, action_id: UUID) -> list[StepView]:
    """The steps of an action, oldest first; those that were taken back too."""
    rows = db.exec(select(ActionStep).where(ActionStep.action_id == action_id).order_by(col(ActionStep.number))).all()
    people = {one.account_id for one in rows} | {one.owner_id for one in rows}
    known = dict(db.exec(select(Account.id, Account.shown_name).where(col(Account.id).in_(people - {None}))).all())
    departments = names(db)
    taken_back = {one.undoes for one in rows if one.undoes}
    asked = [one.number for one in rows if one.state == ActionState.REQUESTED and one.undoes is None]
    first_asked = next((number for number in asked if number not in taken_back), len(rows))
    return [
        StepView(
            state=step.state,
            happened_at=step.happened_at,
            by=known.get(step.account_id, "") if step.account_id else "",
            reason=step.reason,
            due_on=step.due_on,
            department=departments[step.department_id].name if step.department_id in departments else "",
            by_silence=step.by_silence,
            number=step.number,
            miss_reason=step.miss_reason,
            handed_to=known.get(step.owner_id, "") if step.owner_id and step.number > first_asked else "",
            undoes=step.undoes,
            is_taken_back=step.number in taken_back,
        )
        for step in rows
    ]


def _day_of(db: Session, view: ActionView, moment: datetime) -> date:
    """That day where the department is that asked: its calendar says what is late."""
    return calendar_of(db, view.requesting.id if view.requesting else None).day(moment)


def _overdue_first(views: list[ActionView], today: date) -> list[ActionView]:
    return sorted(views, key=lambda one: (not one.overdue(today), one.due_on or date.max, one.title))

"""Rows of promises and their histories, as the service and the rules read them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.models import Action, ActionStep
from app.actions.rules.calendar import SETTLED
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionState
from app.actions.rules.states import StepTaken
from app.core.errors import NotFound


def steps_of(db: Session, action_id: UUID) -> list[StepTaken]:
    """The history as the rules read it."""
    rows = db.exec(select(ActionStep).where(ActionStep.action_id == action_id).order_by(col(ActionStep.number))).all()
    return [
        StepTaken(
            state=row.state,
            happened_at=row.happened_at,
            due_on=row.due_on,
            reason=row.reason,
            account_id=row.account_id,
            department_id=row.department_id,
            by_silence=row.by_silence,
            miss_reason=row.miss_reason,
            owner_id=row.owner_id,
            undoes=row.undoes,
            number=row.number,
        )
        for row in rows
    ]


def row_for_change(db: Session, action_id: UUID) -> Action:
    """The row, locked on PostgreSQL until the transaction ends. Raises NotFound."""
    row = db.exec(select(Action).where(Action.id == action_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def fields(db: Session, action_id: UUID) -> Fields:
    """What people typed about an action. Raises NotFound."""
    row = db.get(Action, action_id)
    if row is None:
        raise NotFound
    return fields_of(row)


LIVE = (*(one for one in ActionState if one not in SETTLED and one is not ActionState.PROPOSED), ActionState.DECLINED)
"""States in which somebody is still waited for: a declined request waits for who asked."""


def due_for_a_look(db: Session, now: datetime, most: int) -> list[Action]:
    """Promises that the calendar has something to say of, locked; those that another worker holds are passed over."""
    due = select(Action).where(col(Action.attention_at) <= now).order_by(col(Action.attention_at)).limit(most)
    return list(db.exec(due.with_for_update(skip_locked=True)).all())


def is_anything_due(db: Session, now: datetime) -> bool:
    """Whether there is anything to look at: read first, so that an idle server writes nothing."""
    return db.exec(select(Action.id).where(col(Action.attention_at) <= now).limit(1)).first() is not None


def fields_of(row: Action) -> Fields:
    """What people typed about an action, out of its row."""
    return Fields(
        title=row.title,
        kind=row.kind,
        done_when=row.done_when,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        owner_email=row.owner_email,
        providing_department_id=row.providing_department_id,
        requesting_department_id=row.requesting_department_id,
        due_on=row.due_on,
        priority=row.priority,
        cause=row.cause,
        scope=row.scope,
        sponsor_name=row.sponsor_name,
        sponsor_email=row.sponsor_email,
        dimension=row.dimension,
        review_on=row.review_on,
        external_link=row.external_link,
        topic_id=row.topic_id,
        bridge=row.bridge,
    )

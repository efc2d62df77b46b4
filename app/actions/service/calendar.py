"""What the calendar does to promises: says what fell due, and accepts by silence. Run by a job, in small batches."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import Session, col

from app.actions.events import NoticeFellDue
from app.actions.models import Action
from app.actions.queries import rows
from app.actions.queries.rows import LIVE
from app.actions.rules.kinds import ActionState, Notice
from app.actions.rules.notices import newest_of_each
from app.actions.rules.states import StepTaken
from app.actions.service.stepping import add_step, look_again, wait_of
from app.core.errors import whereabouts
from app.core.events import emit, savepoint

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(hours=1)


def look_at_due(db: Session, now: datetime, most: int = 100) -> int:
    """Say what fell due for at most `most` promises, each once. Returns how many were looked at.

    On PostgreSQL promises that another worker looks at are passed over. One that fails stops none of the others: it
    is said in the log, and looked at again in an hour.
    """
    ids = [row.id for row in rows.due_for_a_look(db, now, most)]
    for action_id in ids:
        try:
            with savepoint(db):
                _look_at(db, db.get_one(Action, action_id), now)
        except Exception as error:
            log.error(
                "promise_not_looked_at",
                action=str(action_id),
                error=type(error).__name__,
                where=whereabouts(error),
            )
            _look_later(db, action_id, now)
    return len(ids)


def _look_later(db: Session, action_id: UUID, now: datetime) -> None:
    db.execute(
        update(Action)
        .where(col(Action.id) == action_id)
        .values(attention_at=now + AGAIN_AFTER)
        .execution_options(synchronize_session=False)
    )


def look_at_all_again(db: Session) -> None:
    """After a change of policy or holidays: every live promise is looked at anew; nothing is said twice for a day."""
    db.execute(
        update(Action)
        .where(col(Action.moved_at).is_not(None), col(Action.state).in_(LIVE))
        .values(attention_at=col(Action.moved_at))
        .execution_options(synchronize_session=False)
    )


def _look_at(db: Session, row: Action, now: datetime) -> None:
    wait = wait_of(db, row)
    if wait is None or row.noticed_on is None:
        row.attention_at = None
        return
    today = wait.place.day(now)
    fell_due = newest_of_each(wait, row.noticed_on, today)
    if any(notice is Notice.SILENCE_ACCEPTS for _, notice in fell_due):
        add_step(
            db, row, StepTaken(ActionState.ACCEPTED, now, by_silence=True)
        )  # so nobody is asked to accept it any more
        return
    for day, notice in fell_due:
        emit(db, NoticeFellDue(action_id=row.id, notice=notice, day=day, at=now))
    row.noticed_on = max(today, row.noticed_on)
    look_again(db, row)
    db.add(row)

"""What the close of a retro does to its actions: read back, asked of their owners, or in the way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.actions.models import Action
from app.actions.queries import rows
from app.actions.rules.fields import Fields, missing
from app.actions.rules.kinds import ActionState
from app.actions.rules.states import StepTaken
from app.actions.service.stepping import add_step
from app.people.queries import account_by_email
from app.people.service import accounts


def missing_fields(action: Action | Fields) -> list[str]:
    """One sentence for each required field that says nothing yet."""
    fields = rows.fields_of(action) if isinstance(action, Action) else action
    return list(missing(fields).values())


def ready_to_close(db: Session, retro_id: UUID) -> list[str]:
    """Sentences that stand in the way of closing: one for each action with a missing field. Empty: ready."""
    return [f"“{row.title}”: {' '.join(wrong)}" for row in _kept_rows(db, retro_id) if (wrong := missing_fields(row))]


def ask_owners(db: Session, retro_id: UUID, now: datetime) -> None:
    """At the close: what was taken off goes for good, every complete action is asked of its owner.

    One with a missing field (only possible when the retro closed by itself) stays proposed.
    """
    db.exec(delete(Action).where(col(Action.retro_id) == retro_id, col(Action.removed_at).is_not(None)))
    for row in _kept_rows(db, retro_id):
        ask_owner(db, row, now)


def ask_owner(db: Session, row: Action, now: datetime, by: UUID | None = None) -> None:
    """Ask for a complete, still proposed action; the date asked for goes into its history.

    `by` is the account that asks; None: the room. An owner who has no account gets one without a password: who is
    told, and how, is for the slices above.
    """
    if row.state != ActionState.PROPOSED or missing_fields(row):
        return
    if row.owner_id is None:
        known = account_by_email(db, row.owner_email)
        row.owner_id = known.id if known else accounts.create_account(db, row.owner_email, row.owner_name, None, now)
        if known:
            row.owner_name, row.owner_email = known.name, known.email
    add_step(db, row, StepTaken(ActionState.REQUESTED, now, due_on=row.due_on, account_id=by, owner_id=row.owner_id))


def _kept_rows(db: Session, retro_id: UUID) -> list[Action]:
    return list(
        db.exec(
            select(Action)
            .where(Action.retro_id == retro_id, col(Action.removed_at).is_(None))
            .order_by(col(Action.created_at), col(Action.id))
        ).all()
    )

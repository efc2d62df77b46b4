"""Gives what somebody who leaves has promised to somebody else, wherever it stands; its history stays whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, update

from app.actions.events import ActionChanged
from app.actions.models import Action
from app.actions.queries import rows
from app.actions.rules.kinds import ActionState
from app.actions.rules.states import HANDED_OVER_FROM, KEPT_IN_HAND, StepTaken
from app.actions.service.stepping import add_step
from app.core.events import emit
from app.people.models import Account
from app.retros.service import version as version_service

LEFT = "Who had it before has left."
"""Without a name: the history stays when the account is erased."""


def pass_on(db: Session, action_id: UUID, to: Account, by: UUID | None, now: datetime) -> None:
    """Another owner for an open promise. What was asked or promised is asked of them anew (only an owner promises);
    what waits for the other side stays where it is. `by`: the account that does it; None: the command line."""
    row = rows.row_for_change(db, action_id)
    if row.state in HANDED_OVER_FROM:
        add_step(db, row, StepTaken(ActionState.REQUESTED, now, reason=LEFT, account_id=by, owner_id=to.id))
        return
    _give(row, to)
    if row.state in KEPT_IN_HAND:
        kept = StepTaken(row.state, now, reason=LEFT, account_id=by, owner_id=to.id)
        add_step(db, row, kept, is_told=False)  # no step was taken: nobody is asked anything again
    else:
        _say_it_changed(db, row)


def name_sponsor(db: Session, action_id: UUID, to: Account) -> None:
    """Another sponsor for an open promise."""
    row = rows.row_for_change(db, action_id)
    row.sponsor_name, row.sponsor_email = to.name, to.email
    _say_it_changed(db, row)


def _give(row: Action, to: Account) -> None:
    row.owner_id, row.owner_name, row.owner_email = to.id, to.name, to.email


def _say_it_changed(db: Session, row: Action) -> None:
    row.version += 1
    db.add(row)
    db.flush()
    if row.retro_id is not None:
        version = version_service.raise_version(db, row.retro_id)
        emit(db, ActionChanged(retro_id=row.retro_id, version=version, action_id=row.id))


def forget_owner(db: Session, account_id: UUID, called: str) -> set[UUID]:
    """What this account promised is by `called` from now on; returns the retros where that is said."""
    theirs = col(Action.owner_id) == account_id
    promised = set(db.exec(select(Action.retro_id).where(theirs, col(Action.retro_id).is_not(None))))
    db.execute(update(Action).where(theirs).values(owner_name=called, owner_email=""))
    return {one for one in promised if one is not None}

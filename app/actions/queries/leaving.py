"""Which promises and agreements wait for one person: what somebody who leaves has to hand over first."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func, select

from app.actions.models import Action, Agreement
from app.actions.queries.rows import LIVE
from app.actions.queries.views import ActionView, views_where
from app.actions.rules.kinds import ActionState
from app.people.models import Account

OPEN = (*LIVE, ActionState.PROPOSED)
"""States in which an owner is still needed, or will be."""


def open_actions_of(db: Session, account: Account) -> list[ActionView]:
    """What this person owns, by account or by address, and what is not settled; oldest first."""
    by_mail = and_(col(Action.owner_id).is_(None), func.lower(col(Action.owner_email)) == account.email)
    mine = or_(col(Action.owner_id) == account.id, by_mail)
    return views_where(db, and_(mine, col(Action.state).in_(OPEN), col(Action.removed_at).is_(None)))


def sponsored_by(db: Session, account: Account) -> list[ActionView]:
    """Open promises whose sponsor has this address."""
    theirs = func.lower(col(Action.sponsor_email)) == account.email
    return views_where(db, and_(theirs, col(Action.state).in_(OPEN), col(Action.removed_at).is_(None)))


def agreements_of(db: Session, department_ids: Collection[UUID]) -> list[Agreement]:
    """Agreements that are in force, or wait for a yes, of which one of these departments is a side; oldest first."""
    sides = (Agreement.providing_department_id, Agreement.requesting_department_id)
    theirs = or_(*(col(side).in_(department_ids) for side in sides))
    found = select(Agreement).where(theirs, col(Agreement.ended_on).is_(None))
    return list(db.exec(found.order_by(col(Agreement.since), col(Agreement.created_at), col(Agreement.id))))

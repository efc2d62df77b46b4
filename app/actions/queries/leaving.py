"""Which promises and agreements wait for one person: what somebody who leaves has to hand over first."""

from __future__ import annotations

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func

from app.actions.models import Action
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

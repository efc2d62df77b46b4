"""How a visitor stands to a promise, and which promises are theirs to see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select, true

from app.actions.models import Action
from app.actions.queries.views import ActionView
from app.actions.rules.kinds import ActionState, Party
from app.actions.rules.states import steps_for
from app.people.models import Account, Membership
from app.people.rules import Visitor
from app.retros.models import RetroDepartment, RetroFacilitator


def parties(visitor: Visitor, row: Action | ActionView) -> frozenset[Party]:
    """How this visitor stands to the action. Somebody may be several things at once."""
    providing, requesting = _sides(row)
    stands: set[Party] = set()
    if owns(visitor, row.owner_id, row.owner_email):
        stands.add(Party.OWNER)
    if providing in visitor.departments:
        stands.add(Party.PROVIDING)
    if requesting in visitor.departments:
        stands.add(Party.REQUESTING)
    return frozenset(stands)


def possible_steps(visitor: Visitor, view: ActionView) -> list[ActionState]:
    """The steps that this visitor may take now."""
    return steps_for(view.state, parties(visitor, view))


def owns(visitor: Visitor, owner_id: UUID | None, owner_email: str) -> bool:
    """The owner is an account, or the person whose mail address was named until they have one."""
    if owner_id is not None:
        return owner_id == visitor.account_id
    return bool(owner_email) and owner_email.lower() == visitor.email.lower()


def is_owner(visitor: Visitor) -> ColumnElement[bool]:
    """`owns`, in SQL."""
    by_mail = and_(col(Action.owner_id).is_(None), func.lower(col(Action.owner_email)) == visitor.email.lower())
    return or_(col(Action.owner_id) == visitor.account_id, by_mail)


def visible_to(visitor: Visitor) -> ColumnElement[bool]:
    """Admins and facilitators see every promise; others their own, those of their departments and of their retros,
    what waits for their department, and what they are the sponsor of."""
    if visitor.is_admin or visitor.is_facilitator:
        return true()
    departments = visitor.departments
    taking_part = select(RetroDepartment.retro_id).where(col(RetroDepartment.department_id).in_(departments))
    helping = select(RetroFacilitator.retro_id).where(RetroFacilitator.account_id == visitor.account_id)
    return or_(
        is_owner(visitor),
        col(Action.providing_department_id).in_(departments),
        col(Action.requesting_department_id).in_(departments),
        col(Action.blocked_by_id).in_(departments),
        _is_sponsor(visitor),
        col(Action.retro_id).in_(taking_part),
        col(Action.retro_id).in_(helping),
    )


def _is_sponsor(visitor: Visitor) -> ColumnElement[bool]:
    return and_(col(Action.sponsor_email) != "", func.lower(col(Action.sponsor_email)) == visitor.email.lower())


def leads_of(db: Session, department_id: UUID) -> Sequence[Account]:
    """Enabled accounts that lead a department, by name."""
    return db.exec(
        select(Account)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(Membership.department_id == department_id, Membership.is_lead, col(Account.disabled_at).is_(None))
        .order_by(col(Account.name))
    ).all()


def _sides(row: Action | ActionView) -> tuple[UUID | None, UUID | None]:
    if isinstance(row, Action):
        return row.providing_department_id, row.requesting_department_id
    return row.providing.id if row.providing else None, row.requesting.id if row.requesting else None

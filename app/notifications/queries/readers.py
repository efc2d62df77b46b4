"""Who is told of a promise: its owner, those who lead or belong to a department, those who may accept it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.models import Action
from app.actions.queries.lists import action
from app.actions.queries.policy import policy
from app.actions.queries.rights import leads_of
from app.core.errors import NotFound
from app.people.models import Account, Membership
from app.people.queries import admin_ids, visitor_of


def owner_of(db: Session, row: Action) -> list[Account]:
    """The owner, while they may sign in (one person, or nobody)."""
    found = db.get(Account, row.owner_id) if row.owner_id else None
    return [found] if found is not None and found.disabled_at is None else []


def leads(db: Session, department_id: UUID | None) -> list[Account]:
    """Who leads the department; where nobody does, everybody in it; where nobody is left in it, the admins: somebody
    must hear of it."""
    if department_id is None:
        return []
    return list(leads_of(db, department_id)) or members_of(db, [department_id]) or admins(db)


def admins(db: Session) -> list[Account]:
    """Who looks after the accounts, by name: the last who can see to it that somebody takes a thing over."""
    wanted = select(Account).where(col(Account.id).in_(admin_ids(db)))
    return list(db.exec(wanted.order_by(col(Account.name), col(Account.id))).all())


def may_accept(db: Session, row: Action) -> list[Account]:
    """Who is asked to accept: leads of the department that asked, its members where the policy says so, or where
    nobody else leads, in the end the admins; never the owner."""
    if row.requesting_department_id is None:
        return []
    members = [one for one in members_of(db, [row.requesting_department_id]) if one.id != row.owner_id]
    if policy(db).members_may_be_asked and members:
        return members
    leading = [one for one in leads(db, row.requesting_department_id) if one.id != row.owner_id]
    return leading or members or [one for one in admins(db) if one.id != row.owner_id]


def members_of(db: Session, department_ids: Iterable[UUID]) -> list[Account]:
    """Leads and members of these departments who are not disabled, by name."""
    return list(
        db.exec(
            select(Account)
            .join(Membership, col(Membership.account_id) == col(Account.id))
            .where(col(Membership.department_id).in_(list(department_ids)), col(Account.disabled_at).is_(None))
            .distinct()
            .order_by(col(Account.name), col(Account.id))
        ).all()
    )


def people_of(db: Session, department_ids: list[UUID]) -> list[Account]:
    """Leads and members of these departments who can sign in, by name."""
    return [one for one in members_of(db, department_ids) if one.password_hash is not None]


def is_closed(db: Session, email: str) -> bool:
    """Whether this is the address of somebody who may not sign in any more."""
    found = db.exec(select(Account).where(col(Account.email) == email.strip().lower())).first()
    return found is not None and found.disabled_at is not None


def may_see(db: Session, person: Account, row: Action) -> bool:
    """Whether the page of this promise is open to them."""
    visitor = visitor_of(db, person.id)
    if visitor is None:
        return False
    try:
        action(db, row.id, for_=visitor)
    except NotFound:
        return False
    return True


def account_with(db: Session, email: str) -> Account | None:
    """Whose address this is, if anybody's who may sign in."""
    found = db.exec(select(Account).where(col(Account.email) == email.strip().lower())).first()
    return found if found is not None and found.disabled_at is None else None

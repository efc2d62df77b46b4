"""Creates accounts and changes what they may do; the last admin stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.core.errors import Invalid
from app.core.events import emit
from app.people import queries
from app.people.events import AccountAdded, AccountDisabled, AccountEnabled, RightsChanged
from app.people.models import Account, ApiToken, Invitation, Membership
from app.people.rules import (
    Visitor,
    email_problem,
    leaves_no_admin,
    name_problem,
    tidy_email,
    tidy_name,
)
from app.people.service.passwords import check_new_password, hash_password
from app.people.service.refusals import AlreadyHere, LastAdmin, OnlyAdmins
from app.people.service.sign_ins import revoke_other_sign_ins


def create_account(
    db: Session,
    email: str,
    name: str,
    password: str | None,
    now: datetime,
    is_admin: bool = False,
    is_facilitator: bool = False,
    departments: Mapping[UUID, bool] | None = None,
) -> UUID:
    """An account without an invitation (command line, demo). `departments`: department -> leads it.

    Raises Invalid, PasswordIsWeak, AlreadyHere.
    """
    if password is not None:
        check_new_password(password, (email, name))
    password_hash = hash_password(password) if password is not None else None
    row = add_account(db, email, name, now, password_hash)
    row.is_admin, row.is_facilitator = is_admin, is_facilitator
    set_memberships(db, row.id, departments or {})
    return row.id


def add_account(db: Session, email: str, name: str, now: datetime, password_hash: str | None = None) -> Account:
    """A checked, new row. Raises Invalid or AlreadyHere."""
    email, name = tidy_email(email), tidy_name(name)
    for field, problem in (("email", email_problem(email)), ("name", name_problem(name))):
        if problem:
            raise Invalid(problem, field=field)
    if queries.account_by_email(db, email):
        raise AlreadyHere
    row = Account(email=email, name=name, password_hash=password_hash, created_at=now)
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError as error:
        raise AlreadyHere from error
    emit(db, AccountAdded(row.id))
    return row


def change_rights(
    db: Session,
    visitor: Visitor,
    account_id: UUID,
    is_admin: bool,
    is_facilitator: bool,
    departments: Mapping[UUID, bool],
) -> None:
    """Set roles and departments (department -> leads it). Raises OnlyAdmins, NotFound, LastAdmin."""
    _only_admins(visitor)
    _keep_an_admin(db, account_id, stays_admin=is_admin)
    row = queries.account_row(db, account_id, lock=True)
    row.is_admin, row.is_facilitator = is_admin, is_facilitator
    set_memberships(db, account_id, departments)
    emit(db, RightsChanged(account_id))


def set_memberships(db: Session, account_id: UUID, departments: Mapping[UUID, bool]) -> None:
    """Replace the departments of an account."""
    db.execute(delete(Membership).where(col(Membership.account_id) == account_id))
    for department_id, is_lead in departments.items():
        db.add(Membership(account_id=account_id, department_id=department_id, is_lead=is_lead))
    db.flush()


def let_lead(db: Session, account_id: UUID, department_id: UUID) -> None:
    """This account leads that department, too. Raises NotFound."""
    queries.account_row(db, account_id, lock=True)
    db.merge(Membership(account_id=account_id, department_id=department_id, is_lead=True))
    db.flush()
    emit(db, RightsChanged(account_id))


def rename(db: Session, account_id: UUID, name: str) -> None:
    """Change one's own name. Raises Invalid."""
    name = tidy_name(name)
    problem = name_problem(name)
    if problem:
        raise Invalid(problem, field="name")
    queries.account_row(db, account_id, lock=True).name = name


def disable(db: Session, visitor: Visitor | None, account_id: UUID, now: datetime) -> None:
    """End all sign-ins, links and tokens of an account and let it in no more; `visitor` None is the command line.

    Raises OnlyAdmins, NotFound, LastAdmin, and StillNeeded where something has to be handed over first.
    """
    if visitor is not None:
        _only_admins(visitor)
    _keep_an_admin(db, account_id, stays_admin=False)
    row = queries.account_row(db, account_id, lock=True)
    row.disabled_at = row.disabled_at or now
    revoke_other_sign_ins(db, account_id)
    db.execute(delete(Invitation).where(col(Invitation.account_id) == account_id))
    db.execute(delete(ApiToken).where(col(ApiToken.account_id) == account_id))
    db.flush()
    emit(db, AccountDisabled(account_id))


def enable(db: Session, visitor: Visitor, account_id: UUID) -> None:
    """Let a disabled account in again. Raises OnlyAdmins, NotFound."""
    _only_admins(visitor)
    queries.account_row(db, account_id, lock=True).disabled_at = None
    db.flush()
    emit(db, AccountEnabled(account_id))


def _only_admins(visitor: Visitor) -> None:
    if not visitor.is_admin:
        raise OnlyAdmins


def _keep_an_admin(db: Session, account_id: UUID, stays_admin: bool) -> None:
    # Locked, so that two admins who remove each other at once cannot both succeed.
    if leaves_no_admin(queries.admin_ids(db, lock=True), account_id, stays_admin):
        raise LastAdmin

"""Makes and redeems the one-use links that give somebody a password. Only the hash of a link is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from app.core.events import emit
from app.core.ids import new_token
from app.people import queries
from app.people.events import InvitationPrepared
from app.people.models import Account, Invitation, Membership
from app.people.queries import AccountView, hash_of
from app.people.rules import FORGOTTEN_LASTS, INVITATION_LASTS, Purpose, Rights, Visitor, may_grant, tidy_name
from app.people.service.accounts import add_account, rename
from app.people.service.refusals import AlreadyHere, LinkIsUsed, OnlyAdmins
from app.people.service.sign_ins import open_sign_in, revoke_other_sign_ins


def prepare_setup(db: Session, now: datetime) -> str | None:
    """The link's token for the first account; None once there is an admin. Earlier setup links stop working."""
    if queries.is_set_up(db):
        return None
    db.execute(delete(Invitation).where(col(Invitation.purpose) == Purpose.SETUP))
    token, row = _new_link(Purpose.SETUP, now)
    row.is_admin = row.is_facilitator = True
    db.add(row)
    db.flush()
    return token


def invite(
    db: Session,
    visitor: Visitor,
    email: str,
    name: str,
    is_facilitator: bool,
    is_admin: bool,
    department_id: UUID | None,
    is_lead: bool,
    now: datetime,
) -> str:
    """Add somebody with these rights and return the token of their link.

    Somebody who has no password yet (an owner of actions, an earlier invitation) gets the rights and a new link.
    Raises Invalid, OnlyAdmins, AlreadyHere.
    """
    departments = {department_id: is_lead} if department_id else {}
    if not may_grant(visitor, Rights(is_admin, is_facilitator, departments)):
        raise OnlyAdmins
    known = queries.account_by_email(db, email)
    if known is not None:
        _may_invite_again(visitor, known)
    row = queries.account_row(db, known.id, lock=True) if known else add_account(db, email, name, now)
    row.is_admin |= is_admin
    row.is_facilitator |= is_facilitator
    if department_id:
        db.merge(Membership(account_id=row.id, department_id=department_id, is_lead=is_lead))
    return _link_for(db, row, Purpose.INVITE, now, invited_by=visitor.account_id)


def prepare_new_link(db: Session, visitor: Visitor | None, account_id: UUID, now: datetime) -> str:
    """A fresh link for somebody who lost theirs or forgot the password; `visitor` None is the operator's shell.

    The old password works until the link is used. Raises OnlyAdmins, NotFound.
    """
    if visitor is not None and not visitor.is_admin:
        raise OnlyAdmins
    row = queries.account_row(db, account_id, lock=True)
    purpose = Purpose.RESET if row.password_hash else Purpose.INVITE
    return _link_for(db, row, purpose, now, invited_by=visitor.account_id if visitor else None)


def prepare_forgotten_link(db: Session, account_id: UUID, now: datetime) -> None:
    """A link by mail for somebody who says that they forgot their password. Other links of this account stay: whoever
    asks, asks without being known, and must not be able to end an invitation. Raises NotFound."""
    row = queries.account_row(db, account_id, lock=True)
    earlier = col(Invitation.purpose) == Purpose.FORGOTTEN, col(Invitation.used_at).is_(None)
    db.execute(delete(Invitation).where(col(Invitation.account_id) == row.id, *earlier))
    token, link = _new_link(Purpose.FORGOTTEN, now)
    link.account_id, link.expires_at = row.id, now + FORGOTTEN_LASTS
    db.add(link)
    db.flush()
    emit(db, InvitationPrepared(row.id, Purpose.FORGOTTEN, token))


def prepare_demo_link(db: Session, account_id: UUID, now: datetime) -> str:
    """A link that signs in to an account of the demo data, as often as it is opened, for a week."""
    token, row = _new_link(Purpose.DEMO, now)
    row.account_id = account_id
    db.add(row)
    db.flush()
    return token


def redeem_invitation(db: Session, token: str, name: str, email: str, password_hash: str, now: datetime) -> UUID:
    """Use a link up: set the password (hashed before, outside the transaction) and return the account.

    `email` counts for a setup link only; an invitation knows its own. Raises LinkIsUsed, Invalid, AlreadyHere.
    """
    row = queries.open_invitation_row(db, token, now, lock=True)
    if row is None or row.purpose == Purpose.DEMO:
        raise LinkIsUsed
    row.used_at = now
    if row.account_id is None:
        if queries.is_set_up(db):
            raise LinkIsUsed
        person = add_account(db, email, name, now)
        person.is_admin, person.is_facilitator = row.is_admin, row.is_facilitator
        row.account_id = person.id
    else:
        person = queries.account_row(db, row.account_id, lock=True)
        if tidy_name(name):
            rename(db, person.id, name)
    person.password_hash, person.guessed_at = password_hash, None
    revoke_other_sign_ins(db, person.id)
    db.flush()
    return person.id


def open_link(db: Session, token: str, now: datetime, device: str = "") -> str:
    """Sign in by a demo link; returns the token of the sign-in. Raises LinkIsUsed."""
    row = queries.open_invitation_row(db, token, now)
    if row is None or row.purpose != Purpose.DEMO or row.account_id is None:
        raise LinkIsUsed
    return open_sign_in(db, row.account_id, now, device)


def _may_invite_again(visitor: Visitor, known: AccountView) -> None:
    # The link opens whatever the account may already do: it must not lift the one who asks for it.
    if known.has_password or known.is_disabled:
        raise AlreadyHere
    if not may_grant(visitor, Rights(known.is_admin, known.is_facilitator, dict(known.departments))):
        raise OnlyAdmins


def _link_for(db: Session, row: Account, purpose: Purpose, now: datetime, invited_by: UUID | None) -> str:
    db.execute(delete(Invitation).where(col(Invitation.account_id) == row.id, col(Invitation.used_at).is_(None)))
    token, link = _new_link(purpose, now)
    link.account_id, link.invited_by = row.id, invited_by
    db.add(link)
    db.flush()
    emit(db, InvitationPrepared(row.id, purpose, token))
    return token


def _new_link(purpose: Purpose, now: datetime) -> tuple[str, Invitation]:
    token = new_token()
    row = Invitation(token_hash=hash_of(token), purpose=purpose, created_at=now, expires_at=now + INVITATION_LASTS)
    return token, row

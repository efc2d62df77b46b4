"""Reads accounts, rights, sign-ins and invitations as frozen views; shows a password's hash only to verify it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.core.cache import CacheKind
from app.core.errors import NotFound
from app.people.models import Account, ApiToken, Invitation, Membership, SignIn
from app.people.rules import (
    NOBODY,
    SEEN_AGAIN_AFTER,
    Purpose,
    TokenScope,
    Visitor,
    shown_name,
    sign_in_is_open,
    tidy_email,
)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as screens see it. `departments` holds (department, leads it)."""

    id: UUID
    name: str
    email: str
    is_admin: bool
    is_facilitator: bool
    is_disabled: bool
    has_password: bool
    departments: tuple[tuple[UUID, bool], ...] = ()

    @property
    def shown_name(self) -> str:
        """The name as others read it."""
        return shown_name(self.name, self.is_disabled and self.email != NOBODY)

    @property
    def leads(self) -> frozenset[UUID]:
        return frozenset(department_id for department_id, is_lead in self.departments if is_lead)


@dataclass(frozen=True, slots=True)
class SignInView:
    """An open sign-in of one's own. `id` is a hash: it ends the sign-in but opens nothing."""

    id: str
    device: str
    started_at: datetime
    seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A link that still works."""

    purpose: Purpose
    account_id: UUID | None
    email: str
    name: str
    expires_at: datetime
    invited_by: str = ""
    """Name of who made it; none: the command line, a retro that asks for something, or the reader."""


@dataclass(frozen=True, slots=True)
class TokenView:
    """A program's access, as its owner sees it. `used_at`: to the day."""

    id: UUID
    name: str
    scopes: tuple[TokenScope, ...]
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks by a token: acts for `visitor`, within `scopes`. `is_unseen`: nobody noted today that it is used."""

    token_id: UUID
    visitor: Visitor
    scopes: frozenset[str]
    is_unseen: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to verify a password."""

    account_id: UUID
    password_hash: str = field(repr=False)


def visitor_for(db: Session, token: str, now: datetime) -> Visitor | None:
    """Whose sign-in this is; None when it is unknown, ended, too old, unused for long or its account disabled."""
    row = _open_sign_in(db, token, now)
    if row is None:
        return None
    return _visitor(db, row[1])


def visitor_of(db: Session, account_id: UUID) -> Visitor | None:
    """This account as a visitor, for links and tokens that act for it; None when it is unknown or disabled."""
    account = db.get(Account, account_id)
    return None if account is None or account.disabled_at is not None else _visitor(db, account)


def needs_seen(db: Session, token: str, now: datetime) -> bool:
    """Whether `service.was_seen` should be called for this sign-in: at most once an hour, to spare writes."""
    row = _open_sign_in(db, token, now)
    return row is not None and now - row[0].seen_at >= SEEN_AGAIN_AFTER


def open_sign_ins(db: Session, account_id: UUID, now: datetime, token: str = "") -> list[SignInView]:
    """Own sign-ins that are still open, latest first; `token` marks the present one."""
    here = hash_of(token) if token else ""
    rows = db.exec(
        select(SignIn).where(col(SignIn.account_id) == account_id).order_by(col(SignIn.seen_at).desc())
    ).all()
    return [
        SignInView(row.token_hash, row.device, row.started_at, row.seen_at, row.token_hash == here)
        for row in rows
        if sign_in_is_open(row.expires_at, row.seen_at, now)
    ]


def tokens_of(db: Session, account_id: UUID, now: datetime) -> list[TokenView]:
    """Own tokens, newest first; those that are over too."""
    rows = db.exec(select(ApiToken).where(ApiToken.account_id == account_id)).all()
    return [
        TokenView(
            id=row.id,
            name=row.name,
            scopes=tuple(scope for scope in TokenScope if scope in row.scopes.split()),
            made_at=row.created_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
            is_over=row.expires_at is not None and row.expires_at <= now,
        )
        for row in sorted(rows, key=lambda row: (row.created_at, str(row.id)), reverse=True)
    ]


def program(db: Session, token: str, now: datetime) -> Program | None:
    """Who asks by this token; None when it is unknown, taken back, too old, or its account disabled."""
    row = db.exec(select(ApiToken).where(ApiToken.token_hash == hash_of(token))).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    visitor = visitor_of(db, row.account_id)
    if visitor is None:
        return None
    is_unseen = row.used_at is None or row.used_at.date() != now.date()
    return Program(row.id, visitor, frozenset(row.scopes.split()), is_unseen)


def accounts(db: Session) -> list[AccountView]:
    """All accounts by name."""
    return _views(db, db.exec(select(Account).order_by(col(Account.name), col(Account.email))).all())


def account(db: Session, account_id: UUID) -> AccountView:
    """One account. Raises NotFound."""
    return _views(db, [account_row(db, account_id)])[0]


def account_by_email(db: Session, email: str) -> AccountView | None:
    found = db.exec(select(Account).where(col(Account.email) == tidy_email(email))).first()
    return _views(db, [found])[0] if found else None


def facilitators(db: Session) -> list[AccountView]:
    """Accounts that may run a retro: not disabled, by name."""
    return [one for one in accounts(db) if one.is_facilitator and not one.is_disabled]


def names(db: Session) -> dict[UUID, str]:
    """Names by id, as they are shown."""
    return {row.id: row.shown_name for row in db.exec(select(Account)).all()}


_ROSTER: CacheKind[list[str]] = CacheKind("names of everybody", most=1, lasts_seconds=60, of_rooms=True)


def roster(db: Session) -> list[str]:
    """Everybody's name as it is, for the gentle check of what people write: those who left are people, too.

    Asked at each pause of each typing person: from memory while there are as many names of the same length in all.
    """
    now = db.exec(select(func.count(), func.sum(func.length(Account.name)))).one()
    return _ROSTER.get(db, None, tuple(now), lambda: list(db.exec(select(Account.name))))


def is_set_up(db: Session) -> bool:
    """Whether somebody looks after this installation."""
    return bool(admin_ids(db))


def admin_ids(db: Session, lock: bool = False) -> list[UUID]:
    """Admins that are not disabled; with `lock` nobody else can change them until the commit."""
    query = select(Account).where(col(Account.is_admin), col(Account.disabled_at).is_(None))
    if lock:
        query = query.order_by(col(Account.id)).with_for_update()
    return [row.id for row in db.exec(query).all()]


def account_row(db: Session, account_id: UUID, lock: bool = False) -> Account:
    """The row, for services. Raises NotFound."""
    query = select(Account).where(col(Account.id) == account_id)
    row = db.exec(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound
    return row


def credentials(db: Session, email: str) -> Credentials | None:
    """What verifies this person's password; None for unknown, disabled or not yet activated accounts."""
    row = db.exec(select(Account).where(col(Account.email) == tidy_email(email))).first()
    return _credentials(row)


def was_guessed_at(db: Session, account_id: UUID) -> datetime | None:
    """When too many wrong passwords were typed for this account, if its owner has not seen it yet."""
    return account_row(db, account_id).guessed_at


def credentials_of(db: Session, account_id: UUID) -> Credentials | None:
    return _credentials(db.get(Account, account_id))


def invitation(db: Session, token: str, now: datetime) -> InvitationView | None:
    """The link behind `token` while it works, else None."""
    row = open_invitation_row(db, token, now)
    if row is None:
        return None
    person = db.get(Account, row.account_id) if row.account_id else None
    maker = db.get(Account, row.invited_by) if row.invited_by else None
    return InvitationView(
        purpose=Purpose(row.purpose),
        account_id=row.account_id,
        email=person.email if person else row.email or "",
        name=person.name if person else row.name or "",
        expires_at=row.expires_at,
        invited_by=maker.shown_name if maker else "",
    )


def open_invitation_row(db: Session, token: str, now: datetime, lock: bool = False) -> Invitation | None:
    """The row of an invitation that is unused, not expired and not of a disabled account."""
    query = select(Invitation).where(col(Invitation.token_hash) == hash_of(token))
    row = db.exec(query.with_for_update() if lock else query).first()
    if row is None or row.used_at is not None or row.expires_at <= now:
        return None
    person = db.get(Account, row.account_id) if row.account_id else None
    return None if person is not None and person.disabled_at is not None else row


def hash_of(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _open_sign_in(db: Session, token: str, now: datetime) -> tuple[SignIn, Account] | None:
    if not token:
        return None
    row = db.exec(
        select(SignIn, Account)
        .join(Account, col(Account.id) == col(SignIn.account_id))
        .where(col(SignIn.token_hash) == hash_of(token), col(Account.disabled_at).is_(None))
    ).first()
    if row is None or not sign_in_is_open(row[0].expires_at, row[0].seen_at, now):
        return None
    return row[0], row[1]


def _visitor(db: Session, account: Account) -> Visitor:
    memberships = db.exec(select(Membership).where(col(Membership.account_id) == account.id)).all()
    return Visitor(
        account_id=account.id,
        name=account.name,
        email=account.email,
        is_admin=account.is_admin,
        is_facilitator=account.is_facilitator,
        leads=frozenset(one.department_id for one in memberships if one.is_lead),
        member_of=frozenset(one.department_id for one in memberships if not one.is_lead),
    )


def _views(db: Session, rows: Iterable[Account]) -> list[AccountView]:
    rows = list(rows)
    memberships: dict[UUID, list[tuple[UUID, bool]]] = defaultdict(list)
    wanted = col(Membership.account_id).in_([row.id for row in rows])
    for one in db.exec(select(Membership).where(wanted)).all():
        memberships[one.account_id].append((one.department_id, one.is_lead))
    return [
        AccountView(
            id=row.id,
            name=row.name,
            email=row.email,
            is_admin=row.is_admin,
            is_facilitator=row.is_facilitator,
            is_disabled=row.disabled_at is not None,
            has_password=row.password_hash is not None,
            departments=tuple(sorted(memberships[row.id], key=lambda pair: str(pair[0]))),
        )
        for row in rows
    ]


def _credentials(row: Account | None) -> Credentials | None:
    if row is None or row.disabled_at is not None or row.password_hash is None:
        return None
    return Credentials(row.id, row.password_hash)

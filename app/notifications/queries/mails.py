"""Reads of the outbox: what is due, and what an operator should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.notifications.models import Mail
from app.people.models import Account, Membership
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as an operator sees it: never its text, which may hold a link."""

    id: UUID
    recipient: str
    subject: str
    due_at: datetime
    attempts: int
    trouble: str
    given_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxView:
    """`waiting`: not sent yet, without trouble. `troubled`: tried in vain, longest waiting first."""

    waiting: int
    troubled: tuple[MailView, ...]


def free_at(now: datetime) -> ColumnElement[bool]:
    """Due, unsent, not given up and under nobody's lease."""
    return and_(
        col(Mail.sent_at).is_(None),
        col(Mail.given_up_at).is_(None),
        col(Mail.due_at) <= now,
        or_(col(Mail.claimed_until).is_(None), col(Mail.claimed_until) <= now),
    )


def has_due(db: Session, now: datetime) -> bool:
    """Whether there is anything to send: read first, so that an idle server writes nothing."""
    return db.exec(select(Mail.id).where(free_at(now)).limit(1)).first() is not None


def outbox(db: Session, for_: Visitor) -> OutboxView:
    """For admins; anybody else gets NotFound."""
    if not for_.is_admin:
        raise NotFound
    unsent = col(Mail.sent_at).is_(None)
    waiting = db.exec(select(func.count()).where(unsent, Mail.trouble == "")).one()
    rows = db.exec(select(Mail).where(unsent, Mail.trouble != "").order_by(col(Mail.created_at)).limit(100)).all()
    return OutboxView(
        waiting=int(waiting),
        troubled=tuple(
            MailView(row.id, row.recipient, row.subject, row.due_at, row.attempts, row.trouble, row.given_up_at)
            for row in rows
        ),
    )


def people_of(db: Session, department_ids: list[UUID]) -> list[Account]:
    """Leads and members of these departments who can sign in, by name."""
    return list(
        db.exec(
            select(Account)
            .join(Membership, col(Membership.account_id) == col(Account.id))
            .where(
                col(Membership.department_id).in_(department_ids),
                col(Account.disabled_at).is_(None),
                col(Account.password_hash).is_not(None),
            )
            .distinct()
            .order_by(col(Account.name), col(Account.id))
        ).all()
    )

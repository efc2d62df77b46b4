"""Writes of the outbox: queued where a mail is caused, claimed under a lease, sent once, or visibly in trouble."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from app.core.config import Settings
from app.core.errors import NotFound
from app.departments.queries import organisation
from app.notifications.models import Mail
from app.notifications.queries import free_at
from app.notifications.rules import LEASE, Letter, next_try
from app.people.rules import Visitor

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this process alone may send until `until`."""

    id: UUID
    recipient: str
    subject: str
    text: str = field(repr=False)
    attempts: int
    until: datetime


def sends_mail(db: Session) -> bool:
    """Whether a mail server is configured and the people are real (demo data is never mailed)."""
    settings: Settings | None = db.info.get("settings")
    return settings is not None and settings.smtp_host is not None and not organisation(db).is_demo


def queue(db: Session, recipient: str, letter: Letter, now: datetime, due_at: datetime | None = None) -> None:
    """Put a mail into the outbox, in the transaction that causes it. Without a mail server nothing is kept."""
    if not sends_mail(db):
        return
    db.add(Mail(recipient=recipient, subject=letter.subject, text=letter.text, due_at=due_at or now, created_at=now))
    db.flush()


def claim(db: Session, now: datetime) -> Claimed | None:
    """Take one due mail, or None. Two processes never take the same one: the UPDATE must change exactly one row."""
    due = select(Mail).where(free_at(now)).order_by(col(Mail.due_at), col(Mail.id)).limit(1)
    row = db.exec(due.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    until = now + LEASE
    taken = db.execute(
        update(Mail)
        .where(col(Mail.id) == row.id, free_at(now))
        .values(claimed_until=until, attempts=Mail.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    return Claimed(row.id, row.recipient, row.subject, row.text, row.attempts + 1, until)


def was_sent(db: Session, claimed: Claimed, now: datetime) -> None:
    """Done: the text goes, so that no link stays in a table."""
    _finish(db, claimed, sent_at=now, claimed_until=None, text="", trouble="")


def was_not_sent(db: Session, claimed: Claimed, trouble: str, now: datetime) -> None:
    """Push it ahead with backoff and say why; after too many attempts it waits for an operator."""
    again = next_try(claimed.attempts, now)
    log.warning("mail_not_sent", mail=str(claimed.id), attempts=claimed.attempts, given_up=again is None)
    waits = {"given_up_at": now} if again is None else {"due_at": again}
    _finish(db, claimed, claimed_until=None, trouble=trouble[:300], **waits)


def try_again(db: Session, visitor: Visitor, mail_id: UUID, now: datetime) -> None:
    """An admin says the trouble is over. Raises NotFound."""
    row = db.get(Mail, mail_id) if visitor.is_admin else None
    if row is None or row.sent_at is not None:
        raise NotFound
    row.due_at, row.attempts, row.given_up_at, row.claimed_until = now, 0, None, None
    db.add(row)


def _finish(db: Session, claimed: Claimed, **values: object) -> None:
    # Only while the lease is still ours: a sender that was thought dead must not undo what another did meanwhile.
    db.execute(
        update(Mail)
        .where(col(Mail.id) == claimed.id, col(Mail.claimed_until) == claimed.until)
        .values(**values)
        .execution_options(synchronize_session=False)
    )

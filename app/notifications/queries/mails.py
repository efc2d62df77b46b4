"""Reads of the outbox: what is due, and what admins may see of it: never a link that acts as the recipient."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.core.sealed_text import MARK, CannotBeOpened
from app.departments.queries import organisation
from app.notifications.models import Mail
from app.notifications.queries.words import words_of
from app.notifications.rules.parts import Part, loaded, without_personal
from app.notifications.rules.retries import KEPT_FOR, SENT_FOR
from app.people.rules import Visitor

SHOWN = 50
OrderBy = ColumnElement[datetime] | ColumnElement[datetime | None]


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as an admin sees it in a list. `state`: waiting, troubled, kept or sent."""

    id: UUID
    recipient: str
    subject: str
    state: str
    due_at: datetime
    attempts: int
    trouble: str
    given_up_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxView:
    """Each list holds the first `SHOWN`; the counts are of all.

    `waiting`: not sent yet, without trouble, next first. `troubled`: tried in vain, longest waiting first. `kept`:
    written without a mail server, latest first; never sent. `sent`: latest first.
    """

    waiting: int
    troubled: tuple[MailView, ...]
    next: tuple[MailView, ...] = ()
    kept_count: int = 0
    kept: tuple[MailView, ...] = ()
    sent: tuple[MailView, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.troubled or self.kept or self.sent)


@dataclass(frozen=True, slots=True)
class OneMailView:
    """One mail with its words as an admin may read them; no parts once it is sent."""

    mail: MailView
    parts: tuple[Part, ...]


def free_at(now: datetime) -> ColumnElement[bool]:
    """Due, unsent, not given up, meant to be sent and under nobody's lease."""
    return and_(
        col(Mail.sent_at).is_(None),
        col(Mail.given_up_at).is_(None),
        col(Mail.is_kept).is_(False),
        col(Mail.due_at) <= now,
        or_(col(Mail.claimed_until).is_(None), col(Mail.claimed_until) <= now),
    )


def has_due(db: Session, now: datetime) -> bool:
    """Whether there is anything to send: read first, so that an idle server writes nothing."""
    return db.exec(select(Mail.id).where(free_at(now)).limit(1)).first() is not None


def is_past_keeping(now: datetime) -> ColumnElement[bool]:
    """Sent, given up, or written only to be shown, long ago."""
    return or_(
        col(Mail.sent_at) < now - SENT_FOR,
        col(Mail.given_up_at) < now - SENT_FOR,
        and_(col(Mail.is_kept), col(Mail.created_at) < now - KEPT_FOR),
    )


def has_past_keeping(db: Session, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return db.exec(select(Mail.id).where(is_past_keeping(now)).limit(1)).first() is not None


def in_the_clear() -> ColumnElement[bool]:
    """To be sent, with words that are not sealed: written by an older version."""
    words = and_(col(Mail.text) != "", ~col(Mail.text).startswith(MARK))
    return and_(col(Mail.sent_at).is_(None), col(Mail.is_kept).is_(False), words)


def has_clear_words(db: Session) -> bool:
    """Whether there is anything to seal."""
    return db.exec(select(Mail.id).where(in_the_clear()).limit(1)).first() is not None


def outbox(db: Session, for_: Visitor) -> OutboxView:
    """For admins; anybody else gets NotFound."""
    if not for_.is_admin:
        raise NotFound
    kept = col(Mail.is_kept).is_(True)
    unsent = and_(col(Mail.sent_at).is_(None), col(Mail.is_kept).is_(False))
    waiting = and_(unsent, col(Mail.trouble) == "")
    return OutboxView(
        waiting=_count(db, waiting),
        troubled=_some(db, and_(unsent, col(Mail.trouble) != ""), col(Mail.created_at).asc()),
        next=_some(db, waiting, col(Mail.due_at).asc()),
        kept_count=_count(db, kept),
        kept=_some(db, kept, col(Mail.created_at).desc()),
        sent=_some(db, col(Mail.sent_at).is_not(None), col(Mail.sent_at).desc()),
    )


def is_demo(db: Session) -> bool:
    """Whether these are made-up people, who are never mailed."""
    return organisation(db).is_demo


def one_mail(db: Session, mail_id: UUID, for_: Visitor) -> OneMailView:
    """One mail for an admin: what would act as its recipient, or sign in, is left out. Raises NotFound."""
    row = db.get(Mail, mail_id) if for_.is_admin else None
    if row is None:
        raise NotFound
    parts: tuple[Part, ...] = ()
    with suppress(ValueError, CannotBeOpened):
        parts = without_personal(loaded(words_of(db, row)[1]))
    return OneMailView(_view(row), parts)


def _count(db: Session, condition: ColumnElement[bool]) -> int:
    return int(db.exec(select(func.count()).select_from(Mail).where(condition)).one())


def _some(db: Session, condition: ColumnElement[bool], order: OrderBy) -> tuple[MailView, ...]:
    rows = db.exec(select(Mail).where(condition).order_by(order, col(Mail.id)).limit(SHOWN)).all()
    return tuple(_view(row) for row in rows)


def _view(row: Mail) -> MailView:
    if row.sent_at is not None:
        state = "sent"
    elif row.is_kept:
        state = "kept"
    else:
        state = "troubled" if row.trouble else "waiting"
    return MailView(
        row.id,
        row.recipient,
        row.subject,
        state,
        row.due_at,
        row.attempts,
        row.trouble,
        row.given_up_at,
        row.sent_at,
    )

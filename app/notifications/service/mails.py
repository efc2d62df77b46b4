"""Writes of the outbox: queued where a mail is caused, claimed under a lease, sent once, or visibly in trouble.

Without a mail server, and in a demo, mails are only kept to be shown to admins: they are never sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.actions.queries.rows import steps_of
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.sealed_text import CannotBeOpened
from app.core.tables import table_of
from app.departments.queries import organisation, sends_mail
from app.notifications.models import Mail
from app.notifications.queries.mails import free_at, in_the_clear, is_past_keeping
from app.notifications.queries.preferences import wishes_of
from app.notifications.queries.words import sealed_words, words_of
from app.notifications.rules.kinds import MailKind, kind_of
from app.notifications.rules.parts import Letter, dumped, plain, without_personal
from app.notifications.rules.retries import LEASE, next_try, still_asks
from app.people.models import Account
from app.people.rules import Visitor

log = structlog.get_logger(__name__)

UNREADABLE = "The words of this mail cannot be read any more: the secrets folder was lost or replaced."

ASKS = frozenset({MailKind.REQUESTS, MailKind.REMINDERS, ""})
"""Kinds that wait for an answer; of no kind, with a step: to a sponsor without an account."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this process alone may send until `until`."""

    id: UUID
    recipient: str
    subject: str
    text: str = field(repr=False)
    attempts: int
    until: datetime
    parts: str = field(default="", repr=False)
    account_id: UUID | None = None
    kind: str = ""
    organisation: str = ""


def writes_mail(db: Session) -> bool:
    """Whether mails are written at all, to be sent or only shown: wherever the settings are known."""
    return db.info.get("settings") is not None


def queue(
    db: Session,
    recipient: str,
    letter: Letter,
    now: datetime,
    due_at: datetime | None = None,
    *,
    account_id: UUID | None = None,
    kind: MailKind | None = None,
    key: str | None = None,
    step: str = "",
) -> bool:
    """Put a mail into the outbox, in the transaction that causes it. False: one with this `key` is there already.

    `step` names the step that it tells of ("<action>:<number>"): it goes if that is taken back before it is sent.
    What is only kept is kept without the links that act as its recipient.
    """
    if not writes_mail(db):
        return False
    is_kept = not sends_mail(db)
    parts = without_personal(letter.parts) if is_kept else letter.parts
    mail_id = new_id()
    text, laid_out = plain(parts), dumped(parts)
    if not is_kept:
        text, laid_out = sealed_words(db, mail_id, text, laid_out)
    row = Mail(
        id=mail_id,
        recipient=recipient,
        subject=letter.subject,
        text=text,
        parts=laid_out,
        due_at=due_at or now,
        created_at=now,
        account_id=account_id,
        kind=kind or "",
        key=key,
        step=step,
        is_kept=is_kept,
    )
    return db.execute(_put_if_free(db.get_bind().dialect.name), row.model_dump()).first() is not None


def tell(
    db: Session,
    person: Account,
    kind: MailKind,
    letter: Letter,
    now: datetime,
    *,
    key: str,
    step: str = "",
    at: datetime | None = None,
) -> None:
    """A mail of a kind that may be switched off, at `at` (else now) or when the reader's quiet hours are over."""
    wishes = wishes_of(db, person)
    if kind not in wishes.off:
        due_at = wishes.quiet.next_allowed(at or now)
        queue(db, person.email, letter, now, due_at, account_id=person.id, kind=kind, key=key, step=step)


def cancel_mails_of(db: Session, step: str) -> None:
    """Nothing is told of this step any more, as far as it was not told yet."""
    db.execute(
        delete(Mail)
        .where(col(Mail.step) == step, col(Mail.sent_at).is_(None))
        .execution_options(synchronize_session=False)
    )


def claim(db: Session, now: datetime) -> Claimed | None:
    """Take one due mail, or None. Two processes never take the same one: the UPDATE must change exactly one row.

    What asks for an answer that was given meanwhile (in the reader's quiet hours, say) goes unsent, and so does what
    its reader does not want, or may not read, any more.
    """
    due = select(Mail).where(free_at(now)).order_by(col(Mail.due_at), col(Mail.id)).limit(1)
    row = db.exec(due.with_for_update(skip_locked=True)).first()
    while row is not None and not _is_wanted(db, row, now):
        row = db.exec(due.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    until = now + LEASE
    text, parts = words_of(db, row)
    taken = db.execute(
        update(Mail)
        .where(col(Mail.id) == row.id, free_at(now))
        .values(claimed_until=until, attempts=Mail.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    return Claimed(
        id=row.id,
        recipient=row.recipient,
        subject=row.subject,
        text=text,
        attempts=row.attempts + 1,
        until=until,
        parts=parts,
        account_id=row.account_id,
        kind=row.kind,
        organisation=organisation(db).name,
    )


def was_sent(db: Session, claimed: Claimed, now: datetime) -> None:
    """Done: the words go, so that no link stays in a table."""
    _finish(db, claimed, sent_at=now, claimed_until=None, text="", parts="", trouble="")


def was_not_sent(db: Session, claimed: Claimed, trouble: str, now: datetime) -> None:
    """Push it ahead with backoff and say why; after too many attempts it waits for an operator."""
    again = _allowed(db, claimed, next_try(claimed.attempts, now))
    log.warning("mail_not_sent", mail=str(claimed.id), attempts=claimed.attempts, given_up=again is None)
    waits = {"given_up_at": now} if again is None else {"due_at": again}
    _finish(db, claimed, claimed_until=None, trouble=trouble[:300], **waits)


def try_again(db: Session, visitor: Visitor, mail_id: UUID, now: datetime) -> None:
    """An admin says the trouble is over. Raises NotFound."""
    row = db.get(Mail, mail_id) if visitor.is_admin else None
    if row is None or row.sent_at is not None or row.is_kept:
        raise NotFound
    # A lease stays: whoever holds it may be sending this very mail.
    row.due_at, row.attempts, row.given_up_at = now, 0, None
    db.add(row)


def seal_what_is_open(db: Session) -> int:
    """Seal the words of unsent mails that an older version wrote in the clear; how many there were."""
    rows = db.exec(select(Mail).where(in_the_clear()).with_for_update()).all()
    for row in rows:
        row.text, row.parts = sealed_words(db, row.id, row.text, row.parts)
    db.flush()
    return len(rows)


def forget_old(db: Session, now: datetime) -> None:
    """Rows of mails that were sent, given up, or only kept, long ago."""
    db.execute(delete(Mail).where(is_past_keeping(now)).execution_options(synchronize_session=False))


def _is_wanted(db: Session, row: Mail, now: datetime) -> bool:
    """Whether it goes out now; else it is gone, or waits until it is certain, or cannot be read any more."""
    try:
        words_of(db, row)
    except CannotBeOpened:
        row.given_up_at, row.trouble = now, UNREADABLE
        db.flush()
        return False
    goes_at = _goes_at(db, row, now) if _has_reader(db, row) else None
    if goes_at is None:
        db.delete(row)
    elif goes_at > now:
        row.due_at = goes_at
    else:
        return True
    db.flush()
    return False


def _has_reader(db: Session, row: Mail) -> bool:
    person = db.get(Account, row.account_id) if row.account_id else None
    if person is None:
        return True  # to an address without an account
    return person.disabled_at is None and kind_of(row.kind) not in wishes_of(db, person).off


def _goes_at(db: Session, row: Mail, now: datetime) -> datetime | None:
    if not row.step or row.kind not in ASKS:
        return now
    action_id, number = row.step.split(":")
    return still_asks(steps_of(db, UUID(action_id)), int(number), now)


def _allowed(db: Session, claimed: Claimed, again: datetime | None) -> datetime | None:
    """Quiet hours count for another try too."""
    person = db.get(Account, claimed.account_id) if claimed.kind and claimed.account_id else None
    return wishes_of(db, person).quiet.next_allowed(again) if person and again else again


def _finish(db: Session, claimed: Claimed, **values: object) -> None:
    # Only while the lease is still ours: a sender that was thought dead must not undo what another did meanwhile.
    db.execute(
        update(Mail)
        .where(col(Mail.id) == claimed.id, col(Mail.claimed_until) == claimed.until)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


@cache
def _put_if_free(dialect: str) -> Any:
    # On PostgreSQL this waits for a transaction that is writing the same key, so exactly one of two writes it.
    table = table_of(Mail)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)

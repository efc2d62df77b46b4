"""Sends what is due, outside of every transaction. Tickets alone take another way: they are never queued."""

import smtplib
import time
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import StorageIsAway, StorageIsBusy
from app.core.smtp import connected
from app.notifications.queries import has_due
from app.notifications.service import Claimed, claim, was_not_sent, was_sent

AT_ONCE = 50
ROUND_SECONDS = 60.0
PAUSES = (0.5, 2.0, 8.0)
"""Seconds between the attempts to write down that a mail was sent: together far less than its lease."""

Deliver = Callable[[Claimed], None]
"""Hands a mail to the mail server; raises OSError or SMTPException when it did not take it."""


def run_due(database: Database, now: datetime, deliver: Deliver | None = None) -> None:
    """Send at most `AT_ONCE` due mails. A mail that fails is pushed ahead; the others go on."""
    settings: Settings | None = database.info.get("settings")
    if deliver is None:
        if settings is None or settings.smtp_host is None:
            return
        deliver = by_smtp(settings, now)
    with database.reading() as db:
        if not has_due(db, now):
            return
    until = time.monotonic() + ROUND_SECONDS
    for _ in range(AT_ONCE):
        if time.monotonic() > until or not send_one(database, now, deliver):
            return


def send_one(database: Database, now: datetime, deliver: Deliver) -> bool:
    """Claim, send, and write down how it went; False when nothing is due.

    When a process dies in between, the lease runs out and the mail is sent again under the same Message-ID.
    """
    with database.transaction() as db:
        mail = claim(db, now)
    if mail is None:
        return False
    try:
        deliver(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        with database.transaction() as db:
            was_not_sent(db, mail, _in_words(error), now)
        return True
    _write_down_that_it_was_sent(database, mail, now)
    return True


def _write_down_that_it_was_sent(database: Database, mail: Claimed, now: datetime) -> None:
    """A database that is busy or away for a moment must not make a second copy of what the server has taken."""
    for pause in (*PAUSES, None):
        try:
            with database.transaction() as db:
                was_sent(db, mail, now)
        except (StorageIsBusy, StorageIsAway):
            if pause is None:
                raise  # it is sent once more when the lease has run out, under the same Message-ID
            time.sleep(pause)
        else:
            return


def by_smtp(settings: Settings, now: datetime) -> Deliver:
    """Sends by the configured mail server, one connection a mail."""

    def deliver(mail: Claimed) -> None:
        message = message_of(mail, settings.mail_from, now)
        with connected(settings) as server:
            server.send_message(message)

    return deliver


def message_of(mail: Claimed, sender: str, now: datetime) -> EmailMessage:
    """The mail as it goes out. Raises ValueError if a header would break (the standard library refuses injection)."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2].rstrip('>') or 'fencepost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b"refused"))
        return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return f"{type(error).__name__}: {error}"

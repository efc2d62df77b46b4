"""Sends what is due, outside of every transaction. Tickets alone take another way: they are never queued."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import StorageIsAway, StorageIsBusy
from app.core.mail_messages import domain_of, new_message
from app.core.signing import SigningKey, signing_key_of
from app.core.smtp import connected, in_words
from app.notifications.queries.address import address_in
from app.notifications.queries.mails import has_clear_words, has_due, has_past_keeping
from app.notifications.rules.kinds import kind_of
from app.notifications.rules.letters import foot
from app.notifications.rules.parts import Part, loaded, plain
from app.notifications.service import mails, preferences
from app.notifications.service.mails import Claimed

AT_ONCE = 50
ROUND_SECONDS = 60.0
PAUSES = (0.5, 2.0, 8.0)
"""Seconds between the attempts to write down that a mail was sent: together far less than its lease."""
FORGETS_EVERY = timedelta(hours=1)

Deliver = Callable[[Claimed], None]
"""Hands a mail to the mail server; raises OSError or SMTPException when it did not take it."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What a mail needs besides its words: who sends it, links back to this installation, and its HTML."""

    sender: str
    address: str
    key: SigningKey
    render: Callable[[str, Mapping[str, Any]], str]


def run_due(database: Database, now: datetime, deliver: Deliver | None = None) -> None:
    """Send at most `AT_ONCE` due mails. A mail that fails is pushed ahead; the others go on."""
    _tidy_up(database, now)
    settings: Settings | None = database.info.get("settings")
    if deliver is None:
        if settings is None or settings.smtp_host is None:
            return
        deliver = by_smtp(settings, stationery_of(database, settings), now)
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
        mail = mails.claim(db, now)
    if mail is None:
        return False
    try:
        deliver(mail)
    except Exception as error:  # (also one that cannot be composed: it must not hold up the others)
        with database.transaction() as db:
            mails.was_not_sent(db, mail, in_words(error), now)
        return True
    _write_down_that_it_was_sent(database, mail, now)
    return True


def _write_down_that_it_was_sent(database: Database, mail: Claimed, now: datetime) -> None:
    """A database that is busy or away for a moment must not make a second copy of what the server has taken."""
    for pause in (*PAUSES, None):
        try:
            with database.transaction() as db:
                mails.was_sent(db, mail, now)
        except (StorageIsBusy, StorageIsAway):
            if pause is None:
                raise  # it is sent once more when the lease has run out, under the same Message-ID
            time.sleep(pause)
        else:
            return


def stationery_of(database: Database, settings: Settings) -> Stationery:
    """What mails of this installation are written on."""
    return Stationery(settings.mail_from, address_in(settings), signing_key_of(database), database.info["render"])


def by_smtp(settings: Settings, stationery: Stationery, now: datetime) -> Deliver:
    """Sends by the configured mail server, one connection a mail."""

    def deliver(mail: Claimed) -> None:
        message = message_of(mail, stationery, now)
        with connected(settings) as server:
            server.send_message(message)

    return deliver


def message_of(mail: Claimed, stationery: Stationery, now: datetime) -> EmailMessage:
    """The mail as it goes out, as plain text and as HTML (RFC 2046, multipart/alternative).

    Raises ValueError if a header would break (the standard library refuses injection).
    """
    message = new_message(stationery.sender, mail.recipient, mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{domain_of(stationery.sender)}>"
    below = _foot(message, mail, stationery)
    text = mail.text + ("\n-- \n" + plain(below) if below else "")
    message.set_content(text, cte="quoted-printable")
    if mail.parts:
        context = {"subject": mail.subject, "parts": loaded(mail.parts), "foot": below}
        html = stationery.render("emails/letter.html", context)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _foot(message: EmailMessage, mail: Claimed, stationery: Stationery) -> tuple[Part, ...]:
    """Lets the recipient switch this kind off: below the words, and by the reader's own button (RFC 8058)."""
    kind = kind_of(mail.kind)
    if kind is None or mail.account_id is None:
        return ()
    off = f"{stationery.address}/mail/off/{preferences.off_token(stationery.key, mail.account_id, kind)}"
    message["List-Unsubscribe"] = f"<{off}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return foot(mail.organisation, kind, off, f"{stationery.address}/desk/settings/mail")


def _tidy_up(database: Database, now: datetime) -> None:
    """Forget what is old, and seal what an older version wrote in the clear. Once an hour is enough, and a process
    that was started anew does no harm by looking again."""
    if now < database.info.get("forgets_mails_at", now):
        return
    database.info["forgets_mails_at"] = now + FORGETS_EVERY
    with database.reading() as db:
        old, clear = has_past_keeping(db, now), has_clear_words(db)
    if not (old or clear):
        return
    with database.transaction() as db:
        mails.forget_old(db, now)
        mails.seal_what_is_open(db)

"""A test mail: sent at once and past the outbox, so that an operator sees at once what the mail server says."""

from __future__ import annotations

import smtplib
from datetime import datetime
from email.utils import format_datetime, make_msgid
from typing import ClassVar

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Refusal
from app.core.mail_messages import domain_of, new_message
from app.core.smtp import connected, in_words
from app.departments.queries import organisation
from app.notifications.queries.address import address_in
from app.notifications.rules.letters import trial_mail
from app.notifications.rules.parts import dumped, loaded


class NoMailServer(Refusal):
    sentence = (
        "No mail server is set up, so there is nothing to test. Set FENCEPOST_SMTP_HOST, and FENCEPOST_MAIL_FROM to "
        "an address that it may send from; then start Fencepost again."
    )


class NobodyIsMailed(Refusal):
    sentence = "This is a demo: its people are made up, and nothing is ever mailed from it."


class TestMailWasRefused(Refusal):
    """The mail server, or the way to it, said no; the sentence holds what it said."""

    status: ClassVar[int] = 502
    __test__ = False


def send_test_mail(database: Database, settings: Settings, recipient: str, by: str, now: datetime) -> None:
    """To `recipient`, outside of every transaction. Raises NoMailServer, NobodyIsMailed, TestMailWasRefused."""
    with database.reading() as db:
        house = organisation(db)
    if house.is_demo:
        raise NobodyIsMailed
    if settings.smtp_host is None:
        raise NoMailServer
    letter = trial_mail(house.name, by, f"{address_in(settings)}/desk")
    try:
        message = new_message(settings.mail_from, recipient, letter.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=domain_of(settings.mail_from))
        message.set_content(letter.text, cte="quoted-printable")
        context = {"subject": letter.subject, "parts": loaded(dumped(letter.parts)), "foot": ()}
        html = database.info["render"]("emails/letter.html", context)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        with connected(settings) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        where = f"{settings.smtp_host}:{settings.smtp_port}"
        raise TestMailWasRefused(f"The mail was not taken by {where}: {in_words(error)}") from error

"""Mails as they leave: headers, both bodies, and the links that switch a kind off; parsed as a mail reader does."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.core.signing import SigningKey
from app.notifications.jobs.mails import Stationery, message_of
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.parts import (
    Bullets,
    Button,
    Facts,
    MailHeading,
    MailLink,
    Paragraph,
    Quote,
    Small,
    dumped,
    letter,
)
from app.notifications.service.mails import Claimed
from app.web.templating import render

NASTY = "<script>alert('x')</script> & \"quoted\" {{ 7 * 7 }} Grüße ✓ مرحبا"
PERSON = UUID(int=7)
WORDS = letter(
    f"Asked of you: {NASTY}",
    Paragraph(f"Hello {NASTY},"),
    Quote(NASTY),
    MailHeading(NASTY),
    Facts((("What", NASTY),)),
    Bullets(((NASTY, "https://posts.example/desk/actions/1"), (NASTY, ""))),
    Button("Promise it", "https://posts.example/m/" + "x" * 200, is_personal=True),
    MailLink("Say no", 'https://posts.example/desk/actions/1?"><b>'),
    Small(NASTY),
)


@pytest.fixture
def stationery(tmp_path: Path) -> Stationery:
    return Stationery("Fencepost <fencepost@posts.example>", "https://posts.example", SigningKey(tmp_path), render)


def claimed(
    now: datetime, kind: str = MailKind.REQUESTS, account_id: UUID | None = PERSON, html: bool = True
) -> Claimed:
    return Claimed(
        id=uuid4(),
        recipient="paul@lantern.example",
        subject=WORDS.subject,
        text=WORDS.text,
        attempts=1,
        until=now,
        parts=dumped(WORDS.parts) if html else "",
        account_id=account_id,
        kind=kind,
        organisation="Lantern & Quill",
    )


def read(message: EmailMessage) -> EmailMessage:
    """As somebody's mail reader gets it over the wire."""
    raw = message.as_bytes()
    assert max(len(line) for line in raw.splitlines()) <= 998
    assert raw.isascii()
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_headers(stationery: Stationery, now: datetime) -> None:
    mail = claimed(now)
    found, again = read(message_of(mail, stationery, now)), read(message_of(mail, stationery, now))
    assert found["From"] == "Fencepost <fencepost@posts.example>"
    assert found["To"] == "paul@lantern.example"
    assert found["Subject"] == WORDS.subject
    assert found["Date"].datetime == now
    assert found["Message-ID"] == again["Message-ID"] == f"<{mail.id}@posts.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]


def test_a_kind_can_be_switched_off_by_a_link_in_one_piece(stationery: Stationery, now: datetime) -> None:
    message = message_of(claimed(now), stationery, now)
    found = read(message)
    link = re.fullmatch(r"<(https://posts\.example/mail/off/([\w.-]+))>", str(found["List-Unsubscribe"]))
    assert link
    assert f"List-Unsubscribe: <{link[1]}>".encode() in message.as_bytes(), "neither folded nor encoded"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stationery.key.read("mail-off", link[2]) == [PERSON.hex, "requests"]
    for kind in ("plain", "html"):
        body = found.get_body((kind,))
        assert body is not None
        assert link[1] in body.get_content()
        assert "https://posts.example/desk/settings/mail" in body.get_content()


@pytest.mark.parametrize(("kind", "account_id"), [("", PERSON), (MailKind.REMINDERS, None), ("unknown", PERSON)])
def test_what_always_comes_offers_no_switch(
    stationery: Stationery, now: datetime, kind: str, account_id: UUID | None
) -> None:
    found = read(message_of(claimed(now, kind, account_id), stationery, now))
    assert found["List-Unsubscribe"] is None
    assert found["List-Unsubscribe-Post"] is None
    body = found.get_body(("plain",))
    assert body is not None
    assert "/mail/off/" not in body.get_content()


def test_a_mail_of_an_earlier_version_goes_out_as_text(stationery: Stationery, now: datetime) -> None:
    found = read(message_of(claimed(now, "", html=False), stationery, now))
    assert found.get_content_type() == "text/plain"
    assert found.get_content().replace("\r\n", "\n") == WORDS.text


def test_the_text_says_all_that_the_parts_say(stationery: Stationery, now: datetime) -> None:
    body = read(message_of(claimed(now), stationery, now)).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").startswith(WORDS.text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "onclick", "background"}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_html_escapes_all_and_loads_nothing(stationery: Stationery, now: datetime) -> None:
    body = read(message_of(claimed(now), stationery, now)).get_body(("html",))
    assert body is not None
    html = body.get_content()
    reader = _Reader()
    reader.feed(html)
    assert not {"script", "img", "link", "iframe", "b"} & set(reader.tags)
    assert reader.text.count(NASTY) >= 8
    assert 'https://posts.example/desk/actions/1?"><b>' in reader.links
    assert "url(" not in html
    assert "@import" not in html
    assert reader.tags.count("h1") == 1


@pytest.mark.parametrize("header", ["subject", "recipient"])
def test_a_header_cannot_be_broken_out_of(stationery: Stationery, now: datetime, header: str) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        message_of(replace(claimed(now), **{header: "A\nBcc: all@lantern.example"}), stationery, now)

"""Mails over the wire, judged by a parser that shares nothing with what wrote them: headers, addresses, TLS."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from fast_mail_parser import parse_email
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.config import Settings
from app.core.db import Database
from app.core.mail_addresses import for_servers, problem, tidy
from app.core.mail_messages import new_message
from app.core.signing import SigningKey
from app.departments.models import Organisation
from app.notifications.jobs.mails import Stationery, message_of
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.parts import Paragraph, dumped, letter
from app.notifications.service import testing
from app.notifications.service.mails import Claimed
from app.notifications.service.testing import NobodyIsMailed, NoMailServer, TestMailWasRefused
from app.people import queries
from app.people.service import accounts
from app.people.service.refusals import AlreadyHere
from app.retros.service.ticket_mails import _message as ticket_message
from app.web.templating import render
from tests.cast import Cast
from tests.conftest import settings_for
from tests.receiving import certificate_for

NOW = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
ENCODED = re.compile(rb"=\?[^?]+\?[bqBQ]\?[^?]*\?=")
MAY_BE_LONG = (b"list-unsubscribe:", b"message-id:", b"to:", b" <", b" ")
words = st.text(
    st.sampled_from("abcdef XYZ-0123,.;:=?_()\"'<>@ äöüßéñçœ ЖЯ 日本語 مرحبا 🌿👩🏽‍🌾"), min_size=1, max_size=220
)


def raw_of(subject: str, folder: Path, recipient: str = "paul@lantern.example", sender: str = "") -> bytes:
    stationery = Stationery(
        sender or "Fencepost <fencepost@posts.example>", "https://posts.example", SigningKey(folder), render
    )
    told = letter(subject, Paragraph("Grüße"))
    claimed = Claimed(
        id=UUID(int=3),
        recipient=recipient,
        subject=told.subject,
        text=told.text,
        attempts=1,
        until=NOW,
        parts=dumped(told.parts),
        account_id=UUID(int=7),
        kind=MailKind.REQUESTS,
        organisation="Lantern & Quill",
    )
    return message_of(claimed, stationery, NOW).as_bytes()


def headers_of(raw: bytes) -> list[bytes]:
    return raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")


def said(raw: bytes, name: str) -> str:
    """A header as the parser reads it."""
    (value,) = parse_email(raw).headers[name]
    return str(value).strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@given(subject=words)
@example(subject="Grüße " * 40)
@example(subject="ü" * 200)
@example(subject="👩🏽‍🌾" * 40)
@example(subject="x" * 200)
@example(subject="Asked of you: " + "Rindfleischetikettierungsüberwachungsaufgaben " * 4)
@example(subject="a =?utf-8?q?b?= c")
@example(subject="word " * 40)
@example(subject="日本語 abc 日本語 abc " * 9)
def test_a_subject_arrives_as_it_was_written_in_words_of_at_most_75_characters(subject: str, folder: Path) -> None:
    wanted = letter(subject).subject
    raw = raw_of(subject, folder)
    assert parse_email(raw).subject == wanted
    for line in headers_of(raw):
        assert all(len(found) <= 75 for found in ENCODED.findall(line)), line
        if not line.lower().startswith(b"list-unsubscribe:"):
            assert len(line) <= 78, line


def test_only_the_link_that_unsubscribes_stays_on_one_line(folder: Path) -> None:
    raw = raw_of("Grüße " * 40, folder)
    long = [line for line in headers_of(raw) if len(line) > 78]
    assert [line.split(b":")[0] for line in long] == [b"List-Unsubscribe"]
    parsed = parse_email(raw)
    assert said(raw, "List-Unsubscribe").startswith("<https://posts.example/mail/off/")
    assert "Grüße" in parsed.text_plain[0]
    assert "Grüße" in parsed.text_html[0]


@pytest.mark.parametrize(
    "sender",
    [
        "fencepost@posts.example",
        "Fencepost <fencepost@posts.example>",
        "Fencepost Zürich, Rückblicke und Versprechen aller Abteilungen des Hauses <fencepost@posts.example>",
        "Fencepost <fencepost@büro.example>",
        f"Fencepost <fencepost@{'a' * 60}.{'b' * 60}.example>",
    ],
)
def test_who_sends_is_whole_whatever_the_house_is_called(sender: str, folder: Path) -> None:
    raw = raw_of("Hello", folder, sender=sender)
    assert raw.isascii()
    for line in headers_of(raw):
        assert all(len(found) <= 75 for found in ENCODED.findall(line)), line
    name, _, address = sender.rpartition("<")
    assert said(raw, "From").removesuffix(">").endswith(for_servers(address.rstrip(">")))
    assert name.strip() in said(raw, "From").replace('"', "")
    assert "=?" not in said(raw, "Message-ID")
    assert said(raw, "Message-ID").endswith(f"@{for_servers(address.rstrip('>')).rpartition('@')[2]}>")


def test_a_long_address_is_neither_broken_nor_encoded(folder: Path) -> None:
    address = f"{'very.long.name.' * 4}x@{'department.' * 12}example"
    assert problem(address) is None
    raw = raw_of("Hello", folder, recipient=address)
    assert said(raw, "To") == address


def test_a_ticket_is_written_by_the_same_rules() -> None:
    title = "Rückblick auf das Frühjahrsprogramm " * 5
    raw = ticket_message("Büro <post@büro.example>", "mara@münchen.example", title).as_bytes()
    assert all(len(found) <= 75 for found in ENCODED.findall(raw))
    assert title.strip() in parse_email(raw).subject
    assert said(raw, "To") == "mara@xn--mnchen-3ya.example"


# Addresses


@pytest.mark.parametrize(
    ("typed", "kept", "sent"),
    [
        (" Mara@Example.ORG ", "mara@example.org", "mara@example.org"),
        ("mara@München.de", "mara@münchen.de", "mara@xn--mnchen-3ya.de"),
        ("mara@xn--mnchen-3ya.de", "mara@münchen.de", "mara@xn--mnchen-3ya.de"),
        ("mara@mu\u0308nchen.de", "mara@münchen.de", "mara@xn--mnchen-3ya.de"),
        ("o'neil+news@example.org", "o'neil+news@example.org", "o'neil+news@example.org"),
        ("mara@firma.local", "mara@firma.local", "mara@firma.local"),
        ("mara@intranet", "mara@intranet", "mara@intranet"),
        ("mara@例え.jp", "mara@例え.jp", "mara@xn--r8jz45g.jp"),
        ("Ü@Müller.example", "ü@müller.example", "ü@müller.example"),
    ],
)
def test_addresses_that_are_taken(typed: str, kept: str, sent: str) -> None:
    assert tidy(typed) == kept
    assert problem(kept) is None
    assert for_servers(kept) == sent


@pytest.mark.parametrize(
    "typed",
    ["", "mara", "mara@", "@example.org", "a..b@example.org", "mara@-x.de", "mara@example..org", "ma ra@example.org",
     "mara@exa mple.org", "mara@example.org.", "mara@ex_ample.org", "a@b.invalid", "a,b@example.org", "<a@b.de>",
     "Mara <a@b.de>", "a@b.de\nBcc: c@d.de", "x" * 65 + "@example.org", "a@" + "b" * 64 + ".de",
     "a@" + "b." * 130 + "de"],
)  # fmt: skip
def test_addresses_that_are_refused_in_a_sentence(typed: str) -> None:
    said = problem(tidy(typed))
    assert said
    assert said.endswith(".")


def test_one_person_is_one_account_however_the_domain_is_written(
    database: Database, cast: Cast, now: datetime
) -> None:
    with database.transaction() as db:
        accounts.create_account(db, "nora@münchen.de", "Nora", None, now)
        with pytest.raises(AlreadyHere):
            accounts.create_account(db, "Nora@xn--mnchen-3ya.de", "Nora", None, now)
        found = queries.account_by_email(db, "NORA@XN--MNCHEN-3YA.de")
    assert found is not None
    assert found.email == "nora@münchen.de"


# The mail server, also behind an authority of one's own


class Post:
    """Takes everything, and keeps it as bytes; `says` is its answer."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.says = "250 Taken"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.says.startswith("250"):
            self.taken.append((envelope.rcpt_tos, envelope.content))
        return self.says


def look_at(port: int, by_tls: bool) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as plain:
        if by_tls:
            ssl._create_unverified_context().wrap_socket(plain).close()
        else:
            plain.recv(100)


@contextmanager
def post_office(**how: Any) -> Iterator[tuple[Post, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=port, **how)
    # (Its own first look at the server does not know the authority.)
    controller._trigger_server = lambda: look_at(port, bool(how.get("ssl_context")))  # type: ignore[method-assign]
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop(no_assert=True)


@contextmanager
def with_tls(security: str, context: ssl.SSLContext) -> Iterator[tuple[Post, int]]:
    how = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    with post_office(**how) as found:
        yield found


def at(database: Database, folder: Path, port: int, **more: Any) -> Settings:
    return settings_for(
        database.url, folder, smtp_host="127.0.0.1", smtp_port=port, mail_from="Büro <post@büro.example>", **more
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_server_behind_ones_own_authority(
    database: Database, cast: Cast, tmp_path: Path, now: datetime, security: str
) -> None:
    database.info["render"] = render
    server, _ = certificate_for("127.0.0.1", tmp_path)
    authority = tmp_path / "127.0.0.1.pem"
    with with_tls(security, server) as (post, port):
        with pytest.raises(TestMailWasRefused, match="CERTIFICATE_VERIFY_FAILED"):
            testing.send_test_mail(
                database, at(database, tmp_path, port, smtp_security=security), "a@b.de", "Ada", now
            )
        settings = at(database, tmp_path, port, smtp_security=security, smtp_ca=authority)
        testing.send_test_mail(database, settings, "nora@münchen.de", "Ada", now)
    ((recipients, raw),) = post.taken
    assert recipients == ["nora@xn--mnchen-3ya.de"]
    found = parse_email(raw)
    assert found.subject == "A test mail from Fencepost"
    assert "Ελλάδα, 日本, 🌿" in found.text_plain[0]


def test_an_authority_that_is_no_file_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="smtp_ca"):
        Settings(smtp_ca=tmp_path / "not there.pem", _env_file=None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_letters_of_the_world_before_the_at_need_a_server_that_knows_them(
    database: Database, cast: Cast, tmp_path: Path, now: datetime
) -> None:
    database.info["render"] = render
    with post_office(enable_SMTPUTF8=True) as (post, port):
        testing.send_test_mail(database, at(database, tmp_path, port), "ü@müller.example", "Ada", now)
    assert [recipients for recipients, _ in post.taken] == [["ü@müller.example"]]
    refused = pytest.raises(TestMailWasRefused, match="internationalized")
    with post_office(enable_SMTPUTF8=False) as (_, port), refused:
        testing.send_test_mail(database, at(database, tmp_path, port), "ü@müller.example", "Ada", now)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_mail_server_says_is_said_to_who_tests_it(
    database: Database, cast: Cast, tmp_path: Path, now: datetime
) -> None:
    database.info["render"] = render
    with post_office() as (post, port):
        post.says = "550 We do not know post@xn--bro-hoa.example"
        with pytest.raises(TestMailWasRefused, match="550 We do not know post@") as refused:
            testing.send_test_mail(database, at(database, tmp_path, port), "a@b.de", "Ada", now)
    assert f"127.0.0.1:{port}" in refused.value.sentence
    with pytest.raises(TestMailWasRefused, match="refused"):
        testing.send_test_mail(database, at(database, tmp_path, port), "a@b.de", "Ada", now)
    with pytest.raises(NoMailServer):
        testing.send_test_mail(database, settings_for(database.url, tmp_path), "a@b.de", "Ada", now)
    with database.transaction() as db:
        db.get_one(Organisation, 1).is_demo = True
    with pytest.raises(NobodyIsMailed):
        testing.send_test_mail(database, at(database, tmp_path, port), "a@b.de", "Ada", now)


def test_a_line_break_in_a_header_is_refused() -> None:
    for wrong in (("a@b.de\nBcc: c@d.de", "x"), ("a@b.de", "x\nBcc: c@d.de")):
        with pytest.raises(ValueError, match="linefeed"):
            new_message("post@x.example", *wrong).as_bytes()

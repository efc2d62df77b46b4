"""Mails: queued with what causes them, claimed once, sent by SMTP, tried again, and visibly in trouble."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound, StorageIsAway, StorageIsBusy
from app.core.signing import SigningKey
from app.notifications import jobs
from app.notifications.models import Mail
from app.notifications.queries import mails as mails_queries
from app.notifications.queries.words import words_of
from app.notifications.rules.letters import outcome_is_ready
from app.notifications.rules.parts import Paragraph, letter
from app.notifications.rules.retries import GIVE_UP_AFTER, LEASE, next_try
from app.notifications.service import mails as mails_service
from app.notifications.service.mails import Claimed
from app.people.service import invitations as invitations_service
from app.retros.rules.names import Stage
from tests.builders import a_retro, move
from tests.cast import Cast
from tests.conftest import settings_for
from tests.unit.test_actions_service import capture


class Postman:
    """A real mail server on a free port that keeps what it takes; `refuse` makes it answer 451."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[Message] = []
        self.refuse = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 The post office is closed"
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 Taken"


@pytest.fixture
def postman() -> Iterator[Postman]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    handler = Postman(port)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def mailing(house: Database, postman: Postman, tmp_path: Path) -> Database:
    """The house with a mail server."""
    house.info["settings"] = settings_for(
        house.url,
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=postman.port,
        mail_from="fencepost@lantern.example",
        public_url="https://posts.lantern.example/",
    )
    return house


def put(database: Database, now: datetime, *recipients: str) -> None:
    with database.transaction() as db:
        for one in recipients:
            mails_service.queue(db, one, letter("Grüße", Paragraph(f"Hello {one}, ✓")), now)


def words(message: Message) -> str:
    """The plain text of a mail."""
    return message.get_body(("plain",)).get_content()  # type: ignore[attr-defined,no-any-return]


def mails(database: Database) -> list[dict[str, Any]]:
    with database.reading() as db:
        found = db.exec(select(Mail).order_by(Mail.recipient)).all()
        return [row.model_dump() | dict(zip(("text", "parts"), words_of(db, row), strict=True)) for row in found]


def test_without_a_mail_server_mails_are_kept_and_never_sent(
    mailing: Database, postman: Postman, now: datetime
) -> None:
    with_server = mailing.info["settings"]
    mailing.info["settings"] = with_server.model_copy(update={"smtp_host": None})
    put(mailing, now, "edda@lantern.example")
    jobs.run_due(mailing, now)
    assert [row["is_kept"] for row in mails(mailing)] == [True]
    mailing.info["settings"] = with_server
    jobs.run_due(mailing, now + timedelta(hours=1))
    assert postman.taken == []
    assert len(mails(mailing)) == 1


def test_where_no_settings_are_known_nothing_is_written(house: Database, now: datetime) -> None:
    put(house, now, "edda@lantern.example")
    assert mails(house) == []


def test_a_mail_is_sent_once_and_its_text_forgotten(mailing: Database, postman: Postman, now: datetime) -> None:
    put(mailing, now, "edda@lantern.example", "paul@lantern.example")
    jobs.run_due(mailing, now)
    jobs.run_due(mailing, now + LEASE * 2)
    assert sorted(str(one["To"]) for one in postman.taken) == ["edda@lantern.example", "paul@lantern.example"]
    first = postman.taken[0]
    assert first["Subject"] == "Grüße"
    assert "✓" in words(first)
    assert first["Auto-Submitted"] == "auto-generated"
    assert all(row["sent_at"] == now and row["text"] + row["parts"] + row["trouble"] == "" for row in mails(mailing))


def test_a_rolled_back_cause_sends_nothing(mailing: Database, postman: Postman, now: datetime) -> None:
    def caused() -> None:
        with mailing.transaction() as db:
            mails_service.queue(db, "edda@lantern.example", letter("No"), now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        caused()
    jobs.run_due(mailing, now)
    assert postman.taken == []


def test_a_mail_is_not_sent_before_it_is_due(mailing: Database, postman: Postman, now: datetime) -> None:
    with mailing.transaction() as db:
        mails_service.queue(db, "edda@lantern.example", letter("Later"), now, due_at=now + timedelta(minutes=1))
    jobs.run_due(mailing, now)
    assert postman.taken == []
    jobs.run_due(mailing, now + timedelta(minutes=1))
    assert len(postman.taken) == 1


def test_trouble_is_visible_pushed_ahead_and_ends(
    mailing: Database, postman: Postman, cast: Cast, now: datetime
) -> None:
    put(mailing, now, "edda@lantern.example")
    postman.refuse = True
    jobs.run_due(mailing, now)
    jobs.run_due(mailing, now + timedelta(seconds=30))
    with mailing.reading() as db:
        troubled = mails_queries.outbox(db, for_=cast.ada.visitor).troubled
    assert [(one.attempts, one.trouble) for one in troubled] == [(1, "451 The post office is closed")]
    assert troubled[0].due_at == now + timedelta(minutes=1)
    with mailing.reading() as db, pytest.raises(NotFound):
        mails_queries.outbox(db, for_=cast.frieda.visitor)
    postman.refuse = False
    jobs.run_due(mailing, now + timedelta(minutes=1))
    assert len(postman.taken) == 1
    assert mails(mailing)[0]["trouble"] == ""


def test_one_bad_mail_does_not_hold_up_the_others(mailing: Database, postman: Postman, now: datetime) -> None:
    put(mailing, now, "broken\nBcc: all@lantern.example", "edda@lantern.example")
    jobs.run_due(mailing, now)
    assert [str(one["To"]) for one in postman.taken] == ["edda@lantern.example"]
    assert "ValueError" in mails(mailing)[0]["trouble"]


def test_a_dead_mail_server_ends_with_an_operator_who_tries_again(
    mailing: Database, postman: Postman, cast: Cast, now: datetime
) -> None:
    put(mailing, now, "edda@lantern.example")
    postman.refuse = True
    at = now
    for _ in range(GIVE_UP_AFTER + 3):
        jobs.run_due(mailing, at)
        at += timedelta(days=1)
    row = mails(mailing)[0]
    assert (row["attempts"], row["given_up_at"] is not None) == (GIVE_UP_AFTER, True)
    postman.refuse = False
    with mailing.transaction() as db, pytest.raises(NotFound):
        mails_service.try_again(db, cast.edda.visitor, row["id"], at)
    with mailing.transaction() as db:
        mails_service.try_again(db, cast.ada.visitor, row["id"], at)
    jobs.run_due(mailing, at)
    assert len(postman.taken) == 1


def test_a_process_that_dies_while_sending_leaves_the_mail_to_another(
    mailing: Database, postman: Postman, now: datetime
) -> None:
    """Crash in mid-claim: nobody else takes it while the lease runs, then it is sent, exactly once."""
    put(mailing, now, "edda@lantern.example")

    def die(_mail: Claimed) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jobs.mails.send_one(mailing, now, die)
    jobs.run_due(mailing, now + LEASE - timedelta(seconds=1))
    assert postman.taken == []
    jobs.run_due(mailing, now + LEASE)
    jobs.run_due(mailing, now + LEASE * 3)
    assert len(postman.taken) == 1
    assert mails(mailing)[0]["attempts"] == 2


def test_a_sender_thought_dead_undoes_nothing(mailing: Database, now: datetime) -> None:
    put(mailing, now, "edda@lantern.example")
    with mailing.transaction() as db:
        slow = mails_service.claim(db, now)
    with mailing.transaction() as db:
        other = mails_service.claim(db, now + LEASE)
    assert slow is not None
    assert other is not None
    with mailing.transaction() as db:
        mails_service.was_sent(db, other, now + LEASE)
    with mailing.transaction() as db:
        mails_service.was_not_sent(db, slow, "too late", now + LEASE)
    row = mails(mailing)[0]
    assert (row["sent_at"], row["trouble"], row["due_at"]) == (now + LEASE, "", now)


def test_many_senders_at_once_send_each_mail_once(mailing: Database, now: datetime) -> None:
    recipients = [f"reader{number}@lantern.example" for number in range(40)]
    put(mailing, now, *recipients)
    sent: list[str] = []
    lock = threading.Lock()

    def deliver(mail: Claimed) -> None:
        with lock:
            sent.append(mail.recipient)

    def sender(_number: int) -> None:
        while jobs.mails.send_one(mailing, now, deliver):
            pass

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(sender, range(6)))
    assert sorted(sent) == sorted(recipients)


def test_an_invited_person_gets_a_link_that_is_then_forgotten(
    mailing: Database, postman: Postman, cast: Cast, now: datetime
) -> None:
    with mailing.transaction() as db:
        token = invitations_service.invite(
            db, cast.ada.visitor, "nora@lantern.example", "Nora", False, False, cast.editorial, False, now
        )
    assert token in mails(mailing)[0]["text"]
    jobs.run_due(mailing, now)
    text = words(postman.taken[0])
    assert f"https://posts.lantern.example/desk/invitations/{token}" in text
    assert token not in str(mails(mailing))


def test_no_table_holds_a_link_that_works_while_a_mail_waits(
    mailing: Database, postman: Postman, cast: Cast, now: datetime
) -> None:
    """A backup holds tables, not the secrets folder: its links must be of no use."""
    with mailing.transaction() as db:
        token = invitations_service.invite(
            db, cast.ada.visitor, "nora@lantern.example", "Nora", False, False, cast.editorial, False, now
        )
    assert token in mails(mailing)[0]["text"], "the mail does hold it"
    with mailing.reading() as db:
        kept = db.exec(select(Mail)).one()
        assert token not in f"{kept.text}{kept.parts}"
        assert "posts.lantern.example" not in f"{kept.text}{kept.parts}"


def test_words_that_an_older_version_wrote_in_the_clear_are_sealed_and_sent(
    mailing: Database, postman: Postman, now: datetime
) -> None:
    put(mailing, now, "edda@lantern.example")
    with mailing.transaction() as db:
        row = db.exec(select(Mail)).one()
        row.text, row.parts, row.due_at = *words_of(db, row), now + LEASE
    jobs.run_due(mailing, now)
    with mailing.reading() as db:
        assert "Hello edda" not in db.exec(select(Mail)).one().text
    jobs.run_due(mailing, now + LEASE)
    assert "Hello edda" in words(postman.taken[0])


def test_a_mail_whose_key_is_gone_is_given_up_in_words_and_holds_nothing_up(
    mailing: Database, postman: Postman, now: datetime, tmp_path: Path
) -> None:
    put(mailing, now, "edda@lantern.example")
    mailing.info["signing_key"] = SigningKey(tmp_path / "another")
    put(mailing, now, "paul@lantern.example")
    jobs.run_due(mailing, now)
    assert [str(one["To"]) for one in postman.taken] == ["paul@lantern.example"]
    with mailing.reading() as db:
        lost = db.exec(select(Mail).where(Mail.recipient == "edda@lantern.example")).one()
        assert lost.given_up_at == now
        assert "secrets folder" in lost.trouble


def test_demo_people_are_never_mailed(mailing: Database, cast: Cast, now: datetime) -> None:
    from app.departments.models import Organisation

    with mailing.transaction() as db:
        db.get_one(Organisation, 1).is_demo = True
    put(mailing, now, "edda@lantern.example")
    jobs.run_due(mailing, now)
    assert [(row["is_kept"], row["sent_at"]) for row in mails(mailing)] == [(True, None)]


def test_the_close_mails_the_outcome_to_its_departments_and_asks_the_owners(
    mailing: Database, postman: Postman, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(mailing, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    tom = {"owner_id": None, "owner_name": "Tom", "owner_email": "tom@print.example"}
    capture(mailing, room, clock)
    capture(mailing, room, clock, title="Print a test sheet", **tom)
    capture(mailing, room, clock, title="Keep the sheet", **tom)
    assert mails(mailing) == [], "nothing before the close"
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(mailing, cast.frieda, room, stage, clock)
    jobs.run_due(mailing, clock.now())
    by_recipient: dict[str, list[str]] = {}
    for one in postman.taken:
        by_recipient.setdefault(str(one["To"]), []).append(str(one["Subject"]))
    outcome = f"Outcome: {room.view().title}"
    assert by_recipient.pop("tom@print.example").count(outcome) == 1
    assert sorted(by_recipient["paul@lantern.example"]) == sorted(
        [
            "Asked of Production: Keep the sheet",
            "Asked of Production: Print a test sheet",
            "Asked of you: Send page proofs two days earlier",
            outcome,
        ]
    )
    assert {name: subjects for name, subjects in by_recipient.items() if name != "paul@lantern.example"} == {
        "edda@lantern.example": [outcome],
        "mia@lantern.example": [outcome],
    }
    invitations = [one for one in postman.taken if "invitation" in str(one["Subject"])]
    assert [str(one["To"]) for one in invitations] == ["tom@print.example"], "invited once for two actions"
    everything = " ".join(words(one) for one in postman.taken)
    assert f"https://posts.lantern.example/desk/retros/{room.id}/outcome" in everything
    for secret in room.all_secrets():
        assert secret not in everything
    assert room.code not in everything


def test_backoff_grows_and_ends() -> None:
    now = datetime(2026, 3, 17)
    waits = [next_try(attempts, now) for attempts in range(1, GIVE_UP_AFTER)]
    assert all(one is not None for one in waits)
    assert waits == sorted(waits)  # type: ignore[type-var]
    assert next_try(GIVE_UP_AFTER, now) is None


def test_a_subject_is_one_short_line() -> None:
    outcome = outcome_is_ready("Edda", "A\nB" * 200, "P", "https://x.example", [])
    assert "\n" not in outcome.subject
    assert len(outcome.subject) <= 200


def test_a_database_that_is_away_for_a_moment_makes_no_second_copy(
    mailing: Database, postman: Postman, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(mailing, now, "edda@lantern.example")
    monkeypatch.setattr(jobs.mails, "PAUSES", (0.0, 0.0))
    troubles = [StorageIsBusy(), StorageIsAway()]
    write_down = mails_service.was_sent

    def away_at_first(*arguments: Any) -> None:
        if troubles:
            raise troubles.pop()
        write_down(*arguments)

    monkeypatch.setattr(mails_service, "was_sent", away_at_first)
    jobs.run_due(mailing, now)
    jobs.run_due(mailing, now + LEASE * 2)
    assert len(postman.taken) == 1
    assert mails(mailing)[0]["sent_at"] == now


def test_a_server_without_manners_gets_no_second_copy(
    mailing: Database, postman: Postman, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took the mail and said so: what it answers to our goodbye changes nothing."""

    async def handle_QUIT(_server: Any, _session: Any, _envelope: Any) -> str:
        return "451 Not yet"

    monkeypatch.setattr(postman, "handle_QUIT", handle_QUIT, raising=False)
    put(mailing, now, "edda@lantern.example")
    jobs.run_due(mailing, now)
    assert mails(mailing)[0]["sent_at"] == now
    assert len(postman.taken) == 1

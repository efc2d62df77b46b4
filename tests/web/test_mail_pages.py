"""Mail over HTTP: the outbox for admins, one's own settings, and the signed link that switches a kind off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.core.signing import SigningKey
from app.departments.models import Organisation
from app.notifications.models import Mail, MailSettings
from app.notifications.queries.preferences import PURPOSE
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters import invitation
from app.notifications.rules.letters_promises import LetterPromise, reported_done
from app.notifications.service import mails, preferences
from app.people.models import Account
from app.web.templating import render
from tests.cast import Cast, Person
from tests.unit.test_mail_wire import post_office

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtDesk = Callable[[Person], TestClient]
SECRET = "https://posts.lantern.example/m/a-signed-secret"
TOLD = LetterPromise(
    "Send <proofs>", "Done.", "Paul", "Production", "Editorial", None, "https://posts.lantern.example/desk/x"
)


@pytest.fixture
def posting(app: object, database: Database, settings: Settings) -> Database:
    """The database of the running app, where mails are kept (no mail server)."""
    database.info["settings"] = settings
    return database


def sends(database: Database) -> None:
    known: Settings = database.info["settings"]
    database.info["settings"] = known.model_copy(update={"smtp_host": "127.0.0.1"})


def write(database: Database, clock: SetClock, **changed: object) -> UUID:
    with database.transaction() as db:
        mails.queue(db, "edda@lantern.example", reported_done("Edda", TOLD, SECRET, None), clock.now())
        row = db.exec(select(Mail).order_by(Mail.created_at)).all()[-1]
        for name, value in changed.items():
            setattr(row, name, value)
        return row.id


def off_link(database: Database, person: Person, kind: MailKind = MailKind.REMINDERS) -> str:
    key: SigningKey = database.info["signing_key"]
    return f"/mail/off/{preferences.off_token(key, person.id, kind)}"


def is_off(database: Database, person: Person) -> str:
    with database.reading() as db:
        row = db.get(MailSettings, person.id)
        return row.off if row else ""


def test_an_empty_outbox_says_what_will_come(posting: Database, at_desk: AtDesk, cast: Cast) -> None:
    page = at_desk(cast.ada).get("/desk/mail").text
    assert "No mail server is set up" in page
    assert "No mail yet" in page


def test_kept_mails_are_shown_without_what_would_act_as_the_recipient(
    posting: Database, at_desk: AtDesk, cast: Cast, clock: SetClock
) -> None:
    mail_id = write(posting, clock)
    ada = at_desk(cast.ada)
    assert f"/desk/mail/{mail_id}" in ada.get("/desk/mail").text
    page = ada.get(f"/desk/mail/{mail_id}").text
    assert "Send &lt;proofs&gt;" in page
    assert "<proofs>" not in page
    assert "Accept it as done" in page
    assert "personal link" in page
    assert "It is never sent" in page
    assert SECRET not in page
    assert "a-signed-secret" not in page
    assert "https://posts.lantern.example/desk/x" in page


def test_a_waiting_invitation_shows_no_link_to_sign_in(
    posting: Database, at_desk: AtDesk, cast: Cast, clock: SetClock
) -> None:
    sends(posting)
    with posting.transaction() as db:
        mails.queue(db, "nora@lantern.example", invitation("House", "Nora", SECRET, 7), clock.now())
        mail_id = db.exec(select(Mail.id)).one()
    page = at_desk(cast.ada).get(f"/desk/mail/{mail_id}").text
    assert "Choose a password" in page
    assert "a-signed-secret" not in page


def test_waiting_troubled_and_sent_mails_have_their_lists(
    posting: Database, at_desk: AtDesk, cast: Cast, clock: SetClock
) -> None:
    sends(posting)
    waiting = write(posting, clock)
    clock.advance(timedelta(seconds=1))
    troubled = write(posting, clock, trouble="451 <closed>", attempts=3)
    clock.advance(timedelta(seconds=1))
    sent = write(posting, clock, sent_at=clock.now(), text="", parts="")
    clock.advance(timedelta(seconds=1))
    old = write(posting, clock, parts="")
    ada = at_desk(cast.ada)
    page = ada.get("/desk/mail").text
    for heading in ("Not delivered yet", "Waiting", "Sent recently"):
        assert heading in page
    assert "Kept, not sent" not in page
    for mail_id in (waiting, troubled, sent):
        assert f"/desk/mail/{mail_id}" in page
    assert "451 &lt;closed&gt;" in ada.get(f"/desk/mail/{troubled}").text
    assert "forgotten when it was sent" in ada.get(f"/desk/mail/{sent}").text
    assert "a-signed-secret" not in ada.get(f"/desk/mail/{old}").text
    assert ada.post(f"/desk/mail/{troubled}/attempts").headers["location"] == "/desk/mail"


def test_a_kept_mail_cannot_be_sent_after_all(
    posting: Database, at_desk: AtDesk, cast: Cast, clock: SetClock
) -> None:
    assert at_desk(cast.ada).post(f"/desk/mail/{write(posting, clock)}/attempts").status_code == 404


def test_a_demo_says_why_nothing_is_sent(posting: Database, at_desk: AtDesk, cast: Cast, clock: SetClock) -> None:
    with posting.transaction() as db:
        db.get_one(Organisation, 1).is_demo = True
    assert "made up" in at_desk(cast.ada).get("/desk/mail").text


def test_the_outbox_is_for_admins_only(
    posting: Database, at_desk: AtDesk, cast: Cast, clock: SetClock, client: TestClient
) -> None:
    mail_id = write(posting, clock)
    for person in (cast.frieda, cast.edda):
        assert at_desk(person).get(f"/desk/mail/{mail_id}").status_code == 404
        assert at_desk(person).post(f"/desk/mail/{mail_id}/attempts").status_code == 404
    assert client.get(f"/desk/mail/{mail_id}").status_code == 303
    assert at_desk(cast.ada).get(f"/desk/mail/{uuid4()}").status_code == 404


def test_ones_own_mail_settings_are_kept(posting: Database, at_desk: AtDesk, cast: Cast) -> None:
    edda = at_desk(cast.edda)
    assert "/desk/settings/mail" in edda.get("/desk/settings").text
    page = edda.get("/desk/settings/mail").text
    assert page.count(" checked") == len(MailKind)
    form = {"kinds": ["requests", "outcome"], "quiet_from": "20", "quiet_until": "7", "time_zone": "Asia/Tokyo"}
    assert edda.post("/desk/settings/mail", data=form).headers["location"] == "/desk/settings/mail?done=1"
    page = edda.get("/desk/settings/mail?done=1").text
    assert page.count(" checked") == 2
    assert 'value="20" selected' in page
    assert 'value="Asia/Tokyo"' in page
    assert "Saved" in page
    assert is_off(posting, cast.edda) == "progress reminders digest brief retros"
    assert is_off(posting, cast.paul) == ""
    assert edda.post("/desk/settings/mail", data={}).status_code == 303
    assert set(is_off(posting, cast.edda).split()) == set(MailKind)
    with posting.reading() as db:
        assert db.get_one(Account, cast.edda.id).time_zone == ""
        assert db.get_one(MailSettings, cast.edda.id).quiet_from is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"quiet_from": "20"}, "Quiet hours need both"),
        ({"quiet_from": "24", "quiet_until": "7"}, "from 0 to 23"),
        ({"time_zone": "Europe/Nowhere"}, "This time zone is not known"),
        ({"time_zone": "../etc/passwd"}, "This time zone is not known"),
    ],
)
def test_a_wrong_choice_is_shown_again_with_a_sentence(
    posting: Database, at_desk: AtDesk, cast: Cast, form: dict[str, str], sentence: str
) -> None:
    answer = at_desk(cast.edda).post("/desk/settings/mail", data={**form, "kinds": ["digest"]})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count(" checked") == 1
    for typed in form.values():
        assert typed in answer.text or typed == "24"
    assert is_off(posting, cast.edda) == ""


def test_opening_the_link_of_a_mail_changes_nothing(posting: Database, client: TestClient, cast: Cast) -> None:
    """Mail scanners open every link."""
    link = off_link(posting, cast.edda)
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "Switch off “Reminders”?" in page.text
    assert is_off(posting, cast.edda) == ""


def test_a_person_switches_a_kind_off_and_on_again_without_signing_in(
    posting: Database, client: TestClient, cast: Cast
) -> None:
    link = off_link(posting, cast.edda)
    answer = client.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert is_off(posting, cast.edda) == "reminders"
    page = client.get(link).text
    assert "is off" in page
    on = re.search(r'action="(/mail/on/[^"]+)"', page)
    assert on
    assert client.post(on[1]).status_code == 303
    assert is_off(posting, cast.edda) == ""


def test_a_mail_provider_switches_off_without_cookie_origin_or_redirect(
    posting: Database, client: TestClient, cast: Cast
) -> None:
    """RFC 8058: a POST with that one field, from somewhere else altogether."""
    bare = TestClient(client.app, follow_redirects=False)
    bare.portal = client.portal
    for _ in range(2):
        answer = bare.post(off_link(posting, cast.edda), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "is off" in answer.text
    assert is_off(posting, cast.edda) == "reminders"
    assert is_off(posting, cast.paul) == ""


@pytest.mark.parametrize("how", ["nonsense", "another purpose", "another kind", "nobody", "cut"])
def test_a_link_that_we_did_not_sign_so_does_nothing(
    posting: Database, client: TestClient, cast: Cast, how: str
) -> None:
    key: SigningKey = posting.info["signing_key"]
    token = {
        "nonsense": "nonsense",
        "another purpose": key.sign("one-click", [cast.edda.id.hex, "reminders"]),
        "another kind": key.sign(PURPOSE, [cast.edda.id.hex, "invitations"]),
        "nobody": key.sign(PURPOSE, [uuid4().hex, "reminders"]),
        "cut": off_link(posting, cast.edda).removeprefix("/mail/off/")[:-2],
    }[how]
    assert client.get(f"/mail/off/{token}").status_code == 404
    assert client.post(f"/mail/off/{token}").status_code == 404
    assert client.post(f"/mail/on/{token}").status_code == 404
    assert is_off(posting, cast.edda) == ""


def test_guessing_at_links_is_slowed_down_and_writes_nothing(
    posting: Database, client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = off_link(posting, cast.edda)
    with monkeypatch.context() as no_writing:
        no_writing.setattr(preferences, "switch_kind", None)
        for way in ("off", "on"):
            assert client.post(f"/mail/{way}/nonsense").status_code == 404
    assert {client.post(good).status_code for _ in range(70)} == {303}, "a right link is no guess"
    assert 429 in {client.post("/mail/on/nonsense").status_code for _ in range(62)}
    assert client.post(good).status_code == 429, "a right guess after too many wrong ones is not answered either"


def test_an_admin_sends_a_test_mail_and_reads_what_the_server_says(
    posting: Database, at_desk: AtDesk, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    posting.info["render"] = render
    ada = at_desk(cast.ada)
    assert "Send me a test mail" not in ada.get("/desk/mail").text
    nothing = ada.post("/desk/mail/test")
    assert (nothing.status_code, "No mail server is set up" in nothing.text) == (409, True)
    with post_office() as (post, port):
        settings.smtp_host, settings.smtp_port = "127.0.0.1", port
        assert "Send me a test mail" in ada.get("/desk/mail").text
        taken = ada.post("/desk/mail/test")
        assert taken.status_code == 200
        assert f"The mail server took a test mail to {cast.ada.email}" in taken.text
        assert [recipients for recipients, _ in post.taken] == [[cast.ada.email]]
        post.says = "451 The post office is <closed>"
        refused = ada.post("/desk/mail/test")
        assert refused.status_code == 502
        assert "451 The post office is &lt;closed&gt;" in refused.text
        assert at_desk(cast.frieda).post("/desk/mail/test").status_code == 404
        assert [ada.post("/desk/mail/test").status_code for _ in range(4)][-1] == 429
        assert len(post.taken) == 1

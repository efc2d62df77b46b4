"""Wrong passwords from anywhere lock no owner out; the owner is told; a forgotten password comes by mail."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.departments.models import Organisation
from app.notifications.models import Mail
from app.notifications.queries.words import words_of
from app.people import queries
from app.people.models import Account
from app.people.rules import FORGOTTEN_LASTS
from app.people.service import invitations, passwords
from app.people.service.refusals import SignInsAreBusy
from app.web.known_browser import MOST
from tests.cast import PASSWORD, Cast, Person
from tests.conftest import settings_for

AtDesk = Callable[[Person], TestClient]
From = Callable[[str], TestClient]
# Limits live in memory: the database does not matter to them.
ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = "four quiet words here"
WRONG = "not this one at all"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at passwords without the slow hash."""
    monkeypatch.setattr(passwords, "is_right_password", lambda known, typed: known is not None and typed == PASSWORD)


@pytest.fixture
def from_address(app: FastAPI, client: TestClient) -> From:
    """A new browser at this network address."""

    def make(address: str) -> TestClient:
        browser = TestClient(app, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
        browser._transport.client = (address, 50000)  # type: ignore[attr-defined]
        return browser

    return make


@pytest.fixture
def mailing(app: FastAPI, database: Database, tmp_path: Path) -> Database:
    settings = settings_for(database.url, tmp_path, smtp_host="127.0.0.1", public_url="http://127.0.0.1:8000")
    app.state.settings = database.info["settings"] = settings
    return database


def sign_in(browser: TestClient, email: str, password: str) -> int:
    return browser.post("/desk/sign-in", data={"email": email, "password": password}).status_code


def mails(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as db:
        found = db.exec(select(Mail).order_by(Mail.recipient, Mail.subject)).all()
        return [(one.recipient.split("@")[0], one.subject, words_of(db, one)[0]) for one in found]


@ON_ONE_DATABASE
@pytest.mark.usefixtures("quick")
def test_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(from_address: From, cast: Cast) -> None:
    guesser = from_address("203.0.113.7")
    assert [sign_in(guesser, cast.edda.email, WRONG) for _ in range(12)] == [422] * 10 + [429] * 2
    assert sign_in(from_address("198.51.100.4"), cast.edda.email, PASSWORD) == 303


@ON_ONE_DATABASE
@pytest.mark.usefixtures("quick")
def test_a_browser_that_signed_in_before_is_never_refused_for_what_others_typed(
    from_address: From, cast: Cast
) -> None:
    known = from_address("203.0.113.7")
    assert sign_in(known, cast.edda.email, PASSWORD) == 303
    known.post("/desk/sign-out")
    for number in range(12):  # (the same office, and then a whole botnet)
        for _ in range(10):
            sign_in(from_address(f"203.0.113.{number}"), cast.edda.email, WRONG)
    assert sign_in(from_address("198.51.100.4"), cast.edda.email, PASSWORD) == 429, "strangers are limited as a whole"
    assert sign_in(known, cast.edda.email, PASSWORD) == 303


@ON_ONE_DATABASE
@pytest.mark.usefixtures("quick")
def test_a_known_browser_is_counted_too_and_known_to_its_own_accounts_only(from_address: From, cast: Cast) -> None:
    browser = from_address("203.0.113.7")
    assert sign_in(browser, cast.edda.email, PASSWORD) == 303
    browser.post("/desk/sign-out")
    assert [sign_in(browser, cast.edda.email, WRONG) for _ in range(11)] == [422] * 10 + [429]
    guesser = from_address("203.0.113.7")
    for _ in range(10):
        sign_in(guesser, cast.paul.email, WRONG)
    assert sign_in(browser, cast.paul.email, PASSWORD) == 429, "it never signed in to that account"


@ON_ONE_DATABASE
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("made_up", ["x", "WyJhIixbXV0.c2lnbmVk", "é", "a" * 4000])
def test_a_made_up_mark_of_a_browser_is_none(from_address: From, cast: Cast, made_up: str) -> None:
    browser = from_address("203.0.113.7")
    headers = {"Cookie": f"known={made_up}".encode()}
    data = {"email": cast.edda.email, "password": WRONG}
    answers = [browser.post("/desk/sign-in", data=data, headers=headers).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


@ON_ONE_DATABASE
@pytest.mark.usefixtures("quick")
def test_a_browser_of_several_people_is_known_to_the_last_few(from_address: From, cast: Cast) -> None:
    browser = from_address("203.0.113.7")
    everybody = list(cast.everybody().values())[: MOST + 1]
    for person in everybody:
        assert sign_in(browser, person.email, PASSWORD) == 303
    cookie = next(one for one in browser.cookies.jar if one.name == "known")
    assert (cookie.path, len(cookie.value or "") < 1000) == ("/desk", True)
    guesser = from_address("203.0.113.7")
    for person in (everybody[0], everybody[-1]):
        for _ in range(10):
            sign_in(guesser, person.email, WRONG)
    assert sign_in(browser, everybody[-1].email, PASSWORD) == 303
    assert sign_in(browser, everybody[0].email, PASSWORD) == 429


@pytest.mark.usefixtures("quick")
def test_the_owner_is_told_once_a_day_by_mail_and_at_the_desk(
    mailing: Database, from_address: From, at_desk: AtDesk, cast: Cast, clock: SetClock
) -> None:
    guesser = from_address("203.0.113.7")
    for _ in range(14):
        sign_in(guesser, cast.edda.email, WRONG)
    ((who, subject, text),) = mails(mailing)
    assert (who, subject) == ("edda", "Wrong passwords for your Fencepost account")
    assert "Nobody got in by that" in text
    elsewhere = from_address("198.51.100.4")
    came_in = elsewhere.post("/desk/sign-in", data={"email": cast.edda.email, "password": PASSWORD})
    assert came_in.headers["location"] == "/desk/settings#guesses"
    assert "Wrong passwords for your account" in elsewhere.get("/desk/settings").text
    assert elsewhere.post("/desk/settings/seen-guesses").status_code == 303
    assert "Wrong passwords" not in elsewhere.get("/desk/settings").text
    again = elsewhere.post("/desk/sign-in", data={"email": cast.edda.email, "password": PASSWORD})
    assert again.headers["location"] == "/desk"


@pytest.mark.usefixtures("quick")
def test_guesses_at_an_address_without_an_account_tell_nobody_and_look_the_same(
    mailing: Database, from_address: From, cast: Cast
) -> None:
    texts = set()
    for number, email in enumerate(("nobody@lantern.example", cast.edda.email)):
        browser = from_address(f"203.0.113.{number}")
        for _ in range(10):
            sign_in(browser, email, WRONG)
        answer = browser.post("/desk/sign-in", data={"email": email, "password": WRONG})
        assert answer.status_code == 429
        texts.add(answer.text.replace(email, "X"))
    assert len(texts) == 1
    assert [who for who, _, _ in mails(mailing)] == ["edda"]


@ON_ONE_DATABASE
def test_what_strangers_type_does_not_keep_who_is_in_from_a_new_password(
    from_address: From, at_desk: AtDesk, cast: Cast
) -> None:
    guesser, browser = from_address("testclient"), at_desk(cast.edda)
    for _ in range(11):
        sign_in(guesser, cast.edda.email, WRONG)
    changed = browser.post("/desk/settings/password", data={"present": PASSWORD, "password": GOOD})
    assert changed.status_code == 303


@ON_ONE_DATABASE
def test_a_flood_of_passwords_leaves_threads_for_everybody_else(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No thread waits for a long queue of slow hashes: who is over it is asked to come again, at once."""
    may_go_on, inside = threading.Event(), threading.Semaphore(0)

    class Slow:
        def verify(self, *_: str) -> bool:
            inside.release()
            return may_go_on.wait(20)

    monkeypatch.setattr(passwords, "_hasher", Slow())
    with database.reading() as db:
        known = queries.credentials(db, cast.edda.email)
    threads = [
        threading.Thread(target=passwords.is_right_password, args=(known, WRONG)) for _ in range(passwords.MAY_WAIT)
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in range(passwords.AT_ONCE):
            assert inside.acquire(timeout=10)
        while passwords._inside._value:  # type: ignore[attr-defined]
            threads[0].join(0.01)
        with pytest.raises(SignInsAreBusy) as busy:
            passwords.is_right_password(known, WRONG)
    finally:
        may_go_on.set()
        for thread in threads:
            thread.join()
    assert (busy.value.status, busy.value.retry_after) == (503, 5)
    assert passwords.is_right_password(known, WRONG), "nobody waits any more"


# A forgotten password


def link_in(database: Database) -> str:
    (text,) = [text for _, subject, text in mails(database) if subject == "A new password for Fencepost"]
    found = re.search(r"http://127\.0\.0\.1:8000(/desk/invitations/\S+)", text)
    assert found
    return found[1]


def test_a_forgotten_password_comes_by_mail(
    mailing: Database, client: TestClient, cast: Cast, clock: SetClock
) -> None:
    assert "/desk/forgotten-password" in client.get("/desk/sign-in").text
    asked = client.post("/desk/forgotten-password", data={"email": f" {cast.mia.email.upper()}"})
    assert asked.status_code == 200
    assert "on its way there by mail" in asked.text
    link = link_in(mailing)
    page = client.get(link).text
    assert "You asked for this link at the sign-in page" in page
    assert sign_in(client, cast.mia.email, PASSWORD) == 303, "the old password works until the link is used"
    assert client.post(link, data={"name": "Mia", "password": GOOD}).status_code == 303
    assert client.get(link).status_code == 404
    assert sign_in(client, cast.mia.email, GOOD) == 303


def test_the_link_lasts_an_hour_and_only_the_newest_works(
    mailing: Database, client: TestClient, cast: Cast, clock: SetClock
) -> None:
    client.post("/desk/forgotten-password", data={"email": cast.mia.email})
    first = link_in(mailing)
    clock.advance(FORGOTTEN_LASTS)
    assert client.get(first).status_code == 404
    with mailing.transaction() as db:
        db.delete(db.exec(select(Mail)).one())
    for _ in range(5):
        client.post("/desk/forgotten-password", data={"email": cast.mia.email})
    assert len(mails(mailing)) == 2, "nobody fills another's mailbox"


def test_asking_says_nothing_about_accounts_and_ends_no_invitation(
    mailing: Database, client: TestClient, cast: Cast, now: datetime
) -> None:
    with mailing.transaction() as db:
        token = invitations.invite(
            db, cast.ada.visitor, "nora@lantern.example", "Nora", False, False, None, False, now
        )
        db.get_one(Account, cast.sven.id).disabled_at = now
    said = set()
    for email in (cast.mia.email, "nobody@lantern.example", cast.sven.email, "nora@lantern.example"):
        answer = client.post("/desk/forgotten-password", data={"email": email})
        said.add((answer.status_code, answer.text.replace(email, "X")))
    assert len(said) == 1
    asked = [who for who, subject, _ in mails(mailing) if subject == "A new password for Fencepost"]
    assert asked == ["mia", "nora"]
    assert client.get(f"/desk/invitations/{token}").status_code == 200, "whoever asks ends nobody's invitation"


def test_an_unfinished_address_is_said(mailing: Database, client: TestClient, cast: Cast) -> None:
    answer = client.post("/desk/forgotten-password", data={"email": "mia"})
    assert answer.status_code == 422
    assert 'id="field-email-error"' in answer.text


# What is never said where no mail goes out


@pytest.fixture(params=["no mail server", "demo"])
def silent(request: pytest.FixtureRequest, app: FastAPI, database: Database, tmp_path: Path, cast: Cast) -> str:
    """A house that sends no mail."""
    if request.param == "demo":
        settings = settings_for(database.url, tmp_path, smtp_host="127.0.0.1")
        app.state.settings = database.info["settings"] = settings
        with database.transaction() as db:
            db.get_one(Organisation, 1).is_demo = True
    return str(request.param)


def test_a_house_that_sends_no_mail_never_says_that_it_does(
    silent: str, client: TestClient, at_desk: AtDesk, cast: Cast, database: Database
) -> None:
    forgotten = client.get("/desk/forgotten-password").text
    assert "sends no mail" in forgotten
    assert '<form method="post" action="/desk/forgotten-password"' not in forgotten
    assert "on its way" not in client.post("/desk/forgotten-password", data={"email": cast.mia.email}).text
    ada = at_desk(cast.ada)
    data = {"name": "Nora", "email": "nora@lantern.example", "department": str(cast.editorial)}
    invited = ada.post("/desk/people", data=data)
    page = ada.get(invited.headers["location"]).text
    assert "on its way" not in page
    link = re.search(r'value="http://127\.0\.0\.1:8000(/desk/invitations/[^"]+)"', page)
    assert link, "the link is handed over by hand, so it must be shown"
    made = ada.post(f"/desk/people/{cast.mia.id}/links")
    assert "on its way" not in ada.get(made.headers["location"]).text
    assert mails(database) == []


def test_where_mail_goes_out_it_is_said_and_the_link_is_not_shown(
    mailing: Database, at_desk: AtDesk, cast: Cast
) -> None:
    ada = at_desk(cast.ada)
    made = ada.post(f"/desk/people/{cast.mia.id}/links")
    page = ada.get(made.headers["location"]).text
    assert "on its way to Mia by mail" in page
    assert "/desk/invitations/" not in page


# Invitations say what they are


def test_an_invitation_says_whose_house_who_invites_and_as_what(
    mailing: Database, at_desk: AtDesk, client: TestClient, cast: Cast
) -> None:
    data = {
        "name": "Nora",
        "email": "nora@lantern.example",
        "department": str(cast.editorial),
        "is_lead": "on",
        "roles": ["facilitator"],
    }
    at_desk(cast.ada).post("/desk/people", data=data)
    ((_, subject, text),) = mails(mailing)
    assert subject == "Your invitation to Fencepost at Lantern & Quill"
    assert "Ada invites you to Fencepost, as lead of Editorial and facilitator." in text
    link = re.search(r"http://127\.0\.0\.1:8000(/desk/invitations/\S+)", text)
    assert link
    page = client.get(link[1]).text
    assert "Ada invites you to Fencepost at Lantern &amp; Quill, as lead of Editorial and facilitator." in page
    assert "looks back on joint projects" in page
    assert "24 March 2026" in page or "2026-03-24" in page, "until when it works"


def test_a_link_for_a_new_password_says_who_made_it(
    client: TestClient, cast: Cast, database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        token = invitations.prepare_new_link(db, cast.ada.visitor, cast.mia.id, now)
    page = client.get(f"/desk/invitations/{token}").text
    assert "Ada made this link for you, for your account at Lantern &amp; Quill." in page
    assert "Until then the old one works." in page

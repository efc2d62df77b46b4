"""Setting up, signing in and out, links, and one's own settings, as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.people import queries
from app.people.rules import SIGN_IN_IDLE
from app.people.service import accounts, invitations, passwords, sign_ins
from tests.cast import PASSWORD, Cast, Person

AtDesk = Callable[[Person], TestClient]
# Limits live in memory: the database does not matter to them.
ON_ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = "four quiet words here"


def sign_in(browser: TestClient, email: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    return browser.post("/desk/sign-in", data={"email": email, "password": password, **more})


# Setting up


@pytest.fixture
def setup_link(database: Database, now: datetime) -> str:
    with database.transaction() as db:
        return f"/desk/setup/{invitations.prepare_setup(db, now)}"


FIRST = {
    "organisation": "Lantern & Quill",
    "name": "Ada",
    "email": "ada@lantern.example",
    "password": GOOD,
    "departments": "Editorial\r\n\r\n Production \r\neditorial",
}


def test_setting_up_makes_the_house_and_signs_in(client: TestClient, setup_link: str, database: Database) -> None:
    assert "Set up Fencepost" in client.get(setup_link).text
    answer = client.post(setup_link, data=FIRST)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    page = client.get("/desk/departments").text
    assert "Lantern &amp; Quill" in page
    assert "Editorial" in page
    assert "editorial" not in page, "named twice, made once"
    assert "Production" in page
    with database.reading() as db:
        assert [(one.email, one.is_admin, one.is_facilitator) for one in queries.accounts(db)] == [
            ("ada@lantern.example", True, True)
        ]


def test_the_setup_link_works_once(client: TestClient, setup_link: str) -> None:
    client.post(setup_link, data=FIRST)
    for answer in (client.get(setup_link), client.post(setup_link, data=FIRST | {"email": "eve@lantern.example"})):
        assert answer.status_code == 404
        assert "does not work any more" in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("organisation", "", "Type the name of your organisation."),
        ("name", "", "Type your name."),
        ("email", "not an address", "does not look like a mail address"),
        ("email", "", "Type a mail address."),
        ("password", "", "at least 10 characters"),
        ("password", "password123", "Too many people"),
        ("departments", "x" * 81, "Please keep it to 80"),
    ],
)
def test_a_setup_that_needs_another_look_keeps_what_was_typed(
    client: TestClient, setup_link: str, field: str, typed: str, says: str
) -> None:
    answer = client.post(setup_link, data=FIRST | {field: typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'id="field-{field}-error"' in answer.text
    assert f'href="#field-{field}"' in answer.text
    for name in {"organisation", "name", "email"} - {field}:
        assert FIRST[name].replace("&", "&amp;") in answer.text
    assert GOOD not in answer.text
    assert client.post(setup_link, data=FIRST).status_code == 303, "the link was not used up"


def test_an_empty_form_is_a_page_not_json(client: TestClient, setup_link: str) -> None:
    for path in (setup_link, "/desk/sign-in"):
        answer = client.post(path)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("text/html")
        assert 'role="alert"' in answer.text


# Signing in


def test_the_desk_asks_to_sign_in_and_leads_back(client: TestClient, cast: Cast) -> None:
    answer = client.get("/desk/projects")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in?next=/desk/projects")
    page = client.get(answer.headers["location"])
    assert 'name="next" value="/desk/projects"' in page.text
    answer = sign_in(client, " Edda@Lantern.example ", PASSWORD, next="/desk/projects")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/projects")
    assert client.get("/desk/projects").status_code == 200
    assert client.get("/desk/sign-in?next=/desk/people").headers["location"] == "/desk/people"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/r/ABCD2345", "/desk/../x"])
def test_the_way_back_stays_on_the_desk(client: TestClient, cast: Cast, target: str) -> None:
    assert "evil" not in client.get("/desk/sign-in", params={"next": target}).text
    assert sign_in(client, "edda@lantern.example", PASSWORD, next=target).headers["location"] == "/desk"


def test_the_cookie_stays_below_the_desk(client: TestClient, cast: Cast) -> None:
    cookie = sign_in(client, "edda@lantern.example", PASSWORD).headers["set-cookie"]
    assert cookie.startswith("visit=")
    for part in ("Path=/desk", "HttpOnly", "SameSite=lax", "Max-Age=2592000"):
        assert part in cookie
    assert "Secure" not in cookie.replace("__Secure", "")
    assert "edda" not in cookie


def test_over_https_the_cookie_is_secure(app: FastAPI, cast: Cast) -> None:
    browser = TestClient(
        app, base_url="https://fencepost.example", headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False
    )
    cookie = sign_in(browser, "edda@lantern.example", PASSWORD).headers["set-cookie"]
    assert cookie.startswith("__Secure-visit=")
    assert "Secure;" in cookie or cookie.endswith("Secure")
    assert browser.get("/desk/settings").status_code == 200


def test_wrong_and_unknown_look_the_same(client: TestClient, cast: Cast, database: Database, now: datetime) -> None:
    with database.transaction() as db:
        accounts.disable(db, cast.ada.visitor, cast.sven.id, now)
        invitations.invite(db, cast.ada.visitor, "nora@lantern.example", "Nora", False, False, None, False, now)
    answers = []
    for email in ("edda@lantern.example", "nobody@lantern.example", "sven@lantern.example", "nora@lantern.example"):
        answer = sign_in(client, email, "not this one")
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text, "the address is kept"
        assert "not this one" not in answer.text, "the password is not"
        assert "set-cookie" not in answer.headers
        answers.append(answer.text.replace(email, "X"))
    assert len(set(answers)) == 1


@pytest.mark.parametrize(
    ("email", "password", "field"), [("", PASSWORD, "email"), ("x", PASSWORD, "email"), ("edda@x.y", "", "password")]
)
def test_an_unfinished_sign_in_says_which_field(client: TestClient, email: str, password: str, field: str) -> None:
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert f'aria-describedby="field-{field}-error' in answer.text


@ON_ONE_DATABASE
def test_too_many_tries_for_one_account_from_one_address(client: TestClient, cast: Cast) -> None:
    answers = [sign_in(client, "edda@lantern.example", "wrong").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    answer = sign_in(client, "EDDA@lantern.example", PASSWORD)
    assert answer.status_code == 429, "the right password does not help either"
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    assert re.search(r"too many tries to sign in\. Please try again in (a minute|\d+ minutes)\.", answer.text)
    assert 'value="edda@lantern.example"' in answer.text
    assert sign_in(client, "paul@lantern.example", PASSWORD).status_code == 303, "others may still come in"


@ON_ONE_DATABASE
def test_too_many_tries_from_one_address(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "is_right_password", lambda *_: False)  # only to save 60 slow hashes
    statuses = [sign_in(client, f"guess{number}@lantern.example", "wrong").status_code for number in range(61)]
    assert statuses == [422] * 60 + [429]
    assert sign_in(client, "paul@lantern.example", PASSWORD).status_code == 429


@ON_ONE_DATABASE
def test_the_right_password_starts_afresh(client: TestClient, cast: Cast) -> None:
    for _ in range(3):
        for _ in range(5):
            sign_in(client, "edda@lantern.example", "wrong")
        assert sign_in(client, "edda@lantern.example", PASSWORD).status_code == 303


def test_signing_out_ends_the_sign_in_itself(at_desk: AtDesk, cast: Cast, database: Database, now: datetime) -> None:
    browser = at_desk(cast.edda)
    assert browser.get("/desk/settings").status_code == 200
    answer = browser.post("/desk/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    assert 'visit=""' in answer.headers["set-cookie"]
    assert at_desk(cast.edda).get("/desk/settings").status_code == 303, "a copied cookie is worth nothing"


def test_signing_in_again_ends_the_earlier_sign_in_of_this_browser(
    at_desk: AtDesk, cast: Cast, database: Database, now: datetime
) -> None:
    browser = at_desk(cast.edda)
    sign_in(browser, "paul@lantern.example", PASSWORD)
    with database.reading() as db:
        assert queries.visitor_for(db, cast.edda.token, now) is None


def test_a_used_sign_in_lasts_an_unused_one_ends(at_desk: AtDesk, cast: Cast, clock: SetClock) -> None:
    browser, other = at_desk(cast.edda), at_desk(cast.paul)
    for _ in range(3):
        clock.advance(SIGN_IN_IDLE - timedelta(hours=1))
        assert browser.get("/desk/settings").status_code == 200
    assert other.get("/desk/settings").status_code == 303


@pytest.mark.parametrize("token", ["x", "a" * 43, "é", "a" * 5000, "%00", '"quoted"'])
def test_a_broken_cookie_is_nobody(client: TestClient, cast: Cast, token: str) -> None:
    client.cookies.clear()
    answer = client.get("/desk/settings", headers={"Cookie": f"visit={token}".encode()})
    assert answer.status_code == 303


def test_a_page_of_another_site_cannot_sign_anybody_in_or_out(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.edda)
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert browser.post("/desk/sign-out").status_code == 403
    assert sign_in(browser, "edda@lantern.example", PASSWORD).status_code == 403
    browser.headers["Sec-Fetch-Site"] = "same-origin"
    assert browser.get("/desk/settings").status_code == 200


# Links


@pytest.fixture
def link(database: Database, cast: Cast, now: datetime) -> str:
    with database.transaction() as db:
        token = invitations.invite(
            db, cast.ada.visitor, "nora@lantern.example", "Nora", False, False, cast.editorial, False, now
        )
    return f"/desk/invitations/{token}"


def test_opening_a_link_changes_nothing_its_button_does(client: TestClient, link: str) -> None:
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert "nora@lantern.example" in page.text
    answer = client.post(link, data={"name": "Nora Quist", "password": GOOD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "Nora Quist" in client.get("/desk/settings").text
    assert client.get(link).status_code == 404
    assert client.post(link, data={"name": "Eve", "password": GOOD}).status_code == 404
    client.post("/desk/sign-out")
    assert sign_in(client, "nora@lantern.example", GOOD).status_code == 303


@pytest.mark.parametrize(
    ("name", "password", "field"), [("", GOOD, "name"), ("Nora", "short", "password"), ("Nora", "", "password")]
)
def test_a_link_is_not_used_up_by_a_mistake(
    client: TestClient, link: str, name: str, password: str, field: str
) -> None:
    answer = client.post(link, data={"name": name, "password": password})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert client.post(link, data={"name": "Nora", "password": GOOD}).status_code == 303


def test_a_made_up_or_old_link_says_so(client: TestClient, link: str, clock: SetClock) -> None:
    assert client.get("/desk/invitations/made-up").status_code == 404
    clock.advance(timedelta(days=7))
    answer = client.get(link)
    assert answer.status_code == 404
    assert "Ask the person who sent it for a new one." in answer.text


def test_a_setup_link_typed_as_an_invitation_leads_on(client: TestClient, setup_link: str) -> None:
    token = setup_link.rsplit("/", 1)[1]
    assert client.get(f"/desk/invitations/{token}").headers["location"] == setup_link


def test_a_demo_link_is_one_button(client: TestClient, cast: Cast, database: Database, now: datetime) -> None:
    with database.transaction() as db:
        path = f"/desk/invitations/{invitations.prepare_demo_link(db, cast.frieda.id, now)}"
    assert "Go on as Frieda" in client.get(path).text
    assert client.post(path).status_code == 303
    assert client.get("/desk/settings").status_code == 200
    assert client.get(path).status_code == 200, "it works again"


# One's own settings


def test_changing_the_name(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.edda)
    answer = browser.post("/desk/settings/name", data={"name": "  Edda  Holm "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/settings?done=name")
    assert "Edda Holm" in browser.get(answer.headers["location"]).text
    refused = browser.post("/desk/settings/name", data={"name": ""})
    assert refused.status_code == 422
    assert "Type your name." in refused.text


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sign_ins(
    at_desk: AtDesk, client: TestClient, cast: Cast, database: Database, now: datetime
) -> None:
    with database.transaction() as db:
        phone = sign_ins.open_sign_in(db, cast.edda.id, now, "Safari on an iPhone")
    browser = at_desk(cast.edda)
    wrong = browser.post("/desk/settings/password", data={"present": "not mine", "password": GOOD})
    assert wrong.status_code == 422
    assert 'id="field-present-error"' in wrong.text
    weak = browser.post("/desk/settings/password", data={"present": PASSWORD, "password": "short"})
    assert weak.status_code == 422
    assert 'id="field-password-error"' in weak.text
    assert browser.post("/desk/settings/password").status_code == 422
    right = browser.post("/desk/settings/password", data={"present": PASSWORD, "password": GOOD})
    assert right.status_code == 303
    assert browser.get("/desk/settings?done=password").status_code == 200, "this browser stays signed in"
    with database.reading() as db:
        assert queries.visitor_for(db, phone, now) is None
    assert sign_in(client, "edda@lantern.example", PASSWORD).status_code == 422
    assert sign_in(client, "edda@lantern.example", GOOD).status_code == 303


@ON_ONE_DATABASE
def test_guessing_the_old_password_is_limited(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.edda)
    wrong = {"present": "not mine", "password": GOOD}
    statuses = [browser.post("/desk/settings/password", data=wrong).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert "retry-after" in browser.post("/desk/settings/password", data=wrong).headers


def test_own_sign_ins_are_listed_and_ended(at_desk: AtDesk, cast: Cast, database: Database, now: datetime) -> None:
    with database.transaction() as db:
        phone = sign_ins.open_sign_in(db, cast.edda.id, now, "Safari on an iPhone")
        tablet = sign_ins.open_sign_in(db, cast.edda.id, now, "Chrome on Android")
    browser = at_desk(cast.edda)
    page = browser.get("/desk/settings").text
    assert "Firefox on Linux" in page
    assert "this one" in page
    assert page.count("<span>Sign this one out</span>") == 2
    answer = browser.post("/desk/settings/ended-sign-ins", data={"sign_in": queries.hash_of(phone)})
    assert answer.headers["location"] == "/desk/settings?done=ended"
    assert "Safari on an iPhone" not in browser.get("/desk/settings").text
    assert browser.post("/desk/settings/ended-sign-ins", data={"sign_in": "others"}).status_code == 303
    with database.reading() as db:
        assert queries.visitor_for(db, tablet, now) is None
    assert browser.get("/desk/settings").status_code == 200


def test_nobody_ends_somebody_elses_sign_in(at_desk: AtDesk, cast: Cast) -> None:
    of_paul = queries.hash_of(cast.paul.token)
    for sign_in_id in (of_paul, "", "made up"):
        answer = at_desk(cast.edda).post("/desk/settings/ended-sign-ins", data={"sign_in": sign_in_id})
        assert answer.status_code == 404
    assert at_desk(cast.paul).get("/desk/settings").status_code == 200


def test_pages_of_the_desk_are_not_kept_by_caches(at_desk: AtDesk, client: TestClient, cast: Cast) -> None:
    for answer in (at_desk(cast.edda).get("/desk/settings"), client.get("/desk/sign-in")):
        assert "no-store" in answer.headers["cache-control"]

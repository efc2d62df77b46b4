"""The list of people, invitations and rights, as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from app.core.config import Settings
from app.core.db import Database
from app.people import queries
from app.people.service import accounts
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
NORA = {"name": "Nora", "email": "nora@lantern.example"}


def account_named(database: Database, email: str) -> queries.AccountView:
    with database.reading() as db:
        found = queries.account_by_email(db, email)
    assert found is not None
    return found


def test_everybody_sees_names_only_admins_see_addresses(at_desk: AtDesk, cast: Cast) -> None:
    for person in (cast.mia, cast.edda, cast.frieda):
        page = at_desk(person).get("/desk/people")
        assert page.status_code == 200
        assert "Paul" in page.text
        assert "paul@lantern.example" not in page.text
    assert "paul@lantern.example" in at_desk(cast.ada).get("/desk/people").text


def test_an_admin_invites_and_hands_the_link_over(
    at_desk: AtDesk, new_browser: Callable[[], TestClient], cast: Cast, database: Database
) -> None:
    browser = at_desk(cast.ada)
    form = NORA | {"department": str(cast.production), "is_lead": "on", "roles": ["facilitator"]}
    answer = browser.post("/desk/people", data=form)
    nora = account_named(database, NORA["email"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/people/{nora.id}?done=invited")
    assert (nora.is_facilitator, nora.is_admin, nora.leads) == (True, False, {cast.production})
    page = browser.get(answer.headers["location"])
    link = re.search(r'value="http://127.0.0.1:8000(/desk/invitations/[^"]+)"', page.text)
    assert link, "the link is shown"
    again = browser.get(f"/desk/people/{nora.id}")
    assert "/desk/invitations/" not in again.text, "once"
    welcome = new_browser()
    assert welcome.post(link[1], data={"name": "Nora", "password": "four quiet words"}).status_code == 303
    assert welcome.get("/desk/settings").status_code == 200


def test_with_mail_the_link_is_not_shown(
    at_desk: AtDesk, cast: Cast, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "smtp_host", "mail.lantern.example")
    monkeypatch.setitem(database.info, "settings", settings)
    browser = at_desk(cast.ada)
    page = browser.get(browser.post("/desk/people", data=NORA).headers["location"]).text
    assert "/desk/invitations/" not in page
    assert "by mail" in page


def test_a_lead_invites_to_the_own_department_only(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    browser = at_desk(cast.edda)
    answer = browser.post("/desk/people", data=NORA | {"department": str(cast.editorial)})
    assert answer.status_code == 303
    assert "/desk/invitations/" in browser.get(answer.headers["location"]).text
    other = {"name": "Otto", "email": "otto@lantern.example"}
    for more in (
        {"department": str(cast.production)},
        {"department": ""},
        {"department": str(cast.editorial), "is_lead": "on"},
        {"department": str(cast.editorial), "roles": ["admin"]},
    ):
        assert browser.post("/desk/people", data=other | more).status_code == 403
    with database.reading() as db:
        assert queries.account_by_email(db, other["email"]) is None


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"name": ""}, "name", "Type the name of the person."),
        ({"email": "x"}, "email", "does not look like"),
        ({"email": "PAUL@lantern.example"}, "email", "already here"),
        ({"department": str(uuid4())}, "department", "not known any more"),
        ({"department": "x"}, "department", "not known any more"),
        ({"is_lead": "on"}, "department", "Choose the department"),
    ],
)
def test_a_mistake_in_an_invitation_is_said_beside_its_field(
    at_desk: AtDesk, cast: Cast, changed: dict[str, str], field: str, says: str
) -> None:
    answer = at_desk(cast.ada).post("/desk/people", data=NORA | changed)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'id="field-{field}-error"' in answer.text
    if "name" not in changed:
        assert 'value="Nora"' in answer.text


def rights(cast: Cast, *roles: str, **places: str) -> dict[str, list[str]]:
    return {
        "roles": list(roles),
        "places": [f"{cast.departments[name]}:{place}" for name, place in places.items()],
    }


def test_an_admin_changes_rights(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    browser = at_desk(cast.ada)
    path = f"/desk/people/{cast.mia.id}"
    assert f'<option value="{cast.editorial}:member" selected>' in browser.get(path).text
    form = rights(cast, "facilitator", Editorial="", Production="lead", IT="member")
    form["places"] += [f"{uuid4()}:lead", "rubbish", ":lead", f"{cast.marketing}:king"]
    answer = browser.post(path, data=form)
    assert answer.headers["location"] == f"{path}?done=rights"
    mia = account_named(database, cast.mia.email)
    assert mia.is_facilitator
    assert dict(mia.departments) == {cast.production: True, cast.departments["IT"]: False}
    assert "New project" in at_desk(cast.mia).get("/desk/projects").text


def test_the_last_admin_is_told_why_not(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    browser = at_desk(cast.ada)
    path = f"/desk/people/{cast.ada.id}"
    for answer in (browser.post(path, data=rights(cast, "facilitator")), browser.post(f"{path}/disabling")):
        assert answer.status_code == 409
        assert "This is the last admin" in answer.text
    assert account_named(database, cast.ada.email).is_admin


def test_disabling_signs_out_and_can_be_undone(at_desk: AtDesk, cast: Cast) -> None:
    browser, other = at_desk(cast.ada), at_desk(cast.mia)
    path = f"/desk/people/{cast.mia.id}"
    assert other.get("/desk/people").status_code == 200
    assert browser.post(f"{path}/disabling").headers["location"] == f"{path}?done=disabled"
    assert "This account is disabled" in browser.get(path).text
    assert other.get("/desk/people").status_code == 303
    assert "Mia" not in at_desk(cast.paul).get("/desk/people").text
    assert browser.post(f"{path}/disabling", data={"undo": "1"}).status_code == 303
    assert "Mia" in at_desk(cast.paul).get("/desk/people").text


def test_a_new_link_for_a_forgotten_password(at_desk: AtDesk, client: TestClient, cast: Cast) -> None:
    browser = at_desk(cast.ada)
    answer = browser.post(f"/desk/people/{cast.mia.id}/links")
    page = browser.get(answer.headers["location"]).text
    link = re.search(r'value="http://127.0.0.1:8000(/desk/invitations/[^"]+)"', page)
    assert link
    assert "Choose a new password" in client.get(link[1]).text
    assert client.post(link[1], data={"name": "Mia", "password": "new quiet words"}).status_code == 303
    data = {"email": cast.mia.email, "password": "new quiet words"}
    assert client.post("/desk/sign-in", data=data).status_code == 303


def test_nobody_else_touches_accounts(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    for person in (cast.frieda, cast.edda, cast.mia):
        browser = at_desk(person)
        path = f"/desk/people/{person.id}"
        assert browser.post(path, data=rights(cast, "admin")).status_code == 403
        assert browser.post(f"{path}/links").status_code == 403
        assert browser.post(f"/desk/people/{cast.ada.id}/disabling").status_code == 403
        assert not account_named(database, person.email).is_admin
    assert at_desk(cast.mia).get(f"/desk/people/{cast.ada.id}").status_code == 404


def test_a_made_up_link_cookie_shows_nothing(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.ada)
    page = browser.get(
        f"/desk/people/{cast.mia.id}", headers={"Cookie": f"visit={cast.ada.token}; link=//evil.example"}
    )
    assert page.status_code == 200
    assert "evil" not in page.text


def test_who_does_not_exist_is_not_found(at_desk: AtDesk, cast: Cast) -> None:
    browser = at_desk(cast.ada)
    path = f"/desk/people/{uuid4()}"
    assert browser.get(path).status_code == 404
    for more in ("", "/links", "/disabling"):
        assert browser.post(f"{path}{more}").status_code == 404
    assert isinstance(cast.ada.id, UUID)


def test_only_the_invited_appear_as_invited(at_desk: AtDesk, cast: Cast, database: Database, now: datetime) -> None:
    with database.transaction() as db:
        accounts.create_account(db, "owner@lantern.example", "Owner", None, now)
    page = at_desk(cast.ada).get("/desk/people").text
    assert page.count("(invited)") == 1

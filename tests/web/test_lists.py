"""Every list of the desk as a file, the organisation's name, and the log of sign-ins and rights."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.core.clock import SetClock
from app.core.db import Database
from app.outcomes.queries.lists import LISTS
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, move
from tests.cast import PASSWORD, Cast, Person
from tests.unit.test_actions_service import capture

AtDesk = Callable[[Person], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    """Closed, with one action whose title would be a formula in a spreadsheet."""
    made = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    capture(database, made, clock, title="=HYPERLINK(1)")
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, cast.frieda, made, stage, clock)
    return made


def rows(browser: TestClient, name: str) -> list[dict[str, str]]:
    answer = browser.get(f"/desk/{name}.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_each_list_has_its_link_and_its_rows(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    for who, names in ((cast.edda, set(LISTS) - {"people"}), (cast.ada, {"people"})):
        browser = at_desk(who)
        for name in names:
            assert f'href="/desk/{name}.csv"' in browser.get(f"/desk/{name}").text
            assert rows(browser, name), name
    assert 'href="/desk/retros"' in at_desk(cast.edda).get("/desk").text


def test_the_table_of_people_is_for_who_administers(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    assert cast.edda.email in {row["email"] for row in rows(at_desk(cast.ada), "people")}
    for who in (cast.edda, cast.frieda, cast.sven):
        assert at_desk(who).get("/desk/people.csv").status_code == 404
        assert "people.csv" not in at_desk(who).get("/desk/people").text


def test_no_cell_starts_a_formula(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    titles = [row["title"] for row in rows(at_desk(cast.edda), "actions")]
    assert titles == ["'=HYPERLINK(1)"]


def test_a_list_holds_what_its_page_shows_and_no_more(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    assert rows(at_desk(cast.sven), "projects") == []
    assert rows(at_desk(cast.sven), "retros") == []
    assert rows(at_desk(cast.sven), "actions") == []


def test_only_who_is_signed_in_gets_one(client: TestClient, room: Room) -> None:
    for name in LISTS:
        assert client.get(f"/desk/{name}.csv").headers["location"].startswith("/desk/sign-in")


def test_an_admin_finds_the_mail_in_trouble(at_desk: AtDesk, cast: Cast, app: FastAPI) -> None:
    assert 'href="/desk/mail"' in at_desk(cast.ada).get("/desk/people").text
    assert 'href="/desk/mail"' not in at_desk(cast.edda).get("/desk/people").text


def test_an_admin_renames_the_organisation(at_desk: AtDesk, cast: Cast, app: FastAPI) -> None:
    ada = at_desk(cast.ada)
    named = {"organisation": "Lantern & Daughters", "time_zone": "Europe/Berlin"}
    assert ada.post("/desk/organisation", data=named).status_code == 303
    page = ada.get("/desk/departments").text
    assert "Lantern &amp; Daughters" in page
    assert 'value="Europe/Berlin"' in page
    wrong = ada.post("/desk/organisation", data={"organisation": "", "time_zone": "Mars/Crater"})
    assert wrong.status_code == 422
    assert "Type the name of your organisation" in wrong.text
    assert "Europe/Berlin or America" in wrong.text
    assert 'value="Mars/Crater"' in wrong.text, "what was typed is kept"
    for person in (cast.frieda, cast.edda):
        assert at_desk(person).post("/desk/organisation", data=named).status_code == 403
        assert 'action="/desk/organisation"' not in at_desk(person).get("/desk/departments").text


def test_sign_ins_are_in_the_log_without_secrets(client: TestClient, cast: Cast) -> None:
    with capture_logs() as lines:
        client.post("/desk/sign-in", data={"email": cast.edda.email, "password": "not the password"})
        client.post("/desk/sign-in", data={"email": "nobody@lantern.example", "password": "not the password"})
        client.post("/desk/sign-in", data={"email": cast.edda.email, "password": PASSWORD})
    told = [(line["event"], line.get("account")) for line in lines if line.get("kind") == "security"]
    edda = str(cast.edda.id)
    assert told == [("wrong_password", edda), ("wrong_password", None), ("signed_in", edda)]
    whole = repr(lines)
    for secret in (cast.edda.email, "nobody@", "not the password", PASSWORD, client.cookies.get("visit") or "-"):
        assert secret not in whole


def test_rights_and_ended_sign_ins_are_in_the_log(at_desk: AtDesk, cast: Cast, app: FastAPI) -> None:
    ada = at_desk(cast.ada)
    with capture_logs() as lines:
        ada.post(f"/desk/people/{cast.mia.id}", data={"roles": ["facilitator"]})
        ada.post(f"/desk/people/{cast.mia.id}/disabling", data={})
        ada.post(f"/desk/people/{cast.mia.id}/disabling", data={"undo": "1"})
        ada.post("/desk/settings/ended-sign-ins", data={"sign_in": "others"})
        at_desk(cast.edda).post(f"/desk/people/{cast.mia.id}/disabling", data={})
    told = [line for line in lines if line.get("kind") == "security"]
    assert [line["event"] for line in told] == [
        "rights_changed", "account_disabled", "account_enabled", "sign_ins_ended", "turned_away",
    ]  # fmt: skip
    assert (told[0]["by"], told[0]["account"], told[0]["facilitator"]) == (str(cast.ada.id), str(cast.mia.id), "True")
    assert (told[4]["account"], told[4]["reason"]) == (str(cast.edda.id), "OnlyAdmins")
    assert told[4]["route"] == "/desk/people/{account_id}/disabling", "the template, not the address"


def test_another_sites_form_is_noted_at_the_desk_and_never_in_a_room(client: TestClient, room: Room) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    with capture_logs() as lines:
        assert client.post("/desk/sign-out", headers=elsewhere).status_code == 403
        assert client.post(f"/r/{room.code}/ready", headers=elsewhere).status_code == 403
        assert client.post(f"/r/{room.code}/ready").status_code == 403
    told = [line for line in lines if line.get("kind") == "security"]
    assert [line["reason"] for line in told] == ["FromAnotherSite"]

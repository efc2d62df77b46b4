"""Signing on a phone, with and without JavaScript, and what everybody sees of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.queries import entries
from app.retros.models import RetroDepartment
from app.retros.rules.names import Stage
from tests.builders import Room, a_project, a_retro, move, write
from tests.cast import Cast
from tests.databases import only_sqlite

SEATS = {"Editorial": 6, "Production": 1, "Marketing": 2, "Rights": 6, "Sales": 2}
MEANS = (
    "It is shown as from Production, even if you are the only one: people will know it was you.",
    "Your other entries become easier to recognise.",
    "Anybody could sit here as Production, and your colleagues may be taken for you.",
)


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    """Production (1), Marketing (2) and Sales (2) are pooled."""
    project = a_project(house, cast, clock, tuple(SEATS))
    room = a_retro(house, cast, clock, stage=Stage.WRITE, seats=SEATS, project_id=project, k=3)
    expected: Mapping[UUID, int] = {cast.departments[name]: number for name, number in SEATS.items()}
    with house.transaction() as db:
        for row in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == room.id)):
            setattr(row, "expected" if hasattr(row, "expected") else "headcount", expected[row.department_id])
    return room


def phone(new_browser: Callable[[], TestClient], room: Room, department: str) -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", room.secret(department), path=f"/r/{room.code}")
    return browser


@only_sqlite
def test_one_reads_what_it_means_before_one_signs_and_takes_it_off_again(
    house: Database, cast: Cast, room: Room, new_browser: Callable[[], TestClient]
) -> None:
    browser = phone(new_browser, room, "Production")
    here = f"/r/{room.code}"
    assert "Sign as Production" not in browser.get(here).text, "only a sent entry can be signed"
    write(house, room.seat("Production"), "The contract lay with us")
    page = browser.get(here).text
    assert "Sign as Production…" in page
    assert all(sentence in page for sentence in MEANS)
    signed = browser.post(f"{here}/entries/signature", data={"slot": "1", "signed": "yes"})
    assert signed.headers["location"] == here, "without JavaScript"
    assert "Signed as Production" in browser.get(here).text
    off = browser.post(f"{here}/entries/signature", data={"slot": "1"}, headers={"HX-Request": "true"})
    assert "Signed as Production" not in off.text
    assert "Sign as Production…" in off.text


@only_sqlite
def test_a_department_that_keeps_its_name_is_offered_nothing(
    house: Database, cast: Cast, room: Room, new_browser: Callable[[], TestClient]
) -> None:
    write(house, room.seat("Editorial"), "We are many")
    browser = phone(new_browser, room, "Editorial")
    assert "Sign as" not in browser.get(f"/r/{room.code}").text
    refused = browser.post(f"/r/{room.code}/entries/signature", data={"slot": "1", "signed": "yes"})
    assert 400 <= refused.status_code < 500


@only_sqlite
def test_the_name_stands_beside_the_text_and_goes_after_not_ours(
    house: Database, cast: Cast, clock: SetClock, room: Room, new_browser: Callable[[], TestClient]
) -> None:
    write(house, room.seat("Production"), "The contract lay with us", about=cast.departments["Marketing"])
    phone(new_browser, room, "Production").post(
        f"/r/{room.code}/entries/signature", data={"slot": "1", "signed": "yes"}
    )
    write(house, room.seat("Editorial"), "We are many")
    move(house, cast.frieda, room, Stage.GROUP, clock)
    browser = phone(new_browser, room, "Editorial")
    page = browser.get(f"/r/{room.code}").text
    assert "Production, signed" in page
    assert ">Pr</span>" in page
    assert ">PS</span>" not in page, "a department has one mark everywhere"
    assert "Not ours: remove the name" in page
    with house.reading() as db:
        entry = next(one for one in entries(db, room.id) if one.signed_department_id)
    told = browser.post(f"/r/{room.code}/not-ours", data={"entry": str(entry.id)}, headers={"HX-Request": "true"})
    assert told.status_code == 200
    assert "Production, signed" in browser.get(f"/r/{room.code}").text
    move(house, cast.frieda, room, Stage.VOTE, clock)
    after = browser.get(f"/r/{room.code}").text
    assert "Production, signed" not in after
    assert "does not speak for their department" in after


@only_sqlite
def test_outcome_files_and_the_named_layer_say_it_and_no_anonymous_figure_does(
    house: Database, cast: Cast, clock: SetClock, room: Room, new_browser: Callable[[], TestClient],
    at_desk: Callable[..., TestClient],
) -> None:  # fmt: skip
    marketing = cast.departments["Marketing"]
    write(house, room.seat("Production"), "The contract lay with us", about=marketing)
    phone(new_browser, room, "Production").post(
        f"/r/{room.code}/entries/signature", data={"slot": "1", "signed": "yes"}
    )
    write(house, room.seat("Editorial"), "We are many")
    for stage in (Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
        move(house, cast.frieda, room, stage, clock)
    browser = at_desk(cast.frieda)
    outcome = f"/desk/retros/{room.id}/outcome"
    for address in (outcome, f"{outcome}.md", f"{outcome}.csv"):
        assert "Production, signed" in browser.get(address).text, address
    pair = browser.get(f"/desk/friction/{marketing}/{cast.production}").text
    assert "Said with a name" in pair
    assert "Nothing was written about it in this time" in pair
    assert "signed entry of Production about Marketing" in browser.get("/desk/friction").text


@only_sqlite
def test_the_composer_says_that_what_it_is_about_narrows(room: Room, new_browser: Callable[[], TestClient]) -> None:
    page = phone(new_browser, room, "Production").get(f"/r/{room.code}").text
    assert "Where only a few people here could say it about that department" in page

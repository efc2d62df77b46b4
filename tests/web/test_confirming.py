"""Reveal and close are confirmed, and hands are counted as check-in ends: what that tells, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import Room, a_project, a_retro, move, sit_down, write
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PEOPLE = {"Editorial": 4, "Production": 4, "Marketing": 2, "Rights": 1}
TOGETHER = "Marketing and Rights are shown together as several departments; we never show fewer than 3 people alone."


def a_room(database: Database, cast: Cast, clock: SetClock, stage: Stage, **more: object) -> Room:
    project = a_project(database, cast, clock, PEOPLE)
    expected = {cast.departments[name]: number for name, number in PEOPLE.items()}
    return a_retro(database, cast, clock, stage, PEOPLE, project_id=project, **{"expected": expected, **more})


@pytest.fixture
def desk(app: FastAPI, at_desk: AtDesk, cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


def phone_of(new_browser: NewBrowser, room: Room, department: str = "Editorial") -> TestClient:
    phone = new_browser()
    phone.cookies.set("seat", room.secret(department), path=f"/r/{room.code}")
    return phone


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[-1]))


def test_the_confirmation_of_the_reveal_tells_whether_there_are_five_entries_and_nothing_of_seats(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.WRITE)
    address = f"/desk/retros/{room.id}/next?to=group"
    first = desk.get(address).text
    assert "There are fewer than five entries." in first
    assert TOGETHER in text_of(first)
    assert "Perhaps more, even all, if not everybody expected is here." in text_of(first)
    assert "Destroyed for good:" in first
    for number in range(4):
        write(database, room.seat("Editorial", number))
    sit_down(database, room, "Rights", clock)
    assert desk.get(address).text == first, "four entries and one more seat tell nothing"
    write(database, room.seat("Production"))
    fifth = desk.get(address).text
    write(database, room.seat("Production", 1))
    assert desk.get(address).text == fifth
    assert "There are at least five entries." in fifth


def test_hands_are_asked_as_check_in_ends_and_a_second_press_moves_nothing(
    desk: TestClient, new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.CHECK_IN)
    board = f"/desk/retros/{room.id}"
    assert (
        "How many have this page open, in the room and on the call? Hands up."
        in desk.get(f"{board}/next?to=write").text
    )
    step = {"stage": "write", "leaving": "check_in", "asks_hands": "yes"}
    assert desk.post(f"{board}/stage", data={**step, "hands": ""}).status_code == 422
    assert room.view().stage is Stage.CHECK_IN
    assert desk.post(f"{board}/stage", data={**step, "hands": "9"}).status_code == 303
    assert room.view().hands == 9
    assert "9</span> have this page open." in phone_of(new_browser, room).get(f"/r/{room.code}").text
    page = desk.get(board).text
    assert "There are 2 seats more than people. That is often a second device." in page
    assert "Departments of fewer than 5 people are then shown together" in page
    assert desk.post(f"{board}/stage", data={"stage": "group", "leaving": "check_in"}).status_code == 303
    assert room.view().stage is Stage.WRITE, "that button stood in another stage"


def test_where_writing_runs_for_days_no_hand_is_asked_for_and_nothing_is_counted(
    desk: TestClient, new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.CHECK_IN, write_asynchronously=True, writing_days=3)
    board = f"/desk/retros/{room.id}"
    assert "Hands up" not in desk.get(f"{board}/next?to=write").text
    move(database, cast.frieda, room, Stage.WRITE, clock)
    for page in (
        desk.get(board).text,
        desk.get(f"{board}/screen").text,
        phone_of(new_browser, room).get(f"/r/{room.code}").text,
    ):
        assert "We do not count who is here or who is done" in page
        assert not re.search(r"\d+</strong> seated", page)


def test_over_days_the_page_of_tickets_does_not_change_when_one_is_spent(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.WRITE, write_asynchronously=True, writing_days=3)
    board = f"/desk/retros/{room.id}"
    pages = [desk.get(board).text, desk.get(f"{board}/settings").text, desk.get(f"{board}/outcome.json").text]
    sit_down(database, room, "Rights", clock)
    assert [
        desk.get(board).text,
        desk.get(f"{board}/settings").text,
        desk.get(f"{board}/outcome.json").text,
    ] == pages


def test_only_who_runs_it_is_asked_and_only_before_such_a_step(
    desk: TestClient, at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.WRITE)
    board = f"/desk/retros/{room.id}"
    assert at_desk(cast.carla).get(f"{board}/next?to=group").status_code == 200
    assert at_desk(cast.stefan).get(f"{board}/next?to=group").status_code == 403
    assert at_desk(cast.sven).get(f"{board}/next?to=group").status_code == 404
    for to in ("closed", "write", "check_in", "nonsense", ""):
        assert desk.get(f"{board}/next?to={to}").headers["location"] == board
    for stage in (Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP):
        move(database, cast.frieda, room, stage, clock)
    assert "every proof of who wrote what" in desk.get(f"{board}/next?to=closed").text


def test_phones_read_who_is_expected_and_who_is_shown_together_before_anything_is_written(
    desk: TestClient, new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.CHECK_IN)
    for page in (phone_of(new_browser, room).get(f"/r/{room.code}").text, new_browser().get(f"/r/{room.code}").text):
        assert "Editorial 4" in text_of(page)
        assert TOGETHER in text_of(page)


def test_any_seat_says_in_two_steps_that_they_are_fewer_and_takes_it_back(
    desk: TestClient, new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_room(database, cast, clock, Stage.WRITE)
    phone, other = phone_of(new_browser, room), phone_of(new_browser, room, "Production")
    room_page, board = f"/r/{room.code}", f"/desk/retros/{room.id}"
    assert "we are fewer than that" in phone.get(room_page).text
    told = [
        desk.get(board).text,
        desk.get(f"{board}/screen").text,
        phone_of(new_browser, room, "Rights").get(room_page).text,
    ]
    assert phone.post(f"{room_page}/fewer", data={"fewer": "yes"}).status_code == 303
    assert "You said that Editorial is fewer people than it looks." in phone.get(room_page).text
    assert "You said that" not in other.get(room_page).text
    again = [
        desk.get(board).text,
        desk.get(f"{board}/screen").text,
        phone_of(new_browser, room, "Rights").get(room_page).text,
    ]
    key = re.compile(r'name="key" value="[^"]*"')
    assert [key.sub("", page) for page in again] == [key.sub("", page) for page in told], "nobody else learns it"
    assert phone.post(f"{room_page}/fewer", data={"fewer": "no"}).status_code == 303
    assert "You said that" not in phone.get(room_page).text


def test_the_preparation_proposes_3_for_a_small_room_and_says_when_nobody_would_be_named(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    project = a_project(database, cast, clock, PEOPLE)
    ids = [str(cast.departments[name]) for name in PEOPLE]
    typed = {
        "project": str(project), "title": "Small", "departments": ids, "expected_of": ids, "meeting_minutes": "60",
        "expected": ["4", "4", "2", "1"], "k": "", "entry_limit": "8", "format": "customers", "way_in": "code",
        "pay": "no",
    }  # fmt: skip
    made = desk.post("/desk/retros", data=typed)
    assert made.status_code == 303, made.text
    assert "groups of 3 or more" in desk.get(made.headers["location"]).text
    refused = desk.post("/desk/retros", data={**typed, "k": "5"})
    assert refused.status_code == 422
    assert "With these numbers no department would be named" in refused.text
    assert "Choose 3 as the smallest group" in refused.text
    assert desk.post("/desk/retros", data={**typed, "k": "5", "override_warnings": "on"}).status_code == 303

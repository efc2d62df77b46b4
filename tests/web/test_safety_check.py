"""The safety check: for who runs the retro, under a cover, in three words; the room is shown nothing by itself."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.outcomes.queries.outcomes import outcome
from app.retros.rules.names import Stage
from app.retros.rules.results import SAFETY_WORDS, Safety
from app.retros.service import questions
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.databases import only_sqlite

pytestmark = only_sqlite
AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
GOOD, MIXED, LOW = (SAFETY_WORDS[word] for word in (Safety.GOOD, Safety.MIXED, Safety.LOW))


@pytest.fixture
def desk(at_desk: AtDesk, cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


@pytest.fixture
def make(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Callable[..., Room]:
    """A retro at check-in (or, over days, in writing) in which so many answer."""

    def build(answers: str, **prepared: object) -> Room:
        half = (len(answers) + 1) // 2
        seats = {"Editorial": max(half, 3), "Production": max(len(answers) - half, 3)}
        room = a_retro(database, cast, clock, Stage.CHECK_IN, seats=seats, k=3, **prepared)
        if not prepared.get("write_asynchronously"):
            answer(database, room, answers)
        return room

    return build


def answer(database: Database, room: Room, values: str) -> None:
    for secret, value in zip(room.all_secrets(), values, strict=False):
        with database.transaction() as db:
            questions.answer(db, room.seat_of(secret), "safety", value)


def phone_of(new_browser: NewBrowser, room: Room) -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    return browser


def page_of(browser: TestClient, address: str) -> str:
    answered = browser.get(address)
    assert answered.status_code == 200, answered.text
    return html.unescape(answered.text)


def post(browser: TestClient, room: Room, what: str, expect: int = 303, **fields: str) -> str:
    answered = browser.post(f"/desk/retros/{room.id}/{what}", data=fields)
    assert answered.status_code == expect, (what, answered.status_code)
    return html.unescape(answered.text)


def result_on(page: str) -> str:
    """What stands under the cover; '' where there is none."""
    found = re.search(r'<details[^>]*id="safety-result[^>]*>[\s\S]*?</details>', page)
    return found[0] if found else ""


@pytest.mark.parametrize(("answers", "word"), [("333444", GOOD), ("233455", MIXED), ("113455", LOW), ("222255", LOW)])
def test_under_ten_it_is_three_words_and_never_bars(
    desk: TestClient, make: Callable[..., Room], answers: str, word: str
) -> None:
    room = make(answers)
    post(desk, room, "questions/safety/end")
    result = result_on(page_of(desk, f"/desk/retros/{room.id}"))
    assert [each for each in (GOOD, MIXED, LOW) if each in result] == [word]
    assert "histogram" not in result
    assert not re.search(r"\d+ (answered|people)", result)


def test_the_result_is_covered_until_it_is_pressed_also_without_a_script(
    desk: TestClient, make: Callable[..., Room]
) -> None:
    room = make("113455")
    post(desk, room, "questions/safety/end")
    page = page_of(desk, f"/desk/retros/{room.id}")
    result = result_on(page)
    assert result.startswith("<details")
    assert " open" not in result.split(">")[0]
    assert LOW not in result.split("</summary>")[0], "the cover says the same whatever it was"
    for word in (LOW, "Leads leave", "Choose on purpose"):
        assert word not in page.replace(result, "")


def test_from_ten_on_who_runs_it_sees_how_many_unless_somebody_decides_on_pay(
    desk: TestClient, make: Callable[..., Room], cast: Cast
) -> None:
    for decided, bars in ((False, True), (True, False)):
        room = make("3334443345", pay_is_decided_here=decided)
        post(desk, room, "questions/safety/end")
        result = result_on(page_of(desk, f"/desk/retros/{room.id}"))
        assert GOOD in result
        assert ("histogram-bar" in result) == bars


def test_below_k_there_is_no_result(desk: TestClient, make: Callable[..., Room]) -> None:
    room = make("11")
    post(desk, room, "questions/safety/end")
    result = result_on(page_of(desk, f"/desk/retros/{room.id}"))
    assert "fewer than 3 answered" in result
    assert LOW not in result
    post(desk, room, "safety/shown", 409)


@pytest.mark.parametrize("answers", ["333444", "233455", "113455"])
def test_the_room_is_shown_nothing_whatever_it_was(
    desk: TestClient, new_browser: NewBrowser, make: Callable[..., Room], answers: str
) -> None:
    room = make(answers)
    post(desk, room, "questions/safety/end")
    phone = phone_of(new_browser, room)
    for page in (page_of(phone, f"/r/{room.code}"), page_of(desk, f"/desk/retros/{room.id}/screen")):
        assert re.search(r'<div id="safety">\s*</div>', page)
        assert "Safety check" not in page
        assert "safety-form" not in page, "the question is over"


def test_a_press_shows_it_in_words_and_that_stands_into_the_outcome(
    desk: TestClient,
    new_browser: NewBrowser,
    make: Callable[..., Room],
    database: Database,
    cast: Cast,
    at_desk: AtDesk,
    clock: SetClock,
) -> None:
    room = make("233455")
    post(at_desk(cast.edda), room, "safety/shown", 403)
    post(desk, room, "safety/shown", 409)
    post(desk, room, "questions/safety/end")
    post(desk, room, "safety/shown")
    phone = phone_of(new_browser, room)
    for stage in (Stage.CHECK_IN, Stage.WRITE):
        if stage is Stage.WRITE:
            move(database, cast.frieda, room, stage, clock)
        for page in (page_of(phone, f"/r/{room.code}"), page_of(desk, f"/desk/retros/{room.id}/screen")):
            assert MIXED in page
            assert "histogram-bar" not in page
    with database.reading() as db:
        document = outcome(db, room.id, for_=cast.frieda.visitor).document
    assert document.safety is None
    assert document.safety_said == MIXED


def test_an_outcome_says_nothing_that_the_room_was_not_shown(
    desk: TestClient, make: Callable[..., Room], database: Database, cast: Cast
) -> None:
    room = make("2334443345")
    post(desk, room, "questions/safety/end")
    with database.reading() as db:
        document = outcome(db, room.id, for_=cast.frieda.visitor).document
    assert (document.safety, document.safety_said) == (None, "")


def test_a_low_result_cannot_be_shown(desk: TestClient, make: Callable[..., Room]) -> None:
    room = make("113455")
    post(desk, room, "questions/safety/end")
    assert "Show it to the room" not in page_of(desk, f"/desk/retros/{room.id}")
    post(desk, room, "safety/shown", 409)


def test_people_read_who_sees_the_result_before_they_answer(
    new_browser: NewBrowser, make: Callable[..., Room]
) -> None:
    room = make("")
    page = page_of(phone_of(new_browser, room), f"/r/{room.code}")
    form = page.split('id="safety-form"')[1].split("</form>")[0]
    assert (
        "Frieda and Carla will see one word: good, mixed or low, and from ten answers on perhaps how many chose which"
        in form
    )
    assert "Nobody else does, unless they show that word to the room." in form
    paid = make("", pay_is_decided_here=True)
    assert "from ten answers" not in page_of(phone_of(new_browser, paid), f"/r/{paid.code}")


def test_over_days_it_is_asked_as_the_meeting_begins_and_before_the_reveal(
    desk: TestClient, new_browser: NewBrowser, make: Callable[..., Room], database: Database
) -> None:
    room = make("113344", write_asynchronously=True, writing_days=3)
    phone, board = phone_of(new_browser, room), f"/desk/retros/{room.id}"
    assert "safety-form" not in page_of(phone, f"/r/{room.code}"), "not at the check-in of days before"
    assert "End the safety check" not in page_of(desk, board)
    post(desk, room, "stage", stage="write")
    assert "safety-form" not in page_of(phone, f"/r/{room.code}")
    assert "Begin the meeting" in page_of(desk, board)
    assert "begin the meeting first" in post(desk, room, "stage", 409, stage="group")
    post(desk, room, "meeting")
    assert "safety-form" in page_of(phone, f"/r/{room.code}")
    assert "Begin the meeting" not in page_of(desk, board)
    answer(database, room, "113344")
    assert "choose how to go on" in post(desk, room, "stage", 409, stage="group")
    assert LOW in result_on(page_of(desk, board))
    assert "safety-form" not in page_of(phone, f"/r/{room.code}")
    post(desk, room, "safety", choice="go_on")
    post(desk, room, "stage", stage="group")
    assert room.view().is_revealed


def test_the_result_does_not_pass_on_to_who_takes_over_and_comes_back_with_who_returns(
    desk: TestClient, at_desk: AtDesk, make: Callable[..., Room], cast: Cast, clock: SetClock
) -> None:
    room, stefan = make("113344"), at_desk(cast.stefan)
    board = f"/desk/retros/{room.id}"
    post(desk, room, "questions/safety/end")
    assert result_on(page_of(stefan, board)) == ""
    clock.advance(timedelta(minutes=3))
    post(stefan, room, "lead")
    result = result_on(page_of(stefan, board))
    assert "stays with those whom people answered it for" in result
    for word in (GOOD, MIXED, LOW, "histogram"):
        assert word not in page_of(stefan, board)
    assert LOW in result_on(page_of(at_desk(cast.carla), board)), "a co-facilitator ran it all the time"
    post(desk, room, "lead/return")
    assert LOW in result_on(page_of(desk, board))
    assert LOW not in page_of(stefan, board), "he is a co-facilitator now, and still it was not for him"


@pytest.mark.parametrize("answers", ["113344", "444455"])
def test_who_takes_over_is_asked_to_choose_whatever_it_was(
    desk: TestClient, at_desk: AtDesk, make: Callable[..., Room], cast: Cast, clock: SetClock, answers: str
) -> None:
    room, stefan = make(answers), at_desk(cast.stefan)
    clock.advance(timedelta(minutes=3))
    post(stefan, room, "lead")
    refused = post(stefan, room, "stage", 409, stage="write")
    assert "choose how to go on" in refused
    assert "Leads leave the room" in result_on(page_of(stefan, f"/desk/retros/{room.id}"))
    post(stefan, room, "safety", choice="go_on")
    post(stefan, room, "stage", stage="write")


@pytest.mark.parametrize("answers", ["113344", "444455"])
def test_also_whom_the_result_is_for_is_asked_to_choose_while_one_who_may_not_read_it_runs_the_retro_too(
    desk: TestClient, at_desk: AtDesk, make: Callable[..., Room], cast: Cast, clock: SetClock, answers: str
) -> None:
    """Else the one who took over reads, from what the others are asked, whether it was low."""
    room, stefan, carla = make(answers), at_desk(cast.stefan), at_desk(cast.carla)
    clock.advance(timedelta(minutes=3))
    post(stefan, room, "lead")
    post(desk, room, "lead/return")
    for one in (desk, carla, stefan):
        assert "choose how to go on" in post(one, room, "stage", 409, stage="write")
        assert "Leads leave the room" in result_on(page_of(one, f"/desk/retros/{room.id}"))
    post(carla, room, "safety", choice="go_on")
    post(desk, room, "stage", stage="write")


def test_who_took_over_is_not_named_to_phones_as_one_who_reads_the_result(
    at_desk: AtDesk, make: Callable[..., Room], cast: Cast, clock: SetClock, new_browser: Callable[[], TestClient]
) -> None:
    room = make("113344")
    clock.advance(timedelta(minutes=3))
    post(at_desk(cast.stefan), room, "lead")
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    assert "Carla and Frieda will see one word" in html.unescape(phone.get(f"/r/{room.code}").text)


def test_who_decides_on_pay_neither_runs_a_retro_nor_takes_it_over(
    desk: TestClient, at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, app: FastAPI
) -> None:
    room = a_retro(
        database, cast, clock, Stage.PREPARE, pay_is_decided_here=True, decider_ids=(cast.ada.id,), stand_in_id=None
    )
    for what in ("co-facilitators", "stand-in"):
        assert "neither runs this retro" in post(desk, room, what, 422, account=str(cast.ada.id))
    here = [str(one.id) for one in room.view().departments]
    people = {"expected_of": here, "expected": ["6"] * len(here)}
    fields = {"title": "Again", "override_warnings": "on", "pay": "yes", "pay_not_me": "on", **people}
    address = f"/desk/retros/{room.id}/preparation"
    page = page_of(desk, address)
    assert re.search(r'name="pay" value="yes"[^>]*checked', page)
    for field, wrong in (
        ("deciders", {"deciders": str(cast.frieda.id)}),
        ("stand_in", {"deciders": str(cast.stefan.id), "stand_in": str(cast.stefan.id)}),
        ("co_facilitators", {"deciders": str(cast.carla.id), "co_facilitators": str(cast.carla.id)}),
    ):
        answered = desk.post(address, data={**fields, **wrong})
        assert answered.status_code == 422
        assert f"field-{field}-error" in answered.text, field
    assert desk.post(address, data={**fields, "deciders": str(cast.paul.id)}).status_code == 303
    assert room.view().decider_ids == {cast.paul.id}
    move(database, cast.frieda, room, Stage.CHECK_IN, clock)
    assert "Leads of departments leave the room while people write." in page_of(
        desk, f"/desk/retros/{room.id}/screen"
    )
    assert desk.post(address, data={**fields, "pay": "no"}).status_code == 409


def test_old_retros_were_not_asked_about_pay(desk: TestClient, make: Callable[..., Room]) -> None:
    room = make("333444")
    assert room.view().pay_is_decided_here is None
    assert "not asked" in page_of(desk, f"/desk/retros/{room.id}/settings")

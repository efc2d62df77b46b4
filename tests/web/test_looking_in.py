"""Looking in on a running retro: said on every screen while it happens, before that on phones; it can be shut."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.live.hub import Hub
from app.live.redraw import Drawing, Redraw
from app.live.stream import stream
from app.retros.jobs import run_due
from app.retros.models import RetroLooker
from app.retros.rules.names import LowSafetyChoice, Stage
from app.retros.rules.observers import Looker, who_looks_in
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.databases import only_sqlite

AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
SHUT = "Looking in is switched off right now"


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, stage=Stage.CHECK_IN)


@pytest.fixture
def phone(new_browser: NewBrowser, room: Room) -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    return browser


def text_of(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return html.unescape(answer.text)


def test_every_screen_says_who_looks_in_and_a_minute_later_no_more(
    at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast, clock: SetClock, database: Database
) -> None:
    frieda, desk = at_desk(cast.frieda), f"/desk/retros/{room.id}"
    screens = ((phone, f"/r/{room.code}"), (frieda, desk), (frieda, f"{desk}/screen"))
    said = "The lead of Editorial is looking in."
    for browser, address in screens:
        assert "is looking in" not in text_of(browser, address)
    version = room.view().version
    edda = at_desk(cast.edda)
    assert said in text_of(edda, desk), "she reads it, too"
    for browser, address in screens:
        assert said in text_of(browser, address)
    assert room.view().version == version + 1, "screens that are open hear of it"
    clock.advance(timedelta(seconds=45))
    edda.get(f"{desk}/changes?audience=observer&since=0")
    assert room.view().version == version + 1, "staying is no news"
    clock.advance(timedelta(seconds=45))
    run_due(database, clock.now())
    assert said in text_of(phone, f"/r/{room.code}"), "seen 45 seconds ago"
    clock.advance(timedelta(seconds=30))
    run_due(database, clock.now())
    for browser, address in screens:
        assert "is looking in" not in text_of(browser, address)
    assert room.view().version == version + 2
    with database.reading() as db:
        assert db.exec(select(RetroLooker)).all() == [], "nothing is kept of it"


@only_sqlite
def test_each_is_named_by_role_and_never_by_name(at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast) -> None:
    for person in (cast.edda, cast.ada, cast.mia, cast.stefan):
        text_of(at_desk(person), f"/desk/retros/{room.id}")
    page = text_of(phone, f"/r/{room.code}")
    assert "An administrator, somebody from Editorial, the lead of Editorial and the stand-in are looking in." in page
    for name in ("Edda", "Ada<", "Mia"):
        assert name not in page


@only_sqlite
def test_who_runs_it_does_not_look_in_and_neither_does_the_big_screen(
    at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast
) -> None:
    for person in (cast.frieda, cast.carla):
        text_of(at_desk(person), f"/desk/retros/{room.id}")
    text_of(at_desk(cast.carla), f"/desk/retros/{room.id}/screen")
    assert "looking in." not in text_of(phone, f"/r/{room.code}")


def test_roles_are_said_in_one_sentence() -> None:
    assert who_looks_in([]) is None
    lead = Looker(leads=("IT",), is_admin=True)
    assert who_looks_in([lead, Looker(leads=("IT",))]) == "The lead of IT is looking in."
    admin = Looker(is_admin=True, is_facilitator=True)
    assert who_looks_in([admin]) == "An administrator is looking in."
    assert who_looks_in([admin, lead]) == who_looks_in([lead, admin])
    assert who_looks_in([Looker(is_facilitator=True)]) == "Another facilitator is looking in."
    assert who_looks_in([Looker(belongs_to=("Rights", "Sales"))]) == "Somebody from Rights and Sales is looking in."


@only_sqlite
def test_phones_say_before_anything_is_written_who_may_look_in(
    new_browser: NewBrowser, at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast
) -> None:
    said = "Leads of the departments here and administrators may look in"
    for browser in (new_browser(), phone):
        assert said in text_of(browser, f"/r/{room.code}")
    assert said in text_of(at_desk(cast.frieda), f"/desk/retros/{room.id}/screen")
    at_desk(cast.frieda).post(f"/desk/retros/{room.id}/looking-in", data={"shut": "yes"})
    for browser in (new_browser(), phone):
        page = text_of(browser, f"/r/{room.code}")
        assert said not in page
        assert "who runs this retro has shut it" in page


def test_who_runs_it_shuts_looking_in_also_for_those_who_look_just_now(
    at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast
) -> None:
    desk = f"/desk/retros/{room.id}"
    carla, edda, ada = at_desk(cast.carla), at_desk(cast.edda), at_desk(cast.ada)
    assert SHUT not in text_of(edda, desk)
    assert edda.post(f"{desk}/looking-in", data={"shut": "yes"}).status_code == 403, "not for who looks in"
    assert carla.post(f"{desk}/looking-in", data={"shut": "yes"}).status_code == 303
    for browser in (edda, ada):
        page = text_of(browser, desk)
        assert SHUT in page
        assert 'id="stage"' not in page
        for way in ("/changes?since=0", "/stream", "/mine", "/actions", "/outcome", "/outcome.json", "/agreements"):
            assert browser.get(f"{desk}{way}").status_code == 403, way
    assert "looking in." not in text_of(phone, f"/r/{room.code}")
    assert SHUT not in text_of(carla, desk)
    assert carla.post(f"{desk}/looking-in", data={"shut": "no"}).status_code == 303
    assert SHUT not in text_of(edda, desk)


def test_the_stand_in_may_take_over_also_where_looking_in_is_shut(
    at_desk: AtDesk, room: Room, cast: Cast, clock: SetClock
) -> None:
    desk, stefan = f"/desk/retros/{room.id}", at_desk(cast.stefan)
    at_desk(cast.frieda).post(f"{desk}/looking-in", data={"shut": "yes"})
    assert "Take over" not in text_of(stefan, desk)
    clock.advance(timedelta(minutes=3))
    page = text_of(stefan, desk)
    assert SHUT in page
    assert "Take over" in page
    assert stefan.post(f"{desk}/lead").status_code == 303
    assert "Start writing" in text_of(stefan, desk)


@only_sqlite
def test_leads_are_out_while_people_write_where_they_were_asked_to_leave(
    at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast, clock: SetClock, database: Database
) -> None:
    from app.retros.models import Retro

    with database.transaction() as db:
        row = db.get_one(Retro, room.id)
        row.low_safety_choice = LowSafetyChoice.LEADS_LEAVE
        row.version += 1
    desk, edda, ada = f"/desk/retros/{room.id}", at_desk(cast.edda), at_desk(cast.ada)
    assert SHUT not in text_of(edda, desk)
    move(database, cast.frieda, room, Stage.WRITE, clock)
    assert SHUT in text_of(edda, desk)
    assert SHUT not in text_of(ada, desk), "an administrator leads nobody here"
    assert "Leads of departments leave the room while people write." in text_of(phone, f"/r/{room.code}")
    move(database, cast.frieda, room, Stage.GROUP, clock)
    assert SHUT not in text_of(edda, desk)


@only_sqlite
def test_after_the_close_nothing_is_shut_and_nobody_is_said_to_look_in(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, app: FastAPI
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.WRAP_UP)
    desk = f"/desk/retros/{room.id}"
    at_desk(cast.frieda).post(f"{desk}/looking-in", data={"shut": "yes"})
    move(database, cast.frieda, room, Stage.CLOSED, clock)
    page = text_of(at_desk(cast.edda), desk)
    assert SHUT not in page
    assert "looking in" not in page
    assert at_desk(cast.frieda).post(f"{desk}/looking-in", data={"shut": "no"}).status_code == 409


def test_a_busy_board_keeps_nobody_in_who_lost_the_right() -> None:
    """Frames come faster than pings: a stream that asks only at pings would never ask."""

    async def play(asks_every: float) -> list[bytes]:
        hub = Hub()
        redraw = Redraw(hub, lambda _board, _audiences, _pieces: Drawing(1, {"observer": {"stage": "<p>here</p>"}}))
        allowed, sent = [True], []

        async def may() -> bool:
            return allowed[0]

        frames = stream(hub, redraw, 1, "observer", 0, lasts_seconds=5, still_allowed=may, asks_every=asks_every)
        async for frame in frames:
            sent.append(frame)
            if len(sent) == 4:
                allowed[0] = False
            if len(sent) == 8:
                break
            hub.deliver(1, "observer", f"frame {len(sent)}".encode())
        await frames.aclose()  # type: ignore[attr-defined]
        return sent

    assert len(asyncio.run(play(0))) == 4
    assert len(asyncio.run(play(60))) == 8, "the test would notice"


@only_sqlite
@pytest.mark.parametrize("stage", [Stage.CHECK_IN, Stage.GROUP, Stage.WRAP_UP])
def test_nobody_reads_along_on_a_page_that_no_screen_tells_of(
    at_desk: AtDesk, phone: TestClient, room: Room, cast: Cast, clock: SetClock, database: Database, stage: Stage
) -> None:
    """The outcome so far, its files and the promises read back say as much as the board, and nobody would know."""
    for step in (Stage.WRITE, Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP):
        if room.view().stage is not stage:
            move(database, cast.frieda, room, step, clock)
    desk = f"/desk/retros/{room.id}"
    ways = ("/outcome", "/outcome.json", "/outcome.csv", "/outcome.md", "/actions", "/agreements")
    for person in (cast.edda, cast.ada, cast.mia, cast.stefan):
        browser = at_desk(person)
        assert {way: browser.get(desk + way).status_code for way in ways} == dict.fromkeys(ways, 403)
    frieda = at_desk(cast.frieda)
    assert {way: frieda.get(desk + way).status_code for way in ways} == dict.fromkeys(ways, 200)
    assert "looking in." not in text_of(phone, f"/r/{room.code}")
    if stage is Stage.WRAP_UP:
        move(database, cast.frieda, room, Stage.CLOSED, clock)
        assert at_desk(cast.edda).get(f"{desk}/outcome.json").status_code == 200


@only_sqlite
def test_who_looks_in_is_not_given_the_code_that_opens_the_room_unannounced(
    at_desk: AtDesk, room: Room, cast: Cast
) -> None:
    shown = room.view().shown_code
    for address in ("/desk", "/desk/retros"):
        assert shown in text_of(at_desk(cast.frieda), address)
        for person in (cast.edda, cast.ada, cast.mia, cast.stefan):
            page = text_of(at_desk(person), address)
            assert room.view().title in page
            assert shown not in page
            assert room.code not in page

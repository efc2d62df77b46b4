"""Who leads a retro, over HTTP: two at once, handing over, taking over, another laptop; silence; remote people."""

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
from app.people.service import sign_ins
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, move, topics_of, write
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEATS = {"Editorial": 3, "Production": 3}


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, k=3)


def phone_of(new_browser: NewBrowser, room: Room) -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    return browser


def changes(browser: TestClient, url: str, audience: str = "") -> str:
    """What a screen without a stream is told, whole."""
    answer = browser.get(f"{url}/changes?since=0{audience}")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_two_facilitators_at_once_do_not_overwrite_each_other(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, app: FastAPI
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.GROUP, seats=SEATS, entries=2, k=3)
    frieda, carla = at_desk(cast.frieda), at_desk(cast.carla)
    board = f"/desk/retros/{room.id}"
    topic = topics_of(database, room)[0]
    entries = dict.fromkeys(re.findall(r'data-entry="([^"]+)"', frieda.get(board).text))
    one, other, *_ = entries
    # Each moves another entry from a page drawn before: both stand.
    assert frieda.post(f"{board}/moves", data={"entry": one, "topic": str(topic)}).status_code == 303
    assert carla.post(f"{board}/moves", data={"entry": other, "topic": "new", "title": "By Carla"}).status_code == 303
    page = frieda.get(board).text
    sections = re.split(r'(?=data-topic=")', page)
    assert any(f'data-topic="{topic}"' in part and f'data-entry="{one}"' in part for part in sections)
    assert any('data-title="By Carla"' in part and f'data-entry="{other}"' in part for part in sections)
    # Both name the same topic: the second sees the first one's name and sends again, or not.
    version = re.search(rf'data-topic="{topic}"[^>]*data-topic-version="(\d+)"', page)
    assert version
    name = f"{board}/topics/{topic}/title"
    assert frieda.post(name, data={"title": "Late proofs", "version": version[1]}).status_code == 303
    stale = carla.post(name, data={"title": "Slow proofs", "version": version[1]})
    assert stale.status_code == 412
    assert "Late proofs" in stale.text
    assert "Slow proofs" in stale.text
    assert "Late proofs" in carla.get(board).text


def test_the_lead_is_handed_over_in_the_middle(
    at_desk: AtDesk, new_browser: NewBrowser, room: Room, cast: Cast
) -> None:
    frieda, carla, board = at_desk(cast.frieda), at_desk(cast.carla), f"/desk/retros/{room.id}"
    assert frieda.post(f"{board}/lead", data={"account": str(cast.carla.id)}).status_code == 303
    assert carla.post(f"{board}/stage", data={"stage": "write"}).status_code == 303
    assert "You run this retro together with Carla, who leads it" in frieda.get(board).text
    for screen in (phone_of(new_browser, room).get(f"/r/{room.code}"), frieda.get(f"{board}/screen")):
        assert "Carla facilitates this retro from now on" in screen.text


def test_a_stand_in_takes_over_after_two_minutes_and_every_screen_says_so(
    at_desk: AtDesk, new_browser: NewBrowser, room: Room, cast: Cast, clock: SetClock
) -> None:
    stefan, carla, board = at_desk(cast.stefan), at_desk(cast.carla), f"/desk/retros/{room.id}"
    phone = phone_of(new_browser, room)
    early = stefan.get(f"{board}/mine").text
    assert "Take over" not in early
    assert "data-looks-again" in early, "the stand-in's page asks again by itself"
    assert stefan.post(f"{board}/lead").status_code == 409
    clock.advance(timedelta(minutes=2))
    assert "Take over" in stefan.get(f"{board}/mine").text
    assert "Take over" not in carla.get(board).text, "she runs it, and simply goes on"
    assert "You run this retro already" in carla.post(f"{board}/lead").text
    assert stefan.post(f"{board}/lead").status_code == 409, "she is here now"
    clock.advance(timedelta(minutes=2))
    assert stefan.post(f"{board}/lead").status_code == 303
    sentence = "Stefan, the stand-in, leads this retro until Frieda is back."
    assert sentence in changes(phone, f"/r/{room.code}")
    for audience in ("&audience=facilitator", "&audience=screen"):
        assert sentence in changes(stefan, board, audience)
    assert stefan.post(f"{board}/stage", data={"stage": "write"}).status_code == 303
    assert room.view().stage is Stage.WRITE


def test_an_open_board_keeps_the_stand_in_away(at_desk: AtDesk, room: Room, cast: Cast, clock: SetClock) -> None:
    board = f"/desk/retros/{room.id}"
    for _ in range(4):
        clock.advance(timedelta(minutes=1))
        at_desk(cast.frieda).get(f"{board}/changes?since=0")
    assert at_desk(cast.stefan).post(f"{board}/lead").status_code == 409


def test_a_facilitator_whose_laptop_died_goes_on_from_another(
    at_desk: AtDesk, new_browser: NewBrowser, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    board = f"/desk/retros/{room.id}"
    assert at_desk(cast.frieda).post(f"{board}/stage", data={"stage": "write"}).status_code == 303
    clock.advance(timedelta(minutes=1))
    with database.transaction() as db:
        token = sign_ins.open_sign_in(db, cast.frieda.id, clock.now(), "Safari on an iPad")
    other = new_browser()
    other.cookies.set("visit", token, path="/desk")
    page = other.get(board).text
    assert "Reveal everything" in page
    assert other.post(f"{board}/extensions", data={"minutes": "5"}).status_code == 303
    assert other.post(f"{board}/stage", data={"stage": "group"}).status_code == 303
    assert room.view().stage is Stage.GROUP


def test_silence_is_told_to_those_who_run_it_alone_when_time_is_up(
    at_desk: AtDesk, new_browser: NewBrowser, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    frieda, board, phone = at_desk(cast.frieda), f"/desk/retros/{room.id}", phone_of(new_browser, room)
    move(database, cast.frieda, room, Stage.WRITE, clock)
    for number in range(4):
        write(database, room.seat(), f"Observation {number}")
    few = "Fewer than five entries so far"
    assert few not in frieda.get(f"{board}/mine").text, "not while people write"
    clock.advance(timedelta(minutes=60))
    told = frieda.get(f"{board}/mine").text
    assert few in told
    assert "+5 min" in told
    for page in (
        phone.get(f"/r/{room.code}").text,
        frieda.get(f"{board}/screen").text,
        at_desk(cast.ada).get(board).text,
        changes(frieda, board),
    ):
        assert few not in page
    assert frieda.post(f"{board}/extensions", data={"minutes": "5"}).status_code == 303
    assert few not in frieda.get(f"{board}/mine").text
    clock.advance(timedelta(minutes=6))
    write(database, room.seat("Production"), "The fifth")
    assert few not in frieda.get(f"{board}/mine").text


@pytest.mark.parametrize("remote", [True, False])
def test_remote_voices_first_on_every_second_topic(
    at_desk: AtDesk,
    new_browser: NewBrowser,
    database: Database,
    cast: Cast,
    clock: SetClock,
    app: FastAPI,
    remote: bool,
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats=SEATS, entries=3, k=3, partly_remote=remote)
    frieda, phone, board = at_desk(cast.frieda), phone_of(new_browser, room), f"/desk/retros/{room.id}"
    order = re.findall(r'/spotlight".*?name="topic" value="([^"]+)"', frieda.get(board).text, re.S)
    assert len(order) >= 3
    told: list[bool] = []
    for topic in order[:4]:
        assert frieda.post(f"{board}/spotlight", data={"topic": topic}).status_code == 303
        seen = {"Remote voices first" in page for page in (phone.get(f"/r/{room.code}").text, frieda.get(board).text)}
        assert len(seen) == 1
        told += seen
    assert told == [remote and number % 2 == 1 for number in range(len(told))]


def test_some_people_are_remote_is_a_setting_of_the_preparation(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, app: FastAPI
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.PREPARE)
    frieda, url = at_desk(cast.frieda), f"/desk/retros/{room.id}/preparation"
    assert 'name="partly_remote"' in frieda.get(url).text
    assert not room.view().partly_remote
    of = [str(one.id) for one in room.view().departments]
    more = {"expected_of": of, "expected": ["6"] * len(of)}
    fields = {"title": "Again", "partly_remote": "on", "override_warnings": "on", "pay": "no", **more}
    assert frieda.post(url, data=fields).status_code == 303
    assert room.view().partly_remote
    assert re.search(r'name="partly_remote"[^>]*checked', frieda.get(url).text)

"""Doors that an attacker tries: a seat planted in a browser, codes guessed by the dozen, a link made to point
elsewhere. Each attack must get in where its leak is planted, or it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from app.anonymity.rules.tags import new_seat_secret
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.web.limits import Limits
from tests.builders import Room, a_retro
from tests.cast import Cast, Person
from tests.databases import only_sqlite

pytestmark = only_sqlite
Browser = Callable[[], TestClient]
AtDesk = Callable[[Person], TestClient]
ELSEWHERE = "fence.evil.example"
GUESSES = 80


@pytest.fixture
def room(app: object, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, Stage.WRITE)


def reads_a_planted_seat(room: Room, new_browser: Browser) -> bool:
    """Somebody's browser was given a cookie of the attacker's own; then its owner sits down and writes."""
    planted = new_seat_secret()
    victim, attacker = new_browser(), new_browser()
    for browser in (victim, attacker):
        browser.cookies.set("seat", planted, path=f"/r/{room.code}")
    taken = victim.post(f"/r/{room.code}/seat", data={"department": str(room.cast.editorial)})
    assert taken.status_code == 303
    text = "Only I know how late it really was"
    sent = victim.post(f"/r/{room.code}/entries", data={"key": "one", "kind": "went_wrong", "text": text})
    assert sent.status_code in {200, 303}
    assert text in victim.get(f"/r/{room.code}").text, "else the attack looks for nothing"
    attacker.cookies.clear()
    attacker.cookies.set("seat", planted, path=f"/r/{room.code}")
    return text in attacker.get(f"/r/{room.code}").text


def test_a_seat_planted_in_a_browser_opens_nothing(room: Room, new_browser: Browser) -> None:
    assert not reads_a_planted_seat(room, new_browser)


def test_the_attack_reads_along_where_a_planted_cookie_is_adopted(
    room: Room, new_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.board.routes.seat.secret_to_come", lambda _db, _room, secret: secret)
    assert reads_a_planted_seat(room, new_browser)


def finds_a_room(room: Room, new_browser: Browser) -> bool:
    """The right code comes after many wrong ones."""
    attacker = new_browser()
    for number in range(GUESSES):
        attacker.get(f"/r/{number:08d}")
    return attacker.get(f"/r/{room.code}").status_code == 200


def test_a_room_is_not_found_by_guessing(room: Room, new_browser: Browser) -> None:
    assert not finds_a_room(room, new_browser)


def test_the_attack_finds_it_where_guesses_are_not_counted(
    room: Room, new_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def uncounted(*_: object, **__: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(Limits, "guess", uncounted)
    assert finds_a_room(room, new_browser)


def links_elsewhere(room: Room, at_desk: AtDesk, new_browser: Browser) -> bool:
    """A request that names another host, as behind a careless proxy: whose address stands in what people copy?"""
    forged = {"Host": ELSEWHERE, "X-Forwarded-Host": ELSEWHERE, "Origin": f"http://{ELSEWHERE}"}
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    answers = [phone.post(f"/r/{room.code}/moves", headers=forged)]
    for address in ("", "/screen", "/settings"):
        answers.append(at_desk(room.cast.frieda).get(f"/desk/retros/{room.id}{address}", headers=forged))
    assert {answer.status_code for answer in answers} == {200}
    return any(ELSEWHERE in answer.text for answer in answers)


def test_no_link_follows_the_host_of_a_request(room: Room, at_desk: AtDesk, new_browser: Browser) -> None:
    assert not links_elsewhere(room, at_desk, new_browser)


def test_the_attack_sees_a_link_that_does(
    room: Room, at_desk: AtDesk, new_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.door.own_address", lambda _settings: f"http://{ELSEWHERE}")
    assert links_elsewhere(room, at_desk, new_browser)

"""A seat's cookie ends with its retro, and what it holds is drawn by the server alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from fastapi.testclient import TestClient
from sqlmodel import func, select

from app.anonymity.rules.tags import new_seat_secret, tag
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.models import Seat
from app.retros.rules.ending import CONTINUES_WITHIN, LEFT_ALONE_AFTER, Lying, ends_at, latest_end
from app.retros.rules.names import Stage, WayIn
from app.retros.service import room as room_service
from app.retros.service import tickets, timebox
from tests.builders import Room, a_retro, move
from tests.cast import Cast
from tests.conftest import NOON
from tests.databases import only_sqlite
from tests.lying import Running

Browser = Callable[[], TestClient]
DAY = 24 * 3600


def cookies_of(answer: object) -> dict[str, dict[str, str]]:
    """The cookies that an answer sets: name -> its value and attributes."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):  # type: ignore[attr-defined]
        first, *attributes = (part.strip() for part in line.split(";"))
        name, _, value = first.partition("=")
        found[name] = {"value": value.strip('"')} | {
            key.lower(): what for key, _, what in (part.partition("=") for part in attributes)
        }
    return found


def seated_at(new_browser: Browser, room: Room, secret: str | None = None, **more: str) -> TestClient:
    phone = new_browser()
    for name, value in {"seat": secret or room.secret(), **more}.items():
        phone.cookies.set(name, value, path=f"/r/{room.code}")
    return phone


def seats(house: Database, room: Room) -> int:
    with house.reading() as db:
        return db.exec(select(func.count()).select_from(Seat).where(Seat.retro_id == room.id)).one()


# how long


def test_a_further_step_is_never_refused_to_a_seat_that_came_by_before_it() -> None:
    """Who was there while the retro was unrevealed still has the cookie when it is revealed at the last moment; who
    was there when it was broken off comes back on the last day that could be chosen, and has three days."""
    kept = latest_end(Lying(is_revealed=False, changed_at=NOON), NOON)
    last_moment = NOON + LEFT_ALONE_AFTER
    assert kept >= ends_at(Lying(is_revealed=True, changed_at=last_moment), last_moment, 0)
    seen = latest_end(Lying(is_revealed=True, changed_at=NOON), NOON)
    broken_off = Lying(is_revealed=True, changed_at=NOON, continues_at=NOON + CONTINUES_WITHIN)
    assert seen >= ends_at(broken_off, NOON, 0)


@only_sqlite
def test_it_is_set_for_as_long_as_the_retro_can_last_and_renewed_by_each_answer(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.CHECK_IN, seats={"Editorial": 6, "Production": 6})
    phone = new_browser()
    taken = cookies_of(phone.post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)}))["seat"]
    assert (taken["path"], taken["max-age"]) == (f"/r/{room.code}", str(17 * DAY))
    assert "httponly" in taken
    assert taken["samesite"] == "lax"
    move(house, cast.frieda, room, Stage.WRITE, clock)
    phone.post(f"/r/{room.code}/entries", data={"key": "a", "kind": "went_wrong", "text": "Late again and again"})
    move(house, cast.frieda, room, Stage.GROUP, clock)
    Running(house, clock.now())
    asked: list[tuple[str, str, int]] = [
        ("GET", "", 200), ("GET", "/mine", 200), ("GET", "/changes", 200), ("POST", "/ready", 303),
        ("POST", "/entries", 409), ("GET", "/nowhere", 404),
    ]  # fmt: skip
    for passed, (method, path, status) in enumerate(asked):
        answer = phone.request(method, f"/r/{room.code}{path}", data={} if method == "POST" else None)
        renewed = cookies_of(answer)["seat"]
        assert (renewed["value"], renewed["max-age"]) == (taken["value"], str(17 * DAY - passed * 3600))
        assert answer.status_code in {status, 422}
        clock.advance(timedelta(hours=1))
    move(house, cast.frieda, room, Stage.VOTE, clock)
    assert cookies_of(phone.get(f"/r/{room.code}"))["seat"]["max-age"] == str(17 * DAY)


@only_sqlite
def test_where_people_write_for_days_it_lasts_past_the_deadline(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.WRITE)
    with house.transaction() as db:
        timebox.extend_writing(db, cast.frieda.visitor, room.id, 10, clock.now())
    phone = seated_at(new_browser, room)
    assert cookies_of(phone.get(f"/r/{room.code}"))["seat"]["max-age"] == str((10 + 17) * DAY)


@only_sqlite
@pytest.mark.parametrize("path", ["", "/mine"])
def test_the_first_answer_after_the_close_takes_it_away_and_those_of_earlier_devices_too(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser, path: str
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.CLOSED)
    phone = seated_at(new_browser, room, new_seat_secret(), former=new_seat_secret())
    gone = cookies_of(phone.get(f"/r/{room.code}{path}"))
    assert set(gone) == {"seat", "former"}
    for cookie in gone.values():
        assert (cookie["value"], cookie["max-age"], cookie["path"]) == ("", "0", f"/r/{room.code}")


@only_sqlite
def test_a_refusal_does_not_tell_a_closed_room_from_a_code_that_leads_nowhere(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    told = set()
    closed, here = (a_retro(house, cast, clock, stage=stage) for stage in (Stage.CLOSED, Stage.WRITE))
    for code in (closed.code, here.code, "00000000"):
        phone = new_browser()
        phone.cookies.set("seat", new_seat_secret(), path=f"/r/{code}")
        answer = phone.post(f"/r/{code}/ready")
        told.add((answer.status_code, repr(cookies_of(answer))))
    assert told == {(403, "{}")}


@only_sqlite
def test_one_that_was_left_open_past_its_time_puts_nobody_out(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    """The job that closes it has not come by yet."""
    room = a_retro(house, cast, clock, stage=Stage.GROUP)
    phone = seated_at(new_browser, room)
    Running(house, clock.now())
    clock.advance(timedelta(days=29))
    assert cookies_of(phone.get(f"/r/{room.code}"))["seat"]["max-age"] == "3600"


@only_sqlite
def test_a_seat_that_was_removed_and_a_secret_without_a_seat_are_not_renewed(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.WRITE)
    stranger = seated_at(new_browser, room, new_seat_secret())
    assert cookies_of(stranger.get(f"/r/{room.code}")) == {}
    with house.transaction() as db:
        room_service.eject_seat(db, cast.frieda.visitor, room.id, room.seat().handle)
    assert cookies_of(seated_at(new_browser, room).get(f"/r/{room.code}")) == {}


@only_sqlite
def test_an_answer_is_given_when_nothing_can_be_looked_up_for_its_cookie(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.WRITE)
    phone = seated_at(new_browser, room)

    def away(*_: object) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr("app.board.routes.cookies.lasting", away)
    answer = phone.get(f"/r/{room.code}")
    assert (answer.status_code, cookies_of(answer)) == (200, {})


# whose


@only_sqlite
def test_a_planted_secret_is_not_adopted_by_joining(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.CHECK_IN, seats={})
    planted = new_seat_secret()
    phone = seated_at(new_browser, room, planted)
    answer = phone.post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    _is_the_servers_own(house, room, planted, answer)


@only_sqlite
def test_a_planted_secret_is_not_adopted_with_a_ticket(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.CHECK_IN, seats={}, way_in=WayIn.TICKET)
    with house.transaction() as db:
        (ticket,) = tickets.issue_tickets(db, cast.frieda.visitor, room.id, {cast.editorial: 1}, Random(1))
    planted = new_seat_secret()
    phone = seated_at(new_browser, room, planted)
    answer = phone.post(f"/r/{room.code}/ticket", data={"ticket": ticket.code})
    _is_the_servers_own(house, room, planted, answer)


@only_sqlite
def test_a_planted_secret_is_not_adopted_by_a_move(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.WRITE, seats={"Editorial": 1})
    phone = seated_at(new_browser, room)
    offered = phone.post(f"/r/{room.code}/moves").text
    code = re.search(r"(?<![\w-])[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?![\w-])", offered)
    assert code is not None
    planted = new_seat_secret()
    laptop = seated_at(new_browser, room, planted)
    answer = laptop.post(f"/r/{room.code}/moves/redemption", data={"move": code[0]})
    _is_the_servers_own(house, room, planted, answer)
    assert cookies_of(answer)["former"]["value"] == room.secret()


def _is_the_servers_own(house: Database, room: Room, planted: str, answer: object) -> None:
    given_out = cookies_of(answer)["seat"]["value"]
    assert given_out != planted
    assert seats(house, room) == 1
    with house.reading() as db:
        assert db.get(Seat, tag(planted, "seat", room.id)) is None
        assert db.get(Seat, tag(given_out, "seat", room.id)) is not None


@only_sqlite
def test_a_browser_that_has_a_seat_keeps_it(
    house: Database, cast: Cast, clock: SetClock, new_browser: Browser
) -> None:
    """Never adopting what has no seat must not give a second seat to who has one."""
    room = a_retro(house, cast, clock, stage=Stage.CHECK_IN)
    before = seats(house, room)
    phone = seated_at(new_browser, room)
    answer = phone.post(f"/r/{room.code}/seat", data={"department": str(cast.production)})
    assert cookies_of(answer)["seat"]["value"] == room.secret()
    assert seats(house, room) == before

"""Counts that point: somebody who watches every screen while one seat acts learns nothing about that seat.

A room of seven: whoever is done, has written, sits down or spends a ticket changes nothing that names a number below
ten. What all screens say is gathered for every true number; each saying must leave two numbers possible. The same
gathering must find each planted count.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.retros.service import seats as seats_service
from tests.builders import Room, a_retro, write
from tests.cast import Cast, Person
from tests.databases import only_sqlite

pytestmark = only_sqlite
SEATS = {"Editorial": 4, "Production": 3}
PEOPLE = sum(SEATS.values())
NEW_EACH_TIME = re.compile(r'name="key" value="[^"]*"')
"""The key of a composer, drawn whenever a page is."""
AtDesk = Callable[[Person], TestClient]


@dataclass
class Watcher:
    """Everybody who may look: who runs it, the wall, a lead who looks in, and a phone that does nothing itself."""

    room: Room
    desk: Mapping[str, TestClient]
    phone: TestClient

    def sees(self, *, own_page: bool = True) -> str:
        """All bytes; `own_page`: with the page of the watcher's own phone, which knows what its own seat did."""
        address, seen = f"/desk/retros/{self.room.id}", []
        for role, browser in self.desk.items():
            asked = "&audience=screen" if role == "screen" else ""
            seen += [browser.get(f"{address}/changes?since=0{asked}")]
            seen += [browser.get(f"{address}/screen" if role == "screen" else address)]
        if own_page:
            seen.append(self.phone.get(f"/r/{self.room.code}"))
        seen.append(self.phone.get(f"/r/{self.room.code}/changes?since=0"))
        assert {answer.status_code for answer in seen} == {200}
        return NEW_EACH_TIME.sub("", html.unescape("\n".join(answer.text for answer in seen)))


@pytest.fixture
def watcher(
    database: Database,
    cast: Cast,
    clock: SetClock,
    at_desk: AtDesk,
    new_browser: Callable[[], TestClient],
) -> Callable[..., Watcher]:
    def made(seats: Mapping[str, int] = SEATS, **preparation: object) -> Watcher:
        expected = {cast.departments[name]: count for name, count in SEATS.items()}
        room = a_retro(
            database, cast, clock, Stage.WRITE, seats=seats, entries=0, k=3, expected=expected, **preparation
        )
        phone = new_browser()
        phone.cookies.set("seat", room.all_secrets()[-1], path=f"/r/{room.code}")
        desk = {"desk": at_desk(cast.frieda), "screen": at_desk(cast.frieda), "observer": at_desk(cast.edda)}
        watching = Watcher(room, desk, phone)
        watching.sees()  # that somebody looks in is said from now on
        return watching

    return made


def alone(sayings: list[str]) -> list[int]:
    """True numbers (places in the list) that a watcher knows exactly: what is said fits no other."""
    numbers = defaultdict(list)
    for number, said in enumerate(sayings):
        numbers[said].append(number)
    return [found[0] for found in numbers.values() if len(found) == 1]


def while_they_get_ready(database: Database, watching: Watcher) -> list[str]:
    """What all screens say with nobody ready, then one, two ... and all."""
    said = [watching.sees(own_page=False)]
    for secret in watching.room.all_secrets():
        with database.transaction() as db:
            seats_service.mark_ready(db, watching.room.seat_of(secret), True)
        said.append(watching.sees(own_page=False))
    return said


def while_they_write(database: Database, watching: Watcher) -> list[str]:
    said = [watching.sees()]
    for number, secret in enumerate(watching.room.all_secrets()[:-1]):
        write(database, watching.room.seat_of(secret), f"Number {number} of those who wrote something")
        said.append(watching.sees())
    return said


def test_nobody_learns_how_many_are_ready_in_a_small_room(
    database: Database, watcher: Callable[..., Watcher]
) -> None:
    said = while_they_get_ready(database, watcher())
    assert alone(said) == []
    assert len(set(said)) > 1, "else nothing is said at all, and nothing was shown here"


def test_the_watcher_finds_a_count_that_is_planted(
    database: Database, watcher: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("queries.views", "service.seats"):
        monkeypatch.setattr(f"app.retros.{place}.crowd", lambda done, total: f"{done} of {total}")
    assert alone(while_they_get_ready(database, watcher())) == list(range(PEOPLE + 1))


def test_what_is_written_changes_no_screen_at_all(database: Database, watcher: Callable[..., Watcher]) -> None:
    assert len(set(while_they_write(database, watcher()))) == 1


def test_nothing_is_counted_while_people_write_over_days(database: Database, watcher: Callable[..., Watcher]) -> None:
    watching = watcher(write_asynchronously=True, writing_days=3)
    assert len(set(while_they_write(database, watching))) == 1
    assert len(set(while_they_get_ready(database, watching))) == 1

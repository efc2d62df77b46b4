"""After the reveal a phone takes back what is its own, with htmx and without; nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.queries import entries
from app.retros.rules import Stage
from tests.builders import Room, a_retro
from tests.cast import Cast
from tests.databases import only_sqlite


def _phone(new_browser: Callable[[], TestClient], room: Room, number: int) -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", room.secret(number=number), path=f"/r/{room.code}")
    return browser


@only_sqlite
def test_each_phone_takes_back_its_own_and_no_other(
    house: Database, cast: Cast, clock: SetClock, new_browser: Callable[[], TestClient]
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.GROUP, entries=2)
    with house.reading() as db:
        shown = [entry.id for entry in entries(db, room.id)]
    own: list[set[object]] = []
    for number in range(3):
        phone = _phone(new_browser, room, number)
        taken = set()
        for entry_id in shown:
            answer = phone.post(
                f"/r/{room.code}/withdrawals", data={"entry": str(entry_id)}, headers={"HX-Request": "true"}
            )
            if answer.status_code == 200:
                assert 'hx-target="#toasts"' in answer.text
                taken.add(entry_id)
            else:
                assert 400 <= answer.status_code < 500
        own.append(taken)
    assert [len(taken) for taken in own] == [2, 2, 2]
    assert not own[0] & own[1] | own[1] & own[2] | own[0] & own[2]
    # It goes at the next change of stage, so that nobody sees when it was asked.
    with house.reading() as db:
        assert [entry.id for entry in entries(db, room.id)] == shown


@only_sqlite
def test_without_htmx_it_leads_back_to_the_room(
    house: Database, cast: Cast, clock: SetClock, new_browser: Callable[[], TestClient]
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.GROUP)
    phone = _phone(new_browser, room, 0)
    with house.reading() as db:
        shown = [entry.id for entry in entries(db, room.id)]
    answers = [phone.post(f"/r/{room.code}/withdrawals", data={"entry": str(entry_id)}) for entry_id in shown]
    assert [answer.headers["location"] for answer in answers if answer.status_code == 303] == [f"/r/{room.code}"]

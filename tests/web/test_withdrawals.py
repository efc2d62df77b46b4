"""After the reveal a phone takes back what is its own, with htmx and without; nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.queries import entries
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, move
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
    answers = set()
    for number in range(3):
        phone = _phone(new_browser, room, number)
        for entry_id in (*shown, *shown):
            answer = phone.post(
                f"/r/{room.code}/withdrawals", data={"entry": str(entry_id)}, headers={"HX-Request": "true"}
            )
            answers.add((answer.status_code, answer.text))
    (status, said), *others = answers
    assert (status, others) == (200, []), "who stands beside a phone must not learn from it whose an entry is"
    assert 'hx-target="#toasts"' in said
    assert "If it is yours" in said
    # It goes at the next change of stage, so that nobody sees when it was asked.
    with house.reading() as db:
        assert [entry.id for entry in entries(db, room.id)] == shown
    move(house, cast.frieda, room, Stage.VOTE, clock)
    with house.reading() as db:
        left = [entry.id for entry in entries(db, room.id)]
    assert len(shown) == 24
    assert len(left) == 18, "three phones wrote two each; nobody else's went"


@only_sqlite
def test_without_htmx_it_leads_back_to_the_room(
    house: Database, cast: Cast, clock: SetClock, new_browser: Callable[[], TestClient]
) -> None:
    room = a_retro(house, cast, clock, stage=Stage.GROUP)
    phone = _phone(new_browser, room, 0)
    with house.reading() as db:
        shown = [entry.id for entry in entries(db, room.id)]
    answers = [phone.post(f"/r/{room.code}/withdrawals", data={"entry": str(entry_id)}) for entry_id in shown]
    assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [(303, f"/r/{room.code}")] * 12

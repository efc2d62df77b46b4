"""What a whole room asks at once reads nothing twice: counted in statements, on both databases."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, topics_of
from tests.cast import Cast
from tests.databases import statements

Browser = Callable[..., TestClient]


def seated(new_browser: Browser, room: Room) -> TestClient:
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    return phone


def test_a_pause_in_typing_does_not_read_everybodys_name_again(
    new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.WRITE)
    phone = seated(new_browser, room)
    typed = {"key": "k" * 16, "kind": "idea", "text": "Edda never answers", "slot": ""}
    assert phone.post(f"/r/{room.code}/draft", data=typed).status_code == 200
    with statements(database) as seen:
        answer = phone.post(f"/r/{room.code}/draft", data={**typed, "text": "Edda never answers us"})
    assert answer.status_code == 200
    assert [one for one in seen if one.startswith("SELECT account.name")] == []
    assert any("FROM account" in one for one in seen), "else it was not asked whether the names are the same"


def test_the_name_of_somebody_new_is_known_at_once(
    new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    from app.people.service.accounts import add_account

    room = a_retro(database, cast, clock, Stage.WRITE)
    phone = seated(new_browser, room)
    typed = {"key": "k" * 16, "kind": "idea", "text": "Zebulon Quist never answers", "slot": ""}
    without = phone.post(f"/r/{room.code}/draft", data=typed).text
    with database.transaction() as db:
        add_account(db, "zebulon@lantern.example", "Zebulon Quist", clock.now())
    assert phone.post(f"/r/{room.code}/draft", data=typed).text != without


def test_a_tap_on_the_ballot_looks_the_seat_up_once(
    new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.VOTE)
    phone = seated(new_browser, room)
    topic = str(topics_of(database, room)[0])
    with statements(database) as seen:
        assert phone.post(f"/r/{room.code}/stances", data={"topic": topic, "stance": "agree"}).status_code == 303
    assert sum(one.startswith("SELECT seat.tag") for one in seen) == 1
    assert not any(one.startswith("SELECT retro.id, retro.project_id") for one in seen), (
        "nor the picture of its retro"
    )

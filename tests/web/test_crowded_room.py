"""More come than were expected: one waits, the desk lets in with one press, and a burst goes in one step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.models import RetroDepartment, Seat, Waiting
from app.retros.rules.attendance import from_one_address, sit_at_once
from app.retros.rules.names import Stage, WayIn
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.conftest import OWN_PAGE

AtDesk = Callable[[Person], TestClient]


@pytest.mark.parametrize(
    ("expected", "at_once", "address"), [(10, 12, 30), (11, 14, 30), (100, 120, 120), (None, None, 300)]
)
def test_a_fifth_more_than_expected_sit_down_at_once(expected: int | None, at_once: int | None, address: int) -> None:
    assert sit_at_once(expected) == at_once
    assert from_one_address(expected) == address


def expecting(database: Database, cast: Cast, clock: SetClock, editorial: int, production: int) -> Room:
    """A room with nobody in it yet; of the other departments nobody comes."""
    room = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={}, k=3)
    people = {cast.editorial: editorial, cast.production: production}
    with database.transaction() as db:
        for one in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == room.id)):
            one.expected = people.get(one.department_id, 0)
    return room


class Crowd:
    def __init__(self, app: FastAPI, room: Room, cast: Cast) -> None:
        self.app, self.room, self.cast = app, room, cast

    def comes(self, address: str, department: str = "Editorial", room: Room | None = None) -> TestClient:
        """Somebody opens the room from this address and asks for a seat."""
        code = (room or self.room).code
        browser = TestClient(self.app, headers=OWN_PAGE, follow_redirects=False, client=(address, 50000))
        answer = browser.post(f"/r/{code}/seat", data={"department": str(self.cast.departments[department])})
        self.status = answer.status_code
        found = re.search(r"seat=([\w-]{43});", answer.headers.get("set-cookie", ""))
        if found:
            browser.cookies.set("seat", found[1], path=f"/r/{code}")
        return browser

    def page(self, browser: TestClient) -> str:
        return browser.get(f"/r/{self.room.code}", follow_redirects=True).text


@pytest.fixture
def room(database: Database, cast: Cast, clock: SetClock) -> Room:
    return expecting(database, cast, clock, 5, 5)


@pytest.fixture
def crowd(app: FastAPI, client: TestClient, room: Room, cast: Cast) -> Crowd:
    return Crowd(app, room, cast)


@pytest.fixture
def desk(at_desk: AtDesk, cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


def seats(database: Database) -> list[bool]:
    """Of each seat, whether it is still in the room."""
    with database.reading() as db:
        return [not ejected for ejected in db.exec(select(Seat.ejected))]


class TestOneMoment:
    def test_over_the_people_expected_and_a_fifth_one_waits_and_is_let_in_with_one_press(
        self, crowd: Crowd, desk: TestClient, room: Room, database: Database
    ) -> None:
        inside = [crowd.comes(f"10.0.0.{number}") for number in range(12)]
        assert all("Your seat" in crowd.page(one) for one in (inside[0], inside[11]))
        waits = [crowd.comes(f"10.0.1.{number}", "Production") for number in range(3)]
        page = crowd.page(waits[0])
        assert "One moment" in page
        assert "Already joined elsewhere?" in page
        assert "Your seat" not in page
        assert len(seats(database)) == 12
        shown = desk.get(f"/desk/retros/{room.id}").text
        assert "3 people wait to be let in" in shown
        assert desk.post(f"/desk/retros/{room.id}/waiting").status_code == 303
        for one in waits:
            assert "Your seat" in crowd.page(one)
        assert len(seats(database)) == 15
        assert "to be let in" not in desk.get(f"/desk/retros/{room.id}").text

    def test_who_was_let_in_may_say_that_they_are_fewer_like_all_others(
        self, crowd: Crowd, desk: TestClient, room: Room
    ) -> None:
        for number in range(12):
            crowd.comes(f"10.0.0.{number}")
        late = crowd.comes("10.0.1.1", "Production")
        desk.post(f"/desk/retros/{room.id}/waiting")
        assert late.post(f"/r/{room.code}/fewer", data={"fewer": "yes"}).status_code == 303

    def test_a_wait_tells_neither_department_nor_time_and_is_no_seat(
        self, crowd: Crowd, room: Room, database: Database, cast: Cast
    ) -> None:
        for number in range(12):
            crowd.comes(f"10.0.0.{number}")
        waits = crowd.comes("203.0.113.77", "Production")
        with database.engine.connect() as connection:
            columns = {one["name"] for one in inspect(connection).get_columns("waiting")}
            assert columns == {"tag", "retro_id", "sealed"}
            for name in inspect(connection).get_table_names():
                assert "203.0.113.77" not in str(connection.execute(text(f'SELECT * FROM "{name}"')).all())
        assert waits.post(f"/r/{room.code}/ready").status_code == 403
        assert waits.get(f"/r/{room.code}/stream").status_code == 404
        assert waits.get(f"/r/{room.code}/reading").headers["location"] == f"/r/{room.code}"

    def test_asking_again_is_one_wait(self, crowd: Crowd, room: Room, database: Database, cast: Cast) -> None:
        for number in range(12):
            crowd.comes(f"10.0.0.{number}")
        waits = crowd.comes("10.0.1.1")
        for _ in range(3):
            waits.post(f"/r/{room.code}/seat", data={"department": str(cast.departments["Production"])})
        with database.reading() as db:
            assert len(db.exec(select(Waiting)).all()) == 1

    def test_who_still_waits_at_the_reveal_is_at_the_door(
        self, crowd: Crowd, room: Room, database: Database, cast: Cast, clock: SetClock
    ) -> None:
        for number in range(12):
            crowd.comes(f"10.0.0.{number}", "Editorial" if number % 2 else "Production")
        waits = crowd.comes("10.0.1.1")
        move(database, cast.frieda, room, Stage.WRITE, clock)
        move(database, cast.frieda, room, Stage.GROUP, clock)
        assert waits.get(f"/r/{room.code}").headers["location"] == f"/r/{room.code}/reading"
        assert "You are waiting to join" in waits.get(f"/r/{room.code}/reading").text

    def test_only_who_runs_it_lets_in(self, crowd: Crowd, room: Room, at_desk: AtDesk, cast: Cast) -> None:
        for number in range(13):
            crowd.comes(f"10.0.0.{number}")
        assert at_desk(cast.edda).post(f"/desk/retros/{room.id}/waiting").status_code == 403
        assert "to be let in" not in at_desk(cast.frieda).get(f"/desk/retros/{room.id}/screen").text


class TestOneAddress:
    def test_fills_the_room_once_and_nobody_else_is_kept_out(
        self, crowd: Crowd, room: Room, database: Database
    ) -> None:
        answers: Counter[int] = Counter()
        for _ in range(60):
            crowd.comes("203.0.113.9")
            answers[crowd.status] += 1
        assert answers == {303: 30, 429: 30}
        assert len(seats(database)) == 12
        honest = crowd.comes("10.0.0.1")
        assert crowd.status == 303
        assert "One moment" in crowd.page(honest)

    def test_an_office_behind_one_address_sits_down(
        self, app: FastAPI, client: TestClient, database: Database, cast: Cast, clock: SetClock
    ) -> None:
        large = expecting(database, cast, clock, 40, 30)
        crowd = Crowd(app, large, cast)
        for number in range(70):
            crowd.comes("203.0.113.9", "Editorial" if number < 40 else "Production")
            assert crowd.status == 303
        assert len(seats(database)) == 70

    def test_a_thousand_expected_from_one_address_meet_no_limit(self, app: FastAPI) -> None:
        limits, most = app.state.limits, from_one_address(1000)
        for _ in range(1000):
            limits.spend(f"{most} per 10 minutes", "seats from an address", "a room", "203.0.113.9")


class TestABurst:
    def burst(self, crowd: Crowd) -> tuple[TestClient, list[TestClient]]:
        honest = crowd.comes("10.0.0.1")
        return honest, [crowd.comes("203.0.113.9") for _ in range(25)]

    def test_goes_in_one_step_and_the_others_stay(
        self, crowd: Crowd, desk: TestClient, room: Room, database: Database
    ) -> None:
        crowd.app.state.bursts._clock = lambda: 100.0
        honest, false = self.burst(crowd)
        settings = desk.get(f"/desk/retros/{room.id}/settings").text
        assert "Remove these 25 seats" in settings
        key = re.search(r'name="burst" value="(\w+)"', settings)
        assert key is not None
        assert desk.post(f"/desk/retros/{room.id}/bursts/removal", data={"burst": key[1]}).status_code == 303
        assert sum(seats(database)) == 1
        with database.reading() as db:
            assert db.exec(select(Waiting)).all() == []
        assert "Your seat" in crowd.page(honest)
        assert false[0].get(f"/r/{room.code}").status_code == 403
        assert "11 seats have been removed from this retro by those who run it." in crowd.page(honest)

    def test_is_said_only_where_more_came_than_expected(
        self, app: FastAPI, client: TestClient, desk: TestClient, database: Database, cast: Cast, clock: SetClock
    ) -> None:
        large = expecting(database, cast, clock, 40, 30)
        app.state.bursts._clock = lambda: 100.0
        crowd = Crowd(app, large, cast)
        for _ in range(25):
            crowd.comes("203.0.113.9")
        assert "Remove these" not in desk.get(f"/desk/retros/{large.id}/settings").text

    def test_is_forgotten_after_ten_minutes(self, crowd: Crowd, desk: TestClient, room: Room) -> None:
        crowd.app.state.bursts._clock = lambda: 100.0
        self.burst(crowd)
        key = crowd.app.state.bursts.of(str(room.id))[0].key
        crowd.app.state.bursts._clock = lambda: 701.0
        assert "Remove these" not in desk.get(f"/desk/retros/{room.id}/settings").text
        assert desk.post(f"/desk/retros/{room.id}/bursts/removal", data={"burst": key}).status_code == 409

    def test_is_for_who_runs_the_retro(self, crowd: Crowd, room: Room, at_desk: AtDesk, cast: Cast) -> None:
        crowd.app.state.bursts._clock = lambda: 100.0
        self.burst(crowd)
        key = crowd.app.state.bursts.of(str(room.id))[0].key
        answer = at_desk(cast.edda).post(f"/desk/retros/{room.id}/bursts/removal", data={"burst": key})
        assert answer.status_code == 403
        assert crowd.app.state.bursts.of(str(room.id)), "and it is still there for who may"


def test_with_tickets_nobody_waits(
    app: FastAPI, client: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={}, way_in=WayIn.TICKET, k=3)
    assert "One moment" not in client.get(f"/r/{room.code}").text

"""A facilitator who is gone: co-facilitators simply go on, others take over, and she comes back with one press."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import col, select, update

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.notifications.models import Mail
from app.people.models import Account, Membership
from app.retros.jobs import run_due
from app.retros.models import RetroTakeover
from app.retros.queries.lists import open_and_closed
from app.retros.queries.takeovers import to_take_over
from app.retros.rules.names import STAGES, Stage
from app.retros.service import room as room_service
from tests.builders import Room, a_retro
from tests.cast import Cast, Person
from tests.unit.test_desk_queries import statements
from tests.web.house import House, plausible

AtDesk = Callable[[Person], TestClient]
Browser = Callable[[], TestClient]
SEATS = {"Editorial": 3, "Production": 3}
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def board_of(room: Room) -> str:
    return f"/desk/retros/{room.id}"


def post(desk: TestClient, room: Room, what: str, **fields: str) -> int:
    return desk.post(f"{board_of(room)}/{what}", data=fields, follow_redirects=False).status_code


def page_of(desk: TestClient, room: Room, what: str = "") -> str:
    return html.unescape(desk.get(f"{board_of(room)}{what}").text)


def phone_of(new_browser: Callable[[], TestClient], room: Room) -> TestClient:
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    return phone


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(
        database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, k=3, stand_in_id=None, co_facilitator_ids=()
    )


@pytest.mark.parametrize("stage", STAGES[:-1], indirect=True)
@sqlite
def test_a_co_facilitator_is_shut_out_of_nothing_that_who_leads_may_do(
    house_now: House, at_desk: AtDesk, stage: Stage
) -> None:
    carla, refused = at_desk(house_now.cast.carla), []
    mine = [way for way in house_now.ways() if way.template.startswith("/desk/retros/{retro_id}")]
    assert len(mine) > 40
    for way in mine:
        # Nobody is removed or handed the lead here: what is asked is who may ask for it.
        body = plausible(house_now, way) | {"account": "", "choice": ""}
        sent = {"data": body} if way.method == "POST" else {}
        answer = carla.request(way.method, way.address(house_now.values()), follow_redirects=False, **sent)  # type: ignore[arg-type]
        if answer.status_code == 403:
            refused.append(str(way))
    assert refused == ["POST /desk/retros/{retro_id}/outcome/replies"], "that is for a department, after the close"


@sqlite
def test_nobody_was_named_and_a_facilitator_of_no_department_here_takes_over(
    at_desk: AtDesk,
    new_browser: Callable[[], TestClient],
    room: Room,
    database: Database,
    cast: Cast,
    clock: SetClock,
) -> None:
    carla, frieda, phone = at_desk(cast.carla), at_desk(cast.frieda), phone_of(new_browser, room)
    assert post(carla, room, "lead") == 409
    assert "Take over" not in page_of(carla, room)
    assert "data-looks-again" in page_of(carla, room), "her page asks again by itself"
    clock.advance(timedelta(minutes=2))
    assert "Take over" in page_of(carla, room, "/mine")
    assert post(carla, room, "lead") == 303
    said = "Carla leads this retro until Frieda is back."
    for page in (phone.get(f"/r/{room.code}").text, page_of(carla, room), page_of(carla, room, "/screen")):
        assert said in html.unescape(page)
    assert post(carla, room, "stage", stage="write") == 303
    # She runs it beside, and leads it again with one press, however fresh Carla's page is.
    assert "I am back: lead again" in page_of(frieda, room)
    assert post(frieda, room, "extensions", minutes="5") == 303
    assert post(frieda, room, "lead/return") == 303
    assert room.view().facilitator_id == cast.frieda.id
    assert "Frieda is back and leads this retro again." in html.unescape(phone.get(f"/r/{room.code}").text)
    assert post(carla, room, "extensions", minutes="5") == 403, "who only helped out steps back"
    assert post(frieda, room, "lead/return") == 409
    with database.reading() as db:
        (kept,) = db.exec(select(RetroTakeover)).all()
        db.expunge(kept)
    assert (kept.from_id, kept.by_id, kept.taken_as) == (cast.frieda.id, cast.carla.id, "outside")
    assert kept.back_at is not None


@sqlite
def test_where_a_stand_in_was_named_others_wait_two_minutes_longer(
    at_desk: AtDesk, app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, k=3, co_facilitator_ids=())
    carla, ada = at_desk(cast.carla), at_desk(cast.ada)
    clock.advance(timedelta(minutes=3))
    assert [post(one, room, "lead") for one in (carla, ada)] == [409, 409]
    clock.advance(timedelta(minutes=1))
    assert post(ada, room, "lead") == 303, "an administrator, of no department here"


@sqlite
def test_who_belongs_here_takes_over_only_where_nobody_else_can_and_is_named_with_the_department(
    at_desk: AtDesk,
    new_browser: Callable[[], TestClient],
    room: Room,
    database: Database,
    cast: Cast,
    clock: SetClock,
) -> None:
    with database.transaction() as db:
        db.execute(update(Account).where(col(Account.id) == cast.edda.id).values(is_facilitator=True))
    edda, phone = at_desk(cast.edda), phone_of(new_browser, room)
    clock.advance(timedelta(minutes=9))
    assert post(edda, room, "lead") == 403
    with database.transaction() as db:
        db.add_all(
            Membership(account_id=one.id, department_id=cast.editorial, is_lead=False)
            for one in (cast.ada, cast.carla, cast.stefan)
        )
    assert post(edda, room, "lead") == 303
    said = "Edda, from Editorial, leads this retro."
    for _ in range(3):
        with database.transaction() as db:
            room_service.set_hands(db, cast.frieda.visitor, room.id, _ + 2)
    for page in (phone.get(f"/r/{room.code}").text, page_of(edda, room), page_of(edda, room, "/screen")):
        assert said in html.unescape(page), "also when others were announced since"


@sqlite
def test_who_decides_on_pay_and_who_runs_nothing_take_nothing_over(
    at_desk: AtDesk, app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(
        database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, k=3, stand_in_id=None, co_facilitator_ids=(),
        pay_is_decided_here=True, decider_ids=(cast.ada.id,),
    )  # fmt: skip
    clock.advance(timedelta(minutes=9))
    assert post(at_desk(cast.ada), room, "lead") == 422
    assert "Take over" not in page_of(at_desk(cast.ada), room, "/mine")
    assert post(at_desk(cast.mia), room, "lead") == 403
    assert post(at_desk(cast.sven), room, "lead") == 404, "may not even see it"
    assert post(at_desk(cast.stefan), room, "lead") == 303


def test_over_days_it_is_taken_over_a_day_after_the_deadline_and_a_mail(
    at_desk: AtDesk, app: FastAPI, database: Database, cast: Cast, clock: SetClock, settings: Settings
) -> None:
    database.info["settings"] = settings
    room = a_retro(
        database, cast, clock, stage=Stage.WRITE, seats=SEATS, k=3, stand_in_id=None, co_facilitator_ids=(),
        write_asynchronously=True, writing_days=3,
    )  # fmt: skip
    carla = at_desk(cast.carla)
    clock.advance(timedelta(days=2))
    run_due(database, clock.now())
    assert post(carla, room, "lead") == 409
    clock.advance(timedelta(days=1))
    assert post(carla, room, "lead") == 409
    run_due(database, clock.now())
    assert subjects(database, cast.frieda) == ["Waiting for you: The Orchard Atlas"]
    run_due(database, clock.now() + timedelta(hours=9))
    assert len(subjects(database, cast.frieda)) == 1
    clock.advance(timedelta(hours=23))
    assert "a day after its deadline" in carla.post(f"{board_of(room)}/lead").text
    clock.advance(timedelta(hours=1))
    assert "Take over" in page_of(carla, room, "/mine")
    assert post(carla, room, "lead") == 303
    assert subjects(database, cast.frieda)[-1] == "Carla leads it for now: The Orchard Atlas"


def subjects(database: Database, person: Person) -> list[str]:
    with database.reading() as db:
        wanted = select(Mail.subject).where(Mail.recipient == person.email).order_by(col(Mail.created_at))
        return list(db.exec(wanted))


@sqlite
def test_a_co_facilitators_page_shows_that_somebody_is_here(
    at_desk: AtDesk, app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, k=3)
    carla = at_desk(cast.carla)
    for _ in range(6):
        clock.advance(timedelta(minutes=1))
        carla.get(f"{board_of(room)}/changes?since=0")
    assert post(at_desk(cast.stefan), room, "lead") == 409


@sqlite
def test_the_desk_asks_as_much_for_many_running_retros_as_for_few(
    app: FastAPI, database: Database, cast: Cast, clock: SetClock, room: Room
) -> None:
    def asked() -> int:
        with database.reading() as db:
            found, _ = open_and_closed(db, cast.ada.visitor)
            with statements(database) as seen:
                assert to_take_over(db, found, cast.ada.visitor, clock.now()) == {one.id for one in found}
        return len(seen)

    clock.advance(timedelta(minutes=5))
    few = asked()
    for _ in range(4):
        a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, k=3, stand_in_id=None)
    clock.advance(timedelta(minutes=5))
    assert asked() == few


@sqlite
def test_the_list_of_the_desk_says_where_nobody_is(at_desk: AtDesk, room: Room, cast: Cast, clock: SetClock) -> None:
    carla, said = at_desk(cast.carla), "Nobody who runs it is here. You may take over."
    assert said not in carla.get("/desk").text
    clock.advance(timedelta(minutes=2))
    assert said in carla.get("/desk").text
    assert said not in at_desk(cast.mia).get("/desk").text

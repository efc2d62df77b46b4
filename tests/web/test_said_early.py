"""What will fail in the room is said while it is prepared, to who prepares it; and never on the wall."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.departments.models import Organisation
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtDesk = Callable[..., TestClient]
PHONES, MAIL, DEMO = "Phones cannot reach this machine", "No mail goes out from here", "This is a demo, so no mail"


@pytest.fixture
def house_of(app: FastAPI, database: Database, settings: Settings) -> Callable[..., None]:
    """The same house with other settings."""

    def change(**changed: object) -> None:
        for name, value in changed.items():
            setattr(settings, name, value)
        database.info["settings"] = settings

    return change


def pages_of_who_prepares(at_desk: AtDesk, cast: Cast, room: Room) -> list[str]:
    frieda, desk = at_desk(cast.frieda), f"/desk/retros/{room.id}"
    project = room.view().project_id
    paths = (f"/desk/retros/new?project={project}", f"{desk}/preparation", desk)
    return [frieda.get(path).text for path in paths]


def test_phones_and_mail_that_will_not_work_are_said_where_one_prepares(
    house_of: Callable[..., None], at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock
) -> None:
    house_of()
    room = a_retro(database, cast, clock, stage=Stage.PREPARE)
    for text in pages_of_who_prepares(at_desk, cast, room):
        assert PHONES in text
        assert MAIL in text
    with database.transaction() as db:
        db.get_one(Organisation, 1).is_demo = True
    for text in pages_of_who_prepares(at_desk, cast, room):
        assert DEMO in text


def test_where_all_is_well_nothing_is_said(
    house_of: Callable[..., None], at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock
) -> None:
    house_of(public_url="https://posts.lantern.example", smtp_host="127.0.0.1")
    room = a_retro(database, cast, clock, stage=Stage.PREPARE)
    for text in pages_of_who_prepares(at_desk, cast, room):
        assert PHONES not in text
        assert MAIL not in text
        assert "Before people come" not in text


@pytest.mark.parametrize("stage", [Stage.CHECK_IN, Stage.WRITE])
def test_the_wall_says_nothing_of_machines(
    house_of: Callable[..., None],
    at_desk: AtDesk,
    cast: Cast,
    database: Database,
    clock: SetClock,
    stage: Stage,
) -> None:
    house_of()
    room = a_retro(database, cast, clock, stage=stage)
    wall = at_desk(cast.frieda).get(f"/desk/retros/{room.id}/screen").text
    assert room.view().shown_code[:4] in wall
    for words in (PHONES, MAIL, "FENCEPOST_", "No QR code"):
        assert words not in wall
    assert PHONES in at_desk(cast.frieda).get(f"/desk/retros/{room.id}").text


def test_before_the_close_it_is_said_whether_the_outcome_is_mailed(
    house_of: Callable[..., None], at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.WRAP_UP)
    confirm = f"/desk/retros/{room.id}/next?to=closed"
    house_of()
    told = at_desk(cast.frieda).get(confirm).text
    assert "The outcome is fixed; this cannot be undone." in told
    assert MAIL in told
    house_of(smtp_host="127.0.0.1")
    told = at_desk(cast.frieda).get(confirm).text
    assert "It is mailed to the departments that took part" in told
    assert MAIL not in told
    assert "fixed and sent" not in told + at_desk(cast.frieda).get(f"/desk/retros/{room.id}").text


def test_a_smallest_group_that_would_name_nobody_is_said_at_the_preparation(
    at_desk: AtDesk, cast: Cast, database: Database, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.PREPARE)
    departments = [str(one.id) for one in room.view().departments]
    data = {
        "project": str(room.view().project_id),
        "title": "Small",
        "departments": departments,
        "expected_of": departments,
        "expected": ["3"] * len(departments),
        "k": "5",
        "pay": "no",
        "meeting_minutes": "60",
        "entry_limit": "8",
        "format": "customers",
        "way_in": "code",
    }
    answer = at_desk(cast.frieda).post("/desk/retros", data=data)
    assert answer.status_code == 422
    assert "With these numbers no department would be named" in answer.text

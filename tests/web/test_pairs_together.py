"""The boxes that say who worked together, and what phones are asked afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.databases import only_sqlite

AtDesk = Callable[[Person], TestClient]
pytestmark = only_sqlite


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock)


def boxes(html: str) -> dict[str, bool]:
    """Value of each box -> whether it is ticked."""
    return {
        value: bool(checked) for value, checked in re.findall(r'name="together" value="([^"]+)"( checked)?', html)
    }


def test_a_tick_taken_out_is_kept_and_shown(room: Room, cast: Cast, at_desk: AtDesk) -> None:
    desk = at_desk(cast.frieda)
    settings = f"/desk/retros/{room.id}/settings"
    shown = boxes(desk.get(settings).text)
    assert len(shown) == 3
    assert all(shown.values())
    apart = next(value for value in shown if str(cast.editorial) in value and str(cast.marketing) in value)
    together = [value for value in shown if value != apart]
    sent = desk.post(f"/desk/retros/{room.id}/pairs", data={"pair": list(shown), "together": together})
    assert (sent.status_code, sent.headers["location"]) == (303, settings)
    page = desk.get(settings).text
    assert boxes(page) == {value: value != apart for value in shown}
    assert "Editorial and Marketing" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pair": ["nonsense"]}, "Please use the boxes of the page."),
        ({"pair": ["00000000-0000-0000-0000-000000000000:1"]}, "Please use the boxes"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    room: Room, cast: Cast, at_desk: AtDesk, fields: dict[str, list[str]], said: str
) -> None:
    answer = at_desk(cast.frieda).post(f"/desk/retros/{room.id}/pairs", data=fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_two_departments_have_nothing_to_choose(
    app: FastAPI, database: Database, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    two = a_retro(database, cast, clock, department_ids=(cast.editorial, cast.production))
    assert "Who worked together" not in at_desk(cast.frieda).get(f"/desk/retros/{two.id}/settings").text


def test_phones_are_asked_only_about_whom_they_worked_with(
    room: Room,
    database: Database,
    cast: Cast,
    clock: SetClock,
    at_desk: AtDesk,
    new_browser: Callable[[], TestClient],
) -> None:
    desk = at_desk(cast.frieda)
    shown = boxes(desk.get(f"/desk/retros/{room.id}/settings").text)
    together = [value for value in shown if str(cast.marketing) not in value or str(cast.editorial) not in value]
    desk.post(f"/desk/retros/{room.id}/pairs", data={"pair": list(shown), "together": together})
    move(database, cast.frieda, room, Stage.CHECK_IN, clock)
    phone = new_browser()
    phone.post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    move(database, cast.frieda, room, Stage.WRITE, clock)
    page = phone.get(f"/r/{room.code}").text
    asked = re.findall(r'name="provider" value="([^"]+)"', page)
    assert set(asked) == {str(cast.production), str(cast.editorial)}
    assert "your own department: how well did it serve the others?" in page
    refused = phone.post(
        f"/r/{room.code}/ratings", data={"provider": str(cast.marketing), "dimension": "quality", "rating": "3"}
    )
    assert refused.status_code == 422
    assert "did not work together" in refused.text

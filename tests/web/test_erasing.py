"""Erasing words after the close, as two people do it in a browser: page, question, second person, record."""

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

AtDesk = Callable[[Person], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    seats = {"Editorial": 4, "Production": 4, "Marketing": 4}
    return a_retro(database, cast, clock, stage=Stage.CLOSED, seats=seats, k=3)


def first_entry(page: str) -> tuple[str, str]:
    found = re.search(r'value="(entry:[\w-]{36})">\s*<span><span dir="auto">([^<]+)<', page)
    assert found, "no entry is offered"
    return found[1], found[2]


def test_one_asks_another_confirms_and_the_outcome_says_so(
    at_desk: AtDesk, room: Room, cast: Cast, clock: SetClock
) -> None:
    outcome = f"/desk/retros/{room.id}/outcome"
    url = f"{outcome}/erasures"
    frieda, ada, edda = at_desk(cast.frieda), at_desk(cast.ada), at_desk(cast.edda)
    assert f'href="{url}"' in frieda.get(outcome).text
    assert f'href="{url}"' not in edda.get(outcome).text
    key, words = first_entry(frieda.get(url).text)
    before = edda.get(outcome).text.count(words)
    assert before
    incomplete = frieda.post(url, data={"piece": key, "reason": ""})
    assert incomplete.status_code == 422
    assert re.search(rf'value="{key}" checked', incomplete.text), "what was chosen stays chosen"
    assert frieda.post(url, data={"piece": key, "reason": "asked_for"}).status_code == 303
    mine = frieda.get(url).text
    (erasure,) = re.findall(rf"{url}/([\w-]{{36}})/removal", mine)
    assert f"{url}/{erasure}/confirmation" not in mine, "nobody confirms what they asked for"
    assert frieda.post(f"{url}/{erasure}/confirmation").status_code == 403
    assert edda.get(outcome).text.count(words) == before, "it blocks and changes nothing"
    assert ada.post(f"{url}/{erasure}/confirmation").status_code == 303
    day = f"Erased on {clock.now().day} {clock.now():%b %Y}"
    assert edda.get(outcome).text.count(words) == before - 1
    for page in (edda.get(outcome).text, edda.get(f"{outcome}.md").text, edda.get(f"{outcome}.csv").text):
        assert day in page
    assert "erased_on" in edda.get(f"{outcome}.json").text
    assert re.search(r"an entry, because somebody it concerns asked for it\.[^.]*Frieda", edda.get(outcome).text)
    assert words not in ada.get(url).text.split('id="done"')[1]


def test_it_can_be_taken_back(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    url = f"/desk/retros/{room.id}/outcome/erasures"
    frieda = at_desk(cast.frieda)
    key, _ = first_entry(frieda.get(url).text)
    frieda.post(url, data={"piece": key, "reason": "insults"})
    (erasure,) = re.findall(rf"{url}/([\w-]{{36}})/removal", frieda.get(url).text)
    assert frieda.post(f"{url}/{erasure}/removal").status_code == 303
    assert "/removal" not in frieda.get(url).text
    assert at_desk(cast.ada).post(f"{url}/{erasure}/confirmation").status_code == 404


def test_nobody_else_opens_the_page_and_an_open_retro_has_none(
    at_desk: AtDesk, room: Room, cast: Cast, database: Database, clock: SetClock
) -> None:
    url = f"/desk/retros/{room.id}/outcome/erasures"
    assert at_desk(cast.edda).get(url).status_code == 403
    assert at_desk(cast.sven).get(url).status_code == 404
    still = a_retro(database, cast, clock, stage=Stage.DISCUSS, k=3)
    refused = at_desk(cast.frieda).get(f"/desk/retros/{still.id}/outcome/erasures")
    assert refused.status_code == 409 or "once the retro is closed" in refused.text
    assert move(database, cast.frieda, still, Stage.WRAP_UP, clock) is Stage.WRAP_UP

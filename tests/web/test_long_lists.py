"""Lists of a house with a long past: a page at a time, with as many statements for many retros as for few."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.db import Database
from app.projects.queries import AT_ONCE as PROJECTS_AT_ONCE
from app.retros.queries.lists import AT_ONCE
from tests.cast import Cast, Person
from tests.history import past_retro, wrong
from tests.unit.test_desk_queries import statements

AtDesk = Callable[[Person], TestClient]
FIRST = date(2024, 1, 1)
RETRO = re.compile(r'href="/desk/retros/([0-9a-f-]{36})')
PROJECT = re.compile(r'href="/desk/projects/([0-9a-f-]{36})"')


def live(database: Database, cast: Cast, retros: int, after: int = 0) -> list[str]:
    """Closed retros of two departments in a row, the latest first."""
    found = [
        str(
            past_retro(
                database, cast, FIRST + timedelta(days=after + day), [wrong("Late", "Production", "Editorial")]
            )
        )
        for day in range(retros)
    ]
    return found[::-1]


def test_all_retros_come_a_page_at_a_time(app: FastAPI, at_desk: AtDesk, database: Database, cast: Cast) -> None:
    retros = live(database, cast, AT_ONCE + 3)
    desk = at_desk(cast.paul)
    first, second = desk.get("/desk/retros").text, desk.get("/desk/retros?page_number=2").text
    assert RETRO.findall(first) == retros[:AT_ONCE]
    assert RETRO.findall(second) == retros[AT_ONCE:]
    assert 'href="/desk/retros?page_number=2"' in first
    assert 'href="/desk/retros?page_number=1"' in second
    assert "page_number=3" not in second
    assert "The list ends before this page" in desk.get("/desk/retros?page_number=3").text
    assert RETRO.findall(at_desk(cast.sven).get("/desk/retros").text) == []


def test_all_projects_come_a_page_at_a_time(app: FastAPI, at_desk: AtDesk, database: Database, cast: Cast) -> None:
    live(database, cast, PROJECTS_AT_ONCE + 3)
    desk = at_desk(cast.paul)
    first, second = desk.get("/desk/projects").text, desk.get("/desk/projects?page_number=2").text
    assert len(PROJECT.findall(first)) == PROJECTS_AT_ONCE
    assert len(set(PROJECT.findall(first) + PROJECT.findall(second))) == PROJECTS_AT_ONCE + 3
    assert 'href="/desk/projects?page_number=2"' in first
    assert "page_number=3" not in second
    assert "The list ends before this page" in desk.get("/desk/projects?page_number=3").text
    assert PROJECT.findall(at_desk(cast.sven).get("/desk/projects").text) == []


def test_the_desk_shows_the_latest_and_leads_to_all(
    app: FastAPI, at_desk: AtDesk, database: Database, cast: Cast
) -> None:
    retros = live(database, cast, 11)
    shown = at_desk(cast.paul).get("/desk").text
    assert RETRO.findall(shown) == retros[:9]
    assert 'href="/desk/retros"' in shown


@pytest.mark.parametrize("path", ["/desk", "/desk/retros", "/desk/projects"])
def test_as_many_statements_for_many_as_for_few(
    path: str, app: FastAPI, at_desk: AtDesk, database: Database, cast: Cast
) -> None:
    counted = []
    for number, retros in enumerate((2, AT_ONCE + 2)):
        live(database, cast, retros, after=100 * number)
        for person in (cast.paul, cast.ada):
            desk = at_desk(person)
            desk.get(path)
            with statements(database) as seen:
                assert desk.get(path).status_code == 200
            counted.append(len(seen))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 25

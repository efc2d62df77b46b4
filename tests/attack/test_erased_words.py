"""Words that are gone are gone everywhere: hidden and withdrawn ones after the close, others when two people said so.

The attack searches the raw files, a backup, and every page and export that three readers can open. It must find the
word wherever one place is planted that forgets to forget.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.evidence import jobs as evidence_jobs
from app.themes import jobs as themes_jobs
from app.topics.models import Topic
from tests import erasing
from tests.attack.backups import copied, postgres_programs
from tests.attack.play import let_the_jobs_clean_up
from tests.builders import Room
from tests.cast import Cast, Person
from tests.erasing import ERASED, HIDDEN, KEPT, WITHDRAWN
from tests.web.walking import ways

AtDesk = Callable[[Person], TestClient]


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return erasing.a_room_of_words(database, cast, clock)


@pytest.fixture
def found(
    app: FastAPI, database: Database, cast: Cast, at_desk: AtDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Room, str], set[str]]:
    """Where the first word of a text is still read: `files`, `backup`, or the address of a page."""
    programs = postgres_programs()
    if programs is not None:
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")

    def search(room: Room, text: str) -> set[str]:
        word = erasing.word(text)
        places = {"files"} if erasing.in_files(database, word) else set()
        if word.encode() in copied(database, "now", tmp_path).raw:
            places.add("backup")
        for person in (cast.ada, cast.frieda, cast.edda):
            browser = at_desk(person)
            for address in _addresses(app, room):
                if word.lower() in browser.get(address).text.lower():
                    places.add(address.replace(str(room.id), "<retro>"))
        return places

    return search


def _addresses(app: FastAPI, room: Room) -> list[str]:
    values = {"retro_id": room.id, "project_id": room.view().project_id}
    return [
        way.address(values)
        for way in ways(app)
        if way.method == "GET" and way.is_desk and not way.is_stream and set(way.parameters) <= set(values)
    ]


def the_whole_story(database: Database, room: Room, clock: SetClock) -> None:
    """One entry is hidden, one withdrawn, the retro closes, and two people erase a third."""
    erasing.hide(database, room, HIDDEN)
    erasing.withdraw(database, room, WITHDRAWN)
    erasing.close(database, room, clock, notes=f"As one said:\n{ERASED}. We agree.", why="Because nobody wiped it up")
    settle(database, clock)
    key = erasing.key_of(database, room, ERASED)
    erasing.erase(database, room, clock, key, room.cast.frieda, room.cast.ada)
    settle(database, clock)


def settle(database: Database, clock: SetClock) -> None:
    for _ in range(3):
        themes_jobs.run_due(database, clock.now())
        evidence_jobs.run_due(database, clock.now())
    let_the_jobs_clean_up(database)


def test_words_that_are_gone_are_read_nowhere(
    room: Room, database: Database, clock: SetClock, found: Callable[[Room, str], set[str]]
) -> None:
    the_whole_story(database, room, clock)
    assert [found(room, text) for text in (HIDDEN, WITHDRAWN, ERASED)] == [set(), set(), set()]
    kept = found(room, KEPT)
    assert {"files", "backup", "/desk/retros/<retro>/outcome.csv"} <= kept, "the attack sees what it looks for"


def _keeps_hidden_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.entries.service.withdrawing.erase_hidden", lambda *_: None)


def _keeps_the_outcome_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.outcomes.service.erasing.keep", lambda *_: None)


@pytest.mark.parametrize(
    ("plant", "text", "places"),
    [
        (_keeps_hidden_words, HIDDEN, {"files", "backup"}),
        # A long document is compressed in PostgreSQL's files: not read as bytes, but read by whoever opens it.
        (_keeps_the_outcome_as_it_was, ERASED, {"backup", "/desk/retros/<retro>/outcome.csv"}),
    ],
)
def test_a_place_that_forgets_to_forget_is_found(
    room: Room,
    database: Database,
    clock: SetClock,
    found: Callable[[Room, str], set[str]],
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
    text: str,
    places: set[str],
) -> None:
    plant(monkeypatch)
    the_whole_story(database, room, clock)
    assert places <= found(room, text)


def test_a_title_that_copies_an_entry_is_found(
    room: Room, database: Database, clock: SetClock, found: Callable[[Room, str], set[str]]
) -> None:
    told = erasing.holding(database, room, erasing.entry(database, room, HIDDEN))
    with database.transaction() as db:
        row = db.get_one(Topic, told.id)
        row.title, row.titled_by_person = HIDDEN, True
    the_whole_story(database, room, clock)
    places = found(room, HIDDEN)
    assert {"files", "backup"} < places, "and on some page"

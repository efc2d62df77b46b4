"""Two worlds that differ only in who of the pool said what must look alike, to everybody, on every page and export.

What nobody can tell apart nobody can find out: not by subtracting a table from what it was before a retro, not by a
filter, not by anything that is shown afterwards. The same pages see a difference that is planted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, update

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.models import Entry
from app.entries.rules.names import Dimension, EntryKind
from app.evidence import jobs as evidence_jobs
from app.main import create_app
from app.outcomes.service.history import undoing
from app.pulse import service as pulse
from app.retros.queries.seats import seat_of
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.questions import ROTI, SAFETY
from app.retros.service import questions
from app.themes import jobs as themes_jobs
from app.votes.queries import voted_topic_ids
from app.votes.rules.ballot import Stance
from app.votes.service import casting
from tests import builders, past
from tests.attack.reading import parts
from tests.cast import Cast, settle_in
from tests.conftest import NOON, OWN_PAGE, open_database, settings_for
from tests.databases import SQLiteTemplate
from tests.web.walking import ways

SEATS = {"Editorial": 6, "Production": 6, "Marketing": 2, "Sales": 1}
SAID_IN_THE_POOL = (
    ("The launch date moved and the posters were printed already", EntryKind.WENT_WRONG, "Editorial"),
    ("Nobody asked us before the price was in the catalogue", EntryKind.WENT_WRONG, "Marketing"),
    ("A printer's proof on the same day, that helped", EntryKind.WENT_RIGHT, "Production"),
)
VOTED_IN_THE_POOL = (Stance.AGREE, Stance.AGREE, Stance.DISAGREE)
ANSWERED_IN_THE_POOL = ("1", "3", "4")
FILTERS = {
    "/desk/friction": ("", "?kind=time", "?view=list"),
    "/desk/friction.csv": ("", "?kind=time"),
}
T = TypeVar("T")
READERS = ("ada", "frieda", "edda", "sven")


@dataclass
class World:
    """One house after one retro: its pages by reader and address, with ids and times taken out."""

    database: Database
    cast: Cast
    clock: SetClock
    client: TestClient
    room: builders.Room | None = None

    def seen(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        self.database.caches.clear()  # how often memory knew an answer is on a page of its own
        for name in READERS:
            browser = TestClient(self.client.app, headers=OWN_PAGE, follow_redirects=False)
            browser.portal = self.client.portal
            browser.cookies.set("visit", getattr(self.cast, name).token, path="/desk")
            for address in self._addresses():
                answer = browser.get(address)
                found[f"{name} {self._plain(address)}"] = [str(answer.status_code), *parts(self._plain(answer.text))]
        return found

    def _addresses(self) -> Iterator[str]:
        departments = list(self.cast.departments.values())
        values = {
            "retro_id": self.room.id if self.room else UUID(int=1),
            "project_id": self.room.view().project_id if self.room else UUID(int=1),
        }
        for way in ways(self.client.app):  # type: ignore[arg-type]
            # What was imported and undone is told there, on purpose.
            if way.method != "GET" or not way.is_desk or way.is_stream or way.template == "/desk/history":
                continue
            if set(way.parameters) <= set(values):
                plain = way.address(values)
                yield from (plain + one for one in FILTERS.get(way.template, ("",)))
            elif set(way.parameters) <= {"department_id", "provider_id", "consumer_id", "one_id", "other_id"}:
                for one in departments[:4]:
                    for other in departments[:4]:
                        yield way.address(dict.fromkeys(way.parameters, other) | {way.parameters[0]: one})

    def _plain(self, text: str) -> str:
        for name, one in self.cast.departments.items():
            text = text.replace(str(one), f"<{name}>").replace(one.hex, f"<{name}>")
        if self.room is not None:
            text = text.replace(self.room.code, "<code>").replace(self.room.view().shown_code, "<code>")
        text = re.sub(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", "<id>", text)
        text = re.sub(r"Theme [0-9A-F]{4}\b", "Theme <id>", text)
        # Places in a list that stands in random order, and numbers of assets and versions.
        return re.sub(r'v=[0-9a-f]+|"version": ?\d+|data-version="\d+"|"title_entry": ?\d+', "", text)


@contextmanager
def a_world(folder: Path, template: SQLiteTemplate) -> Iterator[World]:
    folder.mkdir()
    url = template.copy_to(folder)
    database, clock = open_database(url, folder), SetClock(NOON)
    app = create_app(settings_for(url, folder), database=database, clock=clock)
    with TestClient(app, headers=OWN_PAGE, follow_redirects=False) as client:
        yield World(database, settle_in(database, NOON), clock, client)
    database.dispose()


def hold_a_retro(world: World, turn: int, before_the_close: Callable[[World], None] = lambda _: None) -> None:
    """The pool's people say the same three things in every world; `turn` says which of them says which."""
    house, cast, clock = world.database, world.cast, world.clock
    project = builders.a_project(house, cast, clock, departments=list(SEATS))
    expected = {cast.departments[name]: number for name, number in SEATS.items()}
    room = world.room = builders.a_retro(
        house, cast, clock, Stage.CHECK_IN, seats=SEATS, project_id=project, k=3, expected=expected
    )
    pool = _turned([room.seat("Marketing", 0), room.seat("Marketing", 1), room.seat("Sales", 0)], turn)
    others = [room.seat(name, number) for name in ("Editorial", "Production") for number in range(6)]
    _answer(world, SAFETY, dict(zip(pool, ANSWERED_IN_THE_POOL, strict=True)), others, "4")
    builders.move(house, cast.frieda, room, Stage.WRITE, clock)
    for seat, (text, kind, about) in zip(pool, SAID_IN_THE_POOL, strict=True):
        builders.write(house, seat, text, kind, cast.departments[about])
        with house.transaction() as db:
            pulse.rate(db, seat, cast.production, Dimension.QUALITY, 2 + SAID_IN_THE_POOL.index((text, kind, about)))
    for number, seat in enumerate(others):
        builders.write(
            house, seat, builders.SENTENCES[number % 8] + f" ({number})", EntryKind.WENT_WRONG, cast.editorial
        )
        with house.transaction() as db:
            pulse.rate(db, seat, cast.marketing, Dimension.QUALITY, 4)
    for step in (Stage.GROUP, Stage.VOTE):
        builders.move(house, cast.frieda, room, step, clock)
    with house.reading() as db:
        ballot = voted_topic_ids(db, room.id)
    with house.transaction() as db:
        for seat, stance in zip([*pool, *others], [*VOTED_IN_THE_POOL, *[Stance.AGREE] * 12], strict=True):
            for topic in ballot:
                casting.cast_stance(db, seat_of(db, room.id, seat.secret), topic, stance)
    for step in (Stage.DISCUSS, Stage.WRAP_UP):
        builders.move(house, cast.frieda, room, step, clock)
    _answer(world, ROTI, dict(zip(pool, ANSWERED_IN_THE_POOL, strict=True)), others, "3")
    before_the_close(world)
    builders.move(house, cast.frieda, room, Stage.CLOSED, clock)
    settle(world)


def settle(world: World) -> None:
    """What becomes due by itself after a close."""
    for _ in range(3):
        themes_jobs.run_due(world.database, world.clock.now())
        evidence_jobs.run_due(world.database, world.clock.now())


def differing(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """Pages that tell the two worlds apart, with what stands in one of them alone."""
    return {
        page: (_without(one[page], other[page]), _without(other[page], one[page]))
        for page in one
        if one[page] != other.get(page)
    }


def assert_alike(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> None:
    found = differing(one, other)
    told = "\n".join(f"{page}\n  - {gone[:5]}\n  + {new[:5]}" for page, (gone, new) in found.items())
    assert not found, told[:6000]


def _without(lines: list[str], others: list[str]) -> list[str]:
    left = list(others)
    return [line for line in lines if not (line in left and left.remove(line) is None)]


def _turned(some: list[T], turn: int) -> list[T]:
    return some[turn:] + some[:turn]


def _answer(
    world: World, question: str, pool: Mapping[SeatVisitor, str], others: list[SeatVisitor], usual: str
) -> None:
    with world.database.transaction() as db:
        for seat, value in {**pool, **dict.fromkeys(others, usual)}.items():
            questions.answer(db, seat, question, value)


@pytest.fixture
def two_worlds(tmp_path: Path, sqlite_template: SQLiteTemplate) -> Iterator[tuple[World, World]]:
    with a_world(tmp_path / "one", sqlite_template) as one, a_world(tmp_path / "other", sqlite_template) as other:
        yield one, other


def test_nothing_that_is_shown_tells_who_of_the_pool_said_what(two_worlds: tuple[World, World]) -> None:
    for turn, world in enumerate(two_worlds):
        before = world.seen()
        hold_a_retro(world, turn)
        assert differing(before, world.seen()), "a retro does change what is shown"
    one, other = two_worlds
    shown = one.seen()
    told = "".join("".join(lines) for lines in shown.values())
    assert SAID_IN_THE_POOL[0][0] in told, "who may read it reads it"
    assert_alike(shown, other.seen())


def test_a_label_of_one_of_the_pool_is_seen_by_the_same_look(two_worlds: tuple[World, World]) -> None:
    """Planted: the entry keeps the department of who wrote it, also where as many entries of each are shown."""
    for turn, world in enumerate(two_worlds):
        writers = _turned(["Marketing", "Marketing", "Sales"], turn)
        hold_a_retro(world, turn, partial(_keep_labels, writers))
    one, other = (world.seen() for world in two_worlds)
    found = differing(one, other)
    for text, *_ in SAID_IN_THE_POOL[1:]:
        assert [page for page, gone in found.items() if any(text in line for lines in gone for line in lines)], text


def _keep_labels(writers: list[str], world: World) -> None:
    # The outcome is fixed at the close and what recurs is counted then: a label that is kept is kept before.
    with world.database.transaction() as db:
        for department, (text, *_) in zip(writers, SAID_IN_THE_POOL, strict=True):
            mine = update(Entry).where(col(Entry.text) == text)
            db.execute(mine.values(department_id=world.cast.departments[department]))


def test_an_import_and_its_undo_leave_no_difference(two_worlds: tuple[World, World]) -> None:
    world, _ = two_worlds
    hold_a_retro(world, 0)
    before = world.seen()
    import_id = past.imported(world.database, world.clock)
    settle(world)
    assert differing(before, world.seen()), "an import does change what is shown"
    undoing.undo(world.database, world.cast.ada.visitor, import_id, world.clock.now())
    settle(world)
    assert_alike(before, world.seen())

"""Several workers take in the same history at once, and some are killed over it: it comes to what one alone makes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest
from sqlmodel import delete, func, select

from app.core.db import Database
from app.evidence.models import Finding
from app.evidence.queries.changes import changes
from app.evidence.service import counting
from app.retros.models import Retro
from app.themes.models import RetroTakenIn, Theme, ThemeTopic
from app.themes.service import taking_in
from tests.cast import Cast
from tests.faults import taker
from tests.recurring import SAID, brought, partition, themes_now

WORKERS = 3
SECONDS = 90
DAYS = sorted(SAID)
# The last piece is dated before what is there then: all that came later is placed anew.
NEWEST, OLDEST, BETWEEN = DAYS[6:], DAYS[:3], DAYS[3:6]
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.taker"])

Row = tuple[object, ...]


@pytest.fixture
def crew(database: Database, now: datetime, tmp_path: Path) -> Iterator[list[BaseProcess]]:
    """Filled by `start`; nothing of it outlives the test."""
    started: list[BaseProcess] = []
    yield started
    for one in started:
        one.kill()
        one.join(10)


@pytest.mark.full(only="[sqlite")
def test_workers_side_by_side_make_the_same_themes_and_findings(
    database: Database, cast: Cast, crew: list[BaseProcess], now: datetime, tmp_path: Path
) -> None:
    brought(database, cast, SAID)
    taking_in.take_in(database, now)
    counting.recount(database, now)
    expected, found_alone = partition(database), findings(database)
    emptied(database)

    for number in range(WORKERS):
        start(crew, number, database, now, tmp_path)
    wait_until(lambda: len(list(tmp_path.glob("taker-*.log"))) == WORKERS)
    random = Random(5)
    for number, piece in enumerate((NEWEST, OLDEST, BETWEEN), start=WORKERS):
        brought(database, cast, piece)
        time.sleep(random.uniform(0.1, 0.6))
        crew[number - WORKERS].kill()
        start(crew, number, database, now, tmp_path)
    wait_until(lambda: nothing_waits(database))

    assert partition(database) == expected
    with database.reading() as db:
        taken_in = db.exec(select(RetroTakenIn.retro_id)).all()
        placed = db.exec(select(func.count()).select_from(ThemeTopic)).one()
    assert (len(taken_in), placed) == (len(SAID), sum(map(len, SAID.values())))
    assert findings(database) == found_alone
    said = "".join(file.read_text() for file in tmp_path.glob("taker-*.log"))
    failed = [line for line in said.splitlines() if "job_failed" in line and "StorageIsBusy" not in line]
    assert not failed, failed[:3]


def start(crew: list[BaseProcess], number: int, database: Database, now: datetime, folder: Path) -> None:
    arguments = (str(folder / f"taker-{number}.log"), database.url, str(folder), now)
    crew.append(_processes.Process(target=taker.main, args=arguments, daemon=True))
    crew[-1].start()


def nothing_waits(database: Database) -> bool:
    with database.reading() as db:
        taken_in = db.exec(select(func.count()).select_from(RetroTakenIn)).one()
        return taken_in == len(SAID) and not changes(db)


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until, f"not within {SECONDS} s"
        time.sleep(0.05)


def findings(database: Database) -> set[Row]:
    """What is found, told by what the theme holds: its id is chance."""
    holds = {theme_id: frozenset(own) for theme_id, own in themes_now(database).items()}
    with database.reading() as db:
        return {
            (holds[one.theme_id], one.provider, one.consumer, one.series, one.state, one.present, one.eligible,
             one.entries, one.seats, round(one.low, 9))
            for one in db.exec(select(Finding)).all()
        }  # fmt: skip


def emptied(database: Database) -> None:
    with database.transaction() as db:
        for table in (Finding, ThemeTopic, Theme, RetroTakenIn, Retro):
            db.execute(delete(table))

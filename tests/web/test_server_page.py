"""What an operator reads of the server process, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.core.models import JobFailure
from app.core.version import version
from app.retros.rules.names import Stage
from tests.builders import a_retro
from tests.cast import Cast


def test_it_says_the_version_what_fails_and_how_often_memory_knew(
    at_desk: Callable[..., TestClient], cast: Cast, database: Database, clock: SetClock
) -> None:
    now = clock.now()
    with database.transaction() as db:
        db.add(
            JobFailure(
                job="due.mails", reason="the disk is full", times=3, since=now, next_at=now + timedelta(hours=1)
            )
        )
    ada = at_desk(cast.ada)
    ada.get("/desk/scorecards")
    ada.get("/desk/scorecards")
    said = ada.get("/desk/server").text
    assert f"Fencepost {version()}" in said
    assert "due.mails</span>: the disk is full, 3 times since" in said
    assert "figures of promises" in said


def test_nobody_else_finds_it(at_desk: Callable[..., TestClient], cast: Cast) -> None:
    for person in (cast.edda, cast.frieda):
        assert at_desk(person).get("/desk/server").status_code == 404


def test_nobody_reads_how_often_phones_ask(
    at_desk: Callable[..., TestClient], new_browser: Callable[[], TestClient], cast: Cast, database: Database,
    clock: SetClock,
) -> None:  # fmt: skip
    """It would tell the rhythm of writing."""
    room = a_retro(database, cast, clock, Stage.WRITE)
    ada = at_desk(cast.ada)
    before = ada.get("/desk/server").text
    phone = new_browser()
    for _ in range(3):
        assert phone.get(f"/r/{room.code}").status_code == 200
    assert database.caches, "else nothing was shown here"
    assert ada.get("/desk/server").text == before

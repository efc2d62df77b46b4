"""The tests' own ground: every test starts on an empty database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from app.core.db import Database
from app.departments.models import Department
from tests.databases import _left_by_a_killed_run


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_starts_empty(database: Database, now, run: int) -> None:
    with database.reading() as db:
        assert db.exec(select(Department)).all() == []
    with database.transaction() as db:
        db.add(Department(name="Editorial", badge="E", tone=0, created_at=now))
    with database.reading() as db:
        assert [found.name for found in db.exec(select(Department))] == ["Editorial"]


def test_a_server_that_nobody_shut_down_is_known_by_its_dead_process(tmp_path: Path) -> None:
    """One that was shut down has taken its file away; a living one is left to whoever uses it."""
    assert not _left_by_a_killed_run(tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    file = tmp_path / "postmaster.pid"
    for process_id in (ended.pid, os.getpid()):  # the second: its number has gone to somebody else
        file.write_text(f"{process_id}\n{tmp_path}\n")
        assert _left_by_a_killed_run(tmp_path)
    living = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)", "postgres"])
    try:
        file.write_text(f"{living.pid}\n{tmp_path}\n")
        assert not _left_by_a_killed_run(tmp_path)
    finally:
        living.kill()
        living.wait()

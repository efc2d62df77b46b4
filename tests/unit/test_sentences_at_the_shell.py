"""What can go wrong at the shell is said in a sentence; a trace is left to defects."""

from __future__ import annotations

import socket
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.core import db, migrate

Say = Callable[..., Result]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database."""
    file = tmp_path_factory.mktemp("ready") / "fencepost.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def data(tmp_path: Path, ready: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "fencepost.db").write_bytes(ready.read_bytes())
    return folder


@pytest.fixture
def say(data: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    from app.cli import cli

    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    usual = {"DATA_DIR": str(data), "DATABASE_URL": None, "ENCODER": "words", "HOST": "127.0.0.1", "PORT": "0"}

    def run(*words: object, **settings: str) -> Result:
        env = {f"FENCEPOST_{name}": value for name, value in {**usual, **settings}.items()}
        return CliRunner().invoke(cli, [str(word) for word in words], env=env)

    return run


def is_said(said: Result, *sentences: str) -> None:
    """In words, on standard error, with status 1 and nothing of Python."""
    assert said.exit_code == 1, (said.output, said.exception)
    assert isinstance(said.exception, SystemExit), repr(said.exception)
    for sentence in sentences:
        assert sentence in " ".join(said.stderr.split())
    assert "Traceback" not in said.output
    assert "Error" not in said.output


def test_the_same_user_twice(say: Say) -> None:
    assert say("user", "ada@lantern.example", "--name", "Ada").exit_code == 0
    is_said(say("user", "ada@lantern.example", "--name", "Ada"), "ada@lantern.example has an account already")
    assert "/desk/invitations/" in say("user", "Ada@Lantern.example", "--new-link").output
    is_said(say("user", "eve@lantern.example", "--new-link"), "There is no account")
    is_said(say("user", "eve@lantern.example"), "--name")
    is_said(say("user", "not an address", "--name", "Eve"), "address")


def test_files_that_are_not_there_or_hold_something_else(say: Say, tmp_path: Path) -> None:
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "noise.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    (tmp_path / "empty.csv").touch()
    for command in (["import"], ["load-actions", "--list", "Wiki"]):
        is_said(say(*command, tmp_path / "none.csv"), "cannot be read: No such file")
        is_said(say(*command, tmp_path), "cannot be read: Is a directory")
        is_said(say(*command, tmp_path / "noise.csv"))
        is_said(say(*command, tmp_path / "empty.csv"))
    is_said(say("import", tmp_path / "noise.xlsx"))
    is_said(say("imports", "--undo", "17"), "There is no import 17")
    for wrong in (tmp_path / "none.db", tmp_path, tmp_path / "noise.csv", tmp_path / "empty.csv"):
        is_said(say("restore", wrong, "--replace"), "is not a backup of Fencepost")


def test_places_where_nothing_can_be_written(say: Say, tmp_path: Path, data: Path) -> None:
    (tmp_path / "file").touch()
    is_said(say("backup", tmp_path / "file"), "never overwrites")
    is_said(say("backup", tmp_path / "file" / "backup.db"), "file")
    is_said(say("migrate", DATA_DIR=str(tmp_path / "file" / "data")), "cannot write to its data folder")
    is_said(say("migrate", DATABASE_URL=f"sqlite:///{tmp_path}"), "")


def test_no_house_in_this_folder(say: Say, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "misspelt")
    for words in (["erase", "account", "a@b.example"], ["imports"], ["leave", "a@b.example"]):
        is_said(say(*words, DATA_DIR=elsewhere), "There is no house in", "--data")
    is_said(say("backup", tmp_path / "backup.db", DATA_DIR=elsewhere), "There is no database")
    is_said(say("demo", "--remove", "--data", elsewhere), "not a demo folder")
    assert not (tmp_path / "misspelt" / "fencepost.db").exists(), "asking must not make one"


def test_a_database_that_is_locked_damaged_or_away(
    say: Say, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    with sqlite3.connect(data / "fencepost.db", isolation_level=None) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        is_said(say("user", "ada@lantern.example", "--name", "Ada"), "The database is busy")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "fencepost.db").write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 40)
    is_said(say("migrate", DATA_DIR=str(tmp_path / "bad")), "damaged")
    is_said(say("backup", tmp_path / "backup.db", DATA_DIR=str(tmp_path / "bad")), "damaged")
    is_said(say("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"), "cannot open its database")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    is_said(say("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"), "fencepost[postgres]")


def test_rights_that_are_missing_in_the_database(say: Say, postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import create_engine, make_url, text

    url = make_url(postgres.fresh())
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE ROLE somebody LOGIN PASSWORD 'somebody'"))
        try:
            connection.execute(text("GRANT SELECT ON alembic_version TO somebody"))
            theirs = url.set(username="somebody", password="somebody").render_as_string(hide_password=False)
            is_said(say("user", "a@b.example", "--name", "A", DATABASE_URL=theirs), "lacks rights")
        finally:
            connection.execute(text("DROP OWNED BY somebody"))
            connection.execute(text("DROP ROLE somebody"))
    engine.dispose()


def test_a_port_or_an_address_that_is_not_to_be_had(say: Say) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = say("serve", PORT=port)
        is_said(said, f"Port {port} is in use already", "--port")
        assert "/desk/setup/" not in said.output, "nobody could follow that link"
    is_said(say("serve", HOST="192.0.2.7"), "This machine has no address 192.0.2.7")
    is_said(say("serve", HOST="no.such.host.invalid"), "This machine has no address no.such.host.invalid")
    is_said(say("serve", "--workers", "3"), "SQLite is served by one process")


def test_settings_that_cannot_be(say: Say) -> None:
    is_said(say("serve", PUBLIC_URI="https://retro.example.org"), "Did you mean FENCEPOST_PUBLIC_URL")
    is_said(say("serve", PUBLIC_URL="https://intranet.example.org/fencepost"), "below a path")
    is_said(say("worker", PORT="http"), "FENCEPOST_PORT")


def test_what_nobody_foresaw_is_still_shown_whole(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr("app.people.service.accounts.create_account", broken)
    said = say("user", "ada@lantern.example", "--name", "Ada")
    assert isinstance(said.exception, KeyError)


def test_what_a_command_makes_is_for_the_operator_alone(say: Say, tmp_path: Path) -> None:
    import os

    before = os.umask(0o022)
    try:
        folder = tmp_path / "new"
        assert say("migrate", DATA_DIR=str(folder)).exit_code == 0
        assert say("backup", tmp_path / "kept" / "backup.db", DATA_DIR=str(folder)).exit_code == 0
        assert os.umask(0o022) == 0o022, "and the shell's own is as it was"
    finally:
        os.umask(before)
    made = [folder, *folder.rglob("*"), tmp_path / "kept", tmp_path / "kept" / "backup.db"]
    assert {path.name for path in made if path.stat().st_mode & 0o077} == set()

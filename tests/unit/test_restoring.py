"""A backup takes the place of a database all at once, while nobody uses it, and lets nobody in who was let out."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from click.testing import Result
from sqlalchemy import create_engine, func, inspect, make_url, select, text
from sqlmodel import SQLModel
from typer.testing import CliRunner

from app.anonymity.service import shuffle
from app.anonymity.service.backup import archive, left_out, postgres, sqlite
from app.anonymity.service.backup.errors import BackupFailed
from app.anonymity.service.keys import KeyStore
from app.core import migrate
from app.core.db import Database
from app.core.migrate import DatabaseIsNewer
from app.core.occupancy import InUse, alone, beside_others, only_server
from app.departments.models import Organisation
from app.live.hub import Hub
from app.live.redraw import Redraw
from app.live.relay import AcrossProcesses
from app.notifications.models import CalendarFeed
from app.outcomes.models import ShareLink
from app.people.models import Account, ApiToken, Invitation, SignIn
from app.retros.models import Retro
from app.retros.rules.names import Stage
from tests import builders
from tests.attack.backups import postgres_programs
from tests.conftest import NOON
from tests.databases import PostgresForTests, only_sqlite
from tests.serving import ServerProcess

Say = Callable[..., Result]
PROGRAMS = postgres_programs()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Say:
    """A command in this process, on the test's database."""
    from app.cli import cli

    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    surroundings = {"FENCEPOST_DATA_DIR": str(tmp_path), "FENCEPOST_DATABASE_URL": database_url}
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words], env=surroundings)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """PostgreSQL's own, of its newest version here."""
    if database_url.startswith("postgres"):
        if PROGRAMS is None or not (Path(PROGRAMS) / "psql").exists():
            pytest.skip("NOT TESTED: pg_dump, pg_restore and psql are not installed here")
        monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


class TestWhileItIsUsed:
    """Whoever replaced, migrated or erased a database under a server would split it in two."""

    def refused(self, said: Result) -> None:
        assert said.exit_code == 1, said.output
        assert "is in use" in said.output
        assert "Stop the server" in said.output

    def test_nothing_swaps_or_rewrites_it(self, house: Database, run: Say, tmp_path: Path) -> None:
        with beside_others(house.url):
            self.refused(run("restore", tmp_path / "any.db", "--replace"))
            self.refused(run("erase", "house", "Lantern", "--for-good"))
            if house.is_sqlite:
                self.refused(run("migrate"))
                (tmp_path / "DEMO").touch()
                self.refused(run("demo", "--remove", "--data", tmp_path))
            else:
                assert run("migrate").exit_code == 0, "servers of two versions may share a PostgreSQL"
        assert (tmp_path / "fencepost.db").exists() == house.is_sqlite

    def test_who_only_adds_goes_on(self, house: Database, run: Say) -> None:
        with beside_others(house.url):
            assert "/desk/invitations/" in run("user", "frieda@lantern.example", "--name", "Frieda").output
            assert run("erase", "account", "frieda@lantern.example").exit_code == 0, "this only says what would go"

    @only_sqlite
    def test_a_server_of_an_older_version_is_seen_too(self, house: Database, run: Say) -> None:
        with only_server(house.url):  # all that those held
            pass
        import fcntl

        with (Path(str(make_url(house.url).database)).parent / "serving.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.refused(run("migrate"))

    @only_sqlite
    def test_no_command_migrates_under_a_server(self, house: Database, run: Say) -> None:
        with house.transaction() as db:
            db.execute(text("UPDATE alembic_version SET version_num = '0014'"))
        with beside_others(house.url):
            said = run("user", "frieda@lantern.example", "--name", "Frieda")
        assert said.exit_code == 1
        assert "must be migrated first" in said.output

    def test_whoever_comes_meanwhile_waits_or_is_refused(
        self, database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.core.occupancy.PATIENCE_SECONDS", 0.3)
        with (
            alone(database_url),
            pytest.raises(InUse, match="Try again when that is done"),
            beside_others(database_url),
        ):
            pass
        with beside_others(database_url), beside_others(database_url):
            pass

    def test_a_real_server_is_found_and_its_database_stays(self, tmp_path: Path) -> None:
        server = ServerProcess(tmp_path / "data")
        server.start()
        url = f"sqlite:///{tmp_path / 'data' / 'fencepost.db'}"
        try:
            archive.back_up(url, tmp_path / "backup.db")
            with pytest.raises(InUse):
                archive.restore(tmp_path / "backup.db", url, replace=True)
            assert httpx.get(server.url + "/readyz").status_code == 200
        finally:
            server.kill()
        archive.restore(tmp_path / "backup.db", url, replace=True)  # the lock went with the process
        for name in ("fencepost.db", "fencepost.db.lock", "serving.lock"):
            assert (tmp_path / "data" / name).stat().st_mode & 0o077 == 0, name


DOORS = (SignIn, ApiToken, Invitation, ShareLink, CalendarFeed)


def open_all_doors(house: Database, account: Account) -> None:
    with house.transaction() as db:
        later = NOON + timedelta(days=30)
        retro_id = db.execute(select(SQLModel.metadata.tables["retro"].c.id)).scalar_one()
        mine = {"account_id": account.id}
        db.add(SignIn(token_hash="a" * 64, started_at=NOON, seen_at=NOON, expires_at=later, **mine))
        db.add(ApiToken(token_hash="b" * 64, name="Tracker", scopes="read", created_at=NOON, **mine))
        db.add(Invitation(token_hash="c" * 64, purpose="reset", created_at=NOON, expires_at=later, **mine))
        db.add(CalendarFeed(token_hash="d" * 64, created_at=NOON, **mine))
        db.add(ShareLink(
            retro_id=retro_id, token_hash="e" * 64, created_by=account.id, created_at=NOON, expires_at=later
        ))  # fmt: skip


def broken(*_: object) -> None:
    raise ZeroDivisionError


def doors(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in left_out.tables_that_open_doors()
        }
    engine.dispose()
    return found


@pytest.fixture
def lived_in(house, cast, clock) -> Database:
    """A house with a retro, and everything that lets somebody in."""
    builders.a_retro(house, cast, clock, stage=Stage.VOTE)
    open_all_doors(house, cast.frieda)
    return house


class TestWhatComesBack:
    def test_every_table_of_secrets_ends_with_a_restore(self) -> None:
        """A new kind of link must not be forgotten."""
        migrate.import_models()
        hashed = {one.name for one in SQLModel.metadata.sorted_tables if "token_hash" in one.columns}
        assert {one.name for one in left_out.tables_that_open_doors()} == hashed
        assert {one.__tablename__ for one in DOORS} == hashed

    def test_a_backup_lets_nobody_in(self, lived_in: Database, programs: None, run: Say, tmp_path: Path) -> None:
        assert set(doors(lived_in.url).values()) != {0}
        archive.back_up(lived_in.url, tmp_path / "kept" / "backup")
        with lived_in.transaction() as db:
            db.execute(text("UPDATE retro SET title = 'Changed since'"))
            db.add(Account(email="late@lantern.example", name="Late", created_at=NOON))
        keys = KeyStore(tmp_path / "secrets")
        with lived_in.reading() as db:
            (there,) = db.exec(select(Retro.id)).scalars()
        keys.create(gone := uuid4())
        keys.create(there)
        lived_in.dispose()
        said = run("restore", tmp_path / "kept" / "backup", "--replace")
        assert keys.exists(there)
        assert not keys.exists(gone), "nothing is left that it could open"
        assert said.exit_code == 0, said.output
        assert "Sign-ins, tokens and links" in said.output
        assert set(doors(lived_in.url).values()) == {0}
        with Database(lived_in.url).reading() as db:
            assert db.execute(text("SELECT title FROM retro")).scalars().all() == ["The Orchard Atlas"]
            assert "late@lantern.example" not in db.execute(text("SELECT email FROM account")).scalars().all()
            assert db.execute(text("SELECT count(*) FROM entry")).scalar_one() > 0

    def test_a_backup_that_does_not_fit_changes_nothing(
        self, lived_in: Database, programs: None, tmp_path: Path
    ) -> None:
        with lived_in.transaction() as db:
            db.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
        archive.back_up(lived_in.url, tmp_path / "newer")
        with lived_in.transaction() as db:
            db.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": migrate.newest_revision()})
        whole = (tmp_path / "newer").read_bytes()
        (tmp_path / "cut").write_bytes(whole[: len(whole) * 2 // 3])
        lived_in.dispose()
        with pytest.raises(DatabaseIsNewer):
            archive.restore(tmp_path / "newer", lived_in.url, replace=True)
        with pytest.raises(BackupFailed):
            archive.restore(tmp_path / "cut", lived_in.url, replace=True)
        with pytest.raises(BackupFailed, match="--replace"):
            archive.restore(tmp_path / "newer", lived_in.url, replace=False)
        assert set(doors(lived_in.url).values()) != {0}
        with lived_in.reading() as db:
            assert db.execute(text("SELECT count(*) FROM entry")).scalar_one() > 0

    @only_sqlite
    def test_what_an_older_backup_holds_has_ended_and_the_file_is_the_operators(
        self, lived_in: Database, tmp_path: Path
    ) -> None:
        """Copies of before held sign-ins; and were restored with the rights of the shell's umask."""
        file = Path(str(make_url(lived_in.url).database))
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(file, tmp_path / "old.db")
        (tmp_path / "old.db").chmod(0o644)
        lived_in.dispose()
        before = os.umask(0o022)
        try:
            archive.restore(tmp_path / "old.db", lived_in.url, replace=True)
        finally:
            os.umask(before)
        assert set(doors(lived_in.url).values()) == {0}
        assert file.stat().st_mode & 0o777 == 0o600
        assert not [one.name for one in file.parent.iterdir() if one.name.startswith((".restoring", "fencepost.db-"))]

    def test_what_an_older_archive_holds_has_ended_whatever_comes_after(
        self, lived_in: Database, programs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The tables that are put back are never there with an open door, not even where bringing them up to date
        breaks off."""
        if lived_in.is_sqlite:
            pytest.skip("a file takes its place at once: see the next test")
        with monkeypatch.context() as before:
            before.setattr(postgres, "tables_left_out", shuffle.short_lived_tables)
            archive.back_up(lived_in.url, tmp_path / "old")
        lived_in.dispose()
        monkeypatch.setattr(migrate, "upgrade", broken)
        with pytest.raises(ZeroDivisionError):
            archive.restore(tmp_path / "old", lived_in.url, replace=True)
        assert set(doors(lived_in.url).values()) == {0}
        with Database(lived_in.url).reading() as db:
            assert db.execute(text("SELECT count(*) FROM entry")).scalar_one() > 0, "it was put back"

    @only_sqlite
    def test_a_full_disk_loses_nothing_of_what_was_there(
        self, lived_in: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its log was once thrown away before the backup had arrived."""
        archive.back_up(lived_in.url, tmp_path / "backup.db")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(sqlite.shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space"):
            archive.restore(tmp_path / "backup.db", lived_in.url, replace=True)
        file = Path(str(make_url(lived_in.url).database))
        assert Path(f"{file}-wal").stat().st_size > 0
        with sqlite3.connect(file) as connection:
            assert connection.execute("SELECT count(*) FROM sign_in").fetchone()[0] > 0

    def test_a_backup_is_made_before_the_tables_are_brought_up_to_date(self, tmp_path: Path) -> None:
        """As an operator does who installed a new version."""
        url = f"sqlite:///{tmp_path / 'old.db'}"
        migrate.upgrade(url, "0010")
        archive.back_up(url, tmp_path / "backup.db")
        archive.restore(tmp_path / "backup.db", f"sqlite:///{tmp_path / 'new.db'}", replace=False)
        assert migrate.revision_of(f"sqlite:///{tmp_path / 'new.db'}") == migrate.newest_revision()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_erasing_the_house_leaves_no_table_and_no_key(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.cli import cli

    url = f"sqlite:///{tmp_path / 'own.db'}"  # (the test's own database: others would miss the tables)
    if kind == "postgres":
        url = request.getfixturevalue("postgres").fresh()
    else:
        migrate.upgrade(url)
    database = Database(url)
    with database.transaction() as db:
        db.merge(Organisation(id=1, name="Lantern"))
    database.dispose()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "signing.secret").write_bytes(b"key")
    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    surroundings = {"FENCEPOST_DATA_DIR": str(tmp_path), "FENCEPOST_DATABASE_URL": url}
    said = CliRunner().invoke(cli, ["erase", "house", "Lantern", "--for-good"], env=surroundings)
    assert said.exit_code == 0, said.output
    assert inspect(create_engine(url)).get_table_names() == []
    assert list((tmp_path / "secrets").iterdir()) == []


@only_sqlite
def test_an_erasure_that_cannot_write_the_file_anew_says_so(
    house: Database, run: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that reads at that moment keeps old bytes in the file, and does not know of them."""
    monkeypatch.setattr("app.outcomes.service.erasing_at_the_shell.FILES_SECONDS", 0.2)
    monkeypatch.setattr("app.anonymity.service.shuffle.SCRUB_PAUSE_SECONDS", 0.01)
    run("user", "frieda@lantern.example", "--name", "Frieda")
    with sqlite3.connect(str(make_url(house.url).database), isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM account").fetchone()
        said = run("erase", "account", "frieda@lantern.example", "--for-good")
        assert "they may still hold what was erased. Stop the server, then run: fencepost migrate" in said.output
    assert run("migrate").exit_code == 0
    assert b"frieda@lantern.example" not in Path(str(make_url(house.url).database)).read_bytes()


def test_a_server_that_listens_is_found_by_its_own_connection(postgres: PostgresForTests) -> None:
    """The command's own lock is gone once PostgreSQL was started anew; the server listens again by itself."""
    url, hub = postgres.fresh(), Hub()
    relay = AcrossProcesses(Redraw(hub, lambda *_: {}), hub, url)  # type: ignore[arg-type,return-value]

    def is_in_use() -> bool:
        try:
            with alone(url):
                return False
        except InUse:
            return True

    async def listen() -> bool:
        listening = asyncio.create_task(relay.listen())
        try:
            for _ in range(100):
                if await asyncio.to_thread(is_in_use):
                    return True
                await asyncio.sleep(0.05)
            return False
        finally:
            listening.cancel()

    assert not is_in_use()
    assert asyncio.run(listen())

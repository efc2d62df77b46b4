"""`/readyz` says what is wrong with the tables, and with what is to be done by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.core import jobs, migrate
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import StorageIsFull
from app.core.schema import SchemaDiffers, check_schema
from tests.databases import only_sqlite

PLANTED = {
    "a column that is gone": ("ALTER TABLE mail_settings DROP COLUMN off", "the column mail_settings.off is missing"),
    "a table that is gone": ("DROP TABLE not_ours", "the table not_ours is missing"),
    "a key that is gone": ("DROP INDEX ix_mail_due_at", "an index of mail is missing"),
    "a column of somebody else's": (
        "ALTER TABLE mail ADD COLUMN mine INTEGER",
        "the column mail.mine is one too many",
    ),
}


@pytest.fixture
def altered(database: Database, client) -> Iterator[Database]:
    """A database whose tables are altered by a test, and put back where it is used again."""
    assert client.get("/readyz").status_code == 200
    yield database
    if not database.is_sqlite:
        database.dispose()
        with database.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        from tests.databases import create_tables

        create_tables(database.url)


@pytest.mark.parametrize("planted", PLANTED)
def test_tables_that_are_not_those_of_this_version_are_noticed_at_once(planted: str, altered, client) -> None:
    statement, said = PLANTED[planted]
    with altered.engine.begin() as connection:
        connection.execute(text(statement))
    answer = client.get("/readyz")
    assert (answer.status_code, said in answer.text) == (503, True), answer.text
    with pytest.raises(SchemaDiffers, match="not those of this version"):
        check_schema(altered)


def test_what_is_there_beside_our_tables_is_nobodys_business(altered, client) -> None:
    with altered.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_a_report (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE INDEX of_a_report_too ON mail (attempts)"))
    assert client.get("/readyz").status_code == 200


@only_sqlite
def test_a_table_that_keeps_an_order_is_noticed(altered, client) -> None:
    with altered.engine.begin() as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'not_ours'")).scalar_one()
        connection.execute(text("DROP TABLE not_ours"))
        connection.execute(text(str(made).replace("WITHOUT ROWID", "")))
    assert "the table not_ours keeps what it must forget" in client.get("/readyz").text


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_table_that_is_sampled_is_noticed(altered, client) -> None:
    with altered.engine.begin() as connection:
        connection.execute(text("ALTER TABLE seat ALTER COLUMN tag SET STATISTICS 10"))
    assert "the table seat keeps what it must forget" in client.get("/readyz").text


@only_sqlite
def test_migrate_compares_too(tmp_path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    from typer.testing import CliRunner

    from app.cli import cli

    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    surroundings = {"FENCEPOST_DATA_DIR": str(tmp_path), "FENCEPOST_DATABASE_URL": f"sqlite:///{tmp_path}/own.db"}
    assert CliRunner().invoke(cli, ["migrate"], env=surroundings).exit_code == 0
    database = Database(f"sqlite:///{tmp_path}/own.db")
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE department DROP COLUMN tone"))
    said = CliRunner().invoke(cli, ["migrate"], env=surroundings)
    assert said.exit_code == 1
    assert "the column department.tone is missing" in said.output
    database.dispose()


class Work:
    """A job that fails while it is told to."""

    __module__ = "app.somewhere.jobs"

    def __init__(self) -> None:
        self.__qualname__ = "run_due"
        self.trouble: Exception | None = None
        self.ran = 0

    def __call__(self, database: Database, now: datetime) -> None:
        self.ran += 1
        if self.trouble is not None:
            raise self.trouble


class TestWorkThatFails:
    @pytest.fixture(autouse=True)
    def monotonic(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        passed = [1000.0]
        monkeypatch.setattr(jobs.time, "monotonic", lambda: passed[0])
        return passed

    def test_it_backs_off_says_why_and_turns_readiness_red(
        self, database: Database, clock: SetClock, client, monotonic: list[float], capsys
    ) -> None:
        broken, good = Work(), Work()
        good.__qualname__ = "other"
        broken.trouble = OSError(28, "No space left on device", "/secret/name")
        due = jobs.DueWork([broken, good], database, clock)
        for second in range(0, 300, 5):
            monotonic[0] = 1000.0 + second
            due.run_round()
        assert good.ran == 60, "one that fails holds up none of the others"
        assert broken.ran == 5, "after 0, 10, 30, 70 and 150 seconds"
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "app.somewhere.jobs.run_due failed 5 times since 2026-03-17 12:00 UTC" in answer.text
        assert "No space left on device" in answer.text
        assert "/secret/name" not in answer.text
        broken.trouble = None
        monotonic[0] += 400
        due.run_round()
        assert client.get("/readyz").status_code == 200
        due.run_round()
        assert broken.ran == 7, "and is done each round again"

    def test_it_is_never_left_alone_for_longer_than_five_minutes(
        self, database: Database, clock: SetClock, monotonic: list[float]
    ) -> None:
        broken = Work()
        broken.trouble = ValueError("what Sven typed")
        due = jobs.DueWork([broken], database, clock)
        for _ in range(20):
            monotonic[0] += 301
            due.run_round()
        assert broken.ran == 20

    def test_another_process_that_works_clears_it_and_so_does_time(
        self, database: Database, clock: SetClock, client
    ) -> None:
        broken = Work()
        broken.trouble = ValueError("what Sven typed")
        jobs.run_once([broken], database, clock)
        said = client.get("/readyz").text
        assert "ValueError" in said
        assert "Sven" not in said
        clock.advance(timedelta(minutes=3))
        assert client.get("/readyz").status_code == 200, "whoever failed is gone"
        jobs.run_once([broken], database, clock)
        broken.trouble = None
        jobs.run_once([broken], database, clock)
        assert client.get("/readyz").status_code == 200

    def test_a_database_that_cannot_be_written_stops_no_round(
        self, database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken, good = Work(), Work()
        good.__qualname__ = "other"
        broken.trouble = StorageIsFull()

        def full() -> None:
            raise StorageIsFull

        monkeypatch.setattr(database, "transaction", full)
        jobs.run_once([broken, good], database, clock)
        assert good.ran == 1

    def test_one_thing_that_fails_holds_up_none_of_the_others(self) -> None:
        seen: list[int] = []

        def work(number: int) -> None:
            seen.append(number)
            if number == 1:
                raise ValueError("one")

        with pytest.raises(ValueError, match="one"):
            jobs.for_each([1, 2, 3], work)
        assert seen == [1, 2, 3]


def test_readiness_is_red_at_another_revision(database: Database, client) -> None:
    with database.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, "run fencepost migrate" in answer.text) == (503, True)
    finally:
        with database.transaction() as db:
            db.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": migrate.newest_revision()})

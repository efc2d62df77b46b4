"""What every test can ask for: a fresh database (SQLite and PostgreSQL), a clock that stands still, the app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.anonymity.service.keys import KeyStore
from app.core.clock import SetClock
from app.core.db import Database
from tests.databases import PostgresForTests, SQLiteTemplate, postgres_or_skip

NOON = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    """Stands at noon on a Tuesday until a test advances it."""
    return SetClock(NOON)


@pytest.fixture
def now(clock: SetClock) -> datetime:
    return clock.now()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SQLiteTemplate:
    return SQLiteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """A PostgreSQL server. Skips loudly where there is none; fails with FENCEPOST_REQUIRE_POSTGRES=1."""
    server = postgres_or_skip()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database with all tables; the test runs once on each kind."""
    if request.param == "postgres":
        server: PostgresForTests = request.getfixturevalue("postgres")
        return server.emptied()
    template: SQLiteTemplate = request.getfixturevalue("sqlite_template")
    return template.copy_to(tmp_path)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database, as the app opens it."""
    opened = open_database(database_url, tmp_path)
    yield opened
    opened.dispose()


def open_database(url: str, folder: Path) -> Database:
    """The keys of open retros lie in `folder/secrets`, as in a real data folder."""
    return Database(url, keys=KeyStore(folder / "secrets"))

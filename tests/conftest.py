"""What every test can ask for: a fresh database (SQLite and PostgreSQL), a clock that stands still, the app.

Unit tests of one slice must not wait for the import of all the others: what only some tests need is imported late.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import settings as property_settings

from app.anonymity.service.keys import KeyStore
from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.core.signing import SigningKey
from tests import rendered, rules_mark
from tests.databases import PostgresForTests, SQLiteTemplate, postgres_or_skip, share_statements
from tests.rendered import pytest_sessionfinish, pytest_testnodedown

__all__ = ["pytest_sessionfinish", "pytest_testnodedown"]

if TYPE_CHECKING:
    from tests.cast import Cast, Person
    from tests.serving import LiveServer

rendered.remember()
share_statements()
# How long an example takes says how busy the machine is: speed is measured in tests/load, never here.
property_settings.register_profile("fencepost", deadline=None)
property_settings.register_profile("rules", deadline=None, max_examples=5)
property_settings.load_profile("fencepost")
NOON = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)


SHORT = os.environ.get("FENCEPOST_SHORT") == "1"
STORY_SECONDS = 300
"""A whole retro in browsers, or attacked, takes longer than other tests: only what hangs is to be ended."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Rules are done before other processes have begun, with few examples a property: the whole run has all."""
    if not _only_rules(config):
        return
    property_settings.load_profile("rules")
    if config.option.numprocesses == "auto":
        config.option.numprocesses = 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if _only_rules(config) and rules_mark.leave_out(collection_path) else None


def _only_rules(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "rules")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """CI's short run leaves to the full one what is marked `full`, of pages on PostgreSQL all but a quarter (services
    meet PostgreSQL in all of tests/unit), and each replay of real retros on one of the databases."""
    rules_mark.mark(items)
    for one in items:
        if (_lies_in("browser", one) or _lies_in("attack", one)) and one.get_closest_marker("timeout") is None:
            one.add_marker(pytest.mark.timeout(STORY_SECONDS))
    if not SHORT:
        return
    left_out = {one for one in items if _is_left_to_the_full_run(one)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [one for one in items if one not in left_out]


def _is_left_to_the_full_run(test: pytest.Item) -> bool:
    marked = test.get_closest_marker("full")
    if marked is not None:
        return str(marked.kwargs.get("only", "")) in test.nodeid
    name, _, variant = test.nodeid.partition("[")
    if _lies_in("web", test):
        return variant.startswith("postgres") and bool(crc32(test.nodeid.encode()) % 4)
    if _lies_in("replay", test):
        return variant.startswith(("postgres", "sqlite")[crc32(name.encode()) % 2])
    return False


def _lies_in(folder: str, test: pytest.Item) -> bool:
    return Path(__file__).parent / folder in test.path.parents


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
    """The keys lie in `folder/secrets`, as in a real data folder. The encoder is loaded where a test needs it."""
    from app.meaning.service.encoders import chosen
    from app.web.templating import render

    secrets = folder / "secrets"
    keys, signing_key = KeyStore(secrets), SigningKey(secrets)
    return Database(url, keys=keys, signing_key=signing_key, render=render, encoder=chosen("light"))


@pytest.fixture
def house(database: Database) -> Database:
    """The database with the reactions of every slice, as the app wires it (no screens)."""
    from app.main import register_reactions

    register_reactions(database.bus)
    return database


@pytest.fixture
def cast(database: Database, now: datetime) -> Cast:
    """The fixed cast, settled in the test's database (see tests/cast.py)."""
    from tests.cast import settle_in

    return settle_in(database, now)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


def settings_for(url: str, folder: Path, **changed: object) -> Settings:
    """Settings of a server under test: nothing from the surroundings, no work behind its back."""
    chosen = {
        "data_dir": folder,
        "database_url": url,
        "secrets_dir": folder / "secrets",
        "run_jobs": False,
        "_env_file": None,
    }
    return Settings(**{**chosen, **changed})  # type: ignore[arg-type]


@pytest.fixture
def app(settings: Settings, database: Database, clock: SetClock) -> FastAPI:
    """The whole application on the test's database and clock."""
    from app.main import create_app

    return create_app(settings, database=database, clock=clock)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser that has not signed in and has no seat. Redirects are not followed."""
    with TestClient(app, headers=OWN_PAGE, follow_redirects=False) as browser:
        yield browser


# What a browser sends with a form of our own page.
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def new_browser(client: TestClient) -> Callable[[], TestClient]:
    """Makes further browsers of the same application: own cookies, same server."""

    def make() -> TestClient:
        browser = TestClient(client.app, headers=OWN_PAGE, follow_redirects=False)
        browser.portal = client.portal  # one event loop, as in a real server
        return browser

    return make


@pytest.fixture
def at_desk(new_browser: Callable[[], TestClient]) -> Callable[[Person], TestClient]:
    """A browser in which this person is signed in: `at_desk(cast.frieda)`."""

    def sign_in(person: Person) -> TestClient:
        browser = new_browser()
        browser.cookies.set("visit", person.token, path="/desk")
        return browser

    return sign_in


@pytest.fixture
def live_server(settings: Settings, database: Database, clock: SetClock) -> Iterator[LiveServer]:
    """A real server on 127.0.0.1 with the test's database and clock, for streams and browsers."""
    from app.main import create_app
    from tests.serving import LiveServer

    server = LiveServer(create_app(settings, database=database, clock=clock))
    server.start()
    yield server
    server.stop()

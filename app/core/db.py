"""Opens the database and gives out transactions; knows no table.

SQLite: WAL, foreign keys, busy timeout, `secure_delete`, `BEGIN IMMEDIATE` for writers and one writer at a time in
this process (with driver defaults increments get lost). PostgreSQL: an ordinary pool; reads are repeatable.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from app.core.cache import Cache, CacheKind
from app.core.errors import Invalid, Refusal, StorageIsAway, StorageIsBusy, StorageIsFull, StorageIsReadOnly
from app.core.events import Bus, settle
from app.core.turns import Turns

log = structlog.get_logger(__name__)

BUSY_TIMEOUT_MS = 5_000


class Database:
    """One database, as this process sees it."""

    def __init__(self, url: str, bus: Bus | None = None, **info: Any) -> None:
        """`info` is handed to every session (`db.info`): things that belong to this database, such as its keys."""
        self.url = url
        self.bus = bus or Bus()
        self.info: dict[str, Any] = {**info, "database": self}
        self.caches: dict[CacheKind[Any], Cache[Any]] = {}
        self.engine = _open(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reader = self.engine.execution_options(**_reader_options(self.is_sqlite))
        self._one_writer = Turns()

    @contextmanager
    def transaction(self, turns: int = 1) -> Iterator[Session]:
        """A whole write: commits at the end of the block, rolls back on any exception, then settles its facts.

        `turns`: how many times as long it waits for other writers of this process, where a whole room comes at once.
        """
        with self._write_lock(turns), _plain_sentences(), Session(self.engine, expire_on_commit=False) as db:
            db.info.update(self.info, bus=self.bus, facts=[], callbacks=[])
            with db.begin():
                yield db
        settle(db)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent picture of the database; nothing written here is kept."""
        with _plain_sentences(), Session(self._reader, expire_on_commit=False) as db:
            db.info.update(self.info)
            try:
                yield db
            finally:
                db.rollback()

    @contextmanager
    def outside_transactions(self) -> Iterator[Any]:
        """A raw connection in autocommit, for VACUUM and its kind."""
        with self._write_lock():
            connection = self.engine.raw_connection()
            try:
                driver: Any = connection.driver_connection
                if not self.is_sqlite:
                    driver.autocommit = True
                yield driver
            finally:
                if not self.is_sqlite:
                    driver.autocommit = False
                connection.close()

    @property
    def driver(self) -> Any:
        """The DB-API module, whose errors a raw connection raises."""
        return self.engine.dialect.dbapi

    def dispose(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _write_lock(self, turns: int = 1) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._one_writer.acquire(timeout=turns * BUSY_TIMEOUT_MS / 1000):
            raise StorageIsBusy
        try:
            yield
        finally:
            self._one_writer.release()


def _open(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            module=newest_sqlite(),
            hide_parameters=True,
            pool_size=20,
            max_overflow=20,
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_size=20, max_overflow=20, pool_pre_ping=True, hide_parameters=True)


def newest_sqlite() -> ModuleType:
    """The bundled SQLite of the `sqlite` extra when installed, else the machine's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3

        return sqlite3
    return dbapi2  # type: ignore[no-any-return]  # it has no types


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _reader_options(is_sqlite: bool) -> dict[str, Any]:
    if is_sqlite:
        return {"reading": True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def _plain_sentences() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        if isinstance(refusal, Invalid):
            raise refusal from error
        log.error("storage_trouble", reason=type(refusal).__name__, detail=str(getattr(error, "orig", error))[:200])
        raise refusal from error


def refusal_for(error: DBAPIError | PoolTimeout) -> Refusal | None:
    """What an error of the driver means for people; None where it is a defect of ours."""
    if isinstance(error, PoolTimeout):
        return StorageIsBusy()
    said = str(error.orig).lower()
    if isinstance(error, DataError) and "nul (0x00)" in said:
        return Invalid("This holds a character that cannot be kept. Please type it again.")
    if isinstance(error, DataError | IntegrityError | ProgrammingError):
        return None  # a defect of ours; and what it says may quote what somebody typed
    if "locked" in said or "busy" in said or "deadlock" in said or "could not serialize" in said:
        return StorageIsBusy()
    if "readonly" in said or "read-only" in said:
        return StorageIsReadOnly()
    if "disk is full" in said or "no space left" in said or "disk full" in said:
        return StorageIsFull()
    if error.connection_invalidated or (isinstance(error, OperationalError) and "connect" in said):
        return StorageIsAway()
    if isinstance(error, OperationalError) and ("unable to open" in said or "disk i/o" in said):
        return StorageIsAway()
    return None

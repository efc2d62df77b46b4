"""Who uses a database just now: many beside each other, or one alone who replaces, migrates or erases it.

SQLite: a server keeps writing into a file that was replaced under it, and its screens hear only of its own changes.
So there is one server a file, and nobody replaces what somebody has open. The locks go with their process, however it
ends. PostgreSQL: advisory locks of the database, held by a connection of their own.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, create_engine, make_url, pool, text

IN_USE_KEY = 0x46454E4349  # beside the key under which migrations take turns
PATIENCE_SECONDS = 60.0
"""Whoever is alone is done soon: the others wait that long."""
PAUSE_SECONDS = 0.1
_served_here: set[Path] = set()


class InUse(Exception):
    """Somebody works with this database; says so in a sentence."""


@contextmanager
def beside_others(url: str) -> Iterator[None]:
    """Work with the database; nobody replaces it meanwhile. Waits for whoever is alone with it; raises InUse."""
    with _locks(url) as locks:
        _wait_until(locks.try_shared)
        yield


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Have the database to oneself; raises InUse at once where a server or anybody else works with it."""
    with _locks(url) as locks:
        _wait_until(lambda: locks.try_alone() or _refuse_if_used(locks, url))
        yield


@contextmanager
def only_server(url: str) -> Iterator[None]:
    """Be the one process that serves this SQLite file; raises InUse. On PostgreSQL any number may serve."""
    file = file_of(url)
    if file is None:
        yield
        return
    with _opened(_serving_lock(file)) as lock:
        if not _took(lock, fcntl.LOCK_EX):
            raise InUse(
                f"Another Fencepost serves {file.parent}. Stop it first, or choose another folder with --data."
            )
        _served_here.add(_serving_lock(file))
        try:
            yield
        finally:
            _served_here.discard(_serving_lock(file))


def file_of(url: str) -> Path | None:
    """Where an SQLite database lies; None for PostgreSQL, and for one that is in memory only."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return None
    return Path(str(address.database)).resolve()


class _Locks(Protocol):
    def try_shared(self) -> bool: ...

    def try_alone(self) -> bool: ...


class _FileLocks:
    """On a file beside the database; not on the database itself, which may be replaced, and has SQLite's own."""

    def __init__(self, lock: IO[str], serving: Path) -> None:
        self._lock = lock
        self._serving = serving

    def try_shared(self) -> bool:
        return _took(self._lock, fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        if not _took(self._lock, fcntl.LOCK_EX):
            return False
        if self._serving in _served_here or self._nobody_serves():
            return True
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        return False

    def _nobody_serves(self) -> bool:
        """Servers of before 0.2.0 hold this lock alone."""
        with _opened(self._serving) as serving:
            return _took(serving, fcntl.LOCK_EX)


class _AdvisoryLocks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def try_shared(self) -> bool:
        return self._ask("pg_try_advisory_lock_shared")

    def try_alone(self) -> bool:
        return self._ask("pg_try_advisory_lock")

    def _ask(self, function: str) -> bool:
        return bool(self._connection.execute(text(f"SELECT {function}(:key)"), {"key": IN_USE_KEY}).scalar())


class _NoLocks:
    """A database in the memory of one process."""

    def try_shared(self) -> bool:
        return True

    def try_alone(self) -> bool:
        return True


@contextmanager
def _locks(url: str) -> Iterator[_Locks]:
    file = file_of(url)
    if file is not None:
        with _opened(file.with_name(f"{file.name}.lock")) as lock:
            yield _FileLocks(lock, _serving_lock(file))
    elif make_url(url).get_backend_name() == "sqlite":
        yield _NoLocks()
    else:
        engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield _AdvisoryLocks(connection)


def _wait_until(took: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not took():
        if time.monotonic() > until:
            raise InUse("Somebody is migrating, restoring or erasing this database. Try again when that is done.")
        time.sleep(PAUSE_SECONDS)


def _refuse_if_used(locks: _Locks, url: str) -> bool:
    """Whoever shares it may stay for days; whoever is alone is worth waiting for."""
    if locks.try_shared():
        raise InUse(_in_use(url))
    return False


def _in_use(url: str) -> str:
    where = file_of(url) or f"The database {make_url(url).database}"
    return f"{where} is in use: Fencepost is running on it. Stop the server (and `fencepost worker`) first."


def _serving_lock(file: Path) -> Path:
    own_folder = file.name == "fencepost.db"
    return file.with_name("serving.lock" if own_folder else f"{file.name}.serving")


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as lock:
        yield lock


def _took(lock: IO[str], how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

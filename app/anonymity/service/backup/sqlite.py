"""Copies an SQLite file while it is used, and puts a copy in its place while it is not."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Table, make_url

from app.anonymity.service.backup.errors import BackupFailed
from app.anonymity.service.backup.left_out import tables_left_out, tables_that_open_doors
from app.core import migrate
from app.core.db import newest_sqlite


def copy(url: str, target: Path) -> None:
    """The database, purged, at `target`. Raises BackupFailed."""
    database = Path(str(make_url(url).database))
    if not database.exists():
        raise BackupFailed(f"There is no database at {database}.")
    sqlite = newest_sqlite()
    # Beside the target, so that the unpurged copy never lands on another disk; removed in any case.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        unpurged, purged = Path(folder) / "copy.db", Path(folder) / "purged.db"
        source, connection = sqlite.connect(database), sqlite.connect(unpurged)
        try:
            source.backup(connection, pages=200, sleep=0.01)
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("PRAGMA journal_mode=DELETE")
            _empty(connection, tables_left_out())
            connection.commit()
            connection.execute("VACUUM INTO ?", (str(purged),))
        except sqlite.Error as error:
            raise BackupFailed(
                f"{database} cannot be copied, it may be damaged or the disk full: {error}."
            ) from error
        finally:
            source.close()
            connection.close()
        purged.chmod(0o600)
        purged.rename(target)


def put_back(backup: Path, url: str, *, replace: bool) -> None:
    """The database is untouched until a copy of the backup, brought up to date, can take its place at once.

    Raises BackupFailed, DatabaseIsNewer.
    """
    database = Path(str(make_url(url).database)).resolve()
    if database.exists() and not replace:
        raise BackupFailed(f"{database} exists already. Stop the server, then say --replace to put the backup there.")
    _check_whole(backup)
    # Beside the database: what is renamed must lie on the same disk.
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".restoring-") as folder:
        fresh = Path(folder) / "fresh.db"
        shutil.copyfile(backup, fresh)
        fresh.chmod(0o600)
        migrate.upgrade(f"sqlite:///{fresh}")
        _end_what_opens_doors(fresh)
        _empty_the_log_of(database)
        os.replace(fresh, database)
        _write_through(database.parent)


def _end_what_opens_doors(fresh: Path) -> None:
    connection = newest_sqlite().connect(fresh)
    try:
        connection.execute("PRAGMA secure_delete=ON")
        _empty(connection, tables_that_open_doors())
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file that is renamed
    finally:
        connection.close()
    _write_through(fresh)


def _empty_the_log_of(database: Path) -> None:
    """What lies in the log goes into the old file first: a log that outlived its file would be read into the new one,
    and one that is thrown away before the rename would be missing if that fails."""
    if database.exists():
        connection = newest_sqlite().connect(database)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except newest_sqlite().DatabaseError:
            pass  # a damaged file may be why a backup is put back
        finally:
            connection.close()
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)


def _empty(connection: Any, tables: Iterable[Table]) -> None:
    """Those of them that are there: a backup may be made before the tables are brought up to date."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in tables:
        if table.name in there:
            connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608  (our own table names)


def _check_whole(backup: Path) -> None:
    try:
        connection = sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise BackupFailed(f"{backup} is not a backup of Fencepost: {error}.") from error
    if verdict != "ok":
        raise BackupFailed(f"{backup} is damaged: {verdict}.")


def _write_through(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

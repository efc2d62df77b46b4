"""Copies the database without its short-lived tables: a backup must not remember what the database forgets.

Nor does it hold the keys of open retros (they lie in the secrets folder): a retro that is open while the copy is made
has lost its seats and drafts in the copy; everything revealed and everything closed is there.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from app.anonymity.service.shuffle import short_lived_tables
from app.core.db import newest_sqlite


class BackupFailed(Exception):
    """Says in a sentence why, for the operator."""


def back_up(url: str, target: Path) -> None:
    """Writes a copy to `target`: an SQLite file, or PostgreSQL's own archive format (`pg_restore` reads it).

    Raises `BackupFailed`; never overwrites a file.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already; a backup never overwrites a file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(Path(str(address.database)), target)
    else:
        _dump_postgres(url, target)


def restore(backup: Path, url: str, *, replace: bool) -> None:
    """Puts an SQLite backup in the place of the database; raises `BackupFailed`."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise BackupFailed("A PostgreSQL backup is restored with: pg_restore --clean --if-exists --dbname=... FILE")
    database = Path(str(address.database))
    if database.exists() and not replace:
        raise BackupFailed(f"{database} exists already. Stop the server, then say --replace to put the backup there.")
    _check_whole(backup)
    for suffix in ("-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
    fresh = database.with_name(database.name + ".restoring")
    shutil.copyfile(backup, fresh)
    os.replace(fresh, database)


def _copy_sqlite(database: Path, target: Path) -> None:
    if not database.exists():
        raise BackupFailed(f"There is no database at {database}.")
    sqlite = newest_sqlite()
    # Beside the target, so that the unpurged copy never lands on another disk; removed in any case.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / "copy.db"
        source, purged = sqlite.connect(database), sqlite.connect(copy)
        try:
            source.backup(purged, pages=200, sleep=0.01)
            purged.execute("PRAGMA secure_delete=ON")
            purged.execute("PRAGMA journal_mode=DELETE")
            for table in short_lived_tables():
                purged.execute(f'DELETE FROM "{table.name}"')  # noqa: S608  (our own table names)
            purged.commit()
            purged.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
            purged.close()
    target.chmod(0o600)


def _dump_postgres(url: str, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed("pg_dump is not installed here; it comes with PostgreSQL's client package.")
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    left_out = [f"--exclude-table-data={table.name}" for table in short_lived_tables()]
    command = [program, "--format=custom", f"--file={target}", *left_out, address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (no shell, our words)
    if done.returncode != 0:
        target.unlink(missing_ok=True)
        raise BackupFailed(f"pg_dump said: {done.stderr.strip()[:300]}")


def _check_whole(backup: Path) -> None:
    try:
        connection = sqlite3.connect(f"file:{backup}?mode=ro", uri=True)
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.close()
    except sqlite3.Error as error:
        raise BackupFailed(f"{backup} is not a backup of Fencepost: {error}.") from error
    if verdict != "ok":
        raise BackupFailed(f"{backup} is damaged: {verdict}.")

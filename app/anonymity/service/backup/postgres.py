"""Makes and puts back archives of PostgreSQL by its own programs; no password stands in the list of processes."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, pool
from sqlmodel import SQLModel

from app.anonymity.service.backup.errors import BackupFailed
from app.anonymity.service.backup.left_out import tables_left_out, tables_that_open_doors
from app.core import migrate
from app.core.patterns import MULTILINE, bounded

BY_HAND = "By hand, while nobody serves: pg_restore --clean --if-exists --no-owner --dbname=... FILE"
NEWER_THAN_THE_SERVER = b"SET transaction_timeout"  # said by programs from 17 on, unknown to servers before

_VERSION_IN_DUMP = bounded(r"^COPY \S{0,60}alembic_version .{0,200}\n(\w{1,40})\n", MULTILINE)


def copy(url: str, target: Path) -> None:
    """An archive at `target`. Raises BackupFailed."""
    program = _program("pg_dump")
    left_out = [f"--exclude-table-data={table.name}" for table in tables_left_out()]
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # pg_dump keeps the mode that it finds
    try:
        with _connecting(url) as (address, surroundings):
            command = [program, "--format=custom", f"--file={target}", *left_out, f"--dbname={address}"]
            done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603  (no shell)
        if done.returncode != 0:
            raise BackupFailed(_said("pg_dump", done.stderr))
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def put_back(backup: Path, url: str, *, replace: bool) -> None:
    """In one transaction of the server: all of it, or nothing changes. Raises BackupFailed, DatabaseIsNewer."""
    reader, writer = _program("pg_restore", BY_HAND), _program("psql", BY_HAND)
    engine = create_engine(url, poolclass=pool.NullPool)
    there = set(inspect(engine).get_table_names())
    if there and not replace:
        raise BackupFailed(
            "The database holds tables already. Stop the server, then say --replace to put the backup there."
        )
    migrate.must_know(_revision_of(reader, backup))
    ours = there & {*SQLModel.metadata.tables, "alembic_version"}
    with _connecting(url) as (address, surroundings):
        load = [writer, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={address}"]
        _pipe([reader, "--no-owner", "--no-privileges", "--file=-", str(backup)], load, surroundings, ours)
    migrate.upgrade(url)


def _pipe(read: list[str], load: list[str], surroundings: dict[str, str], ours: set[str]) -> None:
    """Committed only once everything was read: an archive that ends too soon changes nothing."""
    with tempfile.TemporaryFile() as troubles:
        reading = subprocess.Popen(read, stdout=subprocess.PIPE, stderr=troubles)  # noqa: S603  (no shell)
        loading = subprocess.Popen(  # noqa: S603  (no shell)
            load, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=troubles
        )
        assert reading.stdout is not None
        assert loading.stdin is not None
        try:
            loading.stdin.write(b"BEGIN;\n")
            for name in sorted(ours):
                loading.stdin.write(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n'.encode())
            for line in reading.stdout:
                if not line.startswith(NEWER_THAN_THE_SERVER):
                    loading.stdin.write(line)
            if reading.wait() == 0:
                loading.stdin.write(_doors_are_shut())
                loading.stdin.write(b"COMMIT;\n")
            loading.stdin.close()
        except BrokenPipeError:
            reading.kill()
        results = {"pg_restore": reading.wait(), "psql": loading.wait()}
        troubles.seek(0)
        for name in ("psql", "pg_restore"):
            if results[name] != 0:
                raise BackupFailed(_said(name, troubles.read().decode(errors="replace")))


def _doors_are_shut() -> bytes:
    """What lets in is in no new archive, but in older ones, which may lack a table that is here now. In the same
    transaction: nothing of it ever works again, whatever comes after."""
    said = ["RESET search_path;"]  # pg_restore empties it
    for table in tables_that_open_doors():
        emptied = f'IF to_regclass(\'"{table.name}"\') IS NOT NULL THEN DELETE FROM "{table.name}"; END IF;'  # noqa: S608  (our own table names)
        said.append(f"DO $$ BEGIN {emptied} END $$;")
    return "".join(f"{line}\n" for line in said).encode()


def _revision_of(reader: str, backup: Path) -> str:
    command = [reader, "--data-only", "--table=alembic_version", "--file=-", str(backup)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (no shell)
    if done.returncode != 0:
        raise BackupFailed(f"{backup} is not a backup of Fencepost. {_said('pg_restore', done.stderr)} {BY_HAND}")
    found = _VERSION_IN_DUMP.search(done.stdout)
    if found is None:
        raise BackupFailed(f"{backup} is not a backup of Fencepost: it says no revision.")
    return found[1]


@contextmanager
def _connecting(url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The address without its password, and surroundings that name a file (0600) with it."""
    address = make_url(url).set(drivername="postgresql")
    asked = address.query.get("password")
    password = address.password or (asked if isinstance(asked, str) else None)
    bare = address.difference_update_query(["password"])._replace(password=None)
    plain = bare.render_as_string(hide_password=False)
    if password is None:
        yield plain, dict(os.environ)
        return
    with tempfile.NamedTemporaryFile("w", prefix="fencepost-") as file:  # made 0600
        file.write(f"*:*:*:*:{_escaped(str(password))}\n")
        file.flush()
        yield plain, {**os.environ, "PGPASSFILE": file.name}


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _program(name: str, otherwise: str = "") -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(
            f"{name} is not installed here; it comes with PostgreSQL's client package. {otherwise}".rstrip()
        )
    return found


def _said(program: str, words: str) -> str:
    hint = ""
    if "server version mismatch" in words:
        hint = " Install the client package of the server's version, or a newer one."
    return f"{program} said: {' '.join(words.split())[:300]}{hint}"

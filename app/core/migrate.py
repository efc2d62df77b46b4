"""Brings a database's tables up to date before the server starts; knows no table.

The scripts are found in the project (`alembic/`) or, when installed from a wheel, in `app/_bundled/alembic`. One
process at a time migrates: an advisory lock on PostgreSQL, a lock file beside a SQLite database.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, make_url, pool, text

import app
from app.core.db import newest_sqlite
from app.core.occupancy import file_of

ADVISORY_LOCK = 0x46454E4345  # "FENCE"
NEWER = "This database was made by a newer Fencepost. Install that version again, or restore a backup."
_APP_FOLDER = Path(app.__file__).resolve().parent


class DatabaseIsNewer(Exception):
    """The database was migrated by a newer Fencepost; this one would not understand it."""


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at `url` (made if it is SQLite and missing). Raises `DatabaseIsNewer`.

    Call it once before the workers start, never in each of them. What was there is written anew afterwards, so that
    no file keeps what a migration took away.
    """
    with _one_at_a_time(url):
        try:
            before = revision_of(url)
            command.upgrade(_config(url), revision)
            if before not in (None, revision_of(url)):
                write_anew(url)
        except CommandError as error:
            if "Can't locate revision" not in str(error):
                raise
            raise DatabaseIsNewer(NEWER) from error


def must_know(revision: str) -> None:
    """Raises `DatabaseIsNewer` where no script of ours makes this revision."""
    try:
        ScriptDirectory.from_config(_config("")).get_revision(revision)
    except CommandError as error:
        raise DatabaseIsNewer(NEWER) from error


def is_behind(url: str) -> bool:
    """Whether the database has another revision than this code expects: an older one, or one it does not know."""
    return revision_of(url) != newest_revision()


def write_anew(url: str) -> None:
    """Make the files forget old rows: they keep them until something else is written there."""
    driver = {"module": newest_sqlite()} if make_url(url).get_backend_name() == "sqlite" else {}
    engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT", **driver)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM (FULL, ANALYZE)")
    engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Take the tables back to `revision` ("base": none at all). What they held and older ones cannot hold is lost."""
    with _one_at_a_time(url):
        command.downgrade(_config(url), revision)


@cache
def newest_revision() -> str | None:
    """The revision that this code expects."""
    return ScriptDirectory.from_config(_config("")).get_current_head()


def revision_of(url: str) -> str | None:
    """The revision that the database is at; None when it has no tables yet."""
    file = file_of(url)
    if file is not None and not file.exists():
        return None  # and looking must not make one
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def import_models() -> None:
    """Import every slice's models, so that the metadata knows all tables."""
    for slice_ in iter_modules(app.__path__):
        folder = _APP_FOLDER / slice_.name
        if (folder / "models.py").exists() or (folder / "models" / "__init__.py").exists():
            import_module(f"app.{slice_.name}.models")


def scripts_folder() -> Path:
    """Where the migrations lie: bundled in an installed wheel, else in the project."""
    bundled = _APP_FOLDER / "_bundled" / "alembic"
    return bundled if bundled.is_dir() else _APP_FOLDER.parent / "alembic"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    # Not as an option: the address may hold a password, which must not be interpolated or printed.
    config.attributes["url"] = url
    return config


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with _file_lock(Path(f"{address.database}.migrating")):
            yield
        return
    engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

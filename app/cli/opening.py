"""Opens the database for a command: brought up to date, and held so that nobody replaces it meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.options import make_data_folder, stop
from app.core import migrate as migrations
from app.core.config import Settings
from app.core.db import Database
from app.core.occupancy import InUse, alone, beside_others, file_of
from app.entries.service import upgrading
from app.main import open_database, register_reactions


@contextmanager
def opened(settings: Settings, *, by_oneself: bool = False, must_exist: bool = False) -> Iterator[Database]:
    """The database with the reactions of every slice. `by_oneself`: refused while anybody else works with it;
    `must_exist`: a misspelt folder is said, not filled.

    Raises InUse, DatabaseIsNewer.
    """
    file = file_of(settings.url)
    if must_exist and file is not None and not file.exists():
        stop(f"There is no house in {file.parent}. Check --data, or FENCEPOST_DATA_DIR.")
    make_data_folder(settings)
    # Servers of one version and another may share a PostgreSQL; who serves a file must not find it changed.
    may_migrate = by_oneself or file is None
    if not may_migrate and migrations.is_behind(settings.url):
        _migrate_alone(settings.url)
    hold = alone if by_oneself else beside_others
    with hold(settings.url):
        if may_migrate:
            migrations.upgrade(settings.url)
        database = open_database(settings)
        register_reactions(database.bus)
        try:
            upgrading.seal_old_owners(database)
            yield database
        finally:
            database.dispose()


def _migrate_alone(url: str) -> None:
    try:
        with alone(url):
            migrations.upgrade(url)
    except InUse as used:
        raise InUse(f"The database is of another version and must be migrated first. {used}") from used

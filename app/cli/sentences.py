"""What can go wrong at the shell, as a sentence. Loaded only once something has: it knows every error there is."""

import errno
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.actions.rules.list_files import UnreadableList
from app.anonymity.service.backup.errors import BackupFailed
from app.core.config import WrongSettings
from app.core.db import refusal_for
from app.core.errors import Refusal, StorageIsAway, StorageIsBusy, StorageIsFull, StorageIsReadOnly
from app.core.migrate import DatabaseIsNewer
from app.core.occupancy import InUse
from app.core.schema import SchemaDiffers

AT_THE_SHELL: dict[type[Refusal], str] = {
    StorageIsBusy: "The database is busy: somebody else is writing to it. Try again in a moment.",
    StorageIsReadOnly: "Fencepost may not write to its database. Check who owns the file and its folder.",
    StorageIsFull: "The disk is full. Make room, then try again.",
    StorageIsAway: "Fencepost cannot open its database. Check FENCEPOST_DATABASE_URL, or the data folder's rights.",
}
"""What the pages say of storage speaks of forms; here nobody typed into one."""

SPEAKING = (WrongSettings, InUse, DatabaseIsNewer, SchemaDiffers, BackupFailed, UnreadableList)


def sentence_for(error: Exception) -> str | None:
    """None: nobody foresaw this."""
    for kind, said in _SAID:
        if isinstance(error, kind):
            return said(error)
    return None


def _refused(error: Any) -> str:
    return AT_THE_SHELL.get(type(error), str(error))


def _of_a_file(error: Any) -> str | None:
    if error.errno == errno.EPIPE:
        return None  # whoever read our words has gone
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."


def _of_the_database(error: Any) -> str | None:
    refusal = refusal_for(error)
    if refusal is not None:
        return _refused(refusal)
    said = str(getattr(error, "orig", error)).lower()
    if "not a database" in said or "malformed" in said:
        return "The database file is damaged, or is none. Put a backup back with: fencepost restore FILE --replace"
    if "permission denied" in said or "must be owner" in said:
        return "The database refuses this: its user lacks rights there. It must own Fencepost's tables."
    return None


def _of_a_package(error: Any) -> str | None:
    if error.name in {"psycopg", "psycopg_binary", "psycopg_c"}:
        return "The driver for PostgreSQL is not installed: pip install 'fencepost[postgres]'"
    return None


_SAID: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], str | None]], ...] = (
    (SPEAKING, str),
    (Refusal, _refused),
    ((DBAPIError, PoolTimeout), _of_the_database),
    (NoSuchModuleError, lambda _: AT_THE_SHELL[StorageIsAway]),
    (ModuleNotFoundError, _of_a_package),
    (OSError, _of_a_file),
)

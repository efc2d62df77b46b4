"""Copies the database without its short-lived tables: a backup must not remember what the database forgets.

Nor does it hold the keys of open retros (they lie in the secrets folder): a retro that is open while the copy is made
has lost its seats and drafts in the copy; everything revealed and everything closed is there. What lets somebody in
(sign-ins, tokens, links) is in no copy either, and goes out of older ones as they are put back: what was revoked
since must not work again.
"""

from pathlib import Path

from sqlalchemy import make_url

from app.anonymity.service.backup import postgres, sqlite
from app.anonymity.service.backup.errors import BackupFailed
from app.core.occupancy import alone


def back_up(url: str, target: Path) -> None:
    """Writes a copy to `target`: an SQLite file, or PostgreSQL's own archive format. For its owner alone (0600).

    Raises `BackupFailed`; never overwrites a file.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already; a backup never overwrites a file.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = sqlite.copy if _is_sqlite(url) else postgres.copy
    copy(url, target)


def restore(backup: Path, url: str, *, replace: bool) -> None:
    """Puts a backup in the place of the database, brought up to date: all of it, or nothing changes.

    Raises `BackupFailed`, `DatabaseIsNewer`, and `InUse` where a server or anybody else works with the database.
    """
    with alone(url):
        if _is_sqlite(url):
            sqlite.put_back(backup, url, replace=replace)
        else:
            postgres.put_back(backup, url, replace=replace)


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"

"""The seal at every stage change: rewrites short-lived tables in random order and leaves no trace of the old one.

Knows tables only as rows with a `retro_id`; slices register theirs. Measured why: in PostgreSQL rows written together
share `xmin` and keep their order even through VACUUM FULL. In SQLite a plain DELETE leaves the bytes in the file; and
with `secure_delete`, too, now and then (in 4 of 67 retros), where a full page was split and its other half stayed.
"""

from collections.abc import Sequence
from random import Random
from time import sleep
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, Table, delete, insert, inspect, select
from sqlmodel import Session, SQLModel

from app.anonymity.models import ScrubDue
from app.core.db import BUSY_TIMEOUT_MS, Database
from app.core.events import on_commit
from app.core.patterns import bounded
from app.core.tables import table_of

log = structlog.get_logger(__name__)

SCRUB_TRIES = 8
SCRUB_PAUSE_SECONDS = 0.25
_KEPT = bounded(r"(\d{1,15}) dead row versions cannot be removed yet")

_DUE = table_of(ScrubDue)
_left: dict[str, bool] = {}
"""Databases (by address) that are not clean yet, and whether the whole file must be written anew."""
_left_words: set[str] = set()
"""Those of them whose tables of words are to be cleaned, too."""
_short_lived: list[Table] = []
_lasting: list[Table] = []
_worded: list[Table] = []


def register(*models: type[SQLModel]) -> None:
    """Declare tables as short-lived: resealed at each stage change, wiped at close, left out of backups."""
    for model in models:
        table = table_of(model)
        if table not in _short_lived:
            _short_lived.append(table)


def scrub_too(*models: type[SQLModel]) -> None:
    """Declare lasting tables whose rows lose something (a tag, a withdrawn text) that no dead row may keep."""
    for model in models:
        table = table_of(model)
        if table not in _lasting:
            _lasting.append(table)


def scrub_words_too(*models: type[SQLModel]) -> None:
    """Declare tables that lose words only when words are erased: rewriting them at every stage change is too much."""
    for model in models:
        table = table_of(model)
        if table not in _worded:
            _worded.append(table)


def short_lived_tables() -> Sequence[Table]:
    return tuple(_short_lived)


def reseal(db: Session, retro_id: UUID, random: Random) -> None:
    """Delete and re-insert this retro's short-lived rows in random order, in the caller's transaction."""
    db.flush()
    for table in _short_lived:
        rows: list[dict[str, Any]] = [
            dict(row) for row in db.execute(select(table).where(table.c.retro_id == retro_id)).mappings()
        ]
        if not rows:
            continue
        random.shuffle(rows)
        db.execute(delete(table).where(table.c.retro_id == retro_id))
        db.execute(insert(table), rows)
    db.expire_all()


def wipe(db: Session, retro_id: UUID) -> None:
    """Delete all short-lived rows of a retro that closes."""
    db.flush()
    for table in _short_lived:
        db.execute(delete(table).where(table.c.retro_id == retro_id))
    db.expire_all()


def scrub_on_commit(db: Session, *, anew: bool = False, words: bool = False) -> None:
    """As `scrub`, once this transaction is committed; where the process dies before, the next one does it."""
    database: Database = db.info["database"]
    db.add(ScrubDue(anew=anew, words=words))
    on_commit(db, lambda: scrub(database, anew=anew, words=words))


def scrub(database: Database, *, anew: bool = False, words: bool = False) -> None:
    """After the commit: make the database file forget the old rows (both engines), outside any transaction.

    `anew`, after a close: SQLite writes its whole file anew, because pages that were split keep copies of rows.
    `words`: words were erased; all tables that held some are rewritten.
    Somebody else's open snapshot (a backup, an analysis of statistics) can keep old rows in the files for a moment:
    tried again for two seconds, then left to `scrub_what_was_left`, which a job calls until nothing is kept.
    """
    due = _due(database)
    words = words or database.url in _left_words or any(one.words for one in due)
    anew = anew or words or _left.get(database.url, False) or any(one.anew for one in due)
    anew = anew and database.is_sqlite
    for _ in range(SCRUB_TRIES):
        if database.is_sqlite:
            # Once is enough: what a reader holds up afterwards is the log alone.
            anew = anew and not _told_sqlite(database, "VACUUM")
            clean = not anew and _told_sqlite(database, "PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            clean = not _scrub_postgres(database, words)
        if clean:
            _left.pop(database.url, None)
            _left_words.discard(database.url)
            _settle(database, due)
            return
        sleep(SCRUB_PAUSE_SECONDS)
    _left[database.url] = anew
    if words:
        _left_words.add(database.url)
    log.warning("scrub_left_for_later")


def rewrite(database: Database) -> None:
    """After a whole retro, account or house was erased: every table is written anew, and the file with them."""
    if not database.is_sqlite:
        with database.outside_transactions() as connection:
            connection.cursor().execute("VACUUM (FULL, ANALYZE)")
    scrub(database, anew=True, words=True)


def is_scrubbed(database: Database) -> bool:
    """Whether the last scrub came to its end."""
    return database.url not in _left and not _due(database)


def scrub_what_was_left(database: Database) -> None:
    """Due work: scrub again where a snapshot stood in the way, or where a process died before it could."""
    if not is_scrubbed(database):
        scrub(database)


def _due(database: Database) -> Sequence[Row[tuple[UUID, bool, bool]]]:
    """Committed so far, and not known to be forgotten. Once a whole house was erased there is no table."""
    with database.reading() as db:
        if not inspect(db.connection()).has_table(_DUE.name):
            return ()
        return db.execute(select(_DUE.c.id, _DUE.c.anew, _DUE.c.words)).all()


def _settle(database: Database, due: Sequence[Row[tuple[UUID, bool, bool]]]) -> None:
    """These are forgotten; what was committed meanwhile has its own."""
    if due:
        with database.transaction() as db:
            db.execute(delete(_DUE).where(_DUE.c.id.in_([one.id for one in due])))


def _told_sqlite(database: Database, what: str) -> bool:
    """Whether nobody (a reader of the write-ahead log, another process) stood in the way of this statement.

    Never waits for them: that would hold up everybody who writes.
    """
    with database.outside_transactions() as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            # A checkpoint says in its first column whether it was busy; VACUUM says nothing.
            answer = cursor.execute(what).fetchone()
            return answer is None or answer[0] == 0
        except database.driver.OperationalError:
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            cursor.close()


def _scrub_postgres(database: Database, words: bool) -> bool:
    """Whether a snapshot kept dead rows alive: VACUUM says so in its notices."""
    said: list[str] = []

    def hear(notice: Any) -> None:
        said.append(f"{notice.message_primary} {notice.message_detail}")

    with database.outside_transactions() as connection:
        connection.add_notice_handler(hear)
        try:
            cursor = connection.cursor()
            there = {name for (name,) in cursor.execute("SELECT tablename FROM pg_tables")}
            for table in (*_short_lived, *_lasting, *(_worded if words else ())):
                if table.name in there:  # after a whole house was erased none is
                    cursor.execute(f'VACUUM (FULL, VERBOSE) "{table.name}"')
            cursor.close()
        finally:
            connection.remove_notice_handler(hear)
    return any(int(count) > 0 for text in said for count in _KEPT.findall(text))

"""The seal at every stage change: rewrites short-lived tables in random order and leaves no trace of the old one.

Knows tables only as rows with a `retro_id`; slices register theirs. Measured why: in PostgreSQL rows written together
share `xmin` and keep their order even through VACUUM FULL; in SQLite a plain DELETE leaves the bytes in the file.
"""

from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlmodel import Session, SQLModel

from app.core.db import Database

_short_lived: list[Table] = []
_lasting: list[Table] = []


def register(*models: type[SQLModel]) -> None:
    """Declare tables as short-lived: resealed at each stage change, wiped at close, left out of backups."""
    for model in models:
        table: Table = model.__table__  # type: ignore[attr-defined]
        if table not in _short_lived:
            _short_lived.append(table)


def scrub_too(*models: type[SQLModel]) -> None:
    """Declare lasting tables whose rows lose something (a tag, a withdrawn text) that no dead row may keep."""
    for model in models:
        table: Table = model.__table__  # type: ignore[attr-defined]
        if table not in _lasting:
            _lasting.append(table)


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


def scrub(database: Database) -> None:
    """After the commit: make the database file forget the old rows (both engines), outside any transaction."""
    with database.outside_transactions() as connection:
        cursor = connection.cursor()
        if database.is_sqlite:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        else:
            for table in (*_short_lived, *_lasting):
                cursor.execute(f'VACUUM (FULL) "{table.name}"')
        cursor.close()

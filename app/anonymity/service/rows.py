"""Writes and finds sealed rows by their tags; knows no table. The unique tag is what makes writing twice harmless.

Statements are made once and used again: composing one costs more than running it, and hundreds may write at once.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from app.core.tables import table_of


def put(db: Session, model: type[SQLModel], values: Mapping[str, Any]) -> None:
    """Insert the row, or replace the one that has the same `tag`; two at once cannot collide."""
    db.execute(_put(_dialect(db), table_of(model), tuple(values)), dict(values))


def put_if_free(db: Session, model: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert the row unless one with a key of its own is there already; tells whether it was inserted.

    On PostgreSQL this waits for a transaction that is inserting the same key, so exactly one of two gets it.
    """
    return db.execute(_put_if_free(_dialect(db), table_of(model)), dict(values)).first() is not None


def sealed_rows(db: Session, model: type[SQLModel], tags: Collection[str]) -> Iterable[tuple[str, bytes]]:
    """(tag, sealed) of the rows that have one of these tags, in no order."""
    rows = db.execute(_sealed(table_of(model)), {"tags": list(tags)}).all()
    return [(row.tag, row.sealed) for row in rows]


def take_turns(db: Session, tag: str) -> None:
    """Until the transaction ends, nobody else gets past here with the same tag.

    An advisory lock on PostgreSQL, because it lives in memory only: a row lock would write the transaction's number
    into the seat's row, and so join it to what that transaction writes. SQLite has one writer anyway.
    """
    if _dialect(db) == "postgresql":
        number = int(tag[:16], 16) - 2**63
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


@cache
def _put(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    insert = _insert(dialect)(table)
    replaced = {name: insert.excluded[name] for name in names if name != "tag"}
    return insert.on_conflict_do_update(index_elements=["tag"], set_=replaced)


@cache
def _put_if_free(dialect: str, table: Table) -> Any:
    return _insert(dialect)(table).on_conflict_do_nothing().returning(table.c.tag)


@cache
def _sealed(table: Table) -> Select[Any]:
    return select(table.c.tag, table.c.sealed).where(table.c.tag.in_(bindparam("tags", expanding=True)))


def _insert(dialect: str) -> Any:
    return sqlite.insert if dialect == "sqlite" else postgresql.insert


def _dialect(db: Session) -> str:
    return db.get_bind().dialect.name

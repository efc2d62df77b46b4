"""Writes sealed rows under their tags; knows no table. The unique tag is what makes writing twice harmless."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def put(db: Session, model: type[SQLModel], values: Mapping[str, Any]) -> None:
    """Insert the row, or replace the one that has the same `tag`; two at once cannot collide."""
    insert = _insert(db)(_table(model)).values(**values)
    replaced = {name: insert.excluded[name] for name in values if name != "tag"}
    db.execute(insert.on_conflict_do_update(index_elements=["tag"], set_=replaced))


def put_if_free(db: Session, model: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert the row unless one with a key of its own is there already; tells whether it was inserted.

    On PostgreSQL this waits for a transaction that is inserting the same key, so exactly one of two gets it.
    """
    table = _table(model)
    statement = _insert(db)(table).values(**values).on_conflict_do_nothing()
    return db.execute(statement.returning(table.c.tag)).first() is not None


def take_turns(db: Session, tag: str) -> None:
    """Until the transaction ends, nobody else gets past here with the same tag.

    An advisory lock on PostgreSQL, because it lives in memory only: a row lock would write the transaction's number
    into the seat's row, and so join it to what that transaction writes. SQLite has one writer anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        number = int(tag[:16], 16) - 2**63
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _insert(db: Session) -> Any:
    return sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table

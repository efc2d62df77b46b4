"""Writes sealed rows under their tags; knows no table. The unique tag is what makes writing twice harmless."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
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


def _insert(db: Session) -> Any:
    return sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table

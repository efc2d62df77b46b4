"""INSERT that knows ON CONFLICT: both engines have it, each in its own dialect. Knows no table."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_into(db: Session, model: type[SQLModel]) -> Any:
    """The dialect's `insert(model)`, with `.on_conflict_do_update`, `.on_conflict_do_nothing` and `.excluded`."""
    dialect: Any = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model)

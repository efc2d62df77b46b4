"""Erases an account; what others rely on points at one that stands for everybody who left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Table
from sqlmodel import Session, SQLModel, col, delete, select, update

from app.core.events import emit
from app.people.events import AccountErased
from app.people.models import Account, Invitation
from app.people.rules import NOBODY


def erase(db: Session, row: Account, called: str, now: datetime) -> None:
    """The row goes with everything that only this person used. `called`: the name of who stands for all who left."""
    nobody = _nobody(db, called, now)
    for table, column in _held_by():
        db.execute(update(table).where(column == row.id).values({column: nobody}))
    db.execute(delete(Invitation).where(col(Invitation.email) == row.email))
    emit(db, AccountErased(row.id, row.email))
    db.delete(row)
    db.flush()
    db.expire_all()


def _nobody(db: Session, called: str, now: datetime) -> UUID:
    found = db.exec(select(Account).where(col(Account.email) == NOBODY)).first()
    if found is None:
        found = Account(email=NOBODY, name=called, created_at=now, disabled_at=now)
        db.add(found)
        db.flush()
    return found.id


def _held_by() -> list[tuple[Table, Column[UUID]]]:
    """Columns that point at an account and let it not go by themselves."""
    return [
        (table, column)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "account.id" and key.ondelete is None
    ]

"""Counts the hours that this house ran: once an hour by all its processes, by a clock that nobody can set."""

from collections.abc import Callable
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from app.core.db import Database
from app.core.tables import table_of
from app.retros.models import RunningHours
from app.retros.queries.ending import hours_so_far

HOUR_SECONDS = 3600.0
_seen: WeakKeyDictionary[Database, tuple[int, float]] = WeakKeyDictionary()
"""The number that this process saw last, and when (by its monotonic clock) it first saw it."""


def count_hours(database: Database, elapsed: Callable[[], float]) -> int:
    """Running hours so far, one more where this process has seen the same number for a whole hour.

    `elapsed`: seconds of a monotonic clock. Each process waits an hour of its own after every number that it sees,
    and only one of them raises it: never more than one an hour, however many processes there are.
    """
    with database.reading() as db:
        number = hours_so_far(db)
    now = elapsed()
    seen = _seen.get(database)
    if seen is None or seen[0] != number or now < seen[1]:
        _seen[database] = (number, now)
        return number
    if now - seen[1] < HOUR_SECONDS:
        return number
    with database.transaction() as db:
        counted = _raise(db, number)
    if counted:
        number += 1
        _seen[database] = (number, now)
    return number


def _raise(db: Session, number: int) -> bool:
    """One more, if it is still this number: of two processes one does it."""
    same = update(RunningHours).where(col(RunningHours.id) == 1, col(RunningHours.hours) == number)
    raised = db.execute(same.values(hours=number + 1).execution_options(synchronize_session=False))
    if isinstance(raised, CursorResult) and raised.rowcount == 1:
        return True
    if number:
        return False
    return db.execute(_first(db.get_bind().dialect.name)).first() is not None


@cache
def _first(dialect: str) -> Any:
    table = table_of(RunningHours)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.values(id=1, hours=1).on_conflict_do_nothing(index_elements=["id"]).returning(table.c.id)

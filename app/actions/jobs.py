"""Due work on promises: what the calendar says of them, and acceptance by silence."""

from datetime import datetime

from app.actions.queries.rows import is_anything_due
from app.actions.service import calendar
from app.core.db import Database

AT_ONCE = 50
ROUNDS = 20


def run_due(database: Database, now: datetime) -> None:
    """Look at every promise that something falls due for, a batch a transaction."""
    for _ in range(ROUNDS):
        with database.reading() as db:
            if not is_anything_due(db, now):
                return
        with database.transaction() as db:
            calendar.look_at_due(db, now, AT_ONCE)

"""Due work on promises: silence accepts. Reminders and escalation come with the follow-up of promises."""

from datetime import datetime

from app.actions.queries import waiting_for_an_answer
from app.actions.service import accept_by_silence, silence_is_over
from app.core.db import Database


def run_due(database: Database, now: datetime) -> None:
    """Accept reports of done that nobody answered for five working days."""
    with database.reading() as db:
        if not any(silence_is_over(row, now) for row in waiting_for_an_answer(db)):
            return
    with database.transaction() as db:
        accept_by_silence(db, now)

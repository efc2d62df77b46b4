"""Due work of outcomes: erases what people wrote in retros that were closed longer ago than words are kept."""

from datetime import datetime
from uuid import UUID

from app.anonymity.service import shuffle
from app.core.db import Database
from app.core.jobs import for_each
from app.outcomes.rules.erasing import months_before
from app.outcomes.service import erasing_whole

AT_ONCE = 20


def run_due(database: Database, now: datetime) -> None:
    """Some retros a round, one transaction each; without the setting nothing is ever erased by itself."""
    months = getattr(database.info.get("settings"), "retention_months", None)
    if not months:
        return
    with database.reading() as db:
        due = erasing_whole.kept_long_enough(db, months_before(now, months), AT_ONCE)
    if not due:
        return

    def erase(retro_id: UUID) -> None:
        with database.transaction() as db:
            erasing_whole.erase_words_of_all(db, retro_id, now)

    try:
        for_each(due, erase)
    finally:
        shuffle.scrub(database, anew=True, words=True)

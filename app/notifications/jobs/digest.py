"""Plans and writes weekly digests, a few people a transaction, so that nobody waits for a thousand of them."""

from datetime import datetime

from app.core.db import Database
from app.notifications.queries.digest import is_any_digest_due
from app.notifications.service import digest

AT_ONCE = 20
ROUNDS = 50


def run_due(database: Database, now: datetime) -> None:
    """Plan and write what is due; the rest with the next round."""
    with database.reading() as db:
        if not digest.has_digests(db) or not is_any_digest_due(db, now):
            return
    for write in (digest.plan_digests, digest.write_digests):
        for _ in range(ROUNDS):
            with database.transaction() as db:
                if write(db, now, AT_ONCE) < AT_ONCE:
                    break

"""Brings themes up to date piece by piece: another encoder, what is to be grouped anew, newly closed retros."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.core.db import Database
from app.themes.models import Theme, TopicVector
from app.themes.queries.history import wants_rerun
from app.themes.queries.material import due
from app.themes.service.proposing import propose_merges
from app.themes.service.rerunning import encode_anew, is_seen_otherwise, rerun
from app.themes.service.taking_in import take_in

RETROS_A_ROUND = 200
TOPICS_A_ROUND = 2_000


def catch_up(database: Database, now: datetime) -> bool:
    """A part of what waits, so that other due work has its turn; False: nothing waits any more.

    Each step is durable: broken off, the next call goes on. Raises ThemesMoved if somebody was faster.
    """
    with database.reading() as db:
        if _is_bare(db):
            return False
    if encode_anew(database, TOPICS_A_ROUND) >= TOPICS_A_ROUND:
        return True
    with database.reading() as db:
        is_wanted = wants_rerun(db)
    if is_wanted or is_seen_otherwise(database):
        rerun(database, now)
    if take_in(database, now, most=RETROS_A_ROUND) >= RETROS_A_ROUND:
        return True
    propose_merges(database)
    return False


def _is_bare(db: Session) -> bool:
    """Whether there is nothing to compare, so that a new house does not load what compares texts: 150 MB."""
    there = (select(col(Theme.id)), select(col(TopicVector.topic_id)))
    return not (wants_rerun(db) or due(db, 1) or any(db.exec(one.limit(1)).first() for one in there))

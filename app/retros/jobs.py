"""Due work of retros: ends rounds, closes what was abandoned, forgets old codes, destroys keys that a crash left."""

from datetime import datetime
from random import Random, SystemRandom
from uuid import UUID

from sqlmodel import col, select

from app.anonymity.service.keys import KeyStore
from app.anonymity.service.shuffle import scrub_what_was_left
from app.core.db import Database
from app.retros.events import LateRoundEnds
from app.retros.models import Retro, RetroLooker, SeatMove
from app.retros.rules import ABANDONED_AFTER, LOOKS_FOR, LateRound, Stage
from app.retros.service import close_abandoned, end_due_round, forget_lookers, forget_moves


def run_due(database: Database, now: datetime, random: Random | None = None) -> None:
    """End rounds whose time is up; close each revealed retro 72 hours after its last stage change, one transaction
    each."""
    _end_late_rounds(database, now, random or SystemRandom())
    for retro_id in _abandoned(database, now):
        with database.transaction() as db:
            close_abandoned(db, retro_id, now, random or SystemRandom())
    _forget_moves(database, now)
    _forget_lookers(database, now)
    _destroy_left_keys(database)
    scrub_what_was_left(database)


def _end_late_rounds(database: Database, now: datetime, random: Random) -> None:
    """Within seconds of the clock's end, also after a server was started again."""
    with database.reading() as db:
        due = select(Retro.id).where(Retro.late_round == LateRound.RUNNING, col(Retro.late_round_ends_at) <= now)
        ending = list(db.exec(due))
    for retro_id in ending:
        database.bus.comes(database, LateRoundEnds(retro_id))
        with database.transaction() as db:
            end_due_round(db, retro_id, now, random)


def _forget_moves(database: Database, now: datetime) -> None:
    """A code that takes a seat elsewhere must not lie around after its two minutes, used or not."""
    with database.reading() as db:
        waiting = list(db.exec(select(SeatMove.retro_id).distinct()))
    for retro_id in waiting:
        with database.transaction() as db:
            forget_moves(db, retro_id, now)


def _forget_lookers(database: Database, now: datetime) -> None:
    """A minute after somebody looked away every screen stops saying that they look in."""
    with database.reading() as db:
        gone = list(db.exec(select(RetroLooker.retro_id).where(RetroLooker.seen_at <= now - LOOKS_FOR).distinct()))
    for retro_id in gone:
        with database.transaction() as db:
            forget_lookers(db, retro_id, now)


def _abandoned(database: Database, now: datetime) -> list[UUID]:
    with database.reading() as db:
        statement = select(Retro.id).where(
            Retro.stage != Stage.CLOSED,
            col(Retro.revealed_at).is_not(None),
            col(Retro.stage_started_at) <= now - ABANDONED_AFTER,
        )
        return list(db.exec(statement))


def _destroy_left_keys(database: Database) -> None:
    """The key goes right after the commit that closes a retro; a crash in between leaves it, so look again."""
    keys: KeyStore = database.info["keys"]
    left = [UUID(file.stem) for file in keys.folder.glob("*.key")]
    with database.reading() as db:
        statement = select(Retro.id).where(Retro.stage == Stage.CLOSED, col(Retro.id).in_(left))
        closed = list(db.exec(statement)) if left else []
    for retro_id in closed:
        keys.destroy(retro_id)

"""Due work of retros: ends rounds, looks after what lies open, forgets old codes, destroys keys that a crash left."""

from collections.abc import Callable
from datetime import datetime
from random import Random, SystemRandom
from uuid import UUID

from sqlmodel import col, select

from app.anonymity.service import shuffle
from app.anonymity.service.keys import KeyStore
from app.core.clock import elapsed as elapsed_here
from app.core.db import Database
from app.core.jobs import for_each
from app.retros.events import LateRoundEnds
from app.retros.models import Retro, RetroLooker, SeatMove
from app.retros.queries.ending import to_look_after
from app.retros.queries.takeovers import waits_for_lead
from app.retros.rules.names import LateRound, Stage
from app.retros.rules.observers import LOOKS_FOR
from app.retros.service import ending as ending_service
from app.retros.service import late_round, observers, seat_move, takeovers
from app.retros.service import running_hours as running_hours_service


def run_due(
    database: Database,
    now: datetime,
    random: Random | None = None,
    elapsed: Callable[[], float] = elapsed_here,
) -> None:
    """End rounds whose time is up; warn before a retro that lies open would end, and end it, one transaction each.
    `elapsed`: seconds of a clock that nobody can set."""
    chance = random or SystemRandom()
    steps: tuple[Callable[[], None], ...] = (
        lambda: _end_late_rounds(database, now, chance),
        lambda: _look_after(database, now, running_hours_service.count_hours(database, elapsed), chance),
        lambda: _remind_leads(database, now),
        lambda: _forget_moves(database, now),
        lambda: _forget_lookers(database, now),
        lambda: _destroy_left_keys(database),
        lambda: shuffle.scrub_what_was_left(database),
    )
    for_each(steps, lambda step: step())  # a room that makes trouble must not keep the keys of others alive


def _end_late_rounds(database: Database, now: datetime, random: Random) -> None:
    """Within seconds of the clock's end, also after a server was started again."""
    with database.reading() as db:
        due = select(Retro.id).where(Retro.late_round == LateRound.RUNNING, col(Retro.late_round_ends_at) <= now)
        ending = list(db.exec(due))

    def end(retro_id: UUID) -> None:
        database.bus.prepare(database, LateRoundEnds(retro_id))
        with database.transaction() as db:
            late_round.end_due_round(db, retro_id, now, random)

    for_each(ending, end)


def _remind_leads(database: Database, now: datetime) -> None:
    """Retros that wait over days for who runs them: told by mail, and a day later others may take them over."""
    with database.reading() as db:
        waiting = waits_for_lead(db, now)

    def remind(retro_id: UUID) -> None:
        with database.transaction() as db:
            takeovers.remind_lead(db, retro_id, now)

    for_each(waiting, remind)


def _forget_moves(database: Database, now: datetime) -> None:
    """A code that takes a seat elsewhere must not lie around after its two minutes, used or not."""
    with database.reading() as db:
        waiting = list(db.exec(select(SeatMove.retro_id).distinct()))

    def forget(retro_id: UUID) -> None:
        with database.transaction() as db:
            seat_move.forget_moves(db, retro_id, now)

    for_each(waiting, forget)


def _forget_lookers(database: Database, now: datetime) -> None:
    """A minute after somebody looked away every screen stops saying that they look in."""
    with database.reading() as db:
        gone = list(db.exec(select(RetroLooker.retro_id).where(RetroLooker.seen_at <= now - LOOKS_FOR).distinct()))

    def forget(retro_id: UUID) -> None:
        with database.transaction() as db:
            observers.forget_lookers(db, retro_id, now)

    for_each(gone, forget)


def _look_after(database: Database, now: datetime, hours: int, random: Random) -> None:
    """Notes who changed something, warns, takes warnings back, ends what was left alone."""
    with database.reading() as db:
        lying = to_look_after(db, now, hours)

    def look(retro_id: UUID) -> None:
        with database.transaction() as db:
            ending_service.look_after(db, retro_id, now, hours, random)

    for_each(lying, look)


def _destroy_left_keys(database: Database) -> None:
    """The key goes right after the commit that closes a retro; a crash in between leaves it, so look again."""
    keys: KeyStore = database.info["keys"]
    left = [UUID(file.stem) for file in keys.folder.glob("*.key")]
    with database.reading() as db:
        statement = select(Retro.id).where(Retro.stage == Stage.CLOSED, col(Retro.id).in_(left))
        closed = list(db.exec(statement)) if left else []
    for retro_id in closed:
        keys.destroy(retro_id)

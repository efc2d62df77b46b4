"""Holds "one more thing": a short round on every phone at once, between the reveal and the vote.

It comes once. Whether it is held or skipped, who waited at the door is let in with it. Its end is kept in the
database, so that a server that restarts ends it all the same; what was sent until then is revealed, nothing else.
"""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.anonymity.service import shuffle
from app.core.errors import Invalid
from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import LateRoundEnded, LateRoundSkipped, LateRoundStarted, TimeExtended
from app.retros.models import Retro
from app.retros.queries.retros import get_for_change, locked
from app.retros.rules.late_round import EXTENSIONS, LATE_ROUND_LASTS
from app.retros.rules.names import LateRound, Stage
from app.retros.rules.refusals import LateRoundComesFirst, LateRoundIsOver, LateRoundRuns
from app.retros.service.door import let_everybody_in
from app.retros.service.version import raise_version


def start_late_round(db: Session, visitor: Visitor, retro_id: UUID, now: datetime, random: Random) -> bool:
    """Open the round on every phone and let everybody in who waits. Tells whether it began: twice is no error."""
    row = get_for_change(db, retro_id, visitor)
    if row.late_round == LateRound.RUNNING:
        return False
    if row.stage != Stage.GROUP or row.late_round != LateRound.NOT_YET:
        raise LateRoundIsOver
    let_everybody_in(db, row, random)
    row.late_round, row.late_round_ends_at = LateRound.RUNNING, now + LATE_ROUND_LASTS
    _stand_still(row, LATE_ROUND_LASTS)
    db.flush()
    emit(db, LateRoundStarted(retro_id, raise_version(db, retro_id)))
    _seal(db, retro_id, random)
    return True


def skip_late_round(db: Session, visitor: Visitor, retro_id: UUID, random: Random) -> None:
    """Go on without the round, and let everybody in who waits. Where it was held or skipped, nothing happens."""
    row = get_for_change(db, retro_id, visitor)
    if row.late_round == LateRound.RUNNING:
        raise LateRoundRuns
    if row.late_round != LateRound.NOT_YET:
        return
    if row.stage != Stage.GROUP:
        raise LateRoundIsOver
    let_everybody_in(db, row, random)
    row.late_round = LateRound.SKIPPED
    db.flush()
    emit(db, LateRoundSkipped(retro_id, raise_version(db, retro_id)))
    _seal(db, retro_id, random)


def extend_late_round(db: Session, visitor: Visitor, retro_id: UUID, seconds: int, now: datetime) -> None:
    """Give the running round more time, counted from now when its time is up already."""
    row = get_for_change(db, retro_id, visitor)
    if seconds not in EXTENSIONS:
        raise Invalid("Please choose how much longer.", field="seconds")
    if row.late_round != LateRound.RUNNING or row.late_round_ends_at is None:
        raise LateRoundIsOver
    before = row.late_round_ends_at
    row.late_round_ends_at = max(before, now) + timedelta(seconds=seconds)
    _stand_still(row, row.late_round_ends_at - before)
    emit(db, TimeExtended(retro_id, raise_version(db, retro_id)))


def end_late_round(db: Session, visitor: Visitor, retro_id: UUID, now: datetime, random: Random) -> bool:
    """End it now, whatever the clock says. Tells whether it still ran: ending it twice is no error."""
    row = get_for_change(db, retro_id, visitor)
    ran = row.late_round == LateRound.RUNNING
    end_round(db, row, now, random)
    return ran


def end_due_round(db: Session, retro_id: UUID, now: datetime, random: Random) -> None:
    """End a round whose time is up: due work."""
    row = locked(db, retro_id)
    if row.late_round_ends_at is not None and row.late_round_ends_at <= now:
        end_round(db, row, now, random)


def end_round(db: Session, row: Retro, now: datetime, random: Random) -> None:
    """The end itself; the slices above reveal what was added, in this transaction. The caller has locked the row."""
    if row.late_round != LateRound.RUNNING:
        return
    if row.late_round_ends_at is not None:
        _stand_still(row, now - row.late_round_ends_at)
    row.late_round, row.late_round_ends_at = LateRound.HELD, None
    db.flush()
    emit(db, LateRoundEnded(row.id, raise_version(db, row.id)))
    _seal(db, row.id, random)


def late_round_must_be_over(row: Retro) -> None:
    """Before the vote: raises LateRoundRuns, LateRoundComesFirst."""
    if row.late_round == LateRound.RUNNING:
        raise LateRoundRuns
    if row.late_round == LateRound.NOT_YET:
        raise LateRoundComesFirst


def _stand_still(row: Retro, spell: timedelta) -> None:
    """The clock of the stage stands still while the round runs."""
    if row.stage_ends_at is not None:
        row.stage_ends_at += spell


def _seal(db: Session, retro_id: UUID, random: Random) -> None:
    """As at a stage change: which rows are new, and in which order they came, is gone."""
    shuffle.reseal(db, retro_id, random)
    shuffle.scrub_on_commit(db)

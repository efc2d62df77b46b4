"""What entries do when a retro changes its stage: reveal, carry out withdrawals."""

from random import SystemRandom

from sqlmodel import Session, select

from app.core.events import Bus
from app.entries.service import revealing, signing, withdrawing
from app.retros.events import LateRoundEnded, StageEntered, StageLeft
from app.retros.models import Retro
from app.retros.rules.names import Stage

_random = SystemRandom()


def register(bus: Bus) -> None:
    """Called by main, before the slices above entries."""
    bus.inside(StageLeft, carry_out_wishes)
    bus.inside(StageEntered, reveal_or_erase)
    bus.inside(LateRoundEnded, reveal_what_was_added)


def carry_out_wishes(db: Session, fact: StageLeft) -> None:
    """Before anything is counted: thanks are revealed when the wrap-up ends, withdrawn entries go."""
    row = db.exec(select(Retro).where(Retro.id == fact.retro_id)).one()
    if fact.stage is Stage.WRAP_UP and fact.to is Stage.CLOSED:
        revealing.reveal_thanks(db, row, _random)
    withdrawing.carry_out_withdrawals(db, row)
    signing.take_names_away(db, row)


def reveal_what_was_added(db: Session, fact: LateRoundEnded) -> None:
    revealing.reveal_late(db, db.exec(select(Retro).where(Retro.id == fact.retro_id)).one(), _random)


def reveal_or_erase(db: Session, fact: StageEntered) -> None:
    """The reveal, when grouping begins for the first time; at close, the end of what was hidden."""
    row = db.exec(select(Retro).where(Retro.id == fact.retro_id)).one()
    if fact.stage is Stage.GROUP and row.stage_started_at is not None:
        revealing.reveal(db, row, row.stage_started_at, _random)
    if fact.stage is Stage.CLOSED:
        withdrawing.erase_hidden(db, fact.retro_id)

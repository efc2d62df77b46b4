"""What ratings do when the retro moves: groups are frozen at the reveal, summaries made at close."""

from sqlmodel import Session

from app.core.events import Bus
from app.pulse import service
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.rules.names import Stage


def register(bus: Bus) -> None:
    bus.inside(StageEntered, when_a_stage_begins)


def when_a_stage_begins(db: Session, fact: StageEntered) -> None:
    """Runs after the entries' own reaction, which decided the groups."""
    if fact.stage is Stage.GROUP and fact.left is Stage.WRITE:
        service.freeze_consumers(db, db.get_one(Retro, fact.retro_id))
    elif fact.stage is Stage.CLOSED:
        service.summarise(db, db.get_one(Retro, fact.retro_id))

"""What the close of a retro does to its outcome, and what the mending of actions does to a fixed one."""

from sqlmodel import Session

from app.actions.events import ActionChanged
from app.core.events import Bus
from app.exchange.service import fix, mend_actions
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.rules import Stage


def register(bus: Bus) -> None:
    bus.inside(StageEntered, fix_at_close)
    bus.inside(ActionChanged, follow_action)


def fix_at_close(db: Session, fact: StageEntered) -> None:
    """Before the seats are forgotten: how many took part is still known."""
    if fact.stage is not Stage.CLOSED:
        return
    retro = db.get_one(Retro, fact.retro_id)
    if retro.closed_at is not None:
        fix(db, retro, retro.closed_at)


def follow_action(db: Session, fact: ActionChanged) -> None:
    mend_actions(db, fact.retro_id)

"""What the close of a retro does to its outcome, and what the mending of actions does to a fixed one."""

from sqlmodel import Session, col, select

from app.actions.events import ActionChanged
from app.actions.models import Action, ActionStep
from app.core.events import Bus
from app.outcomes.service import outcomes
from app.people.events import AccountDisabled, AccountEnabled
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.rules.names import Stage


def register(bus: Bus) -> None:
    bus.inside(StageEntered, fix_at_close)
    bus.inside(ActionChanged, follow_action)
    bus.inside(AccountDisabled, say_who_left)
    bus.inside(AccountEnabled, say_who_left)


def fix_at_close(db: Session, fact: StageEntered) -> None:
    """Before the seats are forgotten: how many took part is still known."""
    if fact.stage is not Stage.CLOSED:
        return
    retro = db.get_one(Retro, fact.retro_id)
    if retro.closed_at is not None:
        outcomes.fix(db, retro, retro.closed_at)


def follow_action(db: Session, fact: ActionChanged) -> None:
    outcomes.mend_actions(db, fact.retro_id)


def say_who_left(db: Session, fact: AccountDisabled | AccountEnabled) -> None:
    """Outcomes name the owners of actions: who has left is marked there, too, or has a successor."""
    had = select(ActionStep.action_id).where(col(ActionStep.owner_id) == fact.account_id)
    theirs = (col(Action.owner_id) == fact.account_id) | col(Action.id).in_(had)
    for retro_id in db.exec(
        select(Action.retro_id).where(theirs, col(Action.retro_id).is_not(None)).distinct()
    ).all():
        if retro_id is not None:
            outcomes.name_owners_anew(db, retro_id)

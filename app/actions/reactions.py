"""What the close of a retro does to its actions, and another calendar to what is open."""

from sqlmodel import Session

from app.actions.queries.leaving import open_actions_of
from app.actions.rules.refusals import NotReadyToClose
from app.actions.service import calendar, closing
from app.core.events import Bus
from app.departments.events import PlaceChanged
from app.people.events import AccountDisabled
from app.people.queries import account_row
from app.people.service.refusals import StillNeeded
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.rules.names import Stage


def register(bus: Bus) -> None:
    bus.inside(StageEntered, ask_at_close)
    bus.inside(PlaceChanged, count_days_anew)
    bus.inside(AccountDisabled, wait_for_an_owner)


def ask_at_close(db: Session, fact: StageEntered) -> None:
    """Closing waits for every required field, unless it was left alone: keys must not live on for it."""
    if fact.stage is not Stage.CLOSED:
        return
    retro = db.get_one(Retro, fact.retro_id)
    sentences = closing.ready_to_close(db, retro.id)
    if sentences and fact.left is Stage.WRAP_UP and not fact.by_itself:
        raise NotReadyToClose(sentences)
    if retro.closed_at is not None:
        closing.ask_owners(db, retro.id, retro.closed_at)


def count_days_anew(db: Session, _fact: PlaceChanged) -> None:
    """Other holidays or another midnight: what falls due, and when, is looked at anew for every open promise."""
    db.info.pop("places", None)
    calendar.look_at_all_again(db)


def wait_for_an_owner(db: Session, fact: AccountDisabled) -> None:
    """Nobody goes before what they promised has somebody. Raises StillNeeded."""
    if open_actions_of(db, account_row(db, fact.account_id)):
        raise StillNeeded

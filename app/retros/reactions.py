"""What a retro does when somebody who runs it leaves."""

from sqlmodel import Session

from app.core.events import Bus
from app.people.events import AccountDisabled
from app.people.service.refusals import StillNeeded
from app.retros.service import leaving


def register(bus: Bus) -> None:
    bus.inside(AccountDisabled, wait_for_a_facilitator)


def wait_for_a_facilitator(db: Session, fact: AccountDisabled) -> None:
    """Nobody goes before their retros have somebody; helping ends by itself. Raises StillNeeded."""
    if leaving.runs_any(db, fact.account_id):
        raise StillNeeded
    leaving.stop_helping(db, fact.account_id)

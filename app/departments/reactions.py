"""What a department does when the only person who leads it leaves."""

from sqlmodel import Session

from app.core.events import Bus
from app.departments.queries import led_alone_by
from app.people.events import AccountDisabled
from app.people.service.refusals import StillNeeded


def register(bus: Bus) -> None:
    bus.inside(AccountDisabled, wait_for_a_lead)


def wait_for_a_lead(db: Session, fact: AccountDisabled) -> None:
    """Nobody goes before somebody else leads what only they lead. Raises StillNeeded."""
    if led_alone_by(db, fact.account_id):
        raise StillNeeded

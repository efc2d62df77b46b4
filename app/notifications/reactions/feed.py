"""What a disabled account means for its calendar address: it is gone, also once the account is opened again."""

from sqlmodel import Session

from app.core.events import Bus
from app.notifications.service import feed
from app.people.events import AccountDisabled


def register(bus: Bus) -> None:
    bus.inside(AccountDisabled, stop_the_feed)


def stop_the_feed(db: Session, fact: AccountDisabled) -> None:
    feed.stop_feed_of(db, fact.account_id)

"""What mails do when an account is erased: those that were written to it go, sent or not."""

from sqlmodel import Session, col, delete, or_

from app.core.events import Bus
from app.notifications.models import Mail
from app.people.events import AccountErased


def register(bus: Bus) -> None:
    bus.inside(AccountErased, forget_mails)


def forget_mails(db: Session, fact: AccountErased) -> None:
    db.execute(delete(Mail).where(or_(col(Mail.account_id) == fact.account_id, col(Mail.recipient) == fact.email)))

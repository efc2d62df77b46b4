"""What mails do when an account is erased: those that were written to it go, sent or not."""

from sqlmodel import Session, col, delete, or_

from app.core.events import Bus
from app.notifications.models import Mail
from app.notifications.reactions.mails_of_leaving import LEFT
from app.people.events import AccountErased


def register(bus: Bus) -> None:
    bus.inside(AccountErased, forget_mails)


def forget_mails(db: Session, fact: AccountErased) -> None:
    # What told others that this person left has the name in its subject.
    told = col(Mail.key).startswith(f"{LEFT}:{fact.account_id.hex}:")
    theirs = or_(col(Mail.account_id) == fact.account_id, col(Mail.recipient) == fact.email, told)
    db.execute(delete(Mail).where(theirs))

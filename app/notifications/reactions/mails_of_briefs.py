"""The mail with a kick-off brief, to those who lead a department of its project. Knows no entry."""

from sqlmodel import Session, col, select

from app.core.events import Bus
from app.departments.queries import local_day
from app.notifications.queries.address import address_of
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters_brief import kick_off_brief
from app.notifications.service import mails
from app.people.models import Account
from app.projects.events import BriefSent


def register(bus: Bus) -> None:
    bus.inside(BriefSent, mail_brief)


def mail_brief(db: Session, fact: BriefSent) -> None:
    """Once a day for each reader, however often it is sent."""
    if not mails.writes_mail(db):
        return
    day = local_day(db, fact.at)
    link = f"{address_of(db)}/desk/projects/{fact.project_id}/brief"
    readers = select(Account).where(col(Account.id).in_(fact.account_ids), col(Account.disabled_at).is_(None))
    for person in db.exec(readers.order_by(col(Account.name))).all():
        letter = kick_off_brief(person.name, fact.project, fact.sections, fact.by, day, link)
        key = f"brief:{fact.project_id.hex}:{person.id.hex}:{day}"
        mails.tell(db, person, MailKind.BRIEF, letter, fact.at, key=key)

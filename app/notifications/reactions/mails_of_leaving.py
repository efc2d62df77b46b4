"""The mail when somebody leaves: to who takes something over, and to who leads a department that it concerns.

It goes out at once, in quiet hours too, and cannot be switched off: it happens rarely, and nobody should find out
late that something is theirs.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session

from app.core.events import Bus
from app.notifications.queries.address import address_of
from app.notifications.queries.readers import leads
from app.notifications.rules.letters_leaving import somebody_left
from app.notifications.service import mails
from app.people.events import HandedOver, SomebodyLeft
from app.people.models import Account

LEFT = "left"
"""Begins the key of these mails."""


def register(bus: Bus) -> None:
    bus.inside(SomebodyLeft, mail_who_has_it_now)


def mail_who_has_it_now(db: Session, fact: SomebodyLeft) -> None:
    """One letter for each person; who handed it over knows already what others got."""
    if not mails.writes_mail(db):
        return
    leaver, address = db.get_one(Account, fact.account_id).name, address_of(db)
    for person in _readers(db, fact):
        yours = [one for one in fact.handed if one.to == person.id]
        others = [one for one in fact.handed if one.to != person.id and person.id in _leads(db, one)]
        if person.id == fact.by:
            others = []
        if yours or others:
            lines = [(one.what, address + one.page) for one in yours]
            told = [(f"{one.what} (now with {_name(db, one.to)})", address + one.page) for one in others]
            letter = somebody_left(person.name, leaver, lines, told, f"{address}/desk")
            key = f"{LEFT}:{fact.account_id.hex}:{person.id.hex}:{fact.at.timestamp():.0f}"
            mails.queue(db, person.email, letter, fact.at, account_id=person.id, key=key)


def _readers(db: Session, fact: SomebodyLeft) -> Iterator[Account]:
    wanted = {one.to for one in fact.handed} | {lead for one in fact.handed for lead in _leads(db, one)}
    for account_id in sorted(wanted, key=str):
        person = db.get(Account, account_id)
        if person is not None and person.disabled_at is None:
            yield person


def _leads(db: Session, handed: HandedOver) -> set[UUID]:
    return {lead.id for department_id in handed.department_ids for lead in leads(db, department_id)}


def _name(db: Session, account_id: UUID) -> str:
    return db.get_one(Account, account_id).shown_name

"""Mails about retros that lie open, to who runs them; and of the day on which one goes on, to the departments."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.events import Bus
from app.core.signing import signing_key_of
from app.departments.queries import organisation
from app.notifications.queries.address import address_of
from app.notifications.queries.preferences import wishes_of
from app.notifications.queries.readers import people_of
from app.notifications.rules import letters_retros as letters
from app.notifications.rules.keeping_open import KEEP_OPEN, KeepLink
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.parts import Letter
from app.notifications.service import mails
from app.people.models import Account
from app.retros.events import EndedByItself, EndingWarned, GoesOnAnotherDay, LeadTakenOver, WaitsForItsLead
from app.retros.models import Retro
from app.retros.queries.ending import ending
from app.retros.queries.retros import view_of
from app.retros.queries.views import RetroView

IN_TIME = timedelta(hours=6)
"""A warning that quiet hours would hold back until shortly before the close is sent at once."""


def register(bus: Bus) -> None:
    bus.inside(EndingWarned, mail_warning)
    bus.inside(EndedByItself, mail_end)
    bus.inside(GoesOnAnotherDay, mail_day)
    bus.inside(WaitsForItsLead, mail_waiting)
    bus.inside(LeadTakenOver, mail_takeover)


def mail_warning(db: Session, fact: EndingWarned) -> None:
    """To who runs it, each with a link that keeps it open; to the stand-in without one. Cannot be switched off."""
    if not mails.writes_mail(db):
        return
    retro = _retro(db, fact.retro_id)
    keeps = ending(db, retro.id, fact.at).keeps_until
    told, revealed = _told(db, retro), retro.is_revealed
    runs = {retro.facilitator_id, *retro.co_facilitator_ids}

    def words(person: Account) -> Letter:
        link = _keep_link(db, retro.id, person.id) if person.id in runs else ""
        return letters.would_close(person.name, told, fact.closes_at, was_revealed=revealed, keep=link, keeps=keeps)

    stand_in = {retro.stand_in_id} if retro.stand_in_id else set()
    key = f"closing:{retro.id.hex}:{fact.hours}:{fact.version}"
    _mail(db, _able(db, runs | stand_in), words, fact.at, key, before=fact.closes_at)


def mail_end(db: Session, fact: EndedByItself) -> None:
    """To who ran it."""
    if not mails.writes_mail(db):
        return
    retro = _retro(db, fact.retro_id)
    told = _told(db, retro)
    people = _able(db, {retro.facilitator_id, *retro.co_facilitator_ids})
    _mail(
        db,
        people,
        lambda one: letters.has_ended(one.name, told, was_revealed=fact.was_revealed),
        fact.at,
        f"ended:{retro.id.hex}",
    )


def mail_day(db: Session, fact: GoesOnAnotherDay) -> None:
    """To who runs it, and to the people of the departments that take part who want such mails."""
    if not mails.writes_mail(db):
        return
    retro = _retro(db, fact.retro_id)
    told, by = _told(db, retro), db.get_one(Account, fact.by_id).name
    calendar = f"{told.link}/continuation.ics"
    runs = _able(db, {retro.facilitator_id, *retro.co_facilitator_ids})
    key = f"goes-on:{retro.id.hex}:{fact.continues_at:%Y%m%d%H%M}:{fact.version}"

    def words(person: Account) -> Letter:
        return letters.goes_on(person.name, told, fact.continues_at, by, calendar)

    _mail(db, runs, words, fact.at, key)
    known = {one.id for one in runs}
    for person in people_of(db, [department.id for department in retro.departments]):
        if person.id not in known:
            mails.tell(db, person, MailKind.RETROS, words(person), fact.at, key=f"{key}:{person.id.hex}")


def mail_waiting(db: Session, fact: WaitsForItsLead) -> None:
    """To who runs it: others may take it over a day from now."""
    if not mails.writes_mail(db):
        return
    retro = _retro(db, fact.retro_id)
    told = _told(db, retro)
    others = "the stand-in or another facilitator" if retro.stand_in_id else "another facilitator"
    _mail(
        db,
        _able(db, {retro.facilitator_id, *retro.co_facilitator_ids}),
        lambda one: letters.may_be_taken_over(one.name, told, fact.may_be_taken_at, others),
        fact.at,
        f"waits:{retro.id.hex}:{fact.may_be_taken_at:%Y%m%d%H}",
        before=fact.may_be_taken_at,
    )


def mail_takeover(db: Session, fact: LeadTakenOver) -> None:
    """To her whose lead it was."""
    if not mails.writes_mail(db):
        return
    retro, by = _retro(db, fact.retro_id), db.get_one(Account, fact.by_id).name
    told = _told(db, retro)
    _mail(
        db,
        [one for one in [db.get(Account, fact.from_id)] if one is not None and one.disabled_at is None],
        lambda one: letters.was_taken_over(one.name, told, by),
        fact.at,
        f"taken:{retro.id.hex}:{fact.version}",
    )


def _retro(db: Session, retro_id: UUID) -> RetroView:
    return view_of(db, db.get_one(Retro, retro_id))


def _told(db: Session, retro: RetroView) -> letters.RetroTold:
    link = f"{address_of(db)}/desk/retros/{retro.id}"
    return letters.RetroTold(retro.title, retro.project_name, link, organisation(db).place.zone)


def _keep_link(db: Session, retro_id: UUID, account_id: UUID) -> str:
    token = signing_key_of(db).sign(KEEP_OPEN, KeepLink(retro_id, account_id).signed())
    return f"{address_of(db)}/m/open/{token}"


def _able(db: Session, account_ids: Iterable[UUID]) -> list[Account]:
    """Those of them who can sign in; where nobody of them can, whoever looks after the house: somebody must hear."""
    enabled = select(Account).where(col(Account.disabled_at).is_(None)).order_by(col(Account.name), col(Account.id))
    found = list(db.exec(enabled.where(col(Account.id).in_(set(account_ids)))).all())
    return found or list(db.exec(enabled.where(col(Account.is_admin).is_(True))).all())


def _mail(
    db: Session,
    people: Iterable[Account],
    words: Callable[[Account], Letter],
    now: datetime,
    key: str,
    before: datetime | None = None,
) -> None:
    """Of no kind, so that nobody has switched it off; when quiet hours are over, if that is in time `before`."""
    for person in people:
        at = wishes_of(db, person).quiet.next_allowed(now)
        if before is not None and at > before - IN_TIME:
            at = now
        mails.queue(db, person.email, words(person), now, at, account_id=person.id, key=f"{key}:{person.id.hex}")

"""Mails about links to a password and about outcomes. Knows accounts, titles and links; no seat and no entry."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.queries.lists import actions_of
from app.core.events import Bus
from app.departments.queries import organisation, place_in_words, sends_mail
from app.notifications.queries.address import address_of
from app.notifications.queries.readers import people_of
from app.notifications.reactions import (
    mails_of_briefs,
    mails_of_leaving,
    mails_of_notices,
    mails_of_retros,
    mails_of_steps,
)
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters import (
    forgotten_password,
    invitation,
    new_password,
    outcome_is_ready,
    password_guessed,
)
from app.notifications.rules.parts import Letter
from app.notifications.service import mails
from app.people.events import InvitationPrepared, PasswordGuessed
from app.people.models import Account, Invitation
from app.people.queries import account as account_view
from app.people.queries import hash_of
from app.people.rules import FORGOTTEN_LASTS, INVITATION_LASTS, Purpose
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.queries.retros import view_of
from app.retros.rules.names import Stage


def register(bus: Bus) -> None:
    bus.inside(InvitationPrepared, mail_invitation)
    bus.inside(PasswordGuessed, mail_guesses)
    bus.inside(StageEntered, mail_outcome)
    mails_of_steps.register(bus)
    mails_of_notices.register(bus)
    mails_of_briefs.register(bus)
    mails_of_leaving.register(bus)
    mails_of_retros.register(bus)


def mail_invitation(db: Session, fact: InvitationPrepared) -> None:
    """A link to choose a password, to the account it is for; at once. Without a mail server whoever made the link
    hands it on, so it is not kept."""
    link = db.get(Invitation, hash_of(fact.token))
    account = db.get(Account, fact.account_id)
    if link is None or account is None or not sends_mail(db):
        return
    letter = _letter_of(db, link, account, f"{address_of(db)}/desk/invitations/{fact.token}")
    if letter is None:
        return
    mails.queue(db, account.email, letter, link.created_at, account_id=account.id)


def _letter_of(db: Session, link: Invitation, account: Account, address: str) -> Letter | None:
    maker = db.get(Account, link.invited_by) if link.invited_by else None
    house, by, days = organisation(db).name, maker.name if maker else "", INVITATION_LASTS.days
    match link.purpose:
        case Purpose.INVITE:
            place = place_in_words(db, account_view(db, account.id))
            return invitation(house, account.name, address, days, by, place)
        case Purpose.RESET:
            return new_password(house, account.name, address, days, by)
        case Purpose.FORGOTTEN:
            return forgotten_password(house, account.name, address, int(FORGOTTEN_LASTS.total_seconds()) // 60)
    return None


def mail_guesses(db: Session, fact: PasswordGuessed) -> None:
    """To the owner of the account, at once; it cannot be switched off."""
    account = db.get(Account, fact.account_id)
    if account is None or not mails.writes_mail(db):
        return
    desk = f"{address_of(db)}/desk"
    letter = password_guessed(organisation(db).name, account.name, f"{desk}/settings", f"{desk}/forgotten-password")
    mails.queue(db, account.email, letter, fact.at, account_id=account.id)


def mail_outcome(db: Session, fact: StageEntered) -> None:
    """At the close: to everybody of the departments that took part, and to owners of actions."""
    if fact.stage is not Stage.CLOSED or not mails.writes_mail(db):
        return
    row = db.get_one(Retro, fact.retro_id)
    if row.revealed_at is None:
        return  # stopped before the reveal: there is nothing to read
    retro = view_of(db, row)
    actions = actions_of(db, row.id)
    now = row.closed_at or datetime.now(UTC)
    listed = [f"{one.title} ({one.owner_name})" if one.owner_name else one.title for one in actions]
    people = {one.id: one for one in people_of(db, [department.id for department in retro.departments])}
    people |= {one.id: one for one in _owners(db, {one.owner_id for one in actions if one.owner_id})}
    link = f"{address_of(db)}/desk/retros/{row.id}/outcome"
    for person in people.values():
        letter = outcome_is_ready(person.name, retro.title, retro.project_name, link, listed)
        mails.tell(db, person, MailKind.OUTCOME, letter, now, key=f"outcome:{row.id.hex}:{person.id.hex}")


def _owners(db: Session, account_ids: set[UUID]) -> list[Account]:
    wanted = select(Account).where(col(Account.id).in_(account_ids), col(Account.disabled_at).is_(None))
    return list(db.exec(wanted).all())

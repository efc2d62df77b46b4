"""Which facts cause mails. Knows accounts, titles and links; no seat and no entry."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.events import ActionRequested
from app.actions.models import Action
from app.actions.queries import actions_of, steps_of
from app.core.config import Settings
from app.core.events import Bus
from app.departments.queries import names, organisation
from app.notifications.queries import people_of
from app.notifications.rules import asked_for_action, invitation, new_password, outcome_is_ready
from app.notifications.service import queue, sends_mail
from app.people.events import InvitationPrepared
from app.people.models import Account, Invitation
from app.people.queries import hash_of
from app.people.rules import INVITATION_LASTS, Purpose
from app.people.service import prepare_new_link
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.queries import view_of
from app.retros.rules import Stage


def register(bus: Bus) -> None:
    bus.inside(InvitationPrepared, mail_invitation)
    bus.inside(ActionRequested, mail_owner)
    bus.inside(StageEntered, mail_outcome)


def mail_invitation(db: Session, fact: InvitationPrepared) -> None:
    """A link to choose a password, to the account it is for."""
    link = db.get(Invitation, hash_of(fact.token))
    account = db.get(Account, fact.account_id)
    if link is None or account is None or not sends_mail(db) or fact.purpose not in (Purpose.INVITE, Purpose.RESET):
        return
    address = f"{address_of(db)}/desk/invitations/{fact.token}"
    days = INVITATION_LASTS.days
    if fact.purpose == Purpose.RESET:
        letter = new_password(account.name, address, days)
    else:
        letter = invitation(organisation(db).name, account.name, address, days)
    queue(db, account.email, letter, link.created_at)


def mail_owner(db: Session, fact: ActionRequested) -> None:
    """The owner is asked to promise; somebody without a password is invited too, once."""
    row = db.get_one(Action, fact.action_id)
    owner = db.get(Account, row.owner_id) if row.owner_id else None
    if owner is None or owner.disabled_at is not None or not sends_mail(db):
        return
    now = steps_of(db, row.id)[-1].happened_at
    if owner.password_hash is None and not _has_open_invitation(db, owner.id, now):
        prepare_new_link(db, None, owner.id, now)
    requesting = names(db).get(row.requesting_department_id) if row.requesting_department_id else None
    letter = asked_for_action(
        owner.name,
        row.title,
        row.done_when,
        requesting.name if requesting else "another department",
        row.due_on,
        f"{address_of(db)}/desk/actions/{row.id}",
        needs_password=owner.password_hash is None,
    )
    queue(db, owner.email, letter, now)


def mail_outcome(db: Session, fact: StageEntered) -> None:
    """At the close: to everybody of the departments that took part, and to owners of actions."""
    if fact.stage is not Stage.CLOSED or not sends_mail(db):
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
        queue(db, person.email, outcome_is_ready(person.name, retro.title, retro.project_name, link, listed), now)


def address_of(db: Session) -> str:
    """Where this installation is reached, without a slash at the end."""
    settings: Settings = db.info["settings"]
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _has_open_invitation(db: Session, account_id: UUID, now: datetime) -> bool:
    found = select(Invitation.token_hash).where(
        Invitation.account_id == account_id, col(Invitation.used_at).is_(None), col(Invitation.expires_at) > now
    )
    return db.exec(found).first() is not None


def _owners(db: Session, account_ids: set[UUID]) -> list[Account]:
    wanted = select(Account).where(col(Account.id).in_(account_ids), col(Account.disabled_at).is_(None))
    return list(db.exec(wanted).all())

"""Which steps of a promise cause which mails, and to whom. They wait as long as a step may be taken back."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select

from app.actions.events import ActionRequested, ActionStepped, StepTakenBack
from app.actions.rules.kinds import ActionState
from app.core.events import Bus
from app.departments.queries import sends_mail
from app.notifications.queries.readers import leads, may_accept, owner_of
from app.notifications.reactions.promises import Telling, telling
from app.notifications.rules import letters_promises as letters
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters_promises import asked_for_action, asked_of_department
from app.notifications.rules.retries import TOLD_AFTER
from app.notifications.service import mails
from app.people.models import Account, Invitation
from app.people.service import invitations


def register(bus: Bus) -> None:
    bus.inside(ActionRequested, mail_request)
    bus.inside(ActionStepped, mail_step)
    bus.inside(StepTakenBack, forget_step)


def mail_request(db: Session, fact: ActionRequested) -> None:
    """The closing retro asks the owner, and those who lead the department, at once; somebody who completed what was
    loaded from a list may still take it back."""
    if not mails.writes_mail(db):
        return
    about = telling(db, fact.action_id, f"asked:{fact.action_id.hex}")
    about.key, asker = f"{about.key}:{about.last.number}", about.last.account_id
    about.step = f"{fact.action_id}:{about.last.number}"
    if asker is not None:
        about.at = about.now + TOLD_AFTER
        about.apart |= {asker} - {about.row.owner_id}
    _ask(about)


def mail_step(db: Session, fact: ActionStepped) -> None:
    """Those whom the step concerns; never who took it. A step nobody waits for causes no mail."""
    tells = TELLS.get(ActionState(fact.state))
    if tells is None or not mails.writes_mail(db):
        return
    about = telling(db, fact.action_id, f"step:{fact.action_id.hex}:{fact.number}")
    about.step = f"{fact.action_id}:{fact.number}"
    about.at = about.now + TOLD_AFTER
    if about.last.account_id is not None:
        about.apart.add(about.last.account_id)
    tells(about)


def forget_step(db: Session, fact: StepTakenBack) -> None:
    """It never happened: nobody hears of it."""
    mails.cancel_mails_of(db, f"{fact.action_id}:{fact.number}")


def _ask(about: Telling) -> None:
    """The owner is asked to promise; somebody without a password is invited too, once."""
    told = about.told(about.last.account_id, about.last.reason)
    owners = owner_of(about.db, about.row)
    invited = {one.id for one in owners if one.id not in about.apart and _invited(about.db, one, about.now)}
    about.mail(
        owners,
        MailKind.REQUESTS,
        lambda one: asked_for_action(
            one.name, told, about.click(one, ActionState.PROMISED), about.policy.acknowledge_within, one.id in invited
        ),
    )
    providing = leads(about.db, about.row.providing_department_id)
    about.mail(providing, MailKind.REQUESTS, lambda one: asked_of_department(one.name, told))


def _countered(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    asking = leads(about.db, about.row.requesting_department_id)
    about.mail(asking, MailKind.REQUESTS, lambda one: letters.countered(one.name, told, about.last.due_on))


def _declined(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    asking = leads(about.db, about.row.requesting_department_id)
    about.mail(asking, MailKind.REQUESTS, lambda one: letters.declined(one.name, told))


def _promised(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    asking = leads(about.db, about.row.requesting_department_id)
    about.mail(asking, MailKind.PROGRESS, lambda one: letters.promised(one.name, told))


def _promised_anew(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    asking = leads(about.db, about.row.requesting_department_id)
    at_first = about.row.promised_for
    about.mail(asking, MailKind.PROGRESS, lambda one: letters.promised_anew(one.name, told, at_first))


def _blocked(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    waits_for = about.department(about.row.blocked_by_id)
    blocking = leads(about.db, about.row.blocked_by_id)
    asking = leads(about.db, about.row.requesting_department_id)
    about.mail(blocking, MailKind.REQUESTS, lambda one: letters.blocked(one.name, told, waits_for, is_yours=True))
    about.mail(asking, MailKind.PROGRESS, lambda one: letters.blocked(one.name, told, waits_for, is_yours=False))


def _reported_done(about: Telling) -> None:
    told, silence_on = about.told(about.last.account_id, about.last.reason), about.silence_on()
    about.mail(
        may_accept(about.db, about.row),
        MailKind.REQUESTS,
        lambda one: letters.reported_done(one.name, told, about.click(one, ActionState.ACCEPTED), silence_on),
    )


def _sent_back(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    owners = owner_of(about.db, about.row)
    about.mail(
        owners,
        MailKind.REQUESTS,
        lambda one: letters.sent_back(one.name, told, about.click(one, ActionState.REPORTED_DONE)),
    )


def _accepted(about: Telling) -> None:
    told, was_silent = about.told(about.last.account_id, about.last.reason), about.last.by_silence
    owners = owner_of(about.db, about.row)
    about.mail(owners, MailKind.PROGRESS, lambda one: letters.accepted(one.name, told, was_silent))


def _not_doing(about: Telling) -> None:
    """The owner lets go: those who asked hear it. Those who asked let go: the owner, and who leads the department."""
    told = about.told(about.last.account_id, about.last.reason)
    if about.last.account_id == about.row.owner_id:
        people = leads(about.db, about.row.requesting_department_id)
    else:
        people = [*owner_of(about.db, about.row), *leads(about.db, about.row.providing_department_id)]
    about.mail(people, MailKind.PROGRESS, lambda one: letters.not_doing(one.name, told))


TELLS: dict[ActionState, Callable[[Telling], None]] = {
    ActionState.REQUESTED: _ask,  # again, or of somebody else
    ActionState.COUNTERED: _countered,
    ActionState.DECLINED: _declined,
    ActionState.PROMISED: _promised,
    ActionState.RE_PROMISED: _promised_anew,
    ActionState.BLOCKED: _blocked,
    ActionState.REPORTED_DONE: _reported_done,
    ActionState.SENT_BACK: _sent_back,
    ActionState.ACCEPTED: _accepted,
    ActionState.NOT_DOING: _not_doing,
}


def _invited(db: Session, person: Account, now: datetime) -> bool:
    """Whether this person needs a password first; where mail is sent, the link to choose one is on its way."""
    if person.password_hash is not None or not sends_mail(db):
        return False
    open_link = select(Invitation.token_hash).where(
        Invitation.account_id == person.id, col(Invitation.used_at).is_(None), col(Invitation.expires_at) > now
    )
    if db.exec(open_link).first() is None:
        invitations.prepare_new_link(db, None, person.id, now)
    return True

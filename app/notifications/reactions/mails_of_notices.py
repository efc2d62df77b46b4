"""Which mails the calendar causes when something falls due: to the owner, the leads, in the end the sponsor."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlmodel import Session

from app.actions.events import NoticeFellDue
from app.actions.rules.kinds import ActionState, Notice
from app.core.events import Bus
from app.departments.queries import department
from app.notifications.queries.preferences import usual_quiet
from app.notifications.queries.readers import account_with, admins, is_closed, leads, may_accept, may_see, owner_of
from app.notifications.reactions.promises import Telling, telling
from app.notifications.rules import letters_reminders as letters
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters_promises import LetterPromise
from app.notifications.rules.parts import Letter
from app.notifications.service import mails

ForOwner = Callable[[str, LetterPromise, str], Letter]
"""Name, promise and the one-click address ("" for somebody who only hears of it) to words."""


def register(bus: Bus) -> None:
    bus.inside(NoticeFellDue, mail_notice)


def mail_notice(db: Session, fact: NoticeFellDue) -> None:
    """Those whom the promise waits for. Said once for a day, however often that day is looked at."""
    tells = TELLS.get(fact.notice)
    if tells is not None and mails.writes_mail(db):
        about = telling(db, fact.action_id, f"{fact.notice}:{fact.action_id.hex}:{fact.day}", fact.at)
        about.step = f"{fact.action_id}:{about.last.number}"
        tells(about)


def _remind(words: ForOwner, state: ActionState, about: Telling) -> None:
    """The owner; and who leads the department, where the organisation wants that, or where there is no owner who
    could read it: a reminder never vanishes because somebody left."""
    told = about.told(about.last.account_id)
    owners = owner_of(about.db, about.row)
    about.mail(owners, MailKind.REMINDERS, lambda one: words(one.name, told, about.click(one, state)))
    if about.policy.leads_hear_reminders or not owners:
        providing = leads(about.db, about.row.providing_department_id)
        about.mail(providing, MailKind.REMINDERS, lambda one: words(one.name, told, ""))


def _late(about: Telling) -> None:
    if about.row.state in (ActionState.REQUESTED, ActionState.ACKNOWLEDGED):
        _remind(letters.late_unanswered, ActionState.PROMISED, about)
    else:
        _remind(letters.late, ActionState.REPORTED_DONE, about)


def _late_to_lead(about: Telling) -> None:
    """Not to a lead who owns it: nobody is asked to ask themselves. What was said last is told along."""
    told = about.told(about.last.account_id, about.last.reason)
    about.apart |= {one.id for one in owner_of(about.db, about.row)}
    providing = leads(about.db, about.row.providing_department_id)
    about.mail(providing, MailKind.REMINDERS, lambda one: letters.late_to_lead(one.name, told))


def _late_to_sponsor(about: Telling) -> None:
    """The sponsor of the action, else of the department that promised, else of the whole organisation; never
    somebody whose account is closed. Where sponsors were named and all have left, the admins hear of it."""
    named = [one for one in _sponsors(about) if one[1]]
    name, email = next((one for one in named if not is_closed(about.db, one[1])), ("", ""))
    if not email:
        told = about.told()
        about.mail(
            admins(about.db) if named else (),
            MailKind.REMINDERS,
            lambda one: letters.late_to_sponsor(one.name, told, sees_it=True),
        )
        return
    person, told = account_with(about.db, email), about.told()
    if person is not None:
        sees = may_see(about.db, person, about.row)
        about.mail([person], MailKind.REMINDERS, lambda one: letters.late_to_sponsor(one.name, told, sees_it=sees))
    else:
        letter = letters.late_to_sponsor(name, told, sees_it=False)
        due_at = usual_quiet(about.db).next_allowed(about.now)
        mails.queue(about.db, email, letter, about.now, due_at, key=f"{about.key}:sponsor", step=about.step)


def _sponsors(about: Telling) -> Iterator[tuple[str, str]]:
    """(name, address), the nearest first."""
    row, usual = about.row, about.policy
    yield row.sponsor_name, row.sponsor_email
    if row.providing_department_id is not None:
        providing = department(about.db, row.providing_department_id)
        yield providing.sponsor_name, providing.sponsor_email
    yield usual.sponsor_name, usual.sponsor_email


def _answer_offer(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    asking = leads(about.db, about.row.requesting_department_id)
    about.mail(asking, MailKind.REMINDERS, lambda one: letters.offer_waits(one.name, told))


def _accept(about: Telling) -> None:
    told, silence_on = about.told(), about.silence_on()
    about.mail(
        may_accept(about.db, about.row),
        MailKind.REMINDERS,
        lambda one: letters.waits_for_acceptance(one.name, told, about.click(one, ActionState.ACCEPTED), silence_on),
    )


def _still_blocked(about: Telling) -> None:
    told = about.told(about.last.account_id, about.last.reason)
    waits_for = about.department(about.row.blocked_by_id)
    blocking = leads(about.db, about.row.blocked_by_id)
    about.mail(blocking, MailKind.REMINDERS, lambda one: letters.still_blocked(one.name, told, waits_for))


TELLS: dict[Notice, Callable[[Telling], None]] = {
    Notice.ACKNOWLEDGE: partial(_remind, letters.still_asked, ActionState.PROMISED),
    Notice.DUE_SOON: partial(_remind, letters.due_soon, ActionState.REPORTED_DONE),
    Notice.DUE_TODAY: partial(_remind, letters.due_today, ActionState.REPORTED_DONE),
    Notice.LATE: _late,
    Notice.LATE_TO_LEAD: _late_to_lead,
    Notice.LATE_TO_SPONSOR: _late_to_sponsor,
    Notice.ANSWER_OFFER: _answer_offer,
    Notice.ACCEPT: _accept,
    Notice.STILL_BLOCKED: _still_blocked,
}

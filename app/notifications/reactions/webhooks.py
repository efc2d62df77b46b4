"""Which facts webhooks are told of. Knows titles, departments and links; no seat, no entry, no mail address."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app.actions.events import ActionRequested, ActionStepped, NoticeFellDue, StepTakenBack
from app.actions.models import Action
from app.actions.queries.policy import calendar_of
from app.actions.queries.rows import steps_of
from app.actions.rules.kinds import Notice
from app.actions.rules.states import UNDO_WITHIN, still_counting
from app.agreements.events import AgreementChanged
from app.agreements.models import Agreement
from app.core.clock import Clock
from app.core.events import Bus
from app.core.own_address import own_address
from app.departments.queries import names
from app.notifications.queries.webhooks import is_reviewed, listeners
from app.notifications.rules.news import PromiseNews, of_action, of_agreement, of_retro
from app.notifications.rules.retries import TOLD_AFTER
from app.notifications.rules.webhooks import Event, News
from app.notifications.service import deliveries
from app.people.models import Account
from app.projects.models import Project
from app.retros.events import StageEntered
from app.retros.models import Retro
from app.retros.rules.names import Stage


def register(bus: Bus) -> None:
    bus.inside(ActionRequested, tell_of_request)
    bus.inside(ActionStepped, tell_of_step)
    bus.inside(StepTakenBack, forget_what_was_taken_back)
    bus.inside(NoticeFellDue, tell_of_lateness)
    bus.inside(AgreementChanged, tell_of_agreement)
    bus.inside(StageEntered, tell_of_close)


def tell_of_request(db: Session, fact: ActionRequested) -> None:
    """What the room asked for stands, so it is told at once; what a person asked for may be taken back."""
    if listeners(db, Event.ACTION_REQUESTED):
        asked = still_counting(steps_of(db, fact.action_id))[-1]
        at, wait = asked.happened_at, TOLD_AFTER if asked.account_id else timedelta(0)
        news = _news_of(db, fact.action_id, Event.ACTION_REQUESTED, at)
        deliveries.announce(db, news, at + wait, step=f"{fact.action_id}:{asked.number}")


def tell_of_step(db: Session, fact: ActionStepped) -> None:
    """Waits until the step can no longer be taken back."""
    if listeners(db, Event.ACTION_STEPPED):
        at = next(one.happened_at for one in steps_of(db, fact.action_id) if one.number == fact.number)
        news = _news_of(db, fact.action_id, Event.ACTION_STEPPED, at)
        deliveries.announce(db, news, at + TOLD_AFTER, step=f"{fact.action_id}:{fact.number}")


def forget_what_was_taken_back(db: Session, fact: StepTakenBack) -> None:
    deliveries.forget_step(db, f"{fact.action_id}:{fact.number}")


def tell_of_lateness(db: Session, fact: NoticeFellDue) -> None:
    """On the day when the lead hears of it: once for each day that was missed."""
    if fact.notice is Notice.LATE_TO_LEAD and listeners(db, Event.ACTION_LATE):
        place = calendar_of(db, db.get_one(Action, fact.action_id).requesting_department_id)
        at = place.midnight(fact.day)
        deliveries.announce(db, _news_of(db, fact.action_id, Event.ACTION_LATE, at), at)


def tell_of_agreement(db: Session, fact: AgreementChanged) -> None:
    """Its wording, its two sides and its days; the fact names no time, so it is the machine's. What a step did to it
    waits until the step can no longer be taken back."""
    if not listeners(db, Event.AGREEMENT_CHANGED):
        return
    row, departments = db.get_one(Agreement, fact.agreement_id), names(db)
    news = of_agreement(
        row.id,
        row.text,
        departments[row.providing_department_id].name,
        departments[row.requesting_department_id].name,
        since=row.since,
        review_on=row.review_on,
        ended_on=row.ended_on,
        is_in_force=row.waits_for_id is None and row.ended_on is None,
        is_reviewed=is_reviewed(db, row.id),
        link=f"{_start_of(db)}/desk/agreements/{row.id}",
        at=Clock().now(),
    )
    due_at, step = _when_it_stands(db, row, news.at)
    deliveries.announce(db, news, due_at, step)


def tell_of_close(db: Session, fact: StageEntered) -> None:
    """Title, project and a link: nothing from the room. One that was stopped before the reveal says nothing."""
    if fact.stage is not Stage.CLOSED or not listeners(db, Event.RETRO_CLOSED):
        return
    row = db.get_one(Retro, fact.retro_id)
    if row.revealed_at is None or row.closed_at is None:
        return
    project = db.get_one(Project, row.project_id)
    link = f"{_start_of(db)}/desk/retros/{row.id}/outcome"
    deliveries.announce(db, of_retro(row.id, row.title, project.name, link, row.closed_at), row.closed_at)


def _when_it_stands(db: Session, row: Agreement, now: datetime) -> tuple[datetime, str]:
    """When the change may be told, and the step that takes it along if it is taken back ("": none)."""
    last = still_counting(steps_of(db, row.action_id))[-1:] if row.action_id else []
    if not last or now - last[0].happened_at >= UNDO_WITHIN:
        return now, ""
    return last[0].happened_at + TOLD_AFTER, f"{row.action_id}:{last[0].number}"


def _news_of(db: Session, action_id: UUID, event: Event, at: datetime) -> News:
    row, departments = db.get_one(Action, action_id), names(db)
    owner = db.get(Account, row.owner_id) if row.owner_id else None

    def name_of(department_id: UUID | None) -> str:
        return departments[department_id].name if department_id in departments else ""

    promise = PromiseNews(
        id=row.id,
        kind=row.kind,
        title=row.title,
        state=row.state,
        owner=owner.shown_name if owner else row.owner_name,
        providing=name_of(row.providing_department_id),
        requesting=name_of(row.requesting_department_id),
        due_on=row.due_on,
        promised_for=row.promised_for,
        slips=row.slips,
        by_silence=row.by_silence,
        link=f"{_start_of(db)}/desk/actions/{row.id}",
    )
    return of_action(event, promise, at)


def _start_of(db: Session) -> str:
    """Where this installation is reached, without a slash at the end; empty where nobody said."""
    settings = db.info.get("settings")
    return own_address(settings) if settings is not None else ""

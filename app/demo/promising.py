"""Writes down the promises of a retro of the demo, and lets them live on, each step by the person who took it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries import lists
from app.actions.rules.fields import Fields
from app.actions.rules.states import StepDetails
from app.actions.service import stepping
from app.agreements import queries as agreements
from app.agreements import service as agreements_service
from app.agreements.rules import AgreementVerdict
from app.demo.calendar import RetroTimeline
from app.demo.house import DemoHouse
from app.demo.story import StoryPromise
from app.people.rules import Visitor
from app.retros.queries import retros


def fields_of(
    promise: StoryPromise, house: DemoHouse, calendar: RetroTimeline, topic_ids: Mapping[str, UUID]
) -> Fields:
    """What the facilitator types into the form."""
    return Fields(
        title=promise.title,
        kind=promise.kind,
        done_when=promise.done_when,
        owner_id=house.people[promise.owner].account_id,
        providing_department_id=house.departments[promise.providing],
        requesting_department_id=house.departments[promise.requesting],
        due_on=calendar.day(promise.due_day),
        priority=promise.priority,
        cause=promise.cause,
        scope=promise.scope,
        sponsor_name=promise.sponsor,
        external_link=promise.link,
        topic_id=topic_ids[promise.topic],
    )


def review(
    db: Session, facilitator: Visitor, retro_id: UUID, verdicts: Mapping[str, AgreementVerdict], now: datetime
) -> None:
    """What the room says at check-in of the agreements that are in force between its departments."""
    retro = retros.get(db, retro_id, facilitator)
    for one in agreements.agreements_in_room(db, retro, now):
        if verdict := verdicts.get(one.agreement.text):
            agreements_service.review_in_room(db, facilitator, retro_id, one.agreement.id, verdict, now)


def live_on(
    db: Session, house: DemoHouse, calendar: RetroTimeline, retro_id: UUID, promises: tuple[StoryPromise, ...]
) -> None:
    """Everything that happened to these promises since the close."""
    ids = {action.title: action.id for action in lists.actions_of(db, retro_id)}
    for promise in promises:
        for number, step in enumerate(promise.steps):
            stepping.step(
                db,
                house.people[step.by],
                ids[promise.title],
                step.state,
                calendar.moment(step.day, number),
                StepDetails(
                    reason=step.reason,
                    miss_reason=step.miss_reason,
                    due_on=None if step.due_day is None else calendar.day(step.due_day),
                    department_id=house.department(step.department),
                ),
            )

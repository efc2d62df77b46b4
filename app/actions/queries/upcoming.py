"""What happens to a promise by itself if nobody moves it: the next of each notice, and the day silence accepts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlmodel import Session

from app.actions.queries.policy import calendar_of, policy
from app.actions.queries.views import ActionView
from app.actions.rules.kinds import ActionState, Notice
from app.actions.rules.notices import Wait, fall_due

LOOKED_AT = 12
SHOWN = 3


@dataclass(frozen=True, slots=True)
class UpcomingEvent:
    """`day` is one of the department that asked. For silence: the last day on which somebody may still answer."""

    notice: Notice
    day: date


def upcoming_events(db: Session, view: ActionView, now: datetime) -> list[UpcomingEvent]:
    """The next things that the calendar will say, each once, in the order of days; none before it was asked."""
    if view.moved_at is None:
        return []
    place = calendar_of(db, view.requesting.id if view.requesting else None)
    wait = Wait(ActionState(view.state), place.day(view.moved_at), view.due_on, place, policy(db))
    first: dict[Notice, date] = {}
    for day, notice in islice(fall_due(wait, place.day(now)), LOOKED_AT):
        first.setdefault(notice, day)
    return [UpcomingEvent(notice, _last_day(notice, day)) for notice, day in list(first.items())[:SHOWN]]


def _last_day(notice: Notice, day: date) -> date:
    return date.fromordinal(day.toordinal() - 1) if notice is Notice.SILENCE_ACCEPTS else day

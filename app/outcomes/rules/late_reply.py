"""Until when a department that did not vote may reply to an outcome, and which departments those are; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.places import Place

REPLY_DAYS = 5
"""Working days after the close."""
REPLY_MAX = 1000


@dataclass(frozen=True, slots=True)
class LateReply:
    """A reply as its form sends it; `version` is the one that the form was drawn with, 0 for a first reply."""

    topic_id: UUID
    department_id: UUID
    text: str
    version: int

    @property
    def answers(self) -> tuple[UUID, UUID]:
        """Topic and department."""
        return self.topic_id, self.department_id


def last_day_to_reply(closed_on: date, place: Place) -> date:
    """The fifth working day after the day of the close; a reply may come until its end."""
    return place.add(closed_on, REPLY_DAYS)


def may_still_reply(closed_on: date, today: date, place: Place) -> bool:
    """Whether the time to reply is not over yet."""
    return today <= last_day_to_reply(closed_on, place)


def did_not_vote(department_id: UUID, pooled: bool, not_voting: Collection[str]) -> bool:
    """Whether this department has no voice of its own in a topic's result: it stayed away or mostly passed.

    A pooled department is never told apart from one that stayed away: that would count its people.
    """
    return pooled or str(department_id) in not_voting

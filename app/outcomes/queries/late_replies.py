"""Reads which topics of a closed retro somebody's departments may still reply to. Knows no vote and no seat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from app.departments.queries import organisation
from app.outcomes.models import Outcome
from app.outcomes.rules.document import Document, from_contents
from app.outcomes.rules.late_reply import did_not_vote, last_day_to_reply, may_still_reply
from app.people.rules import Visitor
from app.retros.queries.views import RetroDepartmentView, RetroView
from app.votes.queries import standings


@dataclass(frozen=True, slots=True)
class LateReplyView:
    """A topic that `department` may reply to, with what it has replied since the close; `version` 0: nothing yet."""

    topic_id: UUID
    title: str
    department: RetroDepartmentView
    text: str
    version: int

    @property
    def answers(self) -> tuple[UUID, UUID]:
        """Topic and department."""
        return self.topic_id, self.department.id

    @property
    def key(self) -> str:
        """Names its form on the page."""
        return f"{self.topic_id}-{self.department.id}"


@dataclass(frozen=True, slots=True)
class LateReplies:
    """What a lead may reply to until the end of `until`."""

    until: date
    topics: tuple[LateReplyView, ...]


def late_replies(db: Session, retro: RetroView, visitor: Visitor, now: datetime) -> LateReplies | None:
    """None where this visitor leads no department that did not vote, or the time is over."""
    row = db.get(Outcome, retro.id)
    if row is None or retro.closed_at is None or retro.imported:
        return None
    place = organisation(db).place
    closed_on = place.day(retro.closed_at)
    led = [one for one in retro.departments if one.id in visitor.leads]
    if not led or not may_still_reply(closed_on, place.day(now), place):
        return None
    silent = {one.topic_id: one.not_voting for one in standings(db, retro.id)}
    document = from_contents(row.contents)
    found = tuple(
        _view(document, topic_id, department)
        for topic_id in _topic_ids(document)
        for department in led
        if topic_id in silent and did_not_vote(department.id, department.pooled, silent[topic_id])
    )
    return LateReplies(last_day_to_reply(closed_on, place), found) if found else None


def _topic_ids(document: Document) -> list[UUID]:
    """In the order of the page. Outcomes of earlier versions have no ids: nobody replies to those any more."""
    return [UUID(one.id) for one in (*document.topics, *document.not_discussed) if one.id]


def _view(document: Document, topic_id: UUID, department: RetroDepartmentView) -> LateReplyView:
    topic = next(one for one in (*document.topics, *document.not_discussed) if one.id == str(topic_id))
    said = next((one for one in topic.replies if one.is_late and one.department_id == str(department.id)), None)
    return LateReplyView(topic_id, topic.title, department, said.text if said else "", said.version if said else 0)

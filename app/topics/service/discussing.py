"""Writes down what the room says of a topic: notes, why-chain, right of reply, what it is about, discussed.

A reply is spoken in the room and typed here by the facilitator; it never comes from a seat.
"""

from uuid import UUID

from sqlmodel import Session

from app.core.errors import Invalid
from app.core.events import emit
from app.people.rules import Visitor
from app.retros.models import RetroDepartment
from app.retros.queries.retros import get_for_change
from app.retros.rules.names import Stage
from app.retros.rules.refusals import WrongStage
from app.retros.service import version as version_service
from app.topics.events import TopicNoted
from app.topics.models import Reply, Topic, Why
from app.topics.queries import topic_board
from app.topics.rules.topic import WHYS_MAX
from app.topics.service.grouping import StaleTopic

DISCUSSING = frozenset({Stage.DISCUSS, Stage.WRAP_UP})
STATING_ABOUT = frozenset({Stage.GROUP, *DISCUSSING})


class NotUnderDiscussion(WrongStage):
    sentence = "This is written down while topics are discussed. The page shows where the retro is now."


class TooManyWhys(WrongStage):
    sentence = f"{WHYS_MAX} times “why?” is as deep as this goes. Take one away, or write the rest into the notes."


class NotTheDepartment(Invalid):
    sentence = "The right of reply belongs to the department that the topic is about. Say first whom it is about."
    field = "department_id"


def write_notes(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, text: str, version: int) -> None:
    """Replace a topic's notes. `version` is the one that the form was drawn with; raises StaleTopic, which carries
    both texts."""
    topic = _discussed(db, visitor, retro_id, topic_id)
    if topic.notes == text:
        return
    if topic.version != version:
        raise StaleTopic(yours=text, theirs=topic.notes, version=topic.version)
    topic.notes = text
    topic.version += 1
    _noted(db, retro_id, topic_id)


def add_why(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, text: str) -> None:
    """Add the next link to the why-chain. Raises TooManyWhys."""
    _discussed(db, visitor, retro_id, topic_id)
    chain = topic_board.whys_of(db, topic_id)
    if len(chain) >= WHYS_MAX:
        raise TooManyWhys
    if chain and chain[-1].text == text:
        # A double tap is one link.
        return
    db.add(Why(topic_id=topic_id, position=len(chain) + 1, text=text))
    _noted(db, retro_id, topic_id)


def remove_why(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, why_id: UUID) -> None:
    """Take a link out; the rest of the chain closes up. A link that is gone already is no error."""
    _discussed(db, visitor, retro_id, topic_id)
    chain = topic_board.whys_of(db, topic_id)
    if why_id not in {why.id for why in chain}:
        return
    left = [why for why in chain if why.id != why_id]
    for why in chain:
        if why.id == why_id:
            db.delete(why)
    for position, why in enumerate(left, start=1):
        why.position = position
    _noted(db, retro_id, topic_id)


def reply(
    db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, department_id: UUID, text: str, version: int
) -> None:
    """What the department the topic is about says to it. `version` 0 for a first reply; an empty text takes it back.

    Raises NotTheDepartment, StaleTopic.
    """
    topic = _discussed(db, visitor, retro_id, topic_id)
    if topic.about_department_id is None or topic.about_department_id != department_id:
        raise NotTheDepartment
    said = topic_board.reply_of(db, topic_id, department_id)
    if (said.text if said else "") == text:
        return
    if (said.version if said else 0) != version:
        raise StaleTopic(yours=text, theirs=said.text if said else "", version=said.version if said else 0)
    if said is None:
        db.add(Reply(topic_id=topic_id, department_id=department_id, text=text))
    elif text:
        said.text = text
        said.version += 1
    else:
        db.delete(said)
    _noted(db, retro_id, topic_id)


def about(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, department_id: UUID | None) -> None:
    """Say which department the topic is mostly about (None: no single one). Raises NotTheDepartment."""
    topic = _topic_in(db, visitor, retro_id, topic_id, STATING_ABOUT)
    if department_id is not None and db.get(RetroDepartment, (retro_id, department_id)) is None:
        raise NotTheDepartment("This department does not take part in this retro. Please choose one from the list.")
    if topic.about_department_id != department_id:
        topic.about_department_id, topic.about_pooled = department_id, False
        _noted(db, retro_id, topic_id)


def mark_discussed(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, discussed: bool = True) -> None:
    """Tick a topic off, or take the tick back."""
    topic = _discussed(db, visitor, retro_id, topic_id)
    if topic.discussed != discussed:
        topic.discussed = discussed
        _noted(db, retro_id, topic_id)


def _discussed(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID) -> Topic:
    return _topic_in(db, visitor, retro_id, topic_id, DISCUSSING)


def _topic_in(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, stages: frozenset[Stage]) -> Topic:
    retro = get_for_change(db, retro_id, for_=visitor)
    if retro.stage not in stages:
        raise NotUnderDiscussion
    return topic_board.topic(db, retro_id, topic_id)


def _noted(db: Session, retro_id: UUID, topic_id: UUID) -> None:
    db.flush()
    emit(db, TopicNoted(retro_id, version_service.raise_version(db, retro_id), topic_id))

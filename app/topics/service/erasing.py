"""Takes words for good out of what a closed retro's room wrote down, when two people decided so (see outcomes)."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.topics.models import Reply, Topic, Why
from app.topics.queries import titles, topic_board
from app.topics.rules.topic import cut
from app.topics.service.proposers import proposer_of
from app.topics.service.titling import no_longer_stand, title_again


def erase_notes(db: Session, retro_id: UUID, topic_id: UUID, instead: str) -> str:
    """The notes of a topic; `instead`: what stands there from now on. Returns what stood there. Raises NotFound."""
    topic = topic_board.topic(db, retro_id, topic_id)
    stood, topic.notes = topic.notes, instead
    db.flush()
    return stood


def erase_why(db: Session, retro_id: UUID, why_id: UUID, instead: str) -> tuple[UUID, str]:
    """A link of a why-chain; the link stays, so that the chain keeps its length. Returns its topic and what stood
    there. Raises NotFound."""
    why = db.get(Why, why_id)
    if why is None:
        raise NotFound
    topic_board.topic(db, retro_id, why.topic_id)
    stood, why.text = why.text, instead
    db.flush()
    return why.topic_id, stood


def erase_reply(db: Session, retro_id: UUID, topic_id: UUID, department_id: UUID, instead: str) -> str:
    """What a department replied in the room. Returns what stood there; '' where it replied after the close only."""
    topic_board.topic(db, retro_id, topic_id)
    said = topic_board.reply_of(db, topic_id, department_id)
    if said is None:
        return ""
    stood, said.text = said.text, instead
    db.flush()
    return stood


def erase_title(db: Session, retro_id: UUID, topic_id: UUID) -> str:
    """From now on the topic is called by its number. Returns its title. Raises NotFound."""
    topic = topic_board.topic(db, retro_id, topic_id)
    stood = titles.title(db, topic_id)
    topic.title, topic.title_entry_id, topic.titled_by_person = f"Topic {topic.position + 1}", None, True
    db.flush()
    return stood


def words_are_gone(db: Session, retro_id: UUID, words: str) -> None:
    """An entry of this retro lost its words: where the room's own texts quote all of them they are cut out, and
    titles that the machine made of them are made anew."""
    for topic in topic_board.topics(db, retro_id):
        topic.notes = cut(topic.notes, words)
        if topic.titled_by_person:
            topic.title = cut(topic.title, words)
    own = select(Topic.id).where(col(Topic.retro_id) == retro_id)
    for why in db.exec(select(Why).where(col(Why.topic_id).in_(own))).all():
        why.text = cut(why.text, words)
    for reply in db.exec(select(Reply).where(col(Reply.topic_id).in_(own))).all():
        reply.text = cut(reply.text, words)
    db.flush()
    title_again(db, no_longer_stand(db, retro_id), proposer_of(db))

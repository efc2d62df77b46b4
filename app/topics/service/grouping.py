"""What a facilitator does to topics: move, split, merge, rename. Moves are by entry, so that two never overwrite
each other; titles are guarded by the topic's version."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.core.errors import Invalid, Refusal
from app.people.rules import Visitor
from app.topics.models import Reply, Topic, TopicEntry
from app.topics.queries import titles, topic_board
from app.topics.rules.topic import REPLY_MAX, ChangeKind, Proposal, joined_notes
from app.topics.service.changes import (
    GroupingStep,
    answer,
    drop_if_empty,
    grouping,
    mark_changed,
    next_position,
    record,
    shift,
    titled,
)
from app.topics.service.proposers import proposer_of
from app.topics.service.titling import entitle, headings_of


class NoEntryChosen(Invalid):
    sentence = "Please choose at least one entry first."
    field = "entry_ids"


class StaleTopic(Refusal):
    """Somebody else changed the same text meanwhile. Nothing is lost: `yours` is what was typed, `theirs` what is
    there now, `version` the one to send it again with."""

    status = 412

    def __init__(self, *, yours: str, theirs: str, version: int) -> None:
        self.yours, self.theirs, self.version = yours, theirs, version
        super().__init__(
            f"Somebody else changed this a moment ago. It now says “{theirs}”. You typed “{yours}”. "
            "Please decide which it shall be."
        )


def move_entries(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    entry_ids: Collection[UUID],
    topic_id: UUID | None,
    title: str = "",
) -> UUID:
    """Move entries into a topic, or into a new one (`topic_id` None). Returns the topic they are in now.

    Raises NothingChosen, NotFound (the topic is gone), GroupingIsOver.
    """
    grouping(db, visitor, retro_id)
    step = GroupingStep(ChangeKind.MOVED)
    places = _chosen(db, retro_id, entry_ids)
    target = (
        topic_board.topic(db, retro_id, topic_id).id if topic_id else _new_topic(db, retro_id, step, places, title)
    )
    shift(db, step, places, target)
    if step.moves:
        record(db, visitor, retro_id, step)
    return target


def split(
    db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, entry_ids: Collection[UUID], title: str = ""
) -> UUID:
    """Make a new topic of some of a topic's entries; returns its id. Entries that are elsewhere by now stay there.

    Raises NothingChosen, NotFound, GroupingIsOver.
    """
    grouping(db, visitor, retro_id)
    step = GroupingStep(ChangeKind.SPLIT)
    topic_board.topic(db, retro_id, topic_id)
    places = [place for place in _chosen(db, retro_id, entry_ids) if place.topic_id == topic_id]
    if not places:
        raise NoEntryChosen("These entries are in another topic by now. The screen shows where.")
    target = _new_topic(db, retro_id, step, places, title)
    shift(db, step, places, target)
    record(db, visitor, retro_id, step)
    return target


def merge(db: Session, visitor: Visitor, retro_id: UUID, topic_ids: Collection[UUID], into: UUID) -> None:
    """Make these topics one, which keeps its title and place. What was written of the others goes along.

    Raises NothingChosen, NotFound, GroupingIsOver.
    """
    grouping(db, visitor, retro_id)
    target = topic_board.topic(db, retro_id, into)
    sources = [topic_board.topic(db, retro_id, other) for other in dict.fromkeys(topic_ids) if other != into]
    if not sources:
        raise NoEntryChosen("Please choose at least two topics to merge.")
    step = GroupingStep(ChangeKind.MERGED)
    _gather_words(db, target, sources)
    shift(db, step, topic_board.places_in(db, [source.id for source in sources]), into)
    drop_if_empty(db, step, [source.id for source in sources])
    record(db, visitor, retro_id, step)


def rename(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID, title: str, version: int) -> None:
    """Give a topic a title. `version` is the one that the form was drawn with; raises StaleTopic with both texts."""
    grouping(db, visitor, retro_id)
    topic = topic_board.topic(db, retro_id, topic_id)
    called = titles.title(db, topic_id)
    if called == title:
        # Sent as it was drawn: a title that points at an entry does not become a copy by that.
        return
    if topic.version != version:
        raise StaleTopic(yours=title, theirs=called, version=topic.version)
    step = GroupingStep(ChangeKind.RENAMED, touched={topic_id})
    step.titles.append({"topic": str(topic_id), **titled(topic)})
    topic.title, topic.titled_by_person, topic.title_entry_id = title, True, None
    topic.version += 1
    if topic.proposal == Proposal.LATE:
        # Where late entries waited is a topic, once somebody says what it is.
        answer(step, topic, Proposal.NONE)
    mark_changed(db, step, [topic_id])
    record(db, visitor, retro_id, step)


def _chosen(db: Session, retro_id: UUID, entry_ids: Collection[UUID]) -> list[TopicEntry]:
    places = topic_board.places(db, retro_id, entry_ids)
    if not places:
        raise NoEntryChosen("These entries are not there any more." if entry_ids else None)
    return places


def _new_topic(db: Session, retro_id: UUID, step: GroupingStep, places: Sequence[TopicEntry], title: str) -> UUID:
    topic = Topic(
        retro_id=retro_id,
        title=title,
        titled_by_person=bool(title),
        position=next_position(db, retro_id),
    )
    if not title:
        chosen = [place.entry_id for place in places]
        entitle(topic, *headings_of(db, retro_id, [chosen], proposer_of(db))[0])
    db.add(topic)
    db.flush()
    step.created.append(str(topic.id))
    return topic.id


def _gather_words(db: Session, target: Topic, sources: Sequence[Topic]) -> None:
    """Notes, why-chains and replies of merged topics stay with the topic that remains."""
    notes = joined_notes([target.notes, *(source.notes for source in sources)])
    if notes != target.notes:
        target.notes = notes
        target.version += 1
    links = len(topic_board.whys_of(db, target.id))
    for source in sources:
        source.notes = ""
        for why in topic_board.whys_of(db, source.id):
            links += 1
            why.topic_id, why.position = target.id, links
        for reply in db.exec(select(Reply).where(col(Reply.topic_id) == source.id)).all():
            _gather_reply(db, target, reply)
    db.flush()


def _gather_reply(db: Session, target: Topic, reply: Reply) -> None:
    kept = topic_board.reply_of(db, target.id, reply.department_id)
    if kept is None:
        moved = update(Reply).where(col(Reply.topic_id) == reply.topic_id)
        db.execute(moved.where(col(Reply.department_id) == reply.department_id).values(topic_id=target.id))
        return
    kept.text = joined_notes([kept.text, reply.text], REPLY_MAX)
    kept.version += 1
    db.delete(reply)

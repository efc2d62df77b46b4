"""Gives what was added after the reveal a place: suggested by meaning, decided by people, all of it before the vote.

Until then it waits in a place of its own, which looks like a topic and is none, so that every way to move works.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from app.entries.models import Entry
from app.people.rules import Visitor
from app.retros.rules.refusals import WrongStage
from app.topics.models import Topic, TopicEntry
from app.topics.queries import topic_board
from app.topics.rules.proposal import Proposer
from app.topics.rules.topic import LATE_TITLE, ChangeKind, Proposal, suggestions
from app.topics.service.changes import GroupingStep, announce, grouping, next_position, record, shift
from app.topics.service.proposers import proposer_of
from app.topics.service.proposing import PRAISE
from app.topics.service.titling import entitle, headings_of


class LateEntriesWait(WrongStage):
    sentence = (
        "What was added under “one more thing” is in no topic yet. Please put each where it belongs, or keep it as a "
        "topic of its own."
    )


def take_in_late(db: Session, retro_id: UUID, proposer: Proposer | None = None) -> None:
    """Late entries were revealed: put them where they wait, each with the topic that it seems to belong to."""
    placed = dict(
        db.exec(select(TopicEntry.entry_id, TopicEntry.topic_id).where(col(TopicEntry.retro_id) == retro_id)).all()
    )
    entries = db.exec(select(Entry).where(col(Entry.retro_id) == retro_id).order_by(col(Entry.id))).all()
    new = [entry for entry in entries if entry.id not in placed]
    if not new:
        return
    nearest = _nearest(entries, placed, proposer or proposer_of(db))
    place = Topic(
        retro_id=retro_id,
        title=LATE_TITLE,
        titled_by_person=True,  # not to be made again of what is shown
        position=next_position(db, retro_id),
        proposal=Proposal.LATE,
    )
    db.add(place)
    db.flush()
    db.add_all(
        TopicEntry(entry_id=entry.id, topic_id=place.id, retro_id=retro_id, suggested_topic_id=nearest.get(entry.id))
        for entry in new
    )
    announce(db, retro_id, {place.id}, order_changed=True)


def place_late(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """Put everything that waits where it seems to belong; what belongs nowhere becomes a topic of its own.

    One step, which can be undone. Raises GroupingIsOver.
    """
    grouping(db, visitor, retro_id)
    waiting = sorted(topic_board.late_places(db, retro_id), key=lambda place: place.entry_id)
    if not waiting:
        return
    step = GroupingStep(ChangeKind.PLACED)
    known = {topic.id for topic in topic_board.topics(db, retro_id)} - {place.topic_id for place in waiting}
    for place in waiting:
        if place.suggested_topic_id in known and place.suggested_topic_id is not None:
            shift(db, step, [place], place.suggested_topic_id)
    alone = [place for place in waiting if place.suggested_topic_id not in known]
    first = next_position(db, retro_id)
    headings = headings_of(db, retro_id, [[place.entry_id] for place in alone], proposer_of(db))
    for number, (place, (heading, entry_ids)) in enumerate(zip(alone, headings, strict=True)):
        topic = Topic(retro_id=retro_id, position=first + number)
        entitle(topic, heading, entry_ids)
        db.add(topic)
        db.flush()
        step.created.append(str(topic.id))
        shift(db, step, [place], topic.id)
    record(db, visitor, retro_id, step)


def late_must_be_placed(db: Session, retro_id: UUID) -> None:
    """Before the vote: raises LateEntriesWait."""
    if topic_board.late_places(db, retro_id):
        raise LateEntriesWait


def _nearest(entries: Sequence[Entry], placed: dict[UUID, UUID], proposer: Proposer) -> dict[UUID, UUID]:
    """Entry without a topic -> the topic that the proposer would have put it into. Praise and friction apart, as
    topics are proposed; what is hidden says nothing."""
    found: dict[UUID, UUID] = {}
    for praise in (False, True):
        side = [one for one in entries if (one.kind in PRAISE) is praise and one.hidden_reason is None]
        if all(one.id in placed for one in side):
            continue
        topic_of = {index: placed[one.id] for index, one in enumerate(side) if one.id in placed}
        groups = proposer.propose([one.text for one in side])
        found |= {side[index].id: topic_id for index, topic_id in suggestions(groups, topic_of).items()}
    return found

"""Gives topics their titles. What the machine took from one entry is kept as a pointer to it; words that it made a
title of stay only while at least two entries that are shown share them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from app.entries.models import Entry
from app.meaning.rules.labels import GroupLabel
from app.meaning.rules.words import stems
from app.topics.models import Topic, TopicChange
from app.topics.queries import topic_board
from app.topics.rules.proposal import Proposer
from app.topics.rules.topic import is_shared, shortened

NO_TITLE = GroupLabel("", -1)
"""The topic is called by its number."""


def entitle(topic: Topic, heading: GroupLabel, entry_ids: Sequence[UUID]) -> None:
    """Call the topic so; `entry_ids`: those of the group that the heading was made for, in its order."""
    points = not heading.written and heading.place >= 0
    topic.title, topic.titled_by_person = shortened(heading.written), False
    topic.title_entry_id = entry_ids[heading.place] if points else None
    topic.title_start, topic.title_end = (heading.start, heading.end) if points else (0, 0)


def headings_of(
    db: Session, retro_id: UUID, groups: Sequence[Sequence[UUID]], proposer: Proposer
) -> list[tuple[GroupLabel, list[UUID]]]:
    """A heading for each group of entries, made of what is shown of them; and those that are shown."""
    texts = shown_texts(db, retro_id)
    shown = [[one for one in sorted(group) if one in texts] for group in groups]
    filled = [[texts[one] for one in group] for group in shown if group]
    made = iter(proposer.labels(filled, list(texts.values())) if filled else ())
    return [(next(made) if group else NO_TITLE, group) for group in shown]


def title_again(db: Session, topics: Sequence[Topic], proposer: Proposer) -> None:
    """Make the titles of these topics of one retro anew."""
    if not topics:
        return
    held: dict[UUID, list[UUID]] = {topic.id: [] for topic in topics}
    for place in topic_board.places_in(db, list(held)):
        held[place.topic_id].append(place.entry_id)
    made = headings_of(db, topics[0].retro_id, [held[topic.id] for topic in topics], proposer)
    for topic, (heading, entry_ids) in zip(topics, made, strict=True):
        entitle(topic, heading, entry_ids)
        topic.version += 1
    db.flush()


def no_longer_stand(db: Session, retro_id: UUID) -> list[Topic]:
    """Topics whose title the machine made of what is not shown any more, or of what one entry alone says by now."""
    texts = shown_texts(db, retro_id)
    stemmed = [set(stems(text)) for text in texts.values()]
    filled = {place.topic_id for place in topic_board.places(db, retro_id, list(texts))}
    found = []
    for topic in topic_board.topics(db, retro_id):
        if topic.titled_by_person:
            continue
        if topic.title:
            gone = not is_shared(stems(topic.title), stemmed)
        else:
            gone = topic.title_entry_id not in texts if topic.title_entry_id else topic.id in filled
        if gone:
            found.append(topic)
    return found


def forget_old_titles(db: Session, retro_id: UUID) -> None:
    """What undo would bring back is forgotten, too, where no two entries that are shown share its words."""
    stemmed = [set(stems(text)) for text in shown_texts(db, retro_id).values()]

    def kept(was: dict[str, object]) -> dict[str, object]:
        stays = was["by_person"] or is_shared(stems(str(was["title"])), stemmed)
        return was if stays else {**was, "title": ""}

    for step in db.exec(select(TopicChange).where(col(TopicChange.retro_id) == retro_id)).all():
        step.what = {
            **step.what,
            "titles": [kept(was) for was in step.what["titles"]],
            "removed": [kept(was) for was in step.what["removed"]],
        }
    db.flush()


def shown_texts(db: Session, retro_id: UUID) -> dict[UUID, str]:
    """What can be read of a retro's entries."""
    shown = select(Entry.id, Entry.text).where(
        col(Entry.retro_id) == retro_id, col(Entry.hidden_reason).is_(None), col(Entry.text) != ""
    )
    return dict(db.exec(shown.order_by(col(Entry.id))).all())

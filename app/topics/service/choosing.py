"""Chooses which topics are put to the vote: at most twelve, the largest unless a facilitator says otherwise."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.errors import Invalid
from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.people.rules import Visitor
from app.topics.models import TopicEntry
from app.topics.queries import topic_board
from app.topics.rules.topic import VOTED_ON_MAX, ChangeKind, VoteCandidate, largest
from app.topics.service.changes import GroupingStep, grouping, record, set_ballot


class TooManyForTheVote(Invalid):
    sentence = f"At most {VOTED_ON_MAX} topics can be voted on. Please take one off before you add another."
    field = "topic_ids"


def choose_for_vote(db: Session, visitor: Visitor, retro_id: UUID, topic_ids: Collection[UUID]) -> None:
    """Put exactly these topics to the vote (none: the largest again). Raises TooManyForTheVote, GroupingIsOver."""
    grouping(db, visitor, retro_id)
    chosen = set(topic_ids)
    if len(chosen) > VOTED_ON_MAX:
        raise TooManyForTheVote
    for topic_id in chosen:
        topic_board.topic(db, retro_id, topic_id)
    step = GroupingStep(ChangeKind.CHOSEN, ballot=[str(topic.id) for topic in topic_board.voted_topics(db, retro_id)])
    step.touched |= set_ballot(db, retro_id, chosen)
    if step.touched:
        record(db, visitor, retro_id, step)


def settle_ballot(db: Session, retro_id: UUID) -> None:
    """When voting opens: the largest topics go to the vote, unless a facilitator chose and some of these are left."""
    if topic_board.was_chosen(db, retro_id) and topic_board.voted_topics(db, retro_id):
        return
    kinds: dict[UUID, set[str]] = defaultdict(set)
    joined = select(TopicEntry.topic_id, Entry.kind).join(Entry, col(Entry.id) == col(TopicEntry.entry_id))
    for topic_id, kind in db.exec(joined.where(col(TopicEntry.retro_id) == retro_id)):
        kinds[topic_id].add(kind)
    sizes = topic_board.sizes(db, retro_id)
    candidates = [
        VoteCandidate(topic.id, topic.position, sizes.get(topic.id, 0), kinds[topic.id] == {EntryKind.THANKS})
        for topic in topic_board.topics(db, retro_id)
    ]
    set_ballot(db, retro_id, set(largest(candidates)))

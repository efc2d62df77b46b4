"""What people say of proposed topics: accepted as it is, or refused; and what became of each when grouping ends."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.errors import Invalid
from app.people.rules import Visitor
from app.topics.models import ProposalVerdict, Topic, TopicChange, TopicEntry
from app.topics.queries import topic_board
from app.topics.rules.topic import ChangeKind, Proposal, verdict_of
from app.topics.service.changes import GroupingStep, answer, grouping, next_position, record, shift
from app.topics.service.proposers import proposer_of
from app.topics.service.titling import entitle, headings_of


class NotProposed(Invalid):
    sentence = "This topic was made by people, so there is nothing to refuse. You can split it instead."
    field = "topic"


def accept(db: Session, visitor: Visitor, retro_id: UUID, topic_ids: Collection[UUID] | None) -> None:
    """These proposals stay as they are (None: all that are left). What is decided already stays as it was decided.

    Raises NotFound, GroupingIsOver.
    """
    grouping(db, visitor, retro_id)
    chosen = (
        topic_board.topics(db, retro_id)
        if topic_ids is None
        else [topic_board.topic(db, retro_id, topic_id) for topic_id in topic_ids]
    )
    step = GroupingStep(ChangeKind.ACCEPTED)
    for topic in chosen:
        if topic.proposal == Proposal.PROPOSED:
            answer(step, topic, Proposal.ACCEPTED)
    if step.proposals:
        record(db, visitor, retro_id, step)


def refuse(db: Session, visitor: Visitor, retro_id: UUID, topic_id: UUID) -> None:
    """The entries of this proposal each stand alone again, placed so by a person: nothing puts them together again.

    Raises NotProposed, NotFound, GroupingIsOver.
    """
    grouping(db, visitor, retro_id)
    topic = topic_board.topic(db, retro_id, topic_id)
    if topic.proposal not in (Proposal.PROPOSED, Proposal.ACCEPTED):
        raise NotProposed
    step = GroupingStep(ChangeKind.REFUSED)
    answer(step, topic, Proposal.CHANGED)
    places = sorted(topic_board.places_in(db, [topic_id]), key=lambda place: place.entry_id)
    for place, alone in zip(places, _alone(db, topic, places), strict=True):
        step.created.append(str(alone.id))
        shift(db, step, [place], alone.id)
    record(db, visitor, retro_id, step)


def settle_proposals(db: Session, retro_id: UUID) -> None:
    """Grouping is over (perhaps for the second time): write down what became of each proposal."""
    refused = _refused(db, retro_id)
    topics = {topic.id: topic for topic in topic_board.topics(db, retro_id)}
    for row in db.exec(select(ProposalVerdict).where(col(ProposalVerdict.retro_id) == retro_id)).all():
        topic = topics.get(row.id)
        row.verdict = verdict_of(topic.proposal if topic else None, row.id in refused, row.verdict)
        row.label_kept = topic is not None and row.id not in refused and not topic.titled_by_person
    db.flush()


def _alone(db: Session, topic: Topic, places: Sequence[TopicEntry]) -> list[Topic]:
    """A topic for each of these, after all others."""
    first = next_position(db, topic.retro_id)
    headings = headings_of(db, topic.retro_id, [[place.entry_id] for place in places], proposer_of(db))
    made = []
    for position, (heading, entry_ids) in enumerate(headings, start=first):
        made.append(alone := Topic(retro_id=topic.retro_id, position=position))
        entitle(alone, heading, entry_ids)
    db.add_all(made)
    db.flush()
    return made


def _refused(db: Session, retro_id: UUID) -> set[UUID]:
    steps = select(TopicChange.what).where(
        col(TopicChange.retro_id) == retro_id,
        col(TopicChange.kind) == ChangeKind.REFUSED,
        col(TopicChange.undone).is_(False),
    )
    return {UUID(was["topic"]) for what in db.exec(steps) for was in what["proposals"]}

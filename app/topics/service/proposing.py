"""Puts revealed entries into proposed topics, and keeps titles honest when entries are hidden or withdrawn.

Praise and friction are proposed apart: 'the handover went well' and 'the handover went badly' do not say the same.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.topics.models import ProposalVerdict, Topic, TopicChange, TopicEntry
from app.topics.queries import topic_board
from app.topics.rules.proposal import Proposer
from app.topics.rules.topic import About, ChangeKind, Proposal, ProposalOutcome, mostly_about
from app.topics.service.changes import GroupingStep, announce, drop_if_empty, next_position
from app.topics.service.proposers import proposer_of
from app.topics.service.titling import entitle, forget_old_titles, no_longer_stand, title_again

PRAISE = frozenset({EntryKind.WENT_RIGHT, EntryKind.THANKS})


def propose(db: Session, retro_id: UUID, proposer: Proposer | None = None) -> None:
    """Group every entry that is in no topic yet, the largest topics first. Doing it twice changes nothing."""
    entries = _ungrouped(db, retro_id)
    if not entries:
        return
    proposer = proposer or proposer_of(db)
    among = [entry.text for entry in entries]
    groups = [group for side in _sides(entries) for group in _grouped(side, proposer)]
    # Largest first; inside one size as proposed. From here on positions stay, so that nothing jumps.
    groups.sort(key=lambda group: -len(group))
    labels = proposer.labels([[entry.text for entry in group] for group in groups], among)
    start = next_position(db, retro_id)
    abouts = [mostly_about(About(one.about_department_id, one.about_pooled) for one in group) for group in groups]
    topics = [
        Topic(
            retro_id=retro_id,
            position=position,
            about_department_id=about.department_id,
            about_pooled=about.pooled,
            proposal=Proposal.PROPOSED if len(group) > 1 else Proposal.NONE,
        )
        for position, (group, about) in enumerate(zip(groups, abouts, strict=True), start=start)
    ]
    for topic, group, label in zip(topics, groups, labels, strict=True):
        entitle(topic, label, [entry.id for entry in group])
    db.add_all(topics)
    db.flush()
    for topic, group in zip(topics, groups, strict=True):
        db.add_all(TopicEntry(entry_id=entry.id, topic_id=topic.id, retro_id=retro_id) for entry in group)
        if topic.proposal:
            db.add(_unanswered(topic, len(group), proposer.name))
    announce(db, retro_id, {topic.id for topic in topics}, order_changed=True)


def relabel(db: Session, retro_id: UUID, entry_id: UUID, proposer: Proposer | None = None) -> None:
    """An entry was hidden or shown again: titles that the machine made may say what it says, so they are made again
    of the others; undo brings nothing of it back."""
    places = topic_board.places(db, retro_id, [entry_id])
    topic = db.get(Topic, places[0].topic_id) if places else None
    concerned = {one.id: one for one in no_longer_stand(db, retro_id)}
    if topic is not None and not topic.titled_by_person:
        concerned[topic.id] = topic
    forget_old_titles(db, retro_id)
    if concerned:
        title_again(db, list(concerned.values()), proposer or proposer_of(db))
        announce(db, retro_id, concerned, order_changed=False)


def sweep(db: Session, retro_id: UUID, proposer: Proposer | None = None) -> None:
    """Entries were withdrawn: topics that this emptied vanish (unless somebody wrote something there), and titles
    that the machine made are made again where they quote what nobody says any more."""
    sizes = topic_board.sizes(db, retro_id)
    step = GroupingStep(ChangeKind.MOVED)
    drop_if_empty(db, step, [topic.id for topic in topic_board.topics(db, retro_id) if topic.id not in sizes])
    _forget_proposals(db, [UUID(was["id"]) for was in step.removed])
    title_again(db, gone := no_longer_stand(db, retro_id), proposer or proposer_of(db))
    forget_old_titles(db, retro_id)
    step.touched |= {topic.id for topic in gone}
    if step.touched:
        announce(db, retro_id, step.touched, order_changed=bool(step.removed))


def forget_steps(db: Session, retro_id: UUID) -> None:
    """Grouping is over: there is nothing to undo any more, and old titles may quote what was withdrawn. That a
    person chose the topics for the vote stays known (ids only)."""
    steps = delete(TopicChange).where(col(TopicChange.retro_id) == retro_id)
    db.execute(steps.where(col(TopicChange.kind) != ChangeKind.CHOSEN))


def _unanswered(topic: Topic, size: int, encoder: str) -> ProposalVerdict:
    return ProposalVerdict(
        id=topic.id,
        retro_id=topic.retro_id,
        encoder=encoder,
        size=size,
        verdict=ProposalOutcome.OPEN,
        label_kept=True,
    )


def _forget_proposals(db: Session, topic_ids: Sequence[UUID]) -> None:
    """Whoever withdraws says nothing about the proposal: it was neither right nor wrong."""
    open_ones = delete(ProposalVerdict).where(col(ProposalVerdict.id).in_(topic_ids))
    db.execute(open_ones.where(col(ProposalVerdict.verdict) == ProposalOutcome.OPEN))


def _ungrouped(db: Session, retro_id: UUID) -> list[Entry]:
    grouped = select(TopicEntry.entry_id).where(col(TopicEntry.retro_id) == retro_id)
    free = select(Entry).where(col(Entry.retro_id) == retro_id, col(Entry.id).not_in(grouped))
    return list(db.exec(free.order_by(col(Entry.id))))


def _sides(entries: Sequence[Entry]) -> list[list[Entry]]:
    praise = [entry for entry in entries if entry.kind in PRAISE]
    friction = [entry for entry in entries if entry.kind not in PRAISE]
    return [friction, praise]


def _grouped(entries: Sequence[Entry], proposer: Proposer) -> list[list[Entry]]:
    return [[entries[index] for index in group] for group in proposer.propose([entry.text for entry in entries])]

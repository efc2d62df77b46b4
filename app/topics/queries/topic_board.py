"""Reads topics of one retro: rows for the service, frozen views for screens. Knows no author."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.entries.queries import EntryView
from app.entries.queries import entries as revealed_entries
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.topics.models import ProposalVerdict, Reply, Topic, TopicChange, TopicEntry, Why
from app.topics.queries.titles import titles_in
from app.topics.rules.topic import UNDO_SENTENCES, ChangeKind, Proposal, ProposalOutcome


@dataclass(frozen=True, slots=True)
class WhyView:
    """One link of a why-chain; `position` is 1-based."""

    id: UUID
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What the department that a topic is about says to it."""

    department_id: UUID
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic as screens show it. `placed_by_person`: ids of the entries that a person put here. `title_entry_id`:
    the entry that the title is taken from, at `title_run` (start, end)."""

    id: UUID
    title: str
    position: int
    version: int
    entries: tuple[EntryView, ...]
    about_department_id: UUID | None
    about_pooled: bool
    notes: str
    whys: tuple[WhyView, ...]
    replies: tuple[ReplyView, ...]
    voted_on: bool
    discussed: bool
    titled_by_person: bool
    proposal: str
    placed_by_person: frozenset[UUID]
    title_entry_id: UUID | None
    title_run: tuple[int, int]
    suggested: Mapping[UUID, UUID] = field(default_factory=dict)
    """Of late entries that wait here: the topic that each seems to belong to."""

    @property
    def waits(self) -> bool:
        """Whether this is no topic yet, but where late entries wait for theirs."""
        return self.proposal == Proposal.LATE


@dataclass(frozen=True, slots=True)
class TopicBoard:
    """All topics of a retro in their stable order. `undo_sentence` names the change that undo would take back, and
    `undo_step` is its number. `proposed`: how many wait for an answer."""

    topics: tuple[TopicView, ...]
    undo_step: int | None
    undo_sentence: str
    proposed: int

    @property
    def can_undo(self) -> bool:
        return self.undo_step is not None


@dataclass(frozen=True, slots=True)
class ProposalFigures:
    """What became of proposed topics so far, in retros whose grouping ended. `labels_kept` is of all of them."""

    accepted: int = 0
    changed: int = 0
    refused: int = 0
    untouched: int = 0
    labels_kept: int = 0

    @property
    def total(self) -> int:
        return self.accepted + self.changed + self.refused + self.untouched


class EntryPlace(NamedTuple):
    """That an entry is in a topic, whether a person put it there, and where a late one seems to belong."""

    entry_id: UUID
    placed_by_person: bool
    suggested_topic_id: UUID | None = None


def board(db: Session, retro_id: UUID, entries_of: Collection[UUID] | None = None) -> TopicBoard:
    """Everything that screens show of a retro's topics. `entries_of`: only these topics are read with their entries
    (a move touches two of eighty)."""
    placed: dict[UUID, list[EntryPlace]] = defaultdict(list)
    where = select(
        TopicEntry.topic_id, TopicEntry.entry_id, TopicEntry.placed_by_person, TopicEntry.suggested_topic_id
    )
    where = where.where(col(TopicEntry.retro_id) == retro_id)
    if entries_of is not None:
        where = where.where(col(TopicEntry.topic_id).in_(list(entries_of)))
    for topic_id, entry_id, by_person, suggested in db.exec(where):
        placed[topic_id].append(EntryPlace(entry_id, by_person, suggested))
    wanted = None if entries_of is None else [place.entry_id for places in placed.values() for place in places]
    entries = {entry.id: entry for entry in revealed_entries(db, retro_id, wanted)}
    whys, replies, called = _whys(db, retro_id), _replies(db, retro_id), titles_in(db, retro_id)
    views = tuple(
        _view(topic, called[topic.id], placed[topic.id], entries, whys[topic.id], replies[topic.id])
        for topic in topics(db, retro_id)
    )
    change = last_change(db, retro_id) if _is_grouping(db, retro_id) else None
    sentence = UNDO_SENTENCES[ChangeKind(change.kind)] if change else ""
    proposed = sum(topic.proposal == Proposal.PROPOSED for topic in views)
    step = change.number if change else None
    return TopicBoard(topics=views, undo_step=step, undo_sentence=sentence, proposed=proposed)


def topics(db: Session, retro_id: UUID) -> list[Topic]:
    """Rows in their stable order."""
    ordered = select(Topic).where(col(Topic.retro_id) == retro_id).order_by(col(Topic.position), col(Topic.id))
    return list(db.exec(ordered))


def topic(db: Session, retro_id: UUID, topic_id: UUID) -> Topic:
    """The row; raises NotFound when it is not a topic of this retro."""
    found = db.exec(select(Topic).where(col(Topic.id) == topic_id, col(Topic.retro_id) == retro_id)).first()
    if found is None:
        raise NotFound("This topic is not there any more: somebody merged or emptied it. The screen shows what is.")
    return found


def voted_topics(db: Session, retro_id: UUID) -> list[Topic]:
    """The topics put to the vote, in their stable order."""
    return [found for found in topics(db, retro_id) if found.voted_on]


def places(db: Session, retro_id: UUID, entry_ids: Collection[UUID]) -> list[TopicEntry]:
    """Where these entries are; entries that are not (any more) in this retro are left out."""
    wanted = select(TopicEntry).where(
        col(TopicEntry.retro_id) == retro_id, col(TopicEntry.entry_id).in_(list(entry_ids))
    )
    return list(db.exec(wanted))


def places_in(db: Session, topic_ids: Collection[UUID]) -> list[TopicEntry]:
    """All places of these topics."""
    return list(db.exec(select(TopicEntry).where(col(TopicEntry.topic_id).in_(list(topic_ids)))))


def late_places(db: Session, retro_id: UUID) -> list[TopicEntry]:
    """Where late entries wait that nobody has put into a topic yet."""
    waiting = select(TopicEntry).join(Topic, col(Topic.id) == col(TopicEntry.topic_id))
    waiting = waiting.where(col(TopicEntry.retro_id) == retro_id, col(Topic.proposal) == Proposal.LATE)
    return list(db.exec(waiting))


def sizes(db: Session, retro_id: UUID) -> dict[UUID, int]:
    """Entries by topic; empty topics are missing."""
    counted = (
        select(TopicEntry.topic_id, func.count())
        .where(col(TopicEntry.retro_id) == retro_id)
        .group_by(col(TopicEntry.topic_id))
    )
    return dict(db.exec(counted).all())


def last_change(db: Session, retro_id: UUID) -> TopicChange | None:
    """The last step of grouping that was not undone."""
    steps = (
        select(TopicChange)
        .where(col(TopicChange.retro_id) == retro_id, col(TopicChange.undone).is_(False))
        .order_by(col(TopicChange.number).desc())
    )
    return db.exec(steps).first()


def was_chosen(db: Session, retro_id: UUID) -> bool:
    """Whether a person chose the topics for the vote."""
    steps = select(TopicChange.id).where(
        col(TopicChange.retro_id) == retro_id,
        col(TopicChange.kind) == ChangeKind.CHOSEN,
        col(TopicChange.undone).is_(False),
    )
    return db.exec(steps).first() is not None


def proposal_figures(db: Session, for_: Visitor) -> dict[str, ProposalFigures]:
    """By what proposed them (the encoder's name): one statement. For admins; anybody else gets NotFound."""
    if not for_.is_admin:
        raise NotFound
    kept = func.sum(case((col(ProposalVerdict.label_kept), 1), else_=0))
    grouped = (
        select(ProposalVerdict.encoder, ProposalVerdict.verdict, func.count(), kept)
        .where(col(ProposalVerdict.verdict) != ProposalOutcome.OPEN)
        .group_by(col(ProposalVerdict.encoder), col(ProposalVerdict.verdict))
    )
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for encoder, verdict, number, labels in db.exec(grouped):
        counted[encoder][verdict] += number
        counted[encoder]["labels_kept"] += labels or 0
    return {encoder: ProposalFigures(**counts) for encoder, counts in sorted(counted.items())}


def next_number(db: Session, retro_id: UUID) -> int:
    """Number of the next step of grouping (1-based)."""
    highest = db.exec(select(func.max(TopicChange.number)).where(col(TopicChange.retro_id) == retro_id)).one()
    return int(highest or 0) + 1


def reply_of(db: Session, topic_id: UUID, department_id: UUID) -> Reply | None:
    return db.get(Reply, (topic_id, department_id))


def whys_of(db: Session, topic_id: UUID) -> list[Why]:
    return list(db.exec(select(Why).where(col(Why.topic_id) == topic_id).order_by(col(Why.position))))


def _is_grouping(db: Session, retro_id: UUID) -> bool:
    return db.exec(select(Retro.stage).where(col(Retro.id) == retro_id)).first() == Stage.GROUP


def _whys(db: Session, retro_id: UUID) -> dict[UUID, list[Why]]:
    found: dict[UUID, list[Why]] = defaultdict(list)
    joined = select(Why).join(Topic, col(Topic.id) == col(Why.topic_id)).where(col(Topic.retro_id) == retro_id)
    for why in db.exec(joined.order_by(col(Why.position))):
        found[why.topic_id].append(why)
    return found


def _replies(db: Session, retro_id: UUID) -> dict[UUID, list[Reply]]:
    found: dict[UUID, list[Reply]] = defaultdict(list)
    joined = select(Reply).join(Topic, col(Topic.id) == col(Reply.topic_id)).where(col(Topic.retro_id) == retro_id)
    for reply in db.exec(joined.order_by(col(Reply.department_id))):
        found[reply.topic_id].append(reply)
    return found


def _view(
    row: Topic,
    called: str,
    placed: list[EntryPlace],
    entries: dict[UUID, EntryView],
    whys: list[Why],
    replies: list[Reply],
) -> TopicView:
    # Ids are random: their order is stable and tells nothing.
    own = sorted((place for place in placed if place.entry_id in entries), key=lambda place: place.entry_id)
    return TopicView(
        id=row.id,
        title=called,
        title_entry_id=row.title_entry_id,
        title_run=(row.title_start, row.title_end),
        position=row.position,
        version=row.version,
        entries=tuple(entries[place.entry_id] for place in own),
        about_department_id=row.about_department_id,
        about_pooled=row.about_pooled,
        notes=row.notes,
        whys=tuple(WhyView(id=why.id, position=why.position, text=why.text) for why in whys),
        replies=tuple(ReplyView(reply.department_id, reply.text, reply.version) for reply in replies),
        voted_on=row.voted_on,
        discussed=row.discussed,
        titled_by_person=row.titled_by_person,
        proposal=row.proposal,
        placed_by_person=frozenset(place.entry_id for place in own if place.placed_by_person),
        suggested={place.entry_id: place.suggested_topic_id for place in own if place.suggested_topic_id},
    )

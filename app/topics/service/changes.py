"""Steps of grouping and their inverse: ids and titles only, never an entry's text; a title that was taken from an
entry is kept as the pointer that it is. Undo takes back the last step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.events import emit
from app.entries.models import Entry
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.retros import get_for_change
from app.retros.rules.names import Stage
from app.retros.rules.refusals import WrongStage
from app.retros.service import version as version_service
from app.topics.events import TopicsChanged
from app.topics.models import Reply, Topic, TopicChange, TopicEntry, Why
from app.topics.queries import topic_board
from app.topics.rules.topic import About, ChangeKind, Proposal, mostly_about
from app.topics.service.proposers import proposer_of
from app.topics.service.titling import no_longer_stand, title_again


class GroupingIsOver(WrongStage):
    sentence = "Topics are grouped between the reveal and the vote. The page shows where the retro is now."


class NoChangeToUndo(WrongStage):
    sentence = "There is nothing left to undo."


@dataclass
class GroupingStep:
    """One step of grouping while it is made: what it touched, and how it was before."""

    kind: ChangeKind
    moves: list[dict[str, Any]] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    titles: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    ballot: list[str] | None = None
    touched: set[UUID] = field(default_factory=set)

    def inverse(self) -> dict[str, Any]:
        """What undo needs, as JSON."""
        return {
            "moves": self.moves,
            "created": self.created,
            "removed": self.removed,
            "titles": self.titles,
            "proposals": self.proposals,
            "ballot": self.ballot,
        }


def grouping(db: Session, visitor: Visitor, retro_id: UUID) -> Retro:
    """The locked retro, while this visitor may group in it. Raises GroupingIsOver."""
    retro = get_for_change(db, retro_id, for_=visitor)
    if retro.stage != Stage.GROUP:
        raise GroupingIsOver
    return retro


def shift(db: Session, step: GroupingStep, places: Iterable[TopicEntry], to: UUID) -> None:
    """Put entries into a topic by hand, drop topics that this empties, and see again what each is about."""
    moved = [place for place in places if place.topic_id != to]
    sources = {place.topic_id for place in moved}
    late = [_waits(db, place.topic_id) for place in moved]
    opinion = {topic_id: _majority(db, topic_id) for topic_id in sources | {to}}
    for place in moved:
        step.moves.append(
            {"entry": str(place.entry_id), "from": str(place.topic_id), "placed": place.placed_by_person}
        )
        place.topic_id, place.placed_by_person = to, True
    db.flush()
    step.touched |= sources | {to}
    _see_again(db, opinion)
    # A late entry that finds its place says nothing of what was proposed before it came.
    if not all(late):
        mark_changed(db, step, sources | {to})
    drop_if_empty(db, step, sources)


def _waits(db: Session, topic_id: UUID) -> bool:
    """Whether this is where late entries wait for a topic."""
    topic = db.get(Topic, topic_id)
    return topic is not None and topic.proposal == Proposal.LATE


def mark_changed(db: Session, step: GroupingStep, topic_ids: Iterable[UUID]) -> None:
    """What a person changes was not right as it was proposed, and is decided by that."""
    for topic_id in topic_ids:
        topic = db.get(Topic, topic_id)
        if topic is not None and topic.proposal in (Proposal.PROPOSED, Proposal.ACCEPTED):
            answer(step, topic, Proposal.CHANGED)


def answer(step: GroupingStep, topic: Topic, proposal: Proposal) -> None:
    """How people stand to a proposal from now on; the step remembers how it was."""
    step.proposals.append({"topic": str(topic.id), "was": topic.proposal})
    step.touched.add(topic.id)
    topic.proposal = proposal


def drop_if_empty(db: Session, step: GroupingStep, topic_ids: Iterable[UUID]) -> None:
    """Empty topics vanish, unless somebody wrote something there."""
    for topic_id in topic_ids:
        topic = db.get(Topic, topic_id)
        if topic is None or topic_board.places_in(db, [topic_id]) or has_words(db, topic):
            continue
        step.removed.append(_snapshot(topic))
        step.touched.add(topic_id)
        db.delete(topic)
    db.flush()


def has_words(db: Session, topic: Topic) -> bool:
    """Whether the room has said something of this topic that must not be lost."""
    return bool(
        topic.notes
        or db.exec(select(Why.id).where(col(Why.topic_id) == topic.id)).first()
        or db.exec(select(Reply.topic_id).where(col(Reply.topic_id) == topic.id)).first()
    )


def record(db: Session, visitor: Visitor, retro_id: UUID, step: GroupingStep) -> None:
    """Write the step down for undo and tell the screens which topics to draw again."""
    db.add(
        TopicChange(
            retro_id=retro_id,
            number=topic_board.next_number(db, retro_id),
            kind=step.kind,
            what=step.inverse(),
            account_id=visitor.account_id,
        )
    )
    announce(db, retro_id, step.touched, order_changed=bool(step.created or step.removed))


def announce(db: Session, retro_id: UUID, topic_ids: Iterable[UUID], *, order_changed: bool) -> None:
    """Raise the retro's version and say which topics changed."""
    db.flush()
    version = version_service.raise_version(db, retro_id)
    emit(db, TopicsChanged(retro_id, version, frozenset(topic_ids), order_changed))


def undo(db: Session, visitor: Visitor, retro_id: UUID, step: int | None = None) -> bool:
    """Take back the last step that was not taken back yet, whoever made it. Raises NothingToUndo, GroupingIsOver.

    `step`: the one that the button named; where another is the last by now nothing is undone, and it says so.
    """
    grouping(db, visitor, retro_id)
    change = topic_board.last_change(db, retro_id)
    if step is not None and (change is None or change.number != step):
        return False
    if change is None:
        raise NoChangeToUndo
    what, touched = change.what, set[UUID]()
    touched |= _bring_back(db, retro_id, what["removed"])
    touched |= _move_back(db, retro_id, what["moves"])
    touched |= _title_back(db, retro_id, what["titles"])
    touched |= _answer_back(db, retro_id, what.get("proposals", []))
    if what["ballot"] is not None:
        touched |= set_ballot(db, retro_id, {UUID(chosen) for chosen in what["ballot"]})
    vanished = GroupingStep(ChangeKind(change.kind))
    drop_if_empty(db, vanished, [UUID(created) for created in what["created"]])
    change.undone = True
    stale = [topic for topic in no_longer_stand(db, retro_id) if topic.id in touched]
    title_again(db, stale, proposer_of(db))
    announce(db, retro_id, touched | vanished.touched, order_changed=bool(what["removed"] or what["created"]))
    return True


def follow_entries(db: Session, retro_id: UUID, were_about: Mapping[UUID, UUID | None]) -> None:
    """Entries lost the department that they were about: topics are about what their entries are, unless a person said
    otherwise. `were_about`: entry -> what it was about before."""
    topic_ids = {place.topic_id for place in topic_board.places(db, retro_id, list(were_about))}
    _see_again(db, {topic_id: _majority(db, topic_id, were_about) for topic_id in topic_ids})


def set_ballot(db: Session, retro_id: UUID, chosen: set[UUID]) -> set[UUID]:
    """Put exactly these topics to the vote; returns those whose place on the ballot changed."""
    changed = set()
    for topic in topic_board.topics(db, retro_id):
        if topic.voted_on != (topic.id in chosen):
            topic.voted_on = topic.id in chosen
            changed.add(topic.id)
    db.flush()
    return changed


def titled(topic: Topic) -> dict[str, Any]:
    """What a topic is called, for undo."""
    return {
        "title": topic.title,
        "by_person": topic.titled_by_person,
        "entry": str(topic.title_entry_id) if topic.title_entry_id else None,
        "run": [topic.title_start, topic.title_end],
    }


def next_position(db: Session, retro_id: UUID) -> int:
    """After all others, so that nothing jumps."""
    return max((topic.position for topic in topic_board.topics(db, retro_id)), default=-1) + 1


def _snapshot(topic: Topic) -> dict[str, Any]:
    return {
        "id": str(topic.id),
        **titled(topic),
        "position": topic.position,
        "version": topic.version,
        "voted_on": topic.voted_on,
        "about": str(topic.about_department_id) if topic.about_department_id else None,
        "about_pooled": topic.about_pooled,
        "proposal": topic.proposal,
    }


def _bring_back(db: Session, retro_id: UUID, removed: list[dict[str, Any]]) -> set[UUID]:
    for was in removed:
        topic = Topic(
            id=UUID(was["id"]),
            retro_id=retro_id,
            position=was["position"],
            # Higher than before: a form opened then must notice.
            version=was["version"] + 1,
            voted_on=was["voted_on"],
            about_department_id=UUID(was["about"]) if was["about"] else None,
            about_pooled=was.get("about_pooled", False),
            proposal=was.get("proposal", Proposal.NONE),
        )
        _call(db, topic, was)
        db.add(topic)
    db.flush()
    return {UUID(was["id"]) for was in removed}


def _call(db: Session, topic: Topic, was: dict[str, Any]) -> None:
    topic.title, topic.titled_by_person = was["title"], was["by_person"]
    entry = db.get(Entry, UUID(was["entry"])) if was.get("entry") else None
    topic.title_entry_id = entry.id if entry else None
    topic.title_start, topic.title_end = was.get("run", (0, 0))


def _move_back(db: Session, retro_id: UUID, moves: list[dict[str, Any]]) -> set[UUID]:
    before = {UUID(move["entry"]): move for move in moves}
    places = topic_board.places(db, retro_id, list(before))
    touched = {place.topic_id for place in places} | {UUID(move["from"]) for move in moves}
    opinion = {topic_id: _majority(db, topic_id) for topic_id in touched}
    for place in places:
        move = before[place.entry_id]
        place.topic_id, place.placed_by_person = UUID(move["from"]), move["placed"]
    db.flush()
    _see_again(db, opinion)
    return touched


def _title_back(db: Session, retro_id: UUID, titles: list[dict[str, Any]]) -> set[UUID]:
    before = {UUID(was["topic"]): was for was in titles}
    touched = set()
    for topic in topic_board.topics(db, retro_id):
        if topic.id in before:
            _call(db, topic, before[topic.id])
            topic.version += 1
            touched.add(topic.id)
    db.flush()
    return touched


def _answer_back(db: Session, retro_id: UUID, proposals: list[dict[str, Any]]) -> set[UUID]:
    before = {UUID(was["topic"]): was["was"] for was in proposals}
    for topic in topic_board.topics(db, retro_id):
        if topic.id in before:
            topic.proposal = before[topic.id]
    db.flush()
    return set(before)


def _majority(db: Session, topic_id: UUID, were_about: Mapping[UUID, UUID | None] | None = None) -> About:
    before = were_about or {}
    named = (
        select(Entry.id, Entry.about_department_id, Entry.about_pooled)
        .join(TopicEntry, col(TopicEntry.entry_id) == col(Entry.id))
        .where(col(TopicEntry.topic_id) == topic_id)
    )
    return mostly_about(About(before[id_]) if id_ in before else About(*now) for id_, *now in db.exec(named))


def _see_again(db: Session, opinion: dict[UUID, About]) -> None:
    """What a topic is about follows its entries, unless a person said otherwise."""
    for topic_id, before in opinion.items():
        topic = db.get(Topic, topic_id)
        if topic is not None and (topic.about_department_id, topic.about_pooled) == before:
            topic.about_department_id, topic.about_pooled = _majority(db, topic_id)
    db.flush()

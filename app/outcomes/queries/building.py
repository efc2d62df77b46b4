"""Builds an outcome from what every screen of the room could show. The one place that gathers it; knows no seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.queries.lists import actions_of
from app.actions.queries.views import ActionView
from app.anonymity.rules.figures import words
from app.anonymity.rules.pooling import EVERYONE, SEVERAL, Room, decide
from app.departments.queries import DepartmentView, names
from app.entries.queries import EntryView, entries
from app.entries.rules.names import EntryKind
from app.outcomes.queries.history import how_it_is_dated
from app.outcomes.rules.document import (
    ActionPart,
    Document,
    EntryPart,
    NamedDepartment,
    ReplyPart,
    TallyPart,
    TopicPart,
)
from app.projects.models import Project
from app.retros.models import RetroDepartment
from app.retros.queries.facilitation import notices
from app.retros.queries.questions import results, safety_for_the_room
from app.retros.queries.seats import counts
from app.retros.queries.views import RetroView
from app.retros.rules.names import Labels
from app.retros.rules.questions import ROTI
from app.retros.rules.results import Result, in_words
from app.topics.queries.topic_board import TopicView, board
from app.votes.queries import StandingView, standings

Departments = Mapping[UUID, DepartmentView]
GROUPS = {SEVERAL: NamedDepartment("Several departments"), EVERYONE: NamedDepartment("Everyone")}


def document_of(db: Session, retro: RetroView) -> Document:
    """The outcome as it stands now. Before the reveal it holds no entry, because there is none in the tables."""
    departments = names(db)
    writers = _labelled(db, retro, departments)
    project = db.get_one(Project, retro.project_id)
    seats = counts(db, retro.id)
    revealed = entries(db, retro.id)
    answers = results(db, retro.id)
    topics = board(db, retro.id).topics
    discussed, rest = _topics(db, retro, topics, departments, writers)
    held, imported_from = how_it_is_dated(db, retro.id)
    placed = {entry.id for topic in topics for entry in topic.entries}
    return Document(
        title=retro.title,
        project=retro.project_name,
        project_started=project.started_on,
        project_ended=project.ended_on,
        closed_at=retro.closed_at,
        departments=tuple(NamedDepartment(one.name, one.index) for one in retro.departments),
        took_part=None if imported_from else seats.seated,
        counted=seats.expected,
        k=retro.k,
        claims_anonymity=retro.claims_anonymity,
        was_revealed=retro.is_revealed,
        labels=retro.labels,
        topics=discussed,
        not_discussed=rest,
        in_no_topic=tuple(
            _entry(one, retro, departments, writers)
            for one in revealed
            if one.id not in placed and one.kind != EntryKind.THANKS
        ),
        thanks=tuple(_entry(one, retro, departments, writers) for one in revealed if one.kind == EntryKind.THANKS),
        actions=tuple(action_part(one) for one in actions_of(db, retro.id)),
        safety=None,
        roti=_counts(answers.get(ROTI)),
        safety_said=safety_for_the_room(db, retro),
        roti_said=_said(ROTI, answers.get(ROTI)),
        notices=tuple(notices(db, retro.id)),
        imported_from=imported_from,
        held=held,
    )


def action_part(action: ActionView) -> ActionPart:
    """An action as it is read back."""
    return ActionPart(
        id=str(action.id),
        kind=action.kind,
        title=action.title,
        done_when=action.done_when,
        owner=action.owner_name,
        providing=_named(action.providing),
        requesting=_named(action.requesting),
        due_on=action.due_on,
        priority=action.priority,
        cause=action.cause,
        scope=action.scope,
        sponsor=action.sponsor_name,
        topic=action.topic_title,
        topic_id=str(action.topic_id) if action.topic_id else "",
        link=action.external_link,
        is_unfinished=bool(action.missing),
    )


def _topics(
    db: Session, retro: RetroView, topics: Sequence[TopicView], departments: Departments, writers: Departments
) -> tuple[tuple[TopicPart, ...], tuple[TopicPart, ...]]:
    """Discussed topics in the order of discussion, and the others in the same order."""
    ranked = {one.topic_id: one for one in standings(db, retro.id)}
    order = sorted(
        topics, key=lambda one: (ranked[one.id].position if one.id in ranked else len(topics), one.position)
    )
    discussed, rest = [], []
    for topic in order:
        part = _topic(topic, ranked.get(topic.id), retro, departments, writers)
        if topic.discussed or topic.notes or topic.whys or topic.replies:
            discussed.append(part)
        elif part.entries or part.standing:
            rest.append(part)
    return tuple(discussed), tuple(rest)


def _topic(
    topic: TopicView, standing: StandingView | None, retro: RetroView, departments: Departments, writers: Departments
) -> TopicPart:
    # Without a group that spoke or not, nothing was weighed: the standing then only keeps the order of the board.
    weighed = standing if standing and (standing.tallies or standing.not_voting) else None
    told = [one for one in topic.entries if one.kind != EntryKind.THANKS]
    source = next((place for place, one in enumerate(told) if one.id == topic.title_entry_id), None)
    number = topic.position + 1
    return TopicPart(
        id=str(topic.id),
        # A title out of a thank-you would be a copy: the outcome shows those apart.
        title=f"Topic {number}" if topic.title_entry_id and source is None else topic.title,
        title_entry=source,
        title_run=topic.title_run,
        number=number,
        titled_by_person=topic.titled_by_person,
        about=_about(topic, departments),
        standing=weighed.standing.value if weighed and _classes_are_shown(retro) else None,
        blind_spot=_by_id(departments, weighed.blind_spot_department_id if weighed else None),
        dots=weighed.dots if weighed else None,
        dots_are_about=bool(weighed and weighed.dots_are_about),
        rank_cast=weighed.rank_cast if weighed else None,
        rank_weighed=weighed.rank_weighed if weighed else None,
        tallies=_tallies(weighed, departments) if weighed else (),
        entries=tuple(_entry(one, retro, departments, writers) for one in told),
        notes=topic.notes,
        whys=tuple(one.text for one in topic.whys),
        replies=tuple(
            ReplyPart(_by_id(departments, one.department_id) or NamedDepartment("A department"), one.text)
            for one in topic.replies
            if one.text
        ),
    )


def _classes_are_shown(retro: RetroView) -> bool:
    return retro.labels is not Labels.DROPPED


def _tallies(standing: StandingView, departments: Departments) -> tuple[TallyPart, ...]:
    spoke = (
        TallyPart(_group(one.group, departments), words(one.agree), words(one.disagree)) for one in standing.tallies
    )
    silent = (TallyPart(_group(one, departments), "", "", stayed_away=True) for one in standing.not_voting)
    return (*spoke, *silent)


def _group(group: str, departments: Departments) -> NamedDepartment:
    if group in GROUPS:
        return GROUPS[group]
    return _by_id(departments, UUID(group)) or NamedDepartment("A department")


def _entry(entry: EntryView, retro: RetroView, departments: Departments, writers: Departments) -> EntryPart:
    """What was hidden leaves its text behind for good: it is not in the fixed outcome either."""
    signed = _by_id(departments, entry.signed_department_id)
    pooled = GROUPS[SEVERAL] if _is_of_the_pool(entry, retro) else None
    return EntryPart(
        kind=str(entry.kind),
        text="" if entry.hidden_reason else entry.text,
        department=signed or _by_id(writers, entry.department_id) or pooled,
        about=_about(entry, departments),
        dimension=entry.dimension,
        hidden_reason=entry.hidden_reason,
        hidden_role=entry.hidden_role or "",
        erased_on=retro.closed_at.date() if entry.erased and retro.closed_at else None,
        signed=signed is not None,
    )


def _about(said: EntryView | TopicView, departments: Departments) -> NamedDepartment | None:
    return GROUPS[SEVERAL] if said.about_pooled else _by_id(departments, said.about_department_id)


def _is_of_the_pool(entry: EntryView, retro: RetroView) -> bool:
    """What was added late was written by anybody, the pool or not."""
    return retro.labels == Labels.POOLED and entry.department_id is None and not entry.late


def _labelled(db: Session, retro: RetroView, departments: Departments) -> Departments:
    """Those that may stand beside what they wrote. Imported history says itself how many sat where, if at all: who
    were too few are not named, as after a reveal here."""
    if not retro.imported:
        return departments
    stated = select(RetroDepartment.department_id, RetroDepartment.seats).where(
        col(RetroDepartment.retro_id) == retro.id, col(RetroDepartment.seats).is_not(None)
    )
    seats = {department: people or 0 for department, people in db.exec(stated)}
    unnamed = set(seats) - decide(Room(seats), retro.k).labelled
    return {one: view for one, view in departments.items() if one not in unnamed}


def _by_id(departments: Departments, department_id: UUID | None) -> NamedDepartment | None:
    return _named(departments.get(department_id)) if department_id else None


def _named(department: DepartmentView | None) -> NamedDepartment | None:
    return NamedDepartment(department.name, department.index) if department else None


def _counts(result: Result | None) -> tuple[int, ...] | None:
    return tuple(result.counts.values()) if result and result.counts is not None else None


def _said(question: str, result: Result | None) -> str:
    return in_words(question, result.word, result.about) if result and result.counts is None else ""

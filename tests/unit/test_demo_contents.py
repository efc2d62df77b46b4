"""The demo's story is consistent in itself, and shows what the product is about."""

from __future__ import annotations

from collections import Counter

import pytest

from app.actions.rules.agreements import AgreementVerdict
from app.actions.rules.kinds import ActionKind, ActionState
from app.demo.contents import CLOSED, DEPARTMENTS, IN_WRITE, PEOPLE, Project, Topic
from app.demo.contents.shape import EDITORIAL, PRODUCTION
from app.entries.rules.names import TEXT_MAX, TEXT_MIN, WRITTEN_KINDS, EntryKind

STORIES = (*CLOSED, IN_WRITE)
NAMES = {one.name for one in DEPARTMENTS}
KEYS = {one.key for one in PEOPLE}


@pytest.mark.parametrize("project", STORIES, ids=lambda project: project.name)
def test_entries_fit_and_come_from_departments_that_took_part(project: Project) -> None:
    for note in project.notes:
        assert TEXT_MIN <= len(note.text) <= TEXT_MAX
        assert note.department in project.seats
        assert note.about is None or note.about in NAMES - {note.department} or note.kind is not EntryKind.WENT_WRONG
    assert len({note.text for note in project.notes}) == len(project.notes)


@pytest.mark.parametrize("project", CLOSED, ids=lambda project: project.name)
def test_every_seat_has_a_say_in_every_vote(project: Project) -> None:
    for topic in project.topics:
        assert {name: sum(votes) for name, votes in topic.votes.items()} == project.seats, topic.title


@pytest.mark.parametrize("project", CLOSED, ids=lambda project: project.name)
def test_promises_come_from_a_topic_and_lie_in_the_past_where_they_happened(project: Project) -> None:
    titles = {topic.title for topic in project.topics}
    assert project.closed_days_ago is not None
    assert len(project.promises) <= 5
    for promise in project.promises:
        assert promise.topic in titles
        assert promise.providing != promise.requesting
        assert promise.owner in KEYS
        assert {step.by for step in promise.steps} <= KEYS
        days = [step.day for step in promise.steps]
        assert days == sorted(days)
        assert all(day < project.closed_days_ago for day in days)


def test_all_five_kinds_and_every_fate_of_a_promise_are_told() -> None:
    kinds = Counter(note.kind for project in STORIES for note in project.notes)
    assert set(kinds) == set(WRITTEN_KINDS)
    steps = {step.state for project in CLOSED for promise in project.promises for step in promise.steps}
    assert steps >= {
        ActionState.ACCEPTED,
        ActionState.DECLINED,
        ActionState.RE_PROMISED,
        ActionState.SENT_BACK,
        ActionState.BLOCKED,
    }
    assert {promise.kind for project in CLOSED for promise in project.promises} == set(ActionKind)


def test_editorial_and_production_never_see_it_alike() -> None:
    """In each past retro with both, one topic about one of them is agreed by the other and denied by itself."""
    together = [project for project in CLOSED if project.name != "Spring catalogue goes digital"]
    for project in together:
        assert any(denied(topic, EDITORIAL, PRODUCTION) for topic in project.topics), project.name


def denied(topic: Topic, about: str, by: str) -> bool:
    own, others = topic.votes.get(about, (1, 0, 0)), topic.votes.get(by, (0, 0, 0))
    return topic.about == about and own[1] > own[0] and others[0] > others[1]


def test_what_rooms_say_of_agreements_is_said_of_agreements_that_were_promised_before() -> None:
    ago = {
        promise.done_when: project.closed_days_ago or 0
        for project in CLOSED
        for promise in project.promises
        if promise.kind == ActionKind.AGREEMENT and any(step.state == ActionState.PROMISED for step in promise.steps)
    }
    said = [(project, text) for project in CLOSED for text in project.verdicts]
    assert {verdict for project in CLOSED for verdict in project.verdicts.values()} == set(AgreementVerdict)
    for project, text in said:
        assert ago[text] > (project.closed_days_ago or 0), f"{project.name} looks at what was promised later: {text}"
    assert {text for _, text in said} == set(ago), "an agreement that no later room looked at"

"""The demo's story is consistent in itself, and shows what the product is about; a file that is wrong is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.actions.rules.kinds import ActionKind, ActionState
from app.agreements.rules import AgreementVerdict
from app.demo.story import CONTENTS, StoryProject, StoryTopic, WrongStory, read, story
from app.entries.rules.names import TEXT_MAX, TEXT_MIN, WRITTEN_KINDS, EntryKind

STORY = story()
CLOSED = STORY.closed
STORIES = (*CLOSED, STORY.in_write)
NAMES = {one.name for one in STORY.house.departments}
KEYS = {one.key for one in STORY.house.people}
EDITORIAL, PRODUCTION = "Editorial", "Production"


@pytest.mark.parametrize("project", STORIES, ids=lambda project: project.name)
def test_entries_fit_and_come_from_departments_that_took_part(project: StoryProject) -> None:
    for note in project.notes:
        assert TEXT_MIN <= len(note.text) <= TEXT_MAX
        assert note.by in project.seats
        assert note.about is None or note.about in NAMES - {note.by} or note.kind is not EntryKind.WENT_WRONG
    assert len({note.text for note in project.notes}) == len(project.notes)


@pytest.mark.parametrize("project", CLOSED, ids=lambda project: project.name)
def test_every_seat_has_a_say_in_every_vote(project: StoryProject) -> None:
    for topic in project.topics:
        assert {name: sum(votes) for name, votes in topic.votes.items()} == project.seats, topic.title


@pytest.mark.parametrize("project", CLOSED, ids=lambda project: project.name)
def test_promises_come_from_a_topic_and_lie_in_the_past_where_they_happened(project: StoryProject) -> None:
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


def denied(topic: StoryTopic, about: str, by: str) -> bool:
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


def test_only_departments_and_people_of_the_house_play_a_part() -> None:
    house = STORY.house
    assert {house.admin, house.facilitator, house.stand_in, house.lead} <= KEYS
    assert {person.department for person in house.people} <= {*NAMES, None}
    rated = {name for views in house.ratings.values() for name in views}
    assert {*house.own_views, *house.ratings, *rated} <= NAMES
    for project in STORIES:
        apart = {name for pair in project.apart for name in pair}
        assert {*project.seats, *project.expected, *apart} <= NAMES
        for topic in project.topics:
            assert {*topic.votes, *topic.dots, *topic.replies} <= set(project.seats)
            assert topic.about in {*NAMES, None}
        for promise in project.promises:
            assert {promise.providing, promise.requesting} <= NAMES
    for retro in STORY.past.retros:
        assert {note.by for note in retro.notes} <= set(retro.seats)
        assert {note.about for note in retro.notes} <= {*NAMES, None}


def test_a_friction_gathers_topics_and_rows_that_there_are() -> None:
    titles = {topic.title for project in CLOSED for topic in project.topics}
    names = {friction.name for friction in STORY.past.frictions}
    assert {title for friction in STORY.past.frictions for title in friction.topics} <= titles
    assert {note.friction for retro in STORY.past.retros for note in retro.notes} == {*names, ""}


def test_every_file_of_the_story_is_told() -> None:
    told = {"house", "past", STORY.house.in_write, *STORY.house.closed}
    assert {file.name for file in CONTENTS.iterdir() if not file.name.startswith("__")} == {f"{n}.toml" for n in told}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('badge = "E"', 'badge = "E", colour = "red"', "departments.0.colour"),
        ("people = 14", 'people = "14"', "departments.0.people"),
        ('name = "Lise Brandt", ', "", "people.6.name"),
        ("{ responsiveness = 2,", "{ speed = 2,", "ratings.Production.Editorial.speed"),
        ('admin = "margit"', "admin = margit", "Invalid value"),
    ],
    ids=["a key that nobody knows", "a number in quotes", "a name forgotten", "a word of no kind", "no TOML"],
)
def test_a_file_that_is_wrong_is_refused_with_its_name_and_the_place(
    before: str, after: str, said: str, tmp_path: Path
) -> None:
    text = (CONTENTS / "house.toml").read_text("utf-8")
    assert before in text
    file = tmp_path / "house.toml"
    file.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(WrongStory) as refused:
        read(file, type(STORY.house))
    assert str(refused.value).startswith("house.toml: ")
    assert said in str(refused.value)

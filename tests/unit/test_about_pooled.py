"""What an entry is about narrows who wrote it: at the reveal, in thanks, topics, counts and the outcome."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.entries import queries
from app.entries.service import writing
from app.outcomes.queries.building import document_of
from app.retros.models import Retro
from app.retros.queries.retros import view_of
from app.retros.rules.names import Stage
from app.themes.models import PairCount, TopicCount
from app.themes.service import counting
from app.topics.queries.topic_board import board
from app.topics.service import discussing
from tests.builders import Room, a_project, a_retro, move, write
from tests.cast import Cast

SEATS = {"Editorial": 6, "Production": 1, "Marketing": 2, "Rights": 6}
SAID = "The contract lay there for a week"
OF_EDITORIAL = "Marketing never told us the date of the launch"


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    """Production (1) and Marketing (2) are the pool, k is 3: about Marketing is the one from Production."""
    project = a_project(house, cast, clock, tuple(SEATS))
    room = a_retro(house, cast, clock, stage=Stage.WRITE, seats=SEATS, project_id=project, k=3)
    marketing = cast.departments["Marketing"]
    write(house, room.seat("Production"), SAID, about=marketing)
    write(house, room.seat("Editorial"), OF_EDITORIAL, about=marketing)
    return room


def about(house: Database, room: Room) -> dict[str, tuple[UUID | None, bool]]:
    with house.reading() as db:
        return {one.text: (one.about_department_id, one.about_pooled) for one in queries.entries(db, room.id)}


def test_at_the_reveal_the_pool_names_nobody_of_itself_and_who_keeps_the_label_says_whom(
    house: Database, cast: Cast, clock: SetClock, room: Room
) -> None:
    move(house, cast.frieda, room, Stage.GROUP, clock)
    marketing = cast.departments["Marketing"]
    assert about(house, room) == {SAID: (None, True), OF_EDITORIAL: (marketing, False)}


def test_a_department_that_a_person_sets_on_a_topic_makes_no_pair_of_hidden_entries(
    house: Database, cast: Cast, clock: SetClock, room: Room
) -> None:
    move(house, cast.frieda, room, Stage.GROUP, clock)
    marketing = cast.departments["Marketing"]
    with house.reading() as db:
        found = board(db, room.id).topics
    topic = next(one for one in found if any(entry.text == SAID for entry in one.entries))
    assert topic.about_pooled
    for stage in (Stage.VOTE, Stage.DISCUSS):
        move(house, cast.frieda, room, stage, clock)
    with house.transaction() as db:
        discussing.about(db, cast.frieda.visitor, room.id, topic.id, marketing)
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(house, cast.frieda, room, stage, clock)
    with house.transaction() as db:
        counting.count(db, room.id)
        pairs = {(one.provider, one.consumer) for one in db.exec(select(PairCount))}
        of_topics = {(one.provider, one.consumer) for one in db.exec(select(TopicCount))}
    assert pairs == of_topics == {("several", "several"), (str(marketing), str(cast.departments["Editorial"]))}


def test_thanks_of_the_wrap_up_narrow_too_and_the_outcome_says_several_departments(
    house: Database, cast: Cast, clock: SetClock, room: Room
) -> None:
    for stage in (Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP):
        move(house, cast.frieda, room, stage, clock)
    with house.transaction() as db:
        writing.give_thanks(db, room.seat("Production"), "Thank you for the jacket", cast.departments["Marketing"])
    move(house, cast.frieda, room, Stage.CLOSED, clock)
    assert about(house, room)["Thank you for the jacket"] == (None, True)
    with house.reading() as db:
        document = document_of(db, view_of(db, db.get_one(Retro, room.id)))
    assert [one.about and one.about.name for one in document.thanks] == ["Several departments"]

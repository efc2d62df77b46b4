"""What the review queue asks, in which order, and how large themes are said to be; on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import log2
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from app.core.db import Database
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.wording import may_read_wording
from app.themes.models import Theme, ThemeTopic, TopicVector
from app.themes.queries import review
from app.themes.queries import themes as themes_queries
from app.themes.queries.sizes import sizes
from app.themes.service import correcting_topics
from tests.cast import Cast
from tests.history import a_theme, past_retro, right, wrong
from tests.unit.test_desk_queries import statements

ROOMS: tuple[dict[str, int | None], ...] = (
    {"Editorial": 8, "Production": 8},
    {"Production": 6, "Rights": 9},
    {"Editorial": 3, "Rights": 2},
    {"Editorial": 8, "Sales": 7, "Rights": 5},
)
"""The third held fewer than k."""


def a_past(house: Database, cast: Cast, dice: Random, retros: int, themes: int) -> list[UUID]:
    """Topics of so many retros in so many themes, sure and doubtful, of one entry or many."""
    ids = [a_theme(house, f"Friction {number}") for number in range(themes)]
    for number in range(retros):
        room = dice.choice(ROOMS)
        said = [
            dice.choice((wrong, wrong, right))(f"{number}.{at}", next(iter(room)), None, theme)
            for at, theme in enumerate(dice.sample(ids, 3))
        ]
        past_retro(house, cast, date(2024, 1, 1) + timedelta(days=number), said, room)
    with house.transaction() as db:
        for topic in db.exec(
            select(ThemeTopic).where(col(ThemeTopic.theme_id).in_(ids)).order_by(col(ThemeTopic.topic_id))
        ):
            topic.doubt, topic.looked_at = dice.choice((0.0, 0.31, 0.5, dice.random())), dice.random() < 0.2
            topic.runner_up_id, topic.group_id = dice.choice((None, *ids)), topic.theme_id
            db.add(topic)
            db.add(TopicVector(topic_id=topic.topic_id, encoder="test", vector=b"", entries=dice.randint(1, 9)))
    return ids


def asked(db: Session, visitor: Visitor) -> list[UUID]:
    """The topics that the queue should ask about, by a slow and plain way."""
    retros_of = {row.topic_id: row.retro_id for row in db.exec(select(ThemeTopic))}
    counted: dict[UUID, set[UUID]] = {}
    for row in db.exec(select(ThemeTopic)):
        counted.setdefault(row.theme_id, set()).add(row.retro_id)
    wrong_in = {one.id: one.wrong for one in _all(db, visitor)}
    readable = may_read_wording(db, visitor, set(retros_of.values()))
    found, themes = [], list(db.exec(select(ThemeTopic.theme_id)))
    for row, entries in db.exec(
        select(ThemeTopic, TopicVector.entries).join(TopicVector, col(TopicVector.topic_id) == ThemeTopic.topic_id)
    ):
        if row.looked_at or row.doubt < 0.3 or row.retro_id not in readable:
            continue
        is_alone = sum(one == row.theme_id for one in themes) == 1
        if is_alone and (row.runner_up_id is None or row.runner_up_id == row.theme_id):
            continue
        near = any(len(counted.get(one, ())) == 2 for one in (row.theme_id, row.runner_up_id) if one)
        value = row.doubt * log2(1 + entries) * (1.5 if near else 1) * (1 if wrong_in[row.topic_id] else 0.2)
        found.append((-value, str(row.topic_id), row.topic_id))
    return [one[2] for one in sorted(found)]


def _all(db: Session, visitor: Visitor) -> list[Any]:
    return [
        topic
        for theme in db.exec(select(Theme.id))
        for topic in themes_queries.topics_of_theme(db, theme, visitor).topics
    ]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_worth_most_stands_first(house: Database, cast: Cast, seed: int) -> None:
    a_past(house, cast, Random(seed), retros=20, themes=14)
    with house.reading() as db:
        for person in (cast.frieda, cast.edda):
            expected = asked(db, person.visitor)
            found = review.review(db, person.visitor)
            assert [one.topic.id for one in found.placements] == expected[:10]
            assert found.waiting == len(expected)
            assert all(one.topic.title and one.topic.is_ours for one in found.placements)
            last = expected[-1]
            first, *others = (one.topic.id for one in review.review(db, person.visitor, last).placements)
            assert (first, others) == (last, [one for one in expected if one != last][:9])
        assert len(asked(db, cast.edda.visitor)) < len(asked(db, cast.frieda.visitor))


def test_a_topic_without_anywhere_else_to_go_is_not_asked_about(house: Database, cast: Cast, now: datetime) -> None:
    """Its runner-up is where people have put the topics of that group since."""
    sole, first, second, third = (a_theme(house, name) for name in ("Sole", "First", "Second", "Third"))
    for day, theme in enumerate((sole, first, second, third), start=1):
        past_retro(house, cast, date(2025, 1, day), [wrong(f"Said on day {day}", theme_id=theme)])
    with house.transaction() as db:
        topics = {one.theme_id: one for one in db.exec(select(ThemeTopic))}
        for one in topics.values():
            one.group_id = one.theme_id
        topics[sole].doubt = 0.9
        db.flush()
        moved = topics[second].topic_id

    def asked_about() -> list[tuple[UUID, UUID | None]]:
        with house.reading() as db:
            found = review.review(db, cast.frieda.visitor).placements
            return [(one.theme.id, one.runner_up.id if one.runner_up else None) for one in found]

    assert asked_about() == []
    for before, expected in ((None, []), (first, [(sole, first)]), (second, [(sole, second)])):
        with house.transaction() as db:
            db.exec(select(ThemeTopic).where(ThemeTopic.theme_id == sole)).one().runner_up_id = before
        assert asked_about() == expected
    with house.transaction() as db:
        correcting_topics.move(db, cast.frieda.visitor, [moved], third, now)
    assert asked_about() == [(sole, third)]
    with house.transaction() as db:
        correcting_topics.move(db, cast.frieda.visitor, [moved], sole, now)
        db.exec(select(ThemeTopic).where(ThemeTopic.topic_id == moved)).one().looked_at = True
    assert asked_about() == [(sole, None)], "it is not alone any more"


def test_the_number_of_statements_is_the_same_however_much_waits(house: Database, cast: Cast) -> None:
    def counted() -> list[int]:
        found = []
        for person in (cast.frieda, cast.edda):
            with house.reading() as db, statements(house) as seen:
                review.review(db, person.visitor)
                themes_queries.themes(db, cast.ada.visitor, "friction")
                themes_queries.topics_of_theme(db, theme, person.visitor)
                found.append(len(seen))
        return found

    theme, *_ = a_past(house, cast, Random(1), retros=4, themes=3)
    few = counted()
    a_past(house, cast, Random(2), retros=20, themes=9)
    assert counted() == few


def test_sizes_are_those_of_now(house: Database, cast: Cast, now: datetime) -> None:
    """They are remembered: what is moved, deleted or never committed must not be told wrong."""
    one, other, *_ = a_past(house, cast, Random(3), retros=9, themes=3)

    def told() -> list[int]:
        with house.reading() as db:
            return [themes_queries.theme(db, each, cast.frieda.visitor).topics for each in (one, other)]

    def there() -> list[int]:
        with house.reading() as db:
            rows = db.exec(select(ThemeTopic.theme_id)).all()
            return [rows.count(each) for each in (one, other)]

    def some_topic(db: Session) -> UUID:
        return db.exec(select(ThemeTopic.topic_id).where(ThemeTopic.theme_id == one)).first() or one

    def move_and_fail() -> None:
        with house.transaction() as db:
            correcting_topics.move(db, cast.frieda.visitor, [some_topic(db)], other, now)
            assert sizes(db)[other].topics == before[1] + 1
            raise ZeroDivisionError

    before = told()
    assert before == there()
    with pytest.raises(ZeroDivisionError):
        move_and_fail()
    assert told() == before
    with house.transaction() as db:
        correcting_topics.move(db, cast.frieda.visitor, [some_topic(db)], other, now)
    assert told() == [before[0] - 1, before[1] + 1]
    with house.transaction() as db:
        retro = db.exec(select(Retro).join(ThemeTopic).where(ThemeTopic.theme_id == one)).first()
        db.delete(retro)
    assert told() == there() != [before[0] - 1, before[1] + 1]

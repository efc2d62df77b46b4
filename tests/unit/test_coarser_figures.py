"""An upgrade coarsens the figures of small groups that lie in the database by the rules of new ones; no file keeps
the old values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from struct import pack
from typing import Any
from uuid import UUID

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, text
from sqlmodel import Session, select

from app.anonymity.rules import figures
from app.core import migrate
from app.core.ids import new_id
from app.pulse.models import PulseSummary
from app.retros.models import AnswerCount
from app.retros.rules.questions import ROTI, SAFETY, answers_to
from app.retros.rules.results import result_of, to_stored
from app.votes.models import Tally, TopicStanding
from tests.databases import PostgresForTests
from tests.unit.test_migrations import _insert

MARK = 3.2109876
"""A spread that can be found in a file by its bytes."""


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server: PostgresForTests = request.getfixturevalue("postgres")
        url = server.fresh(tables=False)
    migrate.upgrade(url, "0009")
    engine = create_engine(url)
    yield engine
    engine.dispose()


class House:
    """One closed retro as version 0009 kept it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, tables = engine, MetaData()
        tables.reflect(engine)
        self.tables = tables.tables
        self.retro, self.topics, self.departments = (
            new_id(),
            [new_id() for _ in range(3)],
            [new_id() for _ in range(4)],
        )

    def key(self, value: UUID) -> Any:
        return value.hex if self.engine.dialect.name == "sqlite" else value

    def put(self, connection: Connection, into: str, /, **values: Any) -> None:
        table: Table = self.tables[into]
        plain = {key: self.key(value) if isinstance(value, UUID) else value for key, value in values.items()}
        for column in table.columns:
            if type(column.type).__name__ in ("JSON", "JSONB") and not column.nullable:
                plain.setdefault(column.name, [])
        _insert(connection, table, **plain)

    def build(self) -> None:
        account, project = new_id(), new_id()
        with self.engine.begin() as to:
            self.put(to, "account", id=account, email="f@example.org", name="Frieda")
            for number, one in enumerate(self.departments):
                self.put(to, "department", id=one, name=f"D{number}", badge=f"D{number}", tone=number)
            self.put(to, "project", id=project, name="Atlas")
            self.put(
                to, "retro", id=self.retro, project_id=project, code="ABCD2345", title="A look back", stage="closed",
                facilitator_id=account, k=3,
            )  # fmt: skip
            for topic in self.topics:
                self.put(to, "topic", id=topic, retro_id=self.retro, title="Late")
            self.standings(to)
            self.ratings(to)
            for question, counts in ANSWERS.items():
                self.put(to, "answer_count", retro_id=self.retro, question=question, counts=counts)

    def standings(self, to: Connection) -> None:
        editorial, production, *_ = (str(one) for one in self.departments)
        for topic, silent, dots in zip(self.topics, ([], [], [production]), (1, 8, 5), strict=True):
            self.put(
                to, "topic_standing", topic_id=topic, retro_id=self.retro, standing="agreed", dots=dots, weighed=0.25,
                rank_cast=9, rank_weighed=2, common_ground=0.77, not_voting=silent,
            )  # fmt: skip
        for topic, group, seats, agree, disagree, passed, dots in (
            (0, editorial, 4, 4, 0, 0, 0), (0, production, 12, 12, 0, 0, 1),
            (1, editorial, 4, 2, 1, 1, 7), (1, production, 12, 7, 5, 0, 1),
            (2, editorial, 4, 3, 0, 1, None), (2, production, 4, 1, 0, 3, None),
        ):  # fmt: skip
            self.put(
                to, "tally", id=new_id(), retro_id=self.retro, topic_id=self.topics[topic], group=group, seats=seats,
                agree=agree, disagree=disagree, passed=passed, dots=dots,
            )  # fmt: skip

    def ratings(self, to: Connection) -> None:
        provider, *others = self.departments
        for dimension, consumer, band, mean in (
            ("quality", others[0], "3-9", 4.9), ("quality", others[1], "3-9", 1.2),
            ("quality", "everyone", "3-9", 2.5),
            ("quality", others[2], "10-19", 3.3), ("timing", others[0], "3-9", None),
            ("timing", others[2], "20+", None),
            ("scope", others[0], "3-9", 3.2), ("scope", "everyone", "3-9", 3.2),
        ):  # fmt: skip
            self.put(
                to, "pulse_summary", id=new_id(), retro_id=self.retro, provider_id=provider, consumer=str(consumer),
                dimension=dimension, band=band, mean=mean, spread=MARK,
            )  # fmt: skip


ANSWERS = {
    "safety": {"1": 2, "2": 0, "3": 1, "4": 1, "5": 1},
    "roti": {"0": 0, "1": 0, "2": 1, "3": 1, "4": 3},
    "more:a:1": {"yes": 6, "no": 1},
    "more:a:2": {"yes": 4, "no": 3},
    "more:a:3": None,
}


def test_what_was_kept_before_is_coarsened(old: Engine) -> None:
    house = House(old)
    house.build()
    migrate.upgrade(old.url.render_as_string(hide_password=False))
    with Session(create_engine(old.url)) as db:
        editorial, production = (str(one) for one in house.departments[:2])
        place = house.topics.index
        tallies = {(place(one.topic_id), one.group): (one.agree, one.disagree) for one in db.exec(select(Tally))}
        assert tallies == {
            (0, editorial): ("nearly all", "nearly none"), (0, production): ("12 of 12", "0 of 12"),
            (1, editorial): ("2 of 4", "nearly none"), (1, production): ("7 of 12", "5 of 12"),
            (2, editorial): ("nearly all", "nearly none"),
        }, "who mostly passed leaves no figures"  # fmt: skip
        kept = {house.topics.index(one.topic_id): one for one in db.exec(select(TopicStanding))}
        assert {topic: (one.dots, one.dots_are_about, one.rank_cast) for topic, one in kept.items()} == {
            0: (1, True, 3), 1: (8, True, 1), 2: (5, True, 2),
        }  # fmt: skip
        assert {(one.standing, one.rank_weighed) for one in kept.values()} == {("agreed", 2)}, "as the room saw it"
        names = {str(one): number for number, one in enumerate(house.departments)}
        ratings = db.exec(select(PulseSummary)).all()
        means = {(one.dimension, names.get(one.consumer, one.consumer)): one.mean for one in ratings}
        assert means == {
            ("quality", 1): 4.5, ("quality", 2): 1.5, ("quality", 3): 3.3, ("quality", "everyone"): 3.0,
            ("timing", 3): None, ("scope", 1): 3.0,
        }  # fmt: skip
        answers = {one.question: one.counts for one in db.exec(select(AnswerCount))}
        assert answers == {
            "safety": {"word": "low"}, "roti": {"about": 3.5}, "more:a:1": {"word": "yes"},
            "more:a:2": {"counts": {"yes": 4, "no": 3}}, "more:a:3": None,
        }  # fmt: skip


def test_no_file_keeps_the_old_values(old: Engine) -> None:
    if old.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's tables are written anew, too; their files are not ours to read here")
    House(old).build()
    file, mark = Path(str(old.url.database)), pack(">d", MARK)
    with old.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert mark in file.read_bytes(), "the test would find nothing at all"
    old.dispose()
    migrate.upgrade(old.url.render_as_string())
    assert mark not in b"".join(one.read_bytes() for one in file.parent.iterdir() if one.name.startswith(file.name))


def test_the_migration_reckons_as_the_rules_do() -> None:
    """Its arithmetic is a copy, because a released migration never changes; today it is the same."""
    scripts = ScriptDirectory.from_config(migrate._config(""))
    revision = scripts.get_revision("0010")
    assert revision is not None
    module = revision.module
    for of in range(3, 14):
        assert [module.said(count, of) for count in range(of + 1)] == [figures.said(n, of) for n in range(of + 1)]
    for people, dots in product((3, 9, 10), range(7)):
        assert module._part(dots, people) == figures.dots_of_part(dots, people, 2)
    for question in (SAFETY, ROTI, "more:a:1"):
        answers = answers_to(question)
        for counts in product(range(6), repeat=len(answers)):
            if sum(counts) >= 3:
                values = [answer for answer, count in zip(answers, counts, strict=True) for _ in range(count)]
                expected = result_of(question, values, 3)
                assert expected is not None
                assert module.answered(question, dict(zip(answers, counts, strict=True))) == to_stored(expected)

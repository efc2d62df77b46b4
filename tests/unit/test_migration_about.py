"""Revision 0008 narrows what lies in the database: entries of the pool do not name a provider few could speak of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from sqlmodel import select

from app.core import migrate
from app.core.db import Database
from app.entries.models import Entry
from app.evidence.models import Finding
from app.outcomes.models import Outcome
from app.retros.models import RetroDepartment
from app.themes.models import PairCount, TopicCount
from app.topics.models import Topic
from tests.databases import PostgresForTests

LEGAL, IT, SALES, STORES = (UUID(int=one) for one in range(1, 5))
NAMES = {LEGAL: "Legal", IT: "IT", SALES: "Sales", STORES: "Stores"}
ACCOUNT, PROJECT = UUID(int=20), UUID(int=21)
PLAIN: dict[str, Any] = {
    "VARCHAR": "", "INTEGER": 0, "FLOAT": 0.0, "BOOLEAN": False, "DATETIME": datetime(2026, 1, 1),
    "TIMESTAMP": datetime(2026, 1, 1), "CHAR": "", "JSON": [], "DOUBLE_PRECISION": 0.0,
}  # fmt: skip


class Old:
    """Writes rows of revision 0007. Ids by number: retro n has entries and topics n * 100 + ..."""

    def __init__(self, engine: Engine, connection: Connection) -> None:
        self.connection, self.tables = connection, MetaData()
        self.tables.reflect(engine)
        self.key = (lambda one: one.hex) if engine.dialect.name == "sqlite" else (lambda one: one)
        self.put("account", id=ACCOUNT, email="f@example.org", name="Frieda")
        self.put("project", id=PROJECT, name="Atlas", created_by=ACCOUNT)
        for id_, name in NAMES.items():
            self.put("department", id=id_, name=name, badge=name[:2], tone=1)

    def put(self, name: str, /, **values: Any) -> None:
        """A row; what is needed and not given is empty, zero, false or long ago."""
        table = self.tables.tables[name]
        values = {column: self.key(one) if isinstance(one, UUID) else one for column, one in values.items()}
        for column in table.columns:
            if not column.nullable and column.name not in values and column.server_default is None:
                values[column.name] = PLAIN[type(column.type).__name__.upper()]
        self.connection.execute(table.insert().values(**values))

    def retro(self, number: int, labels: str, together: int | None, k: int = 3, **more: Any) -> UUID:
        id_ = UUID(int=number)
        self.put(
            "retro", id=id_, project_id=PROJECT, code=f"CODE{number}", title="Atlas", k=k, labels=labels,
            stage="closed", facilitator_id=ACCOUNT, revealed_at=datetime(2026, 2, 1), closed_at=datetime(2026, 2, 1),
            pooled_seats=together, warnings_overridden=[], **more,
        )  # fmt: skip
        return id_

    def took_part(
        self, retro: UUID, department: UUID, *, seats: int | None = None, expected: int | None = None
    ) -> None:
        has = self.tables.tables["retro_department"].columns
        said = {"expected" if "expected" in has else "headcount": expected}
        self.put(
            "retro_department", retro_id=retro, department_id=department, pooled=seats is None, seats=seats, **said
        )

    def entry(self, number: int, retro: UUID, about: UUID | None, writer: UUID | None = None, topic: int = 0) -> None:
        id_ = UUID(int=retro.int * 100 + number)
        self.put(
            "entry", id=id_, retro_id=retro, kind="went_wrong", text=f"Entry {number}", department_id=writer,
            about_department_id=about,
        )  # fmt: skip
        if topic:
            self.put("topic_entry", entry_id=id_, topic_id=UUID(int=topic), retro_id=retro)

    def apart(self, retro: UUID, one: UUID, other: UUID) -> None:
        self.put("retro_pair_apart", retro_id=retro, one_id=min(one, other), other_id=max(one, other))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    server: PostgresForTests = request.getfixturevalue("postgres")
    return server.fresh(tables=False)


@pytest.fixture
def old(url: str) -> Iterator[Old]:
    migrate.upgrade(url, "0007")
    engine = create_engine(url)
    with engine.begin() as connection:
        yield Old(engine, connection)
    engine.dispose()


def a_pool_of_two_and_one(old: Old, **more: Any) -> UUID:
    """Legal (2) and IT (1) pooled, Sales and Stores with their names."""
    retro = old.retro(50, "pooled", together=3, **more)
    old.took_part(retro, LEGAL, expected=2)
    old.took_part(retro, IT, expected=1)
    old.took_part(retro, SALES, seats=6, expected=6)
    old.took_part(retro, STORES, seats=6, expected=6)
    return retro


def upgraded(old: Old, url: str) -> Database:
    old.connection.commit()
    migrate.upgrade(url)
    return Database(url)


def abouts(database: Database) -> dict[str, tuple[UUID | None, bool]]:
    with database.reading() as db:
        return {one.text: (one.about_department_id, one.about_pooled) for one in db.exec(select(Entry))}


def test_an_entry_of_a_pool_of_two_and_one_names_neither_of_them_any_more(old: Old, url: str) -> None:
    retro = a_pool_of_two_and_one(old)
    old.entry(1, retro, LEGAL)
    old.entry(2, retro, IT)
    old.entry(3, retro, SALES)
    old.entry(4, retro, LEGAL, writer=SALES)
    old.entry(5, retro, None)
    database = upgraded(old, url)
    assert abouts(database) == {
        "Entry 1": (None, True),
        "Entry 2": (None, True),
        "Entry 3": (SALES, False),
        "Entry 4": (LEGAL, False),
        "Entry 5": (None, False),
    }
    with database.reading() as db:
        hidden = {one.department_id for one in db.exec(select(RetroDepartment)) if one.about_pooled}
    assert hidden == {LEGAL, IT}
    database.dispose()


@pytest.mark.parametrize(
    ("together", "expected", "kept"),
    [(9, (4, 5), True), (9, (4, 7), False), (9, (4, None), False), (None, (4, 5), False), (9, (2, 5), False)],
)
def test_a_provider_stays_where_enough_others_of_the_pool_are_proved(
    old: Old, url: str, together: int | None, expected: tuple[int | None, int | None], kept: bool
) -> None:
    retro = old.retro(50, "pooled", together=together)
    for department, people in zip((LEGAL, IT), expected, strict=True):
        old.took_part(retro, department, expected=people)
    old.took_part(retro, SALES, seats=6)
    old.entry(1, retro, LEGAL)
    database = upgraded(old, url)
    assert abouts(database)["Entry 1"] == ((LEGAL, False) if kept else (None, True))
    database.dispose()


def test_where_even_the_pool_would_point_at_few_an_entry_is_about_nothing(old: Old, url: str) -> None:
    retro = a_pool_of_two_and_one(old)
    for department in (LEGAL, SALES, STORES):
        old.apart(retro, IT, department)
    old.entry(1, retro, LEGAL)
    database = upgraded(old, url)
    assert abouts(database)["Entry 1"] == (None, False)
    database.dispose()


def test_a_topic_follows_its_entries_and_keeps_what_a_person_said(old: Old, url: str) -> None:
    retro = a_pool_of_two_and_one(old)
    for topic, about in ((901, LEGAL), (902, IT), (903, SALES)):
        old.put("topic", id=UUID(int=topic), retro_id=retro, title="T", about_department_id=about)
    old.entry(1, retro, LEGAL, topic=901)
    old.entry(2, retro, LEGAL, topic=902)
    old.entry(3, retro, SALES, topic=903)
    database = upgraded(old, url)
    with database.reading() as db:
        found = {one.id.int: (one.about_department_id, one.about_pooled) for one in db.exec(select(Topic))}
    assert found == {901: (None, True), 902: (IT, False), 903: (SALES, False)}
    database.dispose()


def test_counts_and_findings_follow(old: Old, url: str) -> None:
    retro = a_pool_of_two_and_one(old)
    old.put("topic", id=UUID(int=901), retro_id=retro, title="T", about_department_id=LEGAL)
    old.entry(1, retro, LEGAL, topic=901)
    old.entry(2, retro, IT, topic=901)
    old.entry(3, retro, LEGAL, writer=SALES)
    theme = UUID(int=700)
    old.put("theme", id=theme, name="Late", version=1)
    old.put("finding", theme_id=theme, provider=str(LEGAL), consumer="several", points=[])
    for provider in (LEGAL, IT):
        sides = {"retro_id": retro, "provider": str(provider), "consumer": "several", "wrong": 1}
        old.put("topic_count", topic_id=UUID(int=901), **sides)
        old.put("pair_count", **sides)
    database = upgraded(old, url)
    with database.reading() as db:
        assert [(one.provider, one.consumer, one.wrong) for one in db.exec(select(TopicCount))] == [
            ("several", "several", 2)
        ]
        pairs = {(one.provider, one.consumer): one.wrong for one in db.exec(select(PairCount))}
        assert pairs == {("several", "several"): 2, (str(LEGAL), str(SALES)): 1}
        assert not db.exec(select(Finding)).all(), "counted anew by a job"
    database.dispose()


def test_the_fixed_outcome_says_the_same(old: Old, url: str) -> None:
    retro = a_pool_of_two_and_one(old)

    def named(one: UUID | None) -> dict[str, Any] | None:
        return {"name": NAMES[one], "index": 1} if one else None

    def entry(about: UUID | None, by: UUID | None = None) -> dict[str, Any]:
        several = {"name": "Several departments", "index": None}
        return {"text": "x", "department": named(by) or several, "about": named(about)}

    old.entry(1, retro, LEGAL)
    old.put(
        "outcome", retro_id=retro, fixed_at=datetime(2026, 2, 1),
        contents={
            "topics": [{"about": named(LEGAL), "entries": [entry(LEGAL), entry(LEGAL), entry(SALES)]}],
            "not_discussed": [{"about": named(LEGAL), "entries": [entry(LEGAL, SALES)]}],
            "in_no_topic": [entry(SALES)],
            "thanks": [entry(IT)],
        },
    )  # fmt: skip
    database = upgraded(old, url)
    several = {"name": "Several departments", "index": None}
    with database.reading() as db:
        contents = db.get_one(Outcome, retro).contents
    topic, other = contents["topics"][0], contents["not_discussed"][0]
    assert [one["about"] for one in topic["entries"]] == [several, several, named(SALES)]
    assert topic["about"] == several
    assert (other["about"], other["entries"][0]["about"]) == (named(LEGAL), named(LEGAL))
    assert contents["in_no_topic"][0]["about"] == named(SALES)
    assert contents["thanks"][0]["about"] == several
    database.dispose()


def test_imported_history_is_narrowed_where_it_says_how_many_sat_where(old: Old, url: str) -> None:
    stated, silent = old.retro(50, "kept", None, imported=True), old.retro(51, "kept", None, imported=True)
    for department, seats in ((LEGAL, 2), (IT, 1), (SALES, 6), (STORES, 6)):
        old.put("retro_department", retro_id=stated, department_id=department, pooled=False, seats=seats)
        old.put("retro_department", retro_id=silent, department_id=department, pooled=False)
    old.entry(1, stated, LEGAL, writer=IT)
    old.entry(2, stated, LEGAL, writer=SALES)
    old.entry(3, stated, LEGAL)
    old.entry(4, silent, LEGAL)
    database = upgraded(old, url)
    assert abouts(database) == {
        "Entry 1": (None, True), "Entry 2": (LEGAL, False), "Entry 3": (LEGAL, False), "Entry 4": (LEGAL, False),
    }  # fmt: skip
    database.dispose()


def test_the_file_forgets_whom_it_was_about(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    migrate.upgrade(url, "0007")
    engine = create_engine(url)
    with engine.begin() as connection:
        old = Old(engine, connection)
        retro = a_pool_of_two_and_one(old)
        for number in range(1, 60):
            old.entry(number, retro, LEGAL)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
    engine.dispose()
    migrate.upgrade(url)
    with sqlite3.connect(tmp_path / "old.db") as file:
        assert file.execute("SELECT count(*) FROM entry WHERE about_pooled").fetchone() == (59,)
    bytes_kept = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    assert b"Entry 5" in bytes_kept
    # An entry's row holds the ids one after the other: a department's id behind the text was what it is about.
    assert LEGAL.hex.encode() + b"Entry" not in bytes_kept
    for number in range(1, 60):
        at = bytes_kept.find(f"Entry {number}".encode())
        assert LEGAL.hex.encode() not in bytes_kept[at : at + 60]

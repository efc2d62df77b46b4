"""Revision 0014: titles that the machine took from one entry become pointers, hidden words of closed retros go."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import MetaData, create_engine, text
from sqlmodel import select

from app.core import migrate
from app.core.db import Database
from app.core.ids import new_id
from app.entries.models import Entry
from app.topics.models import Topic
from app.topics.queries.titles import titles
from tests.unit.test_migrations import _insert, empty_url

__all__ = ["empty_url"]

TITLES = {
    "Badge printer": ("The badge printer broke twice", "Nobody told the caterer"),
    "Late proofs": ("Proofs came late", "Late proofs again"),
    "Typed words": ("These are typed words of one entry",),
    "Somewhere else": ("It cannot be told where this is from",),
    "Crossing zebra": ("x " * 40 + "crossing and, far away, " + "y " * 40 + "zebra",),
}


def _old(url: str) -> tuple[dict[str, UUID], dict[str, UUID]]:
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine, only=("account", "project", "retro", "topic", "entry", "topic_entry"))
    key = {"sqlite": lambda value: value.hex, "postgresql": lambda value: value}[engine.dialect.name]
    account, project, found, hidden = new_id(), new_id(), {}, {}
    with engine.begin() as connection:

        def put(table: str, **values: object) -> None:
            plain = {name: key(one) if isinstance(one, UUID) else one for name, one in values.items()}
            _insert(connection, tables.tables[table], **plain)

        put("account", id=account, email="p@example.org", name="Paul")
        put("project", id=project, name="Press")
        for number, stage in enumerate(("closed", "group")):
            retro = new_id()
            put("retro", id=retro, project_id=project, code=f"CODE000{number}", facilitator_id=account, stage=stage)
            hidden[stage] = new_id()
            put("entry", id=hidden[stage], retro_id=retro, text="Zwiebelturm", hidden_reason="insults")
            for position, (title, texts) in enumerate(TITLES.items() if stage == "closed" else ()):
                found[title] = new_id()
                by_person = title == "Typed words"
                put(
                    "topic",
                    id=found[title],
                    retro_id=retro,
                    title=title,
                    titled_by_person=by_person,
                    position=position,
                )
                for said in texts:
                    entry = new_id()
                    put("entry", id=entry, retro_id=retro, text=said)
                    put("topic_entry", entry_id=entry, topic_id=found[title], retro_id=retro)
    engine.dispose()
    return found, hidden


def test_titles_taken_from_one_entry_point_at_it_and_others_stay(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0013")
    found, _ = _old(empty_url)
    migrate.upgrade(empty_url)
    database = Database(empty_url)
    with database.reading() as db:
        stored = {row.id: row.title for row in db.exec(select(Topic)).all()}
        read = titles(db, found.values())
    assert {title for title, topic in found.items() if stored[topic] == title} == {
        "Late proofs", "Typed words", "Somewhere else",
    }  # fmt: skip
    assert read[found["Badge printer"]] == "Badge printer"
    assert read[found["Crossing zebra"]].startswith("X x x"), "too long a run: the beginning of the entry"
    database.dispose()
    migrate.downgrade(empty_url, "0013")
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert "Badge printer" in set(connection.execute(text("SELECT title FROM topic")).scalars())
    engine.dispose()


def test_hidden_words_of_closed_retros_go_and_those_of_open_ones_stay(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0013")
    _, hidden = _old(empty_url)
    migrate.upgrade(empty_url)
    database = Database(empty_url)
    with database.reading() as db:
        told = {stage: db.get_one(Entry, one) for stage, one in hidden.items()}
        assert (told["closed"].text, told["closed"].erased) == ("", True)
        assert (told["group"].text, told["group"].erased) == ("Zwiebelturm", False)
    database.dispose()

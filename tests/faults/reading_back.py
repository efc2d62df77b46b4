"""What is there after a retro: asked of the pages as people see it, and of the database as an attacker would."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, text
from sqlmodel import col, func, select

from app.actions.models import Action
from app.anonymity.rules.tags import tag
from app.anonymity.service import shuffle
from app.core.db import Database
from app.entries.models import Entry
from app.retros.models import Retro, Seat
from app.retros.queries.seats import SEAT
from app.retros.rules.names import Stage
from app.topics.models import Topic, TopicEntry
from app.votes.models import DotVote, StanceVote
from tests.attack import evidence
from tests.faults.room import Lead, Person
from tests.load.people import accepted


class Ground:
    """The database under a server, read beside it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def stage(self, retro_id: UUID) -> Stage:
        with self.database.reading() as db:
            return Stage(db.exec(select(Retro.stage).where(Retro.id == retro_id)).one())

    def title(self, retro_id: UUID) -> str:
        with self.database.reading() as db:
            return db.exec(select(Retro.title).where(Retro.id == retro_id)).one()

    def board(self, retro_id: UUID) -> dict[str, list[str]]:
        """Topic -> its entries."""
        with self.database.reading() as db:
            topics = db.exec(select(Topic.id).where(Topic.retro_id == retro_id)).all()
            own = select(TopicEntry.entry_id, TopicEntry.topic_id).where(col(TopicEntry.topic_id).in_(topics))
            entries = db.exec(own).all()
        return {str(one): [str(entry) for entry, topic in entries if topic == one] for one in topics}

    def texts(self, retro_id: UUID) -> Counter[str]:
        with self.database.reading() as db:
            return Counter(db.exec(select(Entry.text).where(Entry.retro_id == retro_id)).all())

    def actions(self, retro_id: UUID) -> dict[str, str]:
        """Title -> id."""
        with self.database.reading() as db:
            found = db.exec(select(Action.title, Action.id).where(Action.retro_id == retro_id)).all()
        return {title: str(action_id) for title, action_id in found}

    def counted(self, retro_id: UUID, table: type[Seat] | type[StanceVote] | type[DotVote]) -> int:
        with self.database.reading() as db:
            return db.exec(select(func.count()).select_from(table).where(col(table.retro_id) == retro_id)).one()

    def short_lived(self, retro_id: UUID) -> dict[str, int]:
        """Rows about seats that are still there, by table."""
        with self.database.reading() as db:
            counted = {
                table.name: db.execute(
                    select(func.count()).select_from(table).where(table.c.retro_id == retro_id)
                ).scalar_one()
                for table in shuffle.short_lived_tables()
            }
        return {name: rows for name, rows in counted.items() if rows}

    def key_files(self) -> list[Path]:
        return list(self.database.info["keys"].folder.glob("*.key"))

    def tags_in_files(self, secrets: Sequence[tuple[str, UUID]]) -> int:
        """How many tags of seats, of retros that are over, lie anywhere in the bytes of the tables."""
        raw = evidence.take(self.database, "after").raw
        return sum(tag(secret, SEAT, retro_id).encode() in raw for secret, retro_id in secrets)

    def faults(self) -> list[str]:
        """What the database says of its own files."""
        with self.database.engine.connect() as connection:
            if self.database.is_sqlite:
                said = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
                said += [f"no row for {row}" for row in connection.execute(text("PRAGMA foreign_key_check"))]
                return [one for one in said if one != "ok"]
            return [
                f"{name}: {error}"
                for name in inspect(connection).get_table_names()
                for error in [_trouble(connection, name)]
                if error
            ]


def _trouble(connection: Any, table: str) -> str:
    """Reads every row of a table by its pages and by its indexes: two counts that must be one."""
    connection.execute(text("SET LOCAL enable_indexscan = off"))
    connection.execute(text("SET LOCAL enable_indexonlyscan = off"))
    by_pages = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
    connection.execute(text("RESET enable_indexonlyscan"))
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    by_index = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
    connection.rollback()
    return "" if by_pages == by_index else f"{by_pages} rows, {by_index} in its index"


async def read_back(lead: Lead, people: Sequence[Person]) -> list[str]:
    """Where the outcome, as it is kept for good, is not what was confirmed to people: one sentence each."""
    found = json.loads(accepted(await lead.browser.get(f"{lead.retro}/outcome.json")).text)
    topics = [*found["topics"], *found["not_discussed"]]
    entries = [entry["text"] for topic in topics for entry in topic["entries"]]
    entries += [entry["text"] for entry in found["in_no_topic"]]
    wrong = differ("entries", entries, [text for one in people for text in one.written | one.added])
    wrong += differ("thanks", [one["text"] for one in found["thanks"]], [one.thanks for one in people if one.thanks])
    wrong += differ("actions", [one["title"] for one in found["actions"]], list(lead.actions))
    wrong += differ("notes", [one["notes"] for one in topics if one["notes"]], list(lead.notes.values()))
    whys = [link for topic in topics for link in topic["whys"]]
    wrong += differ("whys", whys, [link for chain in lead.whys.values() for link in chain])
    dots: Counter[str] = sum((one.dots for one in people), Counter())
    shown = {topic["id"]: topic["dots"] or 0 for topic in topics if not topic["dots_are_about"]}
    wrong += [f"{dots[topic]} dots given, {count} shown" for topic, count in shown.items() if dots[topic] != count]
    return wrong


def differ(what: str, there: Sequence[str], confirmed: Sequence[str]) -> list[str]:
    """What is lost and what is there too often."""
    have, want = Counter(there), Counter(confirmed)
    lost = [f"lost of the {what}: {one}" for one in (want - have).elements()]
    return lost + [f"too much of the {what}: {one}" for one in (have - want).elements()]

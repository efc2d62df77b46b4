"""Thousands of closed retros in a moment: entries, topics, themes, counts and ratings, written in bulk.

The counts are those that `app.themes.service.count` would write (tests/load/test_long_history.py compares them). What
the evidence comes to is left to the application's own job. Deterministic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from app.core.db import Database
from app.entries.models import Entry
from app.entries.rules.names import Dimension, EntryKind
from app.meaning.rules.encoding import Encoder
from app.meaning.service import encoders
from app.projects.models import Project, ProjectDepartment
from app.pulse.models import PulseSummary
from app.retros.models import Retro, RetroDepartment
from app.retros.rules.names import Labels, Stage
from app.themes.models import PairCount, RetroTakenIn, Theme, ThemeTopic, TopicCount, TopicVector
from app.themes.service.counting import COLUMN_OF
from app.topics.models import Topic, TopicEntry

BATCH = 5_000
YEARS = 8
TOPICS_EACH = 12
KINDS = (
    [EntryKind.WENT_WRONG] * 10
    + [EntryKind.WENT_RIGHT] * 5
    + [EntryKind.IDEA] * 2
    + [EntryKind.SURPRISED_US] * 2
    + [EntryKind.THANKS]
)
WHAT = ("files", "proofs", "briefings", "budgets", "decisions", "plates", "contracts", "meetings", "keys", "layouts")
HOW = ("come late", "change without a word", "wait for one signature", "are lost", "are not clear", "are too many")
WHERE = (
    "before press",
    "at the handover",
    "in the first week",
    "between two offices",
    "over the summer",
    "in the list",
)


@dataclass(frozen=True, slots=True)
class History:
    """What was written. `theme` is the one with the most topics, `pair` meets in the most retros, `project` begins
    with five departments that know each other."""

    themes: tuple[UUID, ...]
    theme: UUID
    pair: tuple[UUID, UUID]
    project: UUID
    rows: dict[str, int]


def live_through(
    database: Database,
    departments: tuple[UUID, ...],
    facilitator: UUID,
    now: datetime,
    retros: int = 5_000,
    entries: int = 200_000,
    themes: int = 2_000,
) -> History:
    """Fill a house with its past. `departments`: at least five; those near each other in it meet often."""
    with database.transaction() as db:
        past = _Past(Random(f"{retros} {entries} {themes}"), departments, facilitator, now, encoders.encoder_of(db))
        past.name_themes(themes)
        _insert(db, Theme, past.themes)
        for number in range(retros):
            past.one(number, entries // retros)
            if number % 250 == 249:
                past.flush(db)
        project = past.begin()
        past.flush(db)
    most = max(past.topics_of, key=lambda theme: past.topics_of[theme])
    pair = max(past.met, key=lambda two: (past.met[two], two))
    return History(tuple(row["id"] for row in past.themes), most, pair, project, dict(past.written))


def close_one_more(database: Database, house: Sequence[UUID], facilitator: UUID, now: datetime) -> UUID:
    """A retro of forty entries that closed a moment ago and was not taken in yet."""
    with database.transaction() as db:
        past = _Past(Random("one more"), tuple(house), facilitator, now, encoders.encoder_of(db))
        past.name_themes(500)
        retro = past.one(9_999_999, 40, taken_in=False)
        past.flush(db)
    return retro


@dataclass
class _Past:
    chance: Random
    departments: tuple[UUID, ...]
    facilitator: UUID
    now: datetime
    encoder: Encoder
    themes: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[type[SQLModel], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    written: Counter[str] = field(default_factory=Counter)
    met: Counter[tuple[UUID, UUID]] = field(default_factory=Counter)
    topics_of: Counter[UUID] = field(default_factory=Counter)
    meanings: Any = None

    def name_themes(self, count: int) -> None:
        for number in range(count):
            name = f"{WHAT[number % 10]} {HOW[number // 10 % 6]} {WHERE[number // 60 % 6]}".capitalize()
            name = f"{name} ({number // 360 + 1})" if number >= 360 else name
            self.themes.append(_row(Theme(id=self.new_id(), name=name, created_at=self.now)))
        self.meanings = self.encoder.encode([row["name"] for row in self.themes])

    def one(self, number: int, entries: int, taken_in: bool = True) -> UUID:
        """A closed retro of three to five departments that are near each other."""
        chance, here = self.chance, self.circle(3 + number % 3)
        closed_at = self.now - timedelta(days=chance.randint(1, 365 * YEARS)) if taken_in else self.now
        project, retro = self.a_project(f"Project {number + 1}", here, closed_at), self.new_id()
        row = Retro(
            id=retro, project_id=project, code=f"H{number:07}", title=f"Looking back {number + 1}",
            labels=Labels.KEPT, stage=Stage.CLOSED, facilitator_id=self.facilitator, created_at=closed_at,
            revealed_at=closed_at, closed_at=closed_at,
        )  # fmt: skip
        self.rows[Retro].append(_row(row))
        for one in here:
            self.rows[RetroDepartment].append(
                {"retro_id": retro, "department_id": one, "expected": None, "pooled": False, "seats": 8}
            )
        self.met.update((one, other) for one in here for other in here if one != other)
        pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for position in range(TOPICS_EACH):
            share = entries // TOPICS_EACH + (position < entries % TOPICS_EACH)
            self.a_topic(retro, here, position, share, pairs, taken_in)
        if taken_in:
            self.rows[PairCount].extend(_counted(said, sides, retro_id=retro) for sides, said in pairs.items())
            self.rows[RetroTakenIn].append(
                {"retro_id": retro, "encoder": self.encoder.name, "taken_in_at": closed_at}
            )
            self.rate(retro, here)
        return retro

    def rate(self, retro: UUID, here: tuple[UUID, ...]) -> None:
        """Every second pair rated each other."""
        for provider, consumer in permutations(here, 2):
            if self.chance.random() < 0.5:
                self.rows[PulseSummary] += [
                    {
                        "id": self.new_id(), "retro_id": retro, "provider_id": provider, "consumer": str(consumer),
                        "dimension": one, "band": "5-9", "mean": self.chance.randint(3, 9) / 2,
                    }
                    for one in Dimension
                ]  # fmt: skip

    def a_topic(
        self,
        retro: UUID,
        here: tuple[UUID, ...],
        position: int,
        entries: int,
        pairs: dict[tuple[str, str], Counter[str]],
        taken_in: bool,
    ) -> None:
        chance, topic = self.chance, self.new_id()
        # A few themes are everywhere, most are rare: as in real houses.
        number = min(int(chance.paretovariate(0.6)) - 1, len(self.themes) - 1)
        theme, about = self.themes[number], chance.choice(here)
        said: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for _ in range(entries):
            writer, kind, entry = chance.choice(here), chance.choice(KINDS), self.new_id()
            self.rows[Entry].append({
                "id": entry, "retro_id": retro, "kind": kind, "text": f"{theme['name']}, said number {position}",
                "department_id": writer, "about_department_id": about, "dimension": None, "hidden_reason": None,
            })  # fmt: skip
            self.rows[TopicEntry].append(
                {"entry_id": entry, "topic_id": topic, "retro_id": retro, "placed_by_person": False}
            )
            said[str(about), str(writer)][COLUMN_OF[kind]] += 1
        for sides, counted in said.items():
            pairs[sides] += counted
        self.rows[Topic].append(
            _row(Topic(id=topic, retro_id=retro, title=theme["name"], position=position, about_department_id=about))
        )
        if taken_in:
            self._take_in(topic, theme["id"], number, retro, said)

    def _take_in(
        self, topic: UUID, theme: UUID, number: int, retro: UUID, said: dict[tuple[str, str], Counter[str]]
    ) -> None:
        self.rows[ThemeTopic].append(_row(ThemeTopic(topic_id=topic, theme_id=theme, group_id=theme, retro_id=retro)))
        self.rows[TopicCount].extend(
            _counted(counted, sides, topic_id=topic, retro_id=retro) for sides, counted in said.items()
        )
        self.rows[TopicVector].append({"topic_id": topic, "encoder": self.encoder.name, "vector": self.near(number)})
        self.topics_of[theme] += 1

    def begin(self) -> UUID:
        """A project that begins, of the first five departments."""
        return self.a_project("A new beginning", self.departments[:5], self.now, has_ended=False)

    def a_project(self, name: str, here: tuple[UUID, ...], at: datetime, has_ended: bool = True) -> UUID:
        made = Project(id=self.new_id(), name=name, ended_on=at.date() if has_ended else None, created_at=at)
        self.rows[Project].append(_row(made))
        self.rows[ProjectDepartment].extend({"project_id": made.id, "department_id": one} for one in here)
        return made.id

    def circle(self, size: int) -> tuple[UUID, ...]:
        """Departments that are near each other; the same ones meet again and again."""
        first = self.chance.randrange(len(self.departments))
        near = [
            self.departments[(first + step) % len(self.departments)] for step in range(min(6, len(self.departments)))
        ]
        return tuple(self.chance.sample(near, min(size, len(near))))

    def near(self, number: int) -> bytes:
        """A vector close to what the theme means, as the table keeps it."""
        noise = np.random.default_rng(self.chance.getrandbits(32)).normal(0, 0.02, self.encoder.size)
        found = self.meanings[number] + noise
        return bytes((found / np.linalg.norm(found)).astype("<f2").tobytes())

    def new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def flush(self, db: Session) -> None:
        """In an order in which nothing points at what is not there yet."""
        for table in ORDER:
            rows = self.rows.pop(table, [])
            self.written[table.__name__] += len(rows)
            _insert(db, table, rows)


ORDER: tuple[type[SQLModel], ...] = (
    Project, ProjectDepartment, Retro, RetroDepartment, Entry, Topic, TopicEntry, ThemeTopic, TopicVector, TopicCount,
    PairCount, PulseSummary, RetroTakenIn,
)  # fmt: skip


def _counted(said: Counter[str], sides: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "provider": sides[0], "consumer": sides[1], **{name: said[name] for name in COLUMN_OF.values()}, **more,
    }  # fmt: skip


def _row(made: SQLModel) -> dict[str, Any]:
    return made.model_dump()


def _insert(db: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        db.execute(table.__table__.insert(), batch)  # type: ignore[attr-defined]  # SQLModel does not declare it


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]

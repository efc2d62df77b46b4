"""A long history, written in bulk: closed retros, their topics, themes and counts; for measuring pages and jobs.

Entries themselves are left out: what reads findings never reads an entry.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.core.db import Database
from app.core.ids import new_id
from app.projects.models import Project
from app.retros.models import Retro, RetroDepartment
from app.retros.rules import Labels, Stage
from app.themes.models import RetroTakenIn, Theme, ThemeTopic, TopicCount
from app.topics.models import Topic

TOPICS = 12
ENTRIES_A_TOPIC = (1, 1, 2, 3, 3, 4, 6, 7)
Rows = dict[Any, list[dict[str, Any]]]


def many_themes(house: Database, count: int, now: datetime) -> list[UUID]:
    rows = [
        {"id": new_id(), "name": f"Friction number {n}", "named_by_person": False, "kind": "", "created_at": now,
         "version": 1, "inconclusive": False}
        for n in range(count)
    ]  # fmt: skip
    with house.transaction() as db:
        db.execute(insert(Theme), rows)
    return [row["id"] for row in rows]  # type: ignore[misc]  # the values are of many kinds


def many_retros(
    house: Database, departments: list[UUID], themes: list[UUID], facilitator_id: UUID, count: int, now: datetime,
    seed: int = 5, years: int = 8,
) -> list[UUID]:  # fmt: skip
    """`count` closed retros of five departments each, twelve topics a retro; a fifth of them pooled. Their ids."""
    random = Random(seed)
    rows: Rows = {one: [] for one in (Project, Retro, RetroDepartment, Topic, ThemeTopic, TopicCount, RetroTakenIn)}
    ids = [
        _retro(random, rows, departments, themes, facilitator_id, now, n * years * 365 // count) for n in range(count)
    ]
    with house.transaction() as db:
        for table, lines in rows.items():
            for start in range(0, len(lines), 5_000):
                db.execute(insert(table), lines[start : start + 5_000])
    return ids


def _retro(
    random: Random, rows: Rows, departments: list[UUID], themes: list[UUID], facilitator_id: UUID, now: datetime,
    days_ago: int,
) -> UUID:  # fmt: skip
    closed_at = now - timedelta(days=days_ago)
    project_id, retro_id = new_id(), new_id()
    # Departments next to one another work together more often.
    first = random.randrange(len(departments))
    here = [departments[(first + step) % len(departments)] for step in random.sample(range(8), 5)]
    pooled = set(here[3:]) if random.random() < 0.2 else set()
    rows[Project].append({"id": project_id, "name": f"Project {days_ago}", "ended_on": closed_at.date(),
                          "created_at": closed_at})  # fmt: skip
    rows[Retro].append(
        {"id": retro_id, "project_id": project_id, "code": retro_id.hex[-8:].upper(), "title": f"Project {days_ago}",
         "stage": Stage.CLOSED, "facilitator_id": facilitator_id, "created_at": closed_at, "revealed_at": closed_at,
         "closed_at": closed_at, "imported": False, "series": "", "warnings_overridden": [],
         "labels": Labels.POOLED if pooled else Labels.KEPT, "pooled_seats": 7 if pooled else None}
    )  # fmt: skip
    for one in here:
        rows[RetroDepartment].append({"retro_id": retro_id, "department_id": one, "pooled": one in pooled,
                                      "seats": None if one in pooled else random.randint(5, 14)})  # fmt: skip
    rows[RetroTakenIn].append({"retro_id": retro_id, "encoder": "load", "taken_in_at": closed_at})
    for position in range(TOPICS):
        _topic(
            random, rows, retro_id, here, pooled, themes[(first * 7 + random.randrange(60)) % len(themes)], position
        )
    return retro_id


def _topic(
    random: Random, rows: Rows, retro_id: UUID, here: list[UUID], pooled: set[UUID], theme_id: UUID, position: int
) -> None:
    topic_id = new_id()
    rows[Topic].append({"id": topic_id, "retro_id": retro_id, "title": f"Topic {position}", "position": position,
                        "titled_by_person": False, "version": 1, "voted_on": False, "notes": "", "discussed": False,
                        "proposal": ""})  # fmt: skip
    rows[ThemeTopic].append({"topic_id": topic_id, "theme_id": theme_id, "retro_id": retro_id,
                             "placed_by_person": False, "looked_at": False, "likeness": 0.8,
                             "doubt": 0.1})  # fmt: skip
    provider, one, other = random.sample(here, 3)
    for consumer in {"several" if each in pooled else str(each) for each in (one, other)}:
        rows[TopicCount].append(
            {"topic_id": topic_id, "retro_id": retro_id, "provider": str(provider), "consumer": consumer,
             "wrong": random.choice(ENTRIES_A_TOPIC) // 2 + 1, "unsorted": 0, "right": 1, "ideas": 0, "surprised": 0,
             "thanks": 0, "actions": 0}
        )  # fmt: skip

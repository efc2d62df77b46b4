"""Closed retros of the past in one line, written straight into the tables (no room is played):

    late = a_theme(house, "Files come late")
    past_retro(house, cast, date(2026, 1, 8), [wrong("The files came late", "Editorial", "Production", late)],
               seats={"Editorial": 8, "Production": 6})

Topics: one for each theme (or for each text without one). Counted, as the job that takes in a closed retro does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from app.core.db import Database
from app.core.ids import new_code, new_id
from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.projects.models import Project, ProjectDepartment
from app.retros.models import Retro, RetroDepartment
from app.retros.rules.names import Labels, Stage
from app.themes.models import RetroTakenIn, Theme, ThemeTopic
from app.themes.service import counting
from app.topics.models import Topic, TopicEntry
from tests.cast import Cast

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Observed:
    """An entry: which group wrote (None: the pool), about which department, of which theme."""

    kind: EntryKind
    text: str
    writer: str | None
    about: str | None
    theme_id: UUID | None


def wrong(text: str, writer: str | None = None, about: str | None = None, theme_id: UUID | None = None) -> Observed:
    return Observed(EntryKind.WENT_WRONG, text, writer, about, theme_id)


def right(text: str, writer: str | None = None, about: str | None = None, theme_id: UUID | None = None) -> Observed:
    return Observed(EntryKind.WENT_RIGHT, text, writer, about, theme_id)


def as_kind(kind: EntryKind, observed: Observed) -> Observed:
    return replace(observed, kind=kind)


def a_theme(database: Database, name: str, kind: str = "") -> UUID:
    with database.transaction() as db:
        row = Theme(name=name, kind=kind, created_at=LONG_AGO)
        db.add(row)
        db.flush()
        return row.id


def past_retro(
    database: Database,
    cast: Cast,
    on: date,
    entries: Iterable[Observed] = (),
    seats: Mapping[str, int | None] | None = None,
    pooled_seats: int | None = None,
    imported: bool = False,
    name: str = "",
    taken_in: bool = True,
    series: str = "",
) -> UUID:
    """A retro that closed at noon of this day. `seats`: its departments, and how many sat there (None: pooled).

    `taken_in`: counted, and its topics put into the themes that the entries name; else as a closing room leaves it.
    """
    seats = {"Editorial": 8, "Production": 8} if seats is None else seats
    closed_at = datetime.combine(on, time(12), UTC)
    with database.transaction() as db:
        project = Project(name=name or f"Project of {on}", ended_on=on, created_at=closed_at)
        retro = Retro(
            project_id=project.id,
            code=new_code(),
            title=project.name,
            stage=Stage.CLOSED,
            facilitator_id=cast.frieda.id,
            created_at=closed_at,
            revealed_at=closed_at,
            closed_at=closed_at,
            held_on=on if imported else None,
            imported=imported,
            series=series,
            labels=Labels.POOLED if None in seats.values() else Labels.KEPT,
            pooled_seats=pooled_seats,
        )
        db.add(project)
        db.flush()
        db.add(retro)
        db.flush()
        for department, seated in seats.items():
            department_id = cast.departments[department]
            db.add(ProjectDepartment(project_id=project.id, department_id=department_id))
            db.add(
                RetroDepartment(retro_id=retro.id, department_id=department_id, pooled=seated is None, seats=seated)
            )
        topics: dict[UUID | str, Topic] = {}
        for observed in entries:
            entry = Entry(
                retro_id=retro.id,
                kind=observed.kind,
                text=observed.text,
                department_id=cast.departments[observed.writer] if observed.writer else None,
                about_department_id=cast.departments[observed.about] if observed.about else None,
            )
            key = observed.theme_id or observed.text
            if key not in topics:
                topics[key] = Topic(id=new_id(), retro_id=retro.id, title=observed.text[:120], position=len(topics))
                db.add(topics[key])
            db.add(entry)
            db.flush()
            db.add(TopicEntry(entry_id=entry.id, topic_id=topics[key].id, retro_id=retro.id))
        db.flush()
        if taken_in:
            for key, topic in topics.items():
                if isinstance(key, UUID):
                    db.add(ThemeTopic(topic_id=topic.id, theme_id=key, retro_id=retro.id))
            counting.count(db, retro.id)
            db.add(RetroTakenIn(retro_id=retro.id, encoder="test", taken_in_at=closed_at))
        return retro.id

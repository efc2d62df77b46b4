"""Gives the demo house its longer memory: older retros out of a table, themes put in order, a brief that was read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session, col, select

from app.briefs import service as briefs
from app.briefs.queries.brief import brief
from app.briefs.rules import REASONS, LineMark
from app.core.db import Database
from app.demo.calendar import on_a_working_day
from app.demo.house import DemoHouse
from app.demo.story import StoryFriction, StoryPastRetro, story
from app.entries.models import Entry
from app.evidence import jobs as evidence_jobs
from app.outcomes.rules.history import reading
from app.outcomes.service.history import loading
from app.people.rules import Visitor
from app.projects.queries import projects_for
from app.themes import jobs as themes_jobs
from app.themes.service import correcting_themes, correcting_topics
from app.topics.models import Topic, TopicEntry

COLUMNS = ("project", "date", "department", "about_department", "kind", "text", "seats", "owner", "status")
ROUNDS = 3
"""Themes are taken in and weighed until nothing is left to do; the demo needs two rounds."""


def load_the_past(database: Database, house: DemoHouse, admin: str, now: datetime, random: Random) -> None:
    """Load the table of older retros, as an admin does on the page."""
    past = story().past
    read = reading.read_file(_table(past.retros, now).encode(), past.file_name)
    loading.load(
        database,
        reading.told(read, past.source, None, now.date()),
        source=past.source,
        file_name=past.file_name,
        mapping=read.found.mapping,
        choices={},
        by=house.people[admin].account_id,
        now=now - timedelta(days=2),
        random=random,
    )


def put_in_order(database: Database, house: DemoHouse, now: datetime) -> None:
    """Find the themes, let the facilitator say which topics share one and its kind, and count the evidence."""
    themes_jobs.run_due(database, now)
    facilitator = house.people[house.facilitator]
    for friction in story().past.frictions:
        with database.transaction() as db:
            if topic_ids := _topics_of(db, friction):
                theme_id = correcting_topics.start_new(
                    db, facilitator, topic_ids, friction.name, now - timedelta(hours=20)
                )
                correcting_themes.sort(db, facilitator, theme_id, friction.kind, now - timedelta(hours=20))
    for _ in range(ROUNDS):
        themes_jobs.run_due(database, now)
        evidence_jobs.run_due(database, now)


def read_the_brief(database: Database, house: DemoHouse, lead: str, now: datetime) -> None:
    """The lead has gone through the brief of the project that writes just now, and said what was of use."""
    reader = house.people[lead]
    with database.transaction() as db:
        project_id = _project(db, reader, story().in_write.name)
        lines = brief(db, reader, project_id, now).lines
        promises = [line for line in lines if line.startswith("promise:")]
        found = [line for line in lines if line.startswith("theme:")]
        for line in (*promises[:1], *found[:2]):
            briefs.mark_line(db, reader, project_id, line, LineMark.USED, "", now)
        for line in found[3:4]:
            briefs.mark_line(db, reader, project_id, line, LineMark.NOT_RELEVANT, REASONS[2], now)


def _table(past: Iterable[StoryPastRetro], now: datetime) -> str:
    """The rows of a spreadsheet, as somebody would have kept them."""
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS)
    rows.writeheader()
    for retro in past:
        held_on = on_a_working_day((now - timedelta(days=retro.days_ago)).date())
        for note in retro.notes:
            rows.writerow(
                {
                    "project": retro.project,
                    "date": held_on.isoformat(),
                    "department": note.by,
                    "about_department": note.about or "",
                    "kind": note.kind,
                    "text": note.text,
                    "seats": retro.seats[note.by],
                    "owner": note.owner,
                    "status": note.status,
                }
            )
    return written.getvalue()


def _topics_of(db: Session, friction: StoryFriction) -> list[UUID]:
    """Topics of our own retros by their titles, of the table by what was said in them."""
    said = [note.text for retro in story().past.retros for note in retro.notes if note.friction == friction.name]
    ours = db.exec(select(Topic.id).where(col(Topic.title).in_(friction.topics), col(Topic.titled_by_person)))
    loaded = db.exec(
        select(TopicEntry.topic_id)
        .join(Entry, col(Entry.id) == col(TopicEntry.entry_id))
        .where(col(Entry.text).in_(said))
        .distinct()
    )
    return sorted({*ours, *loaded})


def _project(db: Session, reader: Visitor, name: str) -> UUID:
    return next(one.id for one in projects_for(db, reader) if one.name == name)

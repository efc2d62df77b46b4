"""What a topic is called, wherever it is read. A title that the machine took from an entry is no copy: it points at
the entry, and when that is hidden, withdrawn or erased the topic is called by its number."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Dialect, Unicode, case, func, literal, select, type_coerce
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, col

from app.entries.models import Entry
from app.topics.models import Topic
from app.topics.rules.topic import POINTED_MOST, pointed

MARK = "\x1e"
"""Stands before what was read from an entry, on its way from the database to the rules."""


class _Said(TypeDecorator[str]):
    """Makes a heading out of a run of an entry's words."""

    impl = Unicode
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return pointed(value.removeprefix(MARK)) if value and value.startswith(MARK) else value


def _title() -> ColumnElement[Any]:
    end, start = col(Topic.title_end), col(Topic.title_start)
    run = func.substr(col(Entry.text), start + 1, case((end > 0, end - start), else_=POINTED_MOST + 1))
    of_entry = (
        select(literal(MARK).concat(run))
        .where(col(Entry.id) == col(Topic.title_entry_id), col(Entry.hidden_reason).is_(None), col(Entry.text) != "")
        .correlate(Topic)
        .scalar_subquery()
    )
    number = literal("Topic ").concat(sql_cast(col(Topic.position) + 1, Unicode))
    return type_coerce(func.coalesce(func.nullif(col(Topic.title), ""), of_entry, number), _Said())


TITLE = _title()
"""The title as it is read: to be selected beside or from `Topic`."""


def titles(db: Session, topic_ids: Collection[UUID]) -> dict[UUID, str]:
    """By topic."""
    found = db.execute(select(col(Topic.id), TITLE).where(col(Topic.id).in_(list(topic_ids))))
    return {row[0]: row[1] for row in found}


def titles_in(db: Session, retro_id: UUID) -> dict[UUID, str]:
    """Of every topic of a retro."""
    found = db.execute(select(col(Topic.id), TITLE).where(col(Topic.retro_id) == retro_id))
    return {row[0]: row[1] for row in found}


def title(db: Session, topic_id: UUID) -> str:
    """Of a topic that is there."""
    return titles(db, [topic_id])[topic_id]

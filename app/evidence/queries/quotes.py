"""What people wrote about a theme, for those who may read it: wording only for departments that took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, SQLColumnExpression, or_, select
from sqlmodel import Session, col, func

from app.departments.queries import DepartmentView, organisation
from app.departments.rules import A_SMALL_ONE, Spoken
from app.entries.models import Entry
from app.entries.queries import provider_of
from app.entries.rules.names import EntryKind
from app.evidence.queries.small_together import retros_of_several
from app.evidence.queries.theme_lines import ThemeSide, side
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.wording import unnamed_in, wording_is_for
from app.themes.models import ThemeTopic
from app.topics.models import TopicEntry

ENTRIES_SHOWN = 60
RETROS_AT_FIRST = 20
RETROS_LOOKED_AT = 120
"""The latest that spoke of it: more than enough for so many entries, and there may be thousands."""
SAYS_SOMETHING = (EntryKind.WENT_WRONG, EntryKind.UNSORTED, EntryKind.ACTION)


@dataclass(frozen=True, slots=True)
class RetroName:
    id: UUID
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Saying:
    """Entries of one retro, alphabetically: their order says nothing."""

    retro: RetroName
    texts: tuple[tuple[str, ThemeSide, ThemeSide | None], ...]


def sayings_of(
    db: Session, theme_ids: list[UUID], reader: Visitor, known: Mapping[UUID, DepartmentView], spoken: Spoken
) -> tuple[tuple[Saying, ...], int]:
    """Wording of the latest retros, and how many retros spoke of it whose wording this reader may not see."""
    readable = wording_is_for(reader)
    spoke = select(col(ThemeTopic.retro_id)).where(col(ThemeTopic.theme_id).in_(theme_ids))
    latest = (
        select(col(Retro.id))
        .where(col(Retro.id).in_(spoke), readable)
        .order_by(_day().desc(), col(Retro.id))
        .limit(RETROS_LOOKED_AT)
    )
    rows = _said_in(db, theme_ids, list(db.scalars(latest)))
    place = organisation(db).place
    found: dict[RetroName, list[tuple[str, ThemeSide, ThemeSide | None]]] = defaultdict(list)
    unnamed, several = unnamed_in(db, {row[0] for row in rows}), retros_of_several(db, spoken)
    for id_, title, held_on, closed_at, text, writer, about, about_pooled, nameless in rows:
        is_named = writer is not None and writer not in unnamed.get(id_, ())
        by = side(str(writer), known) if is_named else ThemeSide("" if nameless else "several departments")
        told = provider_of(about, about_pooled)
        to = side(told, known) if told else None
        small = ThemeSide(A_SMALL_ONE if id_ in several else "")
        by = small if writer in spoken.unnamed else by
        if told in spoken.keys:
            to = small if small.words else None
        found[RetroName(id_, title, held_on or place.day(closed_at))].append((text, by, to))
    # Retro by retro: a theme may have several topics in each, and what may be read is decided but once.
    unread = db.scalar(select(func.count()).select_from(Retro).where(col(Retro.id).in_(spoke), ~readable))
    return tuple(Saying(retro, tuple(texts)) for retro, texts in found.items()), unread or 0


def _said_in(db: Session, theme_ids: list[UUID], latest: list[UUID]) -> list[Row[*tuple[Any, ...]]]:
    """So many entries of these retros as are shown. Most often the first few have them."""
    rows: list[Row[*tuple[Any, ...]]] = []
    for some in (latest[:RETROS_AT_FIRST], latest[RETROS_AT_FIRST:]):
        if some and len(rows) < ENTRIES_SHOWN:
            rows += db.execute(_newest(theme_ids, some).limit(ENTRIES_SHOWN - len(rows)))
    return rows


def _newest(theme_ids: list[UUID], retro_ids: list[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(col(Retro.id), col(Retro.title), col(Retro.held_on), col(Retro.closed_at), col(Entry.text),
             col(Entry.department_id), col(Entry.about_department_id), col(Entry.about_pooled),
             or_(col(Retro.imported), col(Entry.late)))
        .select_from(ThemeTopic)
        .join(TopicEntry, col(TopicEntry.topic_id) == col(ThemeTopic.topic_id))
        .join(Entry, col(Entry.id) == col(TopicEntry.entry_id))
        .join(Retro, col(Retro.id) == col(ThemeTopic.retro_id))
        .where(
            col(ThemeTopic.theme_id).in_(theme_ids), col(ThemeTopic.retro_id).in_(retro_ids),
            col(Entry.hidden_reason).is_(None), col(Entry.text) != "", col(Entry.kind).in_(SAYS_SOMETHING),
        )
        .order_by(_day().desc(), col(Retro.id), col(Entry.text))
    )  # fmt: skip


def _day() -> SQLColumnExpression[date]:
    """By which a closed retro stands in history."""
    return func.coalesce(col(Retro.held_on), func.date(col(Retro.closed_at)))

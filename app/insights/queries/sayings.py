"""What people wrote about a theme, for those who may read it: wording only for departments that took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select as pick
from sqlmodel import Session, col, func

from app.departments.queries import DepartmentView, organisation
from app.entries.models import Entry
from app.entries.rules import Kind
from app.insights.queries.theme_lines import Side, side
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries import unnamed_in, wording_is_for
from app.themes.models import ThemeTopic
from app.topics.models import TopicEntry

ENTRIES_SHOWN = 60
RETROS_LOOKED_AT = 120
"""The latest that spoke of it: more than enough for so many entries, and there may be thousands."""
SAYS_SOMETHING = (Kind.WENT_WRONG, Kind.UNSORTED, Kind.ACTION)


@dataclass(frozen=True, slots=True)
class RetroName:
    id: UUID
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Saying:
    """Entries of one retro, alphabetically: their order says nothing."""

    retro: RetroName
    texts: tuple[tuple[str, Side, Side | None], ...]


def sayings_of(
    db: Session, theme_ids: list[UUID], reader: Visitor, known: Mapping[UUID, DepartmentView]
) -> tuple[tuple[Saying, ...], int]:
    """Wording of the latest retros, and how many retros spoke of it whose wording this reader may not see."""
    day = func.coalesce(col(Retro.held_on), func.date(col(Retro.closed_at)))
    readable = wording_is_for(reader)
    spoke = pick(col(ThemeTopic.retro_id)).where(col(ThemeTopic.theme_id).in_(theme_ids))
    latest = (
        pick(col(Retro.id))
        .where(col(Retro.id).in_(spoke), readable)
        .order_by(day.desc(), col(Retro.id))
        .limit(RETROS_LOOKED_AT)
    )
    said = (
        col(ThemeTopic.theme_id).in_(theme_ids),
        col(ThemeTopic.retro_id).in_(list(db.scalars(latest))),
        col(Entry.hidden_reason).is_(None),
        col(Entry.kind).in_(SAYS_SOMETHING),
    )
    base = (
        pick(col(Retro.id), col(Retro.title), col(Retro.held_on), col(Retro.closed_at), col(Entry.text),
             col(Entry.department_id), col(Entry.about_department_id), col(Retro.imported))
        .select_from(ThemeTopic)
        .join(TopicEntry, col(TopicEntry.topic_id) == col(ThemeTopic.topic_id))
        .join(Entry, col(Entry.id) == col(TopicEntry.entry_id))
        .join(Retro, col(Retro.id) == col(ThemeTopic.retro_id))
    )  # fmt: skip
    place = organisation(db).place
    found: dict[RetroName, list[tuple[str, Side, Side | None]]] = defaultdict(list)
    newest = base.where(*said).order_by(day.desc(), col(Retro.id), col(Entry.text))
    rows = db.execute(newest.limit(ENTRIES_SHOWN)).all()
    unnamed = unnamed_in(db, {row[0] for row in rows})
    for id_, title, held_on, closed_at, text, writer, about, imported in rows:
        is_named = writer is not None and writer not in unnamed.get(id_, ())
        by = side(str(writer), known) if is_named else Side("" if imported else "several departments")
        to = side(str(about), known) if about else None
        found[RetroName(id_, title, held_on or place.day(closed_at))].append((text, by, to))
    unread = db.scalar(
        pick(func.count(func.distinct(col(ThemeTopic.retro_id))))
        .select_from(ThemeTopic)
        .join(Retro, col(Retro.id) == col(ThemeTopic.retro_id))
        .where(col(ThemeTopic.theme_id).in_(theme_ids), ~readable)
    )
    return tuple(Saying(retro, tuple(texts)) for retro, texts in found.items()), unread or 0

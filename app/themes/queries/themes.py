"""Themes as pages show them: names and counts for everybody who is signed in, wording only where it is allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.people.rules import Visitor
from app.retros.models import Retro, RetroDepartment
from app.retros.queries.wording import known_to, may_read_wording
from app.themes.models import Theme, ThemeTopic, TopicCount
from app.themes.queries.names import name_for, names_for
from app.themes.queries.rights import retros_of
from app.themes.queries.sizes import Size, sizes
from app.topics.models import TopicEntry
from app.topics.queries.titles import titles as topic_titles

RETROS_A_PAGE = 20
TEXTS_MOST = 4


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A live theme. `name`: as it is called to the reader. `topics`, `retros`: how many are in it."""

    id: UUID
    name: str
    named_by_person: bool
    kind: str
    closed_on: date | None
    inconclusive: bool
    version: int
    topics: int = 0
    retros: int = 0


@dataclass(frozen=True, slots=True)
class TopicInTheme:
    """A topic of a closed retro. `title`, `texts` and `retro_title` are empty where this visitor may not read them.

    `is_ours`: this visitor may say where it belongs. `more`: how many entries beside those of `texts`.
    """

    id: UUID
    retro_id: UUID
    retro_title: str
    day: date
    title: str
    texts: tuple[tuple[str, str], ...]
    more: int
    wrong: int
    right: int
    theme_id: UUID
    looked_at: bool
    runner_up_id: UUID | None
    doubt: float
    is_ours: bool


@dataclass(frozen=True, slots=True)
class TopicsOfTheme:
    """A page of them; `following`: the number of the next page, None at the end."""

    topics: tuple[TopicInTheme, ...]
    number: int
    following: int | None


def theme(db: Session, theme_id: UUID, for_: Visitor) -> ThemeView:
    """The live theme behind an id, merges followed; everybody who is signed in may know of it. Raises NotFound."""
    row = db.get(Theme, theme_id)
    while row is not None and row.merged_into_id is not None:
        row = db.get(Theme, row.merged_into_id)
    if row is None:
        raise NotFound("There is no theme at this address. The list of themes shows what there is.")
    return _views(db, [row], for_)[0]


def themes(
    db: Session, for_: Visitor, search: str = "", but: UUID | None = None, most: int = 50
) -> tuple[ThemeView, ...]:
    """The live themes of most retros, of those that have topics. `but`: without this one."""
    called = name_for(for_)
    wanted: Any = sa.select(col(Theme.id), called.label("name")).where(col(Theme.merged_into_id).is_(None))
    if search.strip():
        wanted = wanted.where(func.lower(called).contains(search.strip().lower(), autoescape=True))
    known = sizes(db)
    found = [row for row in db.execute(wanted) if row.id in known and row.id != but]
    largest = nsmallest(most, found, key=lambda row: (-known[row.id].retros, -known[row.id].topics, row.name, row.id))
    views = themes_by_id(db, [row.id for row in largest], for_)
    return tuple(views[row.id] for row in largest)


def themes_by_id(db: Session, theme_ids: Collection[UUID], for_: Visitor) -> dict[UUID, ThemeView]:
    """The live ones of these, without following merges."""
    wanted = select(Theme).where(col(Theme.id).in_(list(theme_ids)), col(Theme.merged_into_id).is_(None))
    return {view.id: view for view in _views(db, list(db.exec(wanted)), for_)}


def theme_of_topic(db: Session, topic_id: UUID) -> UUID | None:
    """The theme that a topic of a closed retro is in; None while the retro is open, or where it is thanks alone."""
    return db.exec(select(ThemeTopic.theme_id).where(ThemeTopic.topic_id == topic_id)).first()


def topics_of_theme(db: Session, theme_id: UUID, visitor: Visitor, page: int = 1) -> TopicsOfTheme:
    """Its topics, those of the newest retro first, of RETROS_A_PAGE retros at a time (pages count from 1)."""
    of_theme = col(ThemeTopic.theme_id) == theme_id
    in_it = select(ThemeTopic.retro_id).where(of_theme)
    newest = (
        select(Retro.id)
        .where(col(Retro.id).in_(in_it))
        .order_by(func.coalesce(col(Retro.held_on), func.date(col(Retro.closed_at))).desc(), col(Retro.id))
        .offset((page - 1) * RETROS_A_PAGE)
        .limit(RETROS_A_PAGE + 1)
    )
    retros = list(db.exec(newest))
    wanted = select(ThemeTopic).where(of_theme, col(ThemeTopic.retro_id).in_(retros[:RETROS_A_PAGE]))
    return TopicsOfTheme(topics_in(db, wanted, visitor), page, page + 1 if len(retros) > RETROS_A_PAGE else None)


def topics_in(db: Session, wanted: Any, visitor: Visitor) -> tuple[TopicInTheme, ...]:
    """The topics that a statement for ThemeTopic rows finds, those of the newest retro first."""
    rows = list(db.exec(wanted))
    ids, retro_ids = [row.topic_id for row in rows], {row.retro_id for row in rows}
    readable = may_read_wording(db, visitor, retro_ids)
    ours = known_to(db, visitor, retro_ids)
    led = retro_ids if visitor.sees_everything else _led_by(db, visitor, retro_ids)
    titles = topic_titles(db, ids)
    retros = _retros(db, retro_ids)
    texts = _texts(db, [row.topic_id for row in rows if row.retro_id in readable])
    counts = _counts(db, ids)
    found = [
        TopicInTheme(
            id=row.topic_id,
            retro_id=row.retro_id,
            retro_title=retros[row.retro_id].title if row.retro_id in ours else "",
            day=day_of(retros[row.retro_id].held_on, retros[row.retro_id].closed_at),
            title=titles[row.topic_id] if row.retro_id in readable else "",
            texts=tuple(texts[row.topic_id][:TEXTS_MOST]),
            more=max(0, len(texts[row.topic_id]) - TEXTS_MOST),
            wrong=counts[row.topic_id][0],
            right=counts[row.topic_id][1],
            theme_id=row.theme_id,
            looked_at=row.looked_at,
            runner_up_id=row.runner_up_id,
            doubt=row.doubt,
            is_ours=row.retro_id in led,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (-one.day.toordinal(), str(one.retro_id), one.title, str(one.id))))


def day_of(held_on: date | None, closed_at: datetime | None) -> date:
    """The day by which a closed retro stands in history."""
    return held_on or (closed_at or datetime.min).date()


def _views(db: Session, rows: Collection[Theme], reader: Visitor) -> list[ThemeView]:
    known, called = sizes(db), names_for(db, reader, {row.id for row in rows})
    return [_view(row, called[row.id], known.get(row.id, Size())) for row in rows]


def _view(row: Theme, name: str, size: Size) -> ThemeView:
    return ThemeView(row.id, name, row.named_by_person, row.kind, row.closed_on, row.inconclusive, row.version, *size)


def _led_by(db: Session, visitor: Visitor, retro_ids: Collection[UUID]) -> set[UUID]:
    wanted = retros_of(visitor.leads).where(col(RetroDepartment.retro_id).in_(list(retro_ids)))
    return set(db.execute(wanted).scalars())


def _retros(db: Session, retro_ids: Collection[UUID]) -> dict[UUID, Any]:
    columns = (Retro.id, Retro.title, Retro.held_on, Retro.closed_at)
    rows = db.execute(sa.select(*map(col, columns)).where(col(Retro.id).in_(list(retro_ids))))
    return {row.id: row for row in rows}


def _counts(db: Session, topic_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(went wrong or unsorted, went right) of each topic."""
    wrong = func.sum(col(TopicCount.wrong) + col(TopicCount.unsorted))
    rows = db.execute(
        sa.select(col(TopicCount.topic_id), wrong, func.sum(col(TopicCount.right)))
        .where(col(TopicCount.topic_id).in_(list(topic_ids)))
        .group_by(col(TopicCount.topic_id))
    )
    found: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    found.update({topic_id: (int(wrong), int(right)) for topic_id, wrong, right in rows})
    return found


def _texts(db: Session, topic_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """(kind, text) of the entries that are not hidden, in an order that tells nothing."""
    wanted = (
        select(TopicEntry.topic_id, Entry.kind, Entry.text)
        .join(Entry, col(Entry.id) == col(TopicEntry.entry_id))
        .where(
            col(TopicEntry.topic_id).in_(list(topic_ids)), col(Entry.hidden_reason).is_(None), col(Entry.text) != ""
        )
        .order_by(col(Entry.id))
    )
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for topic_id, kind, text in db.exec(wanted):
        if kind != EntryKind.THANKS:
            found[topic_id].append((kind, text))
    return found

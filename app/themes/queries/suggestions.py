"""What the machine suggests to do about single themes: to part one, or another name. The most valuable first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from app.people.rules import Visitor
from app.themes.models import ThemeSuggestion, ThemeTopic
from app.themes.queries.history import decisions
from app.themes.queries.names import Sources, read_by, readable_names
from app.themes.queries.rights import retros_of
from app.themes.queries.themes import ThemeView, TopicInTheme, themes_by_id, topics_in
from app.themes.rules.decisions import Decisions
from app.themes.rules.suggestions import SuggestionKind

SHOWN = 3
GROWN = 2
"""What a person named is asked about again only when it has grown so many times as large."""


class Suggestion(NamedTuple):
    """A row of what is suggested, as it is read by one person."""

    theme_id: UUID
    kind: str
    name: str
    sources: list[list[str]]
    topics: list[str]
    stays: list[str]
    strength: float

    @classmethod
    def of(cls, row: ThemeSuggestion) -> Suggestion:
        return cls(row.theme_id, row.kind, row.name, row.sources, row.topics, row.stays, row.strength)


@dataclass(frozen=True, slots=True)
class Parting:
    """Is this theme two things? `leaves`, `stays`: topics typical of either part; `count`: how many would leave;
    `name`: of what they would be, '' if the machine has none."""

    theme: ThemeView
    name: str
    leaves: tuple[TopicInTheme, ...]
    stays: tuple[TopicInTheme, ...]
    count: int
    value: float


@dataclass(frozen=True, slots=True)
class Renaming:
    """Would this name say better what the theme is about?"""

    theme: ThemeView
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class SuggestionList:
    """`waiting`: all that this visitor may answer, of which these are the first."""

    partings: tuple[Parting, ...]
    renamings: tuple[Renaming, ...]
    waiting: int


def suggested(db: Session, visitor: Visitor, most: int) -> SuggestionList:
    """At most so many of each. What people refused, or settled otherwise since, is not among them."""
    rows = [Suggestion.of(row) for row in db.exec(select(ThemeSuggestion))]
    if not rows:
        return SuggestionList((), (), 0)
    decided, themes = decisions(db), themes_by_id(db, {row.theme_id for row in rows}, visitor)
    rows = _as_read(db, visitor, rows)
    homes, ours = _homes(db, rows), _ours(db, visitor, rows)
    known = (row for row in rows if row.theme_id in themes and ours.issuperset(_about(row)))
    asked = sorted(
        (row for row in known if _is_open(row, themes[row.theme_id], decided, homes)),
        key=lambda row: (-_value(row, themes[row.theme_id]), str(row.theme_id)),
    )
    partings = [row for row in asked if row.kind == SuggestionKind.SPLIT]
    renamings = [row for row in asked if row.kind == SuggestionKind.RENAME]
    return SuggestionList(
        tuple(_parting(db, visitor, row, themes[row.theme_id]) for row in partings[:most]),
        tuple(
            Renaming(themes[one.theme_id], one.name, _value(one, themes[one.theme_id])) for one in renamings[:most]
        ),
        len(asked),
    )


def leaving(db: Session, theme_id: UUID) -> tuple[list[UUID], str, Sources]:
    """The topics that would leave a theme, what they would be called, and from which retros these words are; none
    where nothing is suggested."""
    row = db.get(ThemeSuggestion, theme_id)
    if row is None or row.kind != SuggestionKind.SPLIT:
        return [], "", ()
    return [UUID(one) for one in row.topics], row.name, _sources(row)


def _sources(row: Suggestion | ThemeSuggestion) -> Sources:
    return tuple(frozenset(UUID(one) for one in part) for part in row.sources)


def _as_read(db: Session, visitor: Visitor, rows: Sequence[Suggestion]) -> list[Suggestion]:
    """What is suggested to split, without a name where this visitor may not read it; and other names, to those who
    may read both the one that there is and the other."""
    readable = readable_names(db, visitor, {row.theme_id: _sources(row) for row in rows})
    renamed = {row.theme_id for row in rows if row.kind == SuggestionKind.RENAME}
    both = readable & read_by(db, visitor, renamed)
    return [
        row if row.theme_id in readable else row._replace(name="")
        for row in rows
        if row.kind != SuggestionKind.RENAME or row.theme_id in both
    ]


def _about(row: Suggestion) -> list[UUID]:
    """What its answer is about: the topics that would leave, else the theme."""
    return [UUID(one) for one in row.topics] if row.kind == SuggestionKind.SPLIT else [row.theme_id]


def _ours(db: Session, visitor: Visitor, rows: Sequence[Suggestion]) -> set[UUID]:
    """Of themes and topics those about which this visitor has a word; one reading however many are suggested."""
    if visitor.sees_everything:
        return {one for row in rows for one in _about(row)}
    theirs = select(ThemeTopic.theme_id, ThemeTopic.topic_id).where(
        col(ThemeTopic.retro_id).in_(retros_of(visitor.leads)),
        col(ThemeTopic.theme_id).in_(select(ThemeSuggestion.theme_id)),
    )
    return {one for pair in db.exec(theirs) for one in pair}


def _is_open(row: Suggestion, theme: ThemeView, decided: Decisions, homes: Mapping[UUID, UUID]) -> bool:
    if row.kind == SuggestionKind.RENAME:
        if decided.is_name_kept(theme.id) or theme.topics < GROWN * decided.named_at.get(theme.id, 0):
            return False
        return theme.name.casefold() != row.name.casefold()
    topics = [UUID(one) for one in row.topics]
    if decided.is_whole(theme.id) or any(one in decided.pins for one in topics) or theme.topics <= len(topics):
        return False
    return all(homes.get(one) == theme.id for one in topics)


def _homes(db: Session, rows: Sequence[Suggestion]) -> dict[UUID, UUID]:
    """The themes that topics which would leave are in now."""
    topics = [UUID(one) for row in rows for one in row.topics]
    found: dict[UUID, UUID] = {}
    for at in range(0, len(topics), 500):
        wanted = select(ThemeTopic.topic_id, ThemeTopic.theme_id)
        found.update(db.exec(wanted.where(col(ThemeTopic.topic_id).in_(topics[at : at + 500]))).all())
    return found


def _value(row: Suggestion, theme: ThemeView) -> float:
    return row.strength * log2(1 + theme.topics)


def _parting(db: Session, visitor: Visitor, row: Suggestion, theme: ThemeView) -> Parting:
    leaves, stays = ([UUID(one) for one in ids[:SHOWN]] for ids in (row.topics, row.stays))
    wanted = select(ThemeTopic).where(col(ThemeTopic.topic_id).in_([*leaves, *stays]))
    topics = {one.id: one for one in topics_in(db, wanted, visitor)}
    return Parting(
        theme, row.name,
        tuple(topics[one] for one in leaves if one in topics), tuple(topics[one] for one in stays if one in topics),
        len(row.topics), _value(row, theme),
    )  # fmt: skip

"""What people are asked about themes: doubtful placements, proposed merges, splits and names; the most
valuable answer first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import log2
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, and_, exists, true
from sqlmodel import Session, col, func, select

from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.wording import wording_is_for
from app.themes.models import ThemeCorrection, ThemeProposal, ThemeTopic, TopicCount, TopicVector
from app.themes.queries.history import decisions
from app.themes.queries.names import names_for
from app.themes.queries.rights import retros_of
from app.themes.queries.sizes import sizes
from app.themes.queries.suggestions import Parting, Renaming, suggested
from app.themes.queries.themes import ThemeView, TopicInTheme, themes_by_id, topics_in
from app.themes.rules.decisions import CorrectionKind
from app.topics.models import Topic

DOUBTFUL = 0.3
LOOKED_THROUGH = 300
AT_ONCE = 10
NEAR_A_THRESHOLD = 1.5
"""A theme that is one retro away from recurring (two of three) is worth looking at more than others."""
OF_PRAISE = 0.2
"""Where a topic belongs of which nothing went wrong, no evidence hangs on."""

Sentence = tuple[str, str, str]
"""Before the name, the name, after it."""


class UnsureTopic(NamedTuple):
    """A topic that the machine is unsure of, by figures alone. `entries`: how many it stands for.

    `is_alone`: no other topic is in its theme.
    """

    topic_id: UUID
    theme_id: UUID
    runner_up_id: UUID | None
    doubt: float
    entries: int
    went_wrong: bool
    is_alone: bool = False

    @property
    def is_a_choice(self) -> bool:
        """Whether there is anywhere else to go: a topic that is alone stays alone otherwise."""
        return not self.is_alone or self.runner_up_id is not None


@dataclass(frozen=True, slots=True)
class Placement:
    """Is this topic in the right theme?"""

    topic: TopicInTheme
    theme: ThemeView
    runner_up: ThemeView | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Are these two one theme? `theme` is the smaller of them."""

    theme: ThemeView
    other: ThemeView
    percent: int
    value: float


@dataclass(frozen=True, slots=True)
class Review:
    """`waiting`: all that wait, of which these are the first."""

    placements: tuple[Placement, ...]
    merges: tuple[Likeness, ...]
    partings: tuple[Parting, ...]
    renamings: tuple[Renaming, ...]
    waiting: int


def review(db: Session, visitor: Visitor, first: UUID | None = None) -> Review:
    """The questions that this visitor may answer; `first`: the topic that stands on top. Everything is put in order
    by a few figures of each; words are read of what is shown."""
    doubts = [one for one in _doubts(db, visitor, first) if one.is_a_choice or one.topic_id == first]
    proposed = _proposed(db)
    themes = themes_by_id(db, _around(doubts) | {one for pair in proposed for one in pair}, visitor)
    asked = sorted((one for one in doubts if one.theme_id in themes), key=_in_turn(themes, first))
    merges = _merges(db, visitor, proposed, themes)
    placements = _placements(db, visitor, asked[:AT_ONCE], themes)
    others = suggested(db, visitor, AT_ONCE)
    waiting = len(asked) + len(merges) + others.waiting
    return Review(placements, tuple(merges[:AT_ONCE]), others.partings, others.renamings, waiting)


def last_change(db: Session, for_: Visitor) -> Sentence | None:
    """What undo would take back, as a sentence around a name."""
    newest = select(ThemeCorrection).where(col(ThemeCorrection.undone).is_(False))
    line = db.exec(newest.order_by(col(ThemeCorrection.number).desc()).limit(1)).first()
    if line is None:
        return None
    before, after = WORDS[CorrectionKind(line.kind)]
    at = line.what.get("new") or line.what.get("other") or line.what.get("theme")
    return before, names_for(db, for_, {UUID(at)}).get(UUID(at), "a theme"), after


WORDS = {
    CorrectionKind.MERGE: ("a theme was merged into", ""),
    CorrectionKind.SPLIT: ("topics were split off as", ""),
    CorrectionKind.MOVE: ("a topic was moved to", ""),
    CorrectionKind.CONFIRM: ("a topic was confirmed in", ""),
    CorrectionKind.APART: ("a theme was kept apart from", ""),
    CorrectionKind.WHOLE: ("", "was kept as one"),
    CorrectionKind.KEEP_NAME: ("the name was kept of", ""),
    CorrectionKind.RENAME: ("a theme was named", ""),
    CorrectionKind.SORT: ("the kind was said of", ""),
    CorrectionKind.CLOSE: ("", "was closed"),
    CorrectionKind.REOPEN: ("", "was opened again"),
}


def _doubts(db: Session, visitor: Visitor, first: UUID | None) -> list[UnsureTopic]:
    """The most doubtful topics of which this visitor may say where they belong, and `first`."""
    ours = true() if visitor.sees_everything else col(ThemeTopic.retro_id).in_(retros_of(visitor.leads))
    columns = (
        ThemeTopic.topic_id,
        ThemeTopic.retro_id,
        ThemeTopic.theme_id,
        ThemeTopic.runner_up_id,
        ThemeTopic.doubt,
    )
    wanted = sa.select(*map(col, columns)).where(ours)
    most = (
        wanted.where(col(ThemeTopic.looked_at).is_(False), col(ThemeTopic.doubt) >= DOUBTFUL)
        .order_by(col(ThemeTopic.doubt).desc(), col(ThemeTopic.topic_id))
        .limit(LOOKED_THROUGH)
    )
    found = _readable(db, visitor, most)
    if first is not None and all(one.topic_id != first for one in found):
        found += _readable(db, visitor, wanted.where(col(ThemeTopic.topic_id) == first))
    return _as_it_stands_now(db, found)


def _as_it_stands_now(db: Session, doubts: list[UnsureTopic]) -> list[UnsureTopic]:
    """The runner-up is where the topics of that group are now: people may have moved all of them elsewhere."""
    size = sizes(db)
    gone = {one.runner_up_id for one in doubts if one.runner_up_id and one.runner_up_id not in size}
    heirs = _heirs(db, gone)

    def now(one: UnsureTopic) -> UnsureTopic:
        runner_up = heirs.get(one.runner_up_id) if one.runner_up_id in gone else one.runner_up_id
        other = runner_up if runner_up != one.theme_id else None
        return one._replace(runner_up_id=other, is_alone=size[one.theme_id].topics == 1)

    return [now(one) for one in doubts]


def _heirs(db: Session, groups: Collection[UUID | None]) -> dict[UUID | None, UUID]:
    """Group -> the theme that holds most of its topics."""
    most = (
        sa.select(col(ThemeTopic.group_id), col(ThemeTopic.theme_id))
        .where(col(ThemeTopic.group_id).in_(list(groups)))
        .group_by(col(ThemeTopic.group_id), col(ThemeTopic.theme_id))
        .order_by(func.count(), col(ThemeTopic.theme_id))
    )
    return {row.group_id: row.theme_id for row in db.execute(most)}


def _readable(db: Session, visitor: Visitor, wanted: Select[*tuple[Any, ...]]) -> list[UnsureTopic]:
    """Nobody can say where a topic belongs whose wording is not shown: of a room of fewer than k."""
    of = wanted.subquery().c
    counted = and_(col(TopicCount.topic_id) == of.topic_id, col(TopicCount.wrong) + col(TopicCount.unsorted) > 0)
    entries = func.coalesce(col(TopicVector.entries), 1)
    rows = db.execute(
        sa.select(of.topic_id, of.theme_id, of.runner_up_id, of.doubt, entries, exists().where(counted))
        .join(Topic, col(Topic.id) == of.topic_id)
        .join(Retro, col(Retro.id) == of.retro_id)
        .outerjoin(TopicVector, col(TopicVector.topic_id) == of.topic_id)
        .where(wording_is_for(visitor))
    )
    return [UnsureTopic(*row) for row in rows]


def _around(doubts: list[UnsureTopic]) -> set[UUID]:
    return {one.theme_id for one in doubts} | {one.runner_up_id for one in doubts if one.runner_up_id}


def _in_turn(themes: dict[UUID, ThemeView], first: UUID | None) -> Callable[[UnsureTopic], tuple[bool, float, str]]:
    """By what an answer is worth."""

    def rank(one: UnsureTopic) -> tuple[bool, float, str]:
        near = any(at.retros == 2 for at in (themes[one.theme_id], _runner_up(one, themes)) if at is not None)
        value = one.doubt * log2(1 + one.entries) * (NEAR_A_THRESHOLD if near else 1)
        return one.topic_id != first, -value * (1 if one.went_wrong else OF_PRAISE), str(one.topic_id)

    return rank


def _placements(
    db: Session, visitor: Visitor, asked: list[UnsureTopic], themes: dict[UUID, ThemeView]
) -> tuple[Placement, ...]:
    wanted = select(ThemeTopic).where(col(ThemeTopic.topic_id).in_([one.topic_id for one in asked]))
    topics = {one.id: one for one in topics_in(db, wanted, visitor)} if asked else {}
    return tuple(Placement(topics[one.topic_id], themes[one.theme_id], _runner_up(one, themes)) for one in asked)


def _runner_up(one: UnsureTopic, themes: dict[UUID, ThemeView]) -> ThemeView | None:
    return themes.get(one.runner_up_id) if one.runner_up_id else None


def _proposed(db: Session) -> dict[frozenset[UUID], float]:
    """Pairs of live themes that the machine thinks are one, with how alike they are."""
    proposed = list(db.exec(select(ThemeProposal)))
    if not proposed:
        return {}
    decided = decisions(db)
    pairs: dict[frozenset[UUID], float] = {}
    for row in proposed:
        pair = frozenset((decided.live(row.one_id), decided.live(row.other_id)))
        if len(pair) == 2 and not decided.are_apart(*pair):
            pairs[pair] = max(pairs.get(pair, 0.0), row.likeness)
    return pairs


def _merges(
    db: Session, visitor: Visitor, proposed: dict[frozenset[UUID], float], themes: dict[UUID, ThemeView]
) -> list[Likeness]:
    mine = _known_to(db, visitor, {one for pair in proposed for one in pair})
    found = [
        _likeness([themes[one] for one in pair], likeness)
        for pair, likeness in proposed.items()
        if all(one in themes and themes[one].topics for one in pair) and pair & mine
    ]
    return sorted(found, key=lambda one: (-one.value, str(one.theme.id)))


def _likeness(pair: list[ThemeView], likeness: float) -> Likeness:
    smaller, larger = sorted(pair, key=lambda theme: (theme.topics, str(theme.id)))
    near = NEAR_A_THRESHOLD if smaller.retros <= 2 < smaller.retros + larger.retros else 1
    return Likeness(smaller, larger, round(100 * likeness), likeness * log2(1 + smaller.topics) * near)


def _known_to(db: Session, visitor: Visitor, theme_ids: set[UUID]) -> set[UUID]:
    if visitor.sees_everything or not theme_ids:
        return theme_ids
    wanted = select(ThemeTopic.theme_id).where(
        col(ThemeTopic.theme_id).in_(list(theme_ids)), col(ThemeTopic.retro_id).in_(retros_of(visitor.leads))
    )
    return set(db.exec(wanted.distinct()))

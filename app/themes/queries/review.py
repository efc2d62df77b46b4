"""What people are asked about themes: doubtful placements and proposed merges, the most valuable answer first."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from uuid import UUID

from sqlmodel import Session, col, select

from app.people.rules import Visitor
from app.themes.models import Theme, ThemeCorrection, ThemeProposal, ThemeTopic, TopicVector
from app.themes.queries.history import decisions
from app.themes.queries.rights import retros_of
from app.themes.queries.themes import ThemeView, TopicInTheme, themes_by_id, topics_in
from app.themes.rules import CorrectionKind

DOUBTFUL = 0.3
LOOKED_THROUGH = 300
AT_ONCE = 10
NEAR_A_THRESHOLD = 1.5
"""A theme that is one retro away from recurring (two of three) is worth looking at more than others."""
OF_PRAISE = 0.2
"""Where a topic belongs of which nothing went wrong, no evidence hangs on."""

Sentence = tuple[str, str, str]
"""Before the name, the name, after it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Is this topic in the right theme?"""

    topic: TopicInTheme
    theme: ThemeView
    runner_up: ThemeView | None
    value: float


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
    waiting: int


def review(db: Session, visitor: Visitor, first: UUID | None = None) -> Review:
    """The questions that this visitor may answer; `first`: the topic that stands on top."""
    placements, merges = _placements(db, visitor, first), _merges(db, visitor)
    return Review(tuple(placements[:AT_ONCE]), tuple(merges[:AT_ONCE]), len(placements) + len(merges))


def last_change(db: Session) -> Sentence | None:
    """What undo would take back, as a sentence around a name."""
    newest = select(ThemeCorrection).where(col(ThemeCorrection.undone).is_(False))
    line = db.exec(newest.order_by(col(ThemeCorrection.number).desc()).limit(1)).first()
    if line is None:
        return None
    before, after = WORDS[CorrectionKind(line.kind)]
    at = line.what.get("new") or line.what.get("other") or line.what.get("theme")
    theme = db.get(Theme, UUID(at))
    return before, theme.name if theme else "a theme", after


WORDS = {
    CorrectionKind.MERGE: ("a theme was merged into", ""),
    CorrectionKind.SPLIT: ("topics were split off as", ""),
    CorrectionKind.MOVE: ("a topic was moved to", ""),
    CorrectionKind.CONFIRM: ("a topic was confirmed in", ""),
    CorrectionKind.APART: ("a theme was kept apart from", ""),
    CorrectionKind.RENAME: ("a theme was named", ""),
    CorrectionKind.CLOSE: ("", "was closed"),
    CorrectionKind.REOPEN: ("", "was opened again"),
}


def _placements(db: Session, visitor: Visitor, first: UUID | None) -> list[Placement]:
    wanted = (
        select(ThemeTopic.topic_id, TopicVector.entries)
        .join(TopicVector, col(TopicVector.topic_id) == col(ThemeTopic.topic_id))
        .where(col(ThemeTopic.looked_at).is_(False), col(ThemeTopic.doubt) >= DOUBTFUL)
        .order_by(col(ThemeTopic.doubt).desc(), col(ThemeTopic.topic_id))
    )
    if not visitor.sees_everything:
        wanted = wanted.where(col(ThemeTopic.retro_id).in_(list(retros_of(db, visitor.leads))))
    entries = dict(db.exec(wanted.limit(LOOKED_THROUGH)).all())
    if first is not None:
        entries.setdefault(first, 1)
    topics = topics_in(db, select(ThemeTopic).where(col(ThemeTopic.topic_id).in_(list(entries))), visitor)
    around = {one.theme_id for one in topics} | {one.runner_up_id for one in topics if one.runner_up_id}
    themes = themes_by_id(db, around)
    # Nobody can say where a topic belongs whose wording is not shown: of a room of fewer than k.
    asked = [one for one in topics if one.theme_id in themes and one.is_ours and one.title]
    found = [_placement(one, themes, entries[one.id]) for one in asked]
    return sorted(found, key=lambda one: (one.topic.id != first, -one.value, str(one.topic.id)))


def _placement(topic: TopicInTheme, themes: dict[UUID, ThemeView], entries: int) -> Placement:
    theme = themes[topic.theme_id]
    other = themes.get(topic.runner_up_id) if topic.runner_up_id else None
    runner_up = other if other is not None and other.topics else None
    near = any(one is not None and one.retros == 2 for one in (theme, runner_up))
    value = topic.doubt * log2(1 + entries) * (NEAR_A_THRESHOLD if near else 1) * (1 if topic.wrong else OF_PRAISE)
    return Placement(topic, theme, runner_up if runner_up != theme else None, value)


def _merges(db: Session, visitor: Visitor) -> list[Likeness]:
    proposed = list(db.exec(select(ThemeProposal)))
    if not proposed:
        return []
    decided = decisions(db)
    pairs: dict[frozenset[UUID], float] = {}
    for row in proposed:
        pair = frozenset((decided.live(row.one_id), decided.live(row.other_id)))
        if len(pair) == 2 and not decided.are_apart(*pair):
            pairs[pair] = max(pairs.get(pair, 0.0), row.likeness)
    themes = themes_by_id(db, {one for pair in pairs for one in pair})
    mine = _known_to(db, visitor, set(themes))
    found = [
        _likeness([themes[one] for one in pair], likeness)
        for pair, likeness in pairs.items()
        if all(one in themes and themes[one].topics for one in pair) and pair & mine
    ]
    return sorted(found, key=lambda one: (-one.value, str(one.theme.id)))


def _likeness(pair: list[ThemeView], likeness: float) -> Likeness:
    smaller, larger = sorted(pair, key=lambda theme: (theme.topics, str(theme.id)))
    near = NEAR_A_THRESHOLD if smaller.retros <= 2 < smaller.retros + larger.retros else 1
    return Likeness(smaller, larger, round(100 * likeness), likeness * log2(1 + smaller.topics) * near)


def _known_to(db: Session, visitor: Visitor, theme_ids: set[UUID]) -> set[UUID]:
    if visitor.sees_everything:
        return theme_ids
    wanted = select(ThemeTopic.theme_id).where(
        col(ThemeTopic.theme_id).in_(list(theme_ids)),
        col(ThemeTopic.retro_id).in_(list(retros_of(db, visitor.leads))),
    )
    return set(db.exec(wanted.distinct()))

"""What people decide about topics: which theme they belong to, or that they are one of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.people.rules import Visitor
from app.themes.models import Theme, ThemeTopic
from app.themes.queries.rights import may_correct_topics
from app.themes.rules.decisions import CorrectionKind
from app.themes.rules.naming import ProposedName, short_name
from app.themes.rules.suggestions import NAME_MAX
from app.themes.service.calling import call
from app.themes.service.deciding import decide, live_theme, size_of, their_themes
from app.themes.service.reading import name_words
from app.themes.service.writing import UNNAMED
from app.topics.models import Topic
from app.topics.queries.titles import title


def split(
    db: Session,
    visitor: Visitor,
    theme_id: UUID,
    topic_ids: Sequence[UUID],
    name: str,
    now: datetime,
    called: ProposedName = ProposedName(),  # noqa: B008  (a frozen value)
) -> UUID:
    """Some topics of a theme become one of their own; returns its id. What stays, stays because a person saw it.
    `called`: what the machine calls it, where nobody gave a `name`."""
    (theme,) = their_themes(db, visitor, theme_id)
    chosen = _topics_in(db, theme.id, topic_ids)
    if not may_correct_topics(db, visitor, chosen):
        raise NotFound
    if len(chosen) == size_of(db, theme.id):
        raise Invalid(
            "Leave at least one topic where it is: with all of them it would be the same theme.", field="topic"
        )
    new = _found(db, name, called if called.name else _title_of(db, chosen[0]), now)
    what = {"theme": str(theme.id), "new": str(new), "topics": [str(one) for one in chosen], "name": name}
    decide(db, visitor, CorrectionKind.SPLIT, what, now)
    return new


def move(db: Session, visitor: Visitor, topic_ids: Sequence[UUID], into_id: UUID, now: datetime) -> None:
    """These topics belong to that theme."""
    if not may_correct_topics(db, visitor, topic_ids):
        raise NotFound
    into = live_theme(db, into_id)
    what = {"other": str(into.id), "topics": [str(one) for one in topic_ids]}
    decide(db, visitor, CorrectionKind.MOVE, what, now)


def start_new(db: Session, visitor: Visitor, topic_ids: Sequence[UUID], name: str, now: datetime) -> UUID:
    """These topics are a theme of their own; returns its id."""
    if not topic_ids or not may_correct_topics(db, visitor, topic_ids):
        raise NotFound
    new = _found(db, name, _title_of(db, topic_ids[0]), now)
    what = {"new": str(new), "topics": [str(one) for one in topic_ids], "name": name}
    decide(db, visitor, CorrectionKind.MOVE, what, now)
    return new


def confirm(db: Session, visitor: Visitor, topic_ids: Sequence[UUID], now: datetime) -> None:
    """These topics are where they belong."""
    if not topic_ids or not may_correct_topics(db, visitor, topic_ids):
        raise NotFound
    by_theme: dict[UUID, list[str]] = {}
    for row in db.exec(select(ThemeTopic).where(col(ThemeTopic.topic_id).in_(list(topic_ids)))):
        by_theme.setdefault(row.theme_id, []).append(str(row.topic_id))
    for theme_id, own in by_theme.items():
        decide(db, visitor, CorrectionKind.CONFIRM, {"theme": str(theme_id), "topics": own}, now)


def _topics_in(db: Session, theme_id: UUID, topic_ids: Sequence[UUID]) -> list[UUID]:
    there = set(
        db.exec(
            select(ThemeTopic.topic_id).where(
                ThemeTopic.theme_id == theme_id, col(ThemeTopic.topic_id).in_(list(topic_ids))
            )
        )
    )
    chosen = [one for one in dict.fromkeys(topic_ids) if one in there]
    if not chosen:
        raise Invalid("Choose at least one topic of this theme.", field="topic")
    return chosen


def _found(db: Session, name: str, called: ProposedName, now: datetime) -> UUID:
    """A new theme: as a person named it, else as the machine calls it."""
    theme = Theme(id=new_id(), name=name[:NAME_MAX], named_by_person=bool(name), created_at=now)
    db.add(theme)
    db.flush()
    if not name:
        call(db, theme, called)
    return theme.id


def _title_of(db: Session, topic_id: UUID) -> ProposedName:
    topic = db.get_one(Topic, topic_id)
    name = short_name(title(db, topic_id), topic.titled_by_person, name_words(db))
    return ProposedName(name, (frozenset({topic.retro_id}),)) if name else ProposedName(UNNAMED)

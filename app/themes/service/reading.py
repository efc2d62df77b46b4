"""Reads what names of themes are made of: topics with their vectors, and words of people's names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.people.models import Account
from app.themes.models import ThemeTopic, TopicCount, TopicVector
from app.themes.queries.history import from_bytes
from app.themes.rules.assigning import Vectors
from app.topics.models import Topic
from app.topics.queries.titles import TITLE

ASKED_MOST = 400
"""Of a large theme so many topics say where its middle is."""
SMALL = 4
"""A theme of so many topics is named anew as it grows."""
COMPARED_WITH = 600
"""So many other topics say which words tell nothing."""


class Titled(NamedTuple):
    """A topic that could lend its title."""

    topic_id: UUID
    title: str
    by_person: bool
    wrong: int
    vector: Vectors
    retro_id: UUID


def titles(db: Session, theme_ids: Collection[UUID], encoder: str) -> dict[UUID, list[Titled]]:
    """The topics of each of these themes that could lend a title."""
    wrong = (
        select(TopicCount.topic_id, func.sum(TopicCount.wrong + TopicCount.unsorted).label("wrong"))
        .group_by(col(TopicCount.topic_id))
        .subquery()
    )
    found: dict[UUID, list[Titled]] = defaultdict(list)
    every = sorted(theme_ids)
    for at in range(0, len(every), 500):
        wanted = (
            sa.select(
                col(ThemeTopic.theme_id),
                col(Topic.id),
                TITLE,
                col(Topic.titled_by_person),
                wrong.c.wrong,
                col(TopicVector.vector),
                col(ThemeTopic.retro_id),
            )
            .join(Topic, col(Topic.id) == col(ThemeTopic.topic_id))
            .join(TopicVector, col(TopicVector.topic_id) == col(Topic.id))
            .outerjoin(wrong, wrong.c.topic_id == col(Topic.id))
            .where(col(ThemeTopic.theme_id).in_(every[at : at + 500]), col(TopicVector.encoder) == encoder)
        )
        for theme_id, topic_id, title, by_person, counted, stored, retro_id in db.execute(wanted):
            if len(found[theme_id]) < ASKED_MOST:
                vector = from_bytes([stored])[0]
                found[theme_id].append(Titled(topic_id, title, by_person, counted or 0, vector, retro_id))
    return found


def name_words(db: Session) -> frozenset[str]:
    """Words of the names of everybody with an account: a theme is not named after one of them."""
    return frozenset(
        part.casefold() for name in db.exec(select(Account.name)) for part in name.split() if len(part) > 2
    )

"""What closed retros bring to the themes: which wait to be taken in, and the texts of their topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.themes.models import RetroTakenIn, ThemeTopic
from app.themes.rules.ordering import Moment, digest_of, moment
from app.topics.models import TopicEntry

PRAISE = frozenset({EntryKind.WENT_RIGHT, EntryKind.THANKS})


class Due(NamedTuple):
    """A closed retro that waits."""

    retro_id: UUID
    title: str
    closed_at: datetime | None
    held_on: date | None

    def moment(self, digests: Iterable[str]) -> Moment:
        return moment(self.retro_id, self.title, self.closed_at, self.held_on, digests)


DUE = (col(Retro.id), col(Retro.title), col(Retro.closed_at), col(Retro.held_on))
"""Its columns."""


@dataclass(frozen=True, slots=True)
class TopicMaterial:
    """A topic with the texts that it stands for, in an order of their own."""

    topic_id: UUID
    retro_id: UUID
    texts: tuple[str, ...]

    @property
    def digest(self) -> str:
        return digest_of(self.texts)


def due(db: Session, most: int | None = None, among: Collection[UUID] | None = None) -> list[Due]:
    """Closed retros that were not taken in, the oldest first."""
    wanted = (
        sa.select(*DUE)
        .outerjoin(RetroTakenIn, col(RetroTakenIn.retro_id) == col(Retro.id))
        .where(col(Retro.stage) == Stage.CLOSED, col(RetroTakenIn.retro_id).is_(None))
    )
    if among is not None:
        wanted = wanted.where(col(Retro.id).in_(list(among)))
    found = [Due(*row) for row in db.execute(wanted)]
    return sorted(found, key=lambda one: one.moment(()))[:most]


def said(db: Session, retro_ids: Collection[UUID]) -> dict[UUID, list[TopicMaterial]]:
    """Topics by retro. Hidden entries are left out; a topic of thanks alone is no friction and none of these."""
    wanted = (
        select(TopicEntry.topic_id, Entry.retro_id, Entry.text)
        .join(Entry, col(TopicEntry.entry_id) == col(Entry.id))
        .where(
            col(Entry.retro_id).in_(list(retro_ids)),
            col(Entry.hidden_reason).is_(None),
            Entry.kind != EntryKind.THANKS,
            col(Entry.text) != "",
        )
    )
    texts: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for topic_id, retro_id, text in db.exec(wanted):
        texts[topic_id, retro_id].append(text)
    found: dict[UUID, list[TopicMaterial]] = defaultdict(list)
    for (topic_id, retro_id), own in texts.items():
        found[retro_id].append(TopicMaterial(topic_id, retro_id, tuple(sorted(own))))
    return found


def frictions(db: Session, topic_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """What each of these topics says, without praise where it says anything else."""
    found: dict[UUID, list[str]] = {}
    every = sorted(topic_ids)
    for at in range(0, len(every), 1000):
        wanted = (
            select(TopicEntry.topic_id, Entry.kind, Entry.text)
            .join(Entry, col(TopicEntry.entry_id) == col(Entry.id))
            .where(
                col(TopicEntry.topic_id).in_(every[at : at + 1000]),
                col(Entry.hidden_reason).is_(None),
                col(Entry.text) != "",
            )
            .order_by(col(Entry.text))
        )
        own: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
        for topic_id, kind, text in db.exec(wanted):
            own[topic_id].append((kind, text))
        for topic_id, said in own.items():
            found[topic_id] = [text for kind, text in said if kind not in PRAISE] or [text for _, text in said]
    return found


def some_topics(db: Session, most: int) -> set[UUID]:
    """Some topics that have themes."""
    return set(db.exec(select(ThemeTopic.topic_id).order_by(col(ThemeTopic.topic_id)).limit(most)))

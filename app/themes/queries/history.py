"""All topics that have themes, with their vectors, as the machine needs them; and the log of decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.retros.models import Retro
from app.themes.models import ThemeCorrection, ThemesVersion, ThemeTopic, TopicVector
from app.themes.queries.material import DUE, Due
from app.themes.rules.assigning import Vectors
from app.themes.rules.decisions import Correction, CorrectionKind, Decisions
from app.themes.rules.embedding_space import ROWS_AT_ONCE, EmbeddingSpace
from app.themes.rules.ordering import Moment, place
from app.themes.rules.placing import Unit, in_order

STORED = "<f2"
"""Vectors lie in the database as little-endian float16."""


class Stand(NamedTuple):
    """Where a topic is now."""

    theme_id: UUID
    group_id: UUID
    drawn_to: UUID | None


@dataclass(frozen=True, slots=True)
class History:
    """Topics in their one order: `units`, `vectors` (n, size) as seen, and where each is now, if anywhere."""

    units: list[Unit]
    vectors: Vectors
    stands: dict[UUID, Stand]

    @property
    def last(self) -> Moment | None:
        return self.units[-1].place.moment if self.units else None


def version(db: Session) -> int:
    """Rises with every change of themes."""
    return db.exec(select(ThemesVersion.version)).first() or 0


def wants_rerun(db: Session) -> bool:
    """Whether everything is to be grouped anew."""
    return bool(db.exec(select(ThemesVersion.wants_rerun)).first())


def seen_as(db: Session) -> str:
    """The name of the embedding space by which topics were grouped; '' before the first."""
    return db.exec(select(ThemesVersion.seen)).first() or ""


def topics_in_themes(db: Session) -> int:
    """How many topics have a theme."""
    return db.exec(select(func.count()).select_from(ThemeTopic)).one()


def decisions(db: Session) -> Decisions:
    """All that people decided and did not take back."""
    log = db.exec(select(ThemeCorrection).order_by(col(ThemeCorrection.number)))
    return Decisions.of(
        (Correction(row.number, CorrectionKind(row.kind), row.what, row.happened_at), row.undone) for row in log
    )


def history(db: Session, space: EmbeddingSpace) -> History:
    """All that was encoded by the encoder of `space` and belongs to a retro that was taken in, as it is seen."""
    of_topics = sa.select(
        col(TopicVector.topic_id), col(TopicVector.vector), col(TopicVector.digest), col(TopicVector.entries),
        col(ThemeTopic.retro_id), col(ThemeTopic.theme_id), col(ThemeTopic.group_id), col(ThemeTopic.drawn_to_id),
    ).join(ThemeTopic, col(ThemeTopic.topic_id) == col(TopicVector.topic_id))  # fmt: skip
    rows = list(db.execute(of_topics.where(col(TopicVector.encoder) == space.encoder)))
    digests: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        digests[row[4]].append(row[2])
    moments = {one.retro_id: one.moment(digests[one.retro_id]) for one in _retros(db) if one.retro_id in digests}
    units = in_order([(row[0], row[4], place(moments[row[4]], row[3], row[2], row[0])) for row in rows])
    vectors = {row[0]: row[1] for row in rows}
    return History(
        units,
        _seen([vectors[unit.topic_id] for unit in units], space),
        {row[0]: Stand(row[5], row[6], row[7]) for row in rows},
    )


def _seen(stored: list[bytes], space: EmbeddingSpace) -> Vectors:
    found = np.zeros((len(stored), space.size), dtype=np.float32)
    for start in range(0, len(stored), ROWS_AT_ONCE):
        rows = from_bytes(stored[start : start + ROWS_AT_ONCE])
        found[start : start + ROWS_AT_ONCE] = space.see(rows)
    return found


def from_bytes(stored: list[bytes]) -> Vectors:
    """(n, width) float32 of vectors as they are stored."""
    if not stored:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(stored), dtype=STORED).reshape(len(stored), -1).astype(np.float32)


def vectors_of(db: Session, topic_ids: Collection[UUID], encoder: str) -> dict[UUID, Vectors]:
    """The vectors of these topics, where they have one of this encoder."""
    wanted = select(TopicVector.topic_id, TopicVector.vector).where(
        col(TopicVector.topic_id).in_(list(topic_ids)), TopicVector.encoder == encoder
    )
    return {topic_id: from_bytes([stored])[0] for topic_id, stored in db.exec(wanted)}


def encoded_otherwise(db: Session, encoder: str, most: int) -> list[tuple[UUID, UUID]]:
    """Some topics (with their retros) whose vector another encoder made."""
    wanted = (
        select(TopicVector.topic_id, ThemeTopic.retro_id)
        .join(ThemeTopic, col(ThemeTopic.topic_id) == col(TopicVector.topic_id))
        .where(TopicVector.encoder != encoder)
        .order_by(col(TopicVector.topic_id))
        .limit(most)
    )
    return [(topic_id, retro_id) for topic_id, retro_id in db.exec(wanted)]


def topics_placed(db: Session, retro_ids: Collection[UUID]) -> set[UUID]:
    """The topics of these retros that have a theme already."""
    return set(db.exec(select(ThemeTopic.topic_id).where(col(ThemeTopic.retro_id).in_(list(retro_ids)))))


def sizes(db: Session, theme_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many topics each of these themes has."""
    counted = (
        select(ThemeTopic.theme_id, func.count())
        .where(col(ThemeTopic.theme_id).in_(list(theme_ids)))
        .group_by(col(ThemeTopic.theme_id))
    )
    return dict(db.exec(counted).all())


def _retros(db: Session) -> list[Due]:
    placed = select(ThemeTopic.retro_id).distinct()
    wanted = sa.select(*DUE).where(col(Retro.id).in_(placed))
    return [Due(*row) for row in db.execute(wanted)]

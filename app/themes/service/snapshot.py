"""What the machine knows of all themes between two jobs, kept in memory as long as nobody else changed anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

import numpy as np
from sqlmodel import Session

from app.core.cache import CacheKind
from app.core.db import Database
from app.themes.queries.history import History, decisions, history, topics_in_themes, vectors_of, version
from app.themes.rules.assigning import Groups, Vectors, mean_of
from app.themes.rules.decisions import Decisions
from app.themes.rules.embedding_space import EmbeddingSpace
from app.themes.rules.ordering import Moment
from app.themes.rules.placing import FIRST_MOST, first_batch

_turn = Lock()


@dataclass
class ThemeSnapshot:
    """Groups with their ids, the last moment that was placed, what people decided, and what they say it is like.

    `is_first_batch`: there is nothing beside what is grouped at once, and what is imported next may belong to it.

    `topics`: how many there are, since a retro that is deleted takes its own along without a word. `drawing`: (theme,
    unit mean of the topics that people put there), which later topics may be drawn to. All
    vectors here are as `space` sees them.
    """

    version: int
    topics: int
    space: EmbeddingSpace
    groups: Groups
    group_ids: list[UUID]
    last: Moment | None
    is_first_batch: bool
    decisions: Decisions
    drawing: list[tuple[UUID, Vectors]]

    def is_disturbed_by(self, moment: Moment) -> bool:
        """Whether a retro of this moment changes where topics are that were placed before it came."""
        late = self.last is not None and moment < self.last
        return late or (self.is_first_batch and moment.imported)


_KEPT: CacheKind[ThemeSnapshot] = CacheKind("all topics with their themes", most=1)


def snapshot_of(database: Database, db: Session, space: EmbeddingSpace) -> ThemeSnapshot:
    """From memory while its version stays, else from the database: 60,000 topics are read in about two seconds."""
    at, topics = version(db), topics_in_themes(db)
    found = _KEPT.of(database).find(None, (at, topics, space.name))
    if found is not None:
        return found
    told, decided = history(db, space), decisions(db)
    groups, group_ids = groups_of(told, len(told.units), space)
    drawing = pinned_centroids(db, space, decided)
    is_first = first_batch(told.units) == len(told.units) < FIRST_MOST
    return ThemeSnapshot(at, topics, space, groups, group_ids, told.last, is_first, decided, drawing)


@contextmanager
def taking_turns() -> Iterator[None]:
    """In one process one thread places topics at a time: they share the picture."""
    with _turn:
        yield


def keep(database: Database, picture: ThemeSnapshot) -> None:
    """Until the next change."""
    _KEPT.of(database).keep(None, (picture.version, picture.topics, picture.space.name), picture)


def forget(database: Database) -> None:
    """The next job reads anew."""
    _KEPT.of(database).forget()


def groups_of(told: History, upto: int, space: EmbeddingSpace) -> tuple[Groups, list[UUID]]:
    """The groups of the first `upto` topics, as they are."""
    group_of = [told.stands[unit.topic_id].group_id for unit in told.units[:upto]]
    index = {group_id: at for at, group_id in enumerate(dict.fromkeys(group_of))}
    groups = space.no_groups()
    if index:
        groups.fill(told.vectors[:upto], [index[one] for one in group_of], len(index))
    return groups, list(index)


def pinned_centroids(db: Session, space: EmbeddingSpace, decided: Decisions) -> list[tuple[UUID, Vectors]]:
    """For each theme that people put topics into: the unit mean of those."""
    vectors = vectors_of(db, decided.pins, space.encoder)
    members: dict[UUID, list[Vectors]] = {}
    for topic_id, theme_id in decided.pins.items():
        if topic_id in vectors:
            members.setdefault(decided.live(theme_id), []).append(vectors[topic_id])
    return [
        (theme_id, mean_of(space.see(np.array(own))))
        for theme_id, own in sorted(members.items(), key=lambda one: one[0])
    ]

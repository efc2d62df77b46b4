"""Takes in closed retros: counts them, encodes their topics and gives each topic its theme.

Encoding happens outside the transaction; what was computed is written only if nobody changed the themes meanwhile
(`ThemesVersion`), so several workers can do it at once and no retro is taken in twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from uuid import UUID

import numpy as np
from sqlmodel import Session, col, delete

from app.core.db import Database
from app.meaning.rules.encoding import Encoder
from app.meaning.service import encoders
from app.themes.models import RetroTakenIn
from app.themes.queries.history import STORED, history, topics_placed
from app.themes.queries.material import Due, TopicMaterial, due, said
from app.themes.rules.assigning import Vectors, mean_of
from app.themes.rules.embedding_space import EmbeddingSpace
from app.themes.rules.ordering import Moment, TopicOrder, place
from app.themes.rules.placing import in_order, place_units
from app.themes.service.embedding_space import space_of
from app.themes.service.naming import describe
from app.themes.service.placing import placed_anew, rows
from app.themes.service.snapshot import ThemeSnapshot, forget, keep, snapshot_of, taking_turns
from app.themes.service.writing import MOVED_AT_ONCE, ThemeChanges, ThemesMoved, write, write_some

AT_ONCE = 100
ATTEMPTS = 5


class Taken:
    """A retro that is ready to be written: its place in history, its topics and their vectors."""

    def __init__(self, one: Due, topics: Sequence[TopicMaterial], vectors: Vectors) -> None:
        self.retro_id = one.retro_id
        self.moment: Moment = one.moment(topic.digest for topic in topics)
        self.topics = {topic.topic_id: topic for topic in topics}
        self.vectors = {topic.topic_id: vector for topic, vector in zip(topics, vectors, strict=True)}

    def places(self) -> list[tuple[UUID, UUID, TopicOrder]]:
        return [
            (one.topic_id, self.retro_id, place(self.moment, len(one.texts), one.digest, one.topic_id))
            for one in self.topics.values()
        ]


def take_in(
    database: Database, now: datetime, retro_ids: Collection[UUID] | None = None, most: int | None = None
) -> int:
    """Take in closed retros that were not yet (all, `most`, or those of `retro_ids`); how many there were.

    One retro is one transaction; those dated before what is there already are written together, with whatever they
    move. Called again it does nothing more.
    """
    done = 0
    touched: set[UUID] = set()
    while most is None or done < most:
        with database.reading() as db:
            waiting = due(db, AT_ONCE if most is None else min(AT_ONCE, most - done), retro_ids)
            if not waiting:
                break  # before the encoder is loaded: that takes 150 MB
            topics, encoder = said(db, [one.retro_id for one in waiting]), encoders.encoder_of(db)
            space = space_of(db)
        ready = _encoded(encoder, [(one, topics.get(one.retro_id, [])) for one in waiting])
        for together in _pieces(database, space, ready):
            touched |= _written(database, space, together, now)
        done += len(ready)
    if touched:
        describe(database, touched)
    return done


def forget_that_taken_in(db: Session, retro_ids: Collection[UUID]) -> None:
    """Let the next run count and encode these retros again, since what they say has changed; placements stay."""
    db.execute(delete(RetroTakenIn).where(col(RetroTakenIn.retro_id).in_(list(retro_ids))))


def topic_vectors(encoder: Encoder, topics: Sequence[TopicMaterial]) -> Vectors:
    """(n, width): the unit mean of each topic's entries, rounded as it is stored, so that every run sees the same."""
    if not topics:
        return np.zeros((0, encoder.size), dtype=np.float32)
    encoded = encoder.encode([text for topic in topics for text in topic.texts])
    borders = np.cumsum([len(topic.texts) for topic in topics])[:-1]
    means = [mean_of(part) for part in np.split(encoded, borders)]
    return np.array(means).astype(STORED).astype(np.float32)


def _encoded(encoder: Encoder, waiting: Sequence[tuple[Due, list[TopicMaterial]]]) -> list[Taken]:
    every = [topic for _, topics in waiting for topic in topics]
    vectors, at, found = topic_vectors(encoder, every), 0, []
    for one, topics in waiting:
        found.append(Taken(one, topics, vectors[at : at + len(topics)]))
        at += len(topics)
    return sorted(found, key=lambda taken: taken.moment)


def _pieces(database: Database, space: EmbeddingSpace, ready: Sequence[Taken]) -> Iterator[list[Taken]]:
    """What is dated before the last that was placed, or belongs to the first batch, all together; then the others one
    by one."""
    with taking_turns(), database.reading() as db:
        picture = snapshot_of(database, db, space)
        keep(database, picture)
    together = list(takewhile(picture.is_disturbed_by, (one.moment for one in ready)))
    if together:
        yield list(ready[: len(together)])
    yield from ([one] for one in ready[len(together) :])


def _written(database: Database, space: EmbeddingSpace, together: Sequence[Taken], now: datetime) -> set[UUID]:
    """Compute outside, write if nobody was faster, else compute again. Returns the themes that this touched."""
    with taking_turns():
        for _ in range(ATTEMPTS):
            try:
                return _attempted(database, space, together, now)
            except ThemesMoved:
                forget(database)
            except BaseException:
                forget(database)
                raise
    return set()


def _attempted(database: Database, space: EmbeddingSpace, together: Sequence[Taken], now: datetime) -> set[UUID]:
    with database.reading() as db:
        waiting = {one.retro_id for one in due(db, among=[one.retro_id for one in together])}
        still = [one for one in together if one.retro_id in waiting]
        changes, picture = _computed(database, db, space, still)
    touched: set[UUID] = set()
    while len(changes.moving) - changes.written >= MOVED_AT_ONCE:
        with database.transaction() as db:
            changes, some = write_some(db, changes, now)
        touched |= some
    with database.transaction() as db:
        touched |= write(db, changes, space, now)
    picture.version, picture.topics = picture.version + 1, picture.topics + len(changes.rows)
    if changes.is_append:
        keep(database, picture)
    else:
        forget(database)
    return touched


def _computed(
    database: Database, db: Session, space: EmbeddingSpace, together: Sequence[Taken]
) -> tuple[ThemeChanges, ThemeSnapshot]:
    picture = snapshot_of(database, db, space)
    retro_ids = [one.retro_id for one in together]
    known = topics_placed(db, retro_ids)
    fresh = {at: (one, taken.vectors[at]) for taken in together for at, one in taken.topics.items()}
    new = [
        one for one in in_order([one for taken in together for one in taken.places()]) if one.topic_id not in known
    ]
    said_so = np.array([fresh[unit.topic_id][1] for unit in new], dtype=np.float32)
    own = space.see(said_so.reshape(len(new), space.plain.shape[1]))
    if new and picture.is_disturbed_by(new[0].place.moment):
        told = history(db, space)
        found, aliases = placed_anew(told, new, own, space, picture.decisions, picture.drawing)
        before = {row.topic_id: told.stands[row.topic_id].theme_id for row in found if row.topic_id in told.stands}
        return ThemeChanges(picture.version, retro_ids, fresh, found, before, aliases, is_append=False), picture
    placed = place_units(picture.groups, picture.group_ids, new, own, {}, ())
    if new:
        picture.last, picture.is_first_batch = new[-1].place.moment, False
    found = rows(placed, own, picture.groups, picture.decisions, picture.drawing, {})
    return ThemeChanges(picture.version, retro_ids, fresh, found, {}, {}, is_append=not known), picture

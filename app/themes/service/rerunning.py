"""Encodes all topics anew when another encoder serves, and groups them anew when that or the kinds of friction
changed: ids are kept, and so is every decision.

Encoding goes in pieces that survive a restart: what another encoder made is what is left to do. Until it is done,
newly closed retros wait. That grouping is wanted is kept in the database (`ThemesVersion`), so no restart forgets it.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import update

from app.core.db import Database
from app.meaning.service import encoders
from app.themes.models import ThemesVersion
from app.themes.queries.history import decisions, encoded_otherwise, history, seen_as, topics_in_themes, version
from app.themes.queries.material import said
from app.themes.service.embedding_space import space_of
from app.themes.service.naming import describe
from app.themes.service.placing import all_anew
from app.themes.service.snapshot import forget, pinned_centroids, taking_turns
from app.themes.service.taking_in import topic_vectors
from app.themes.service.writing import (
    ThemesMoved,
    changed,
    drop,
    grouped_as,
    hold,
    want_rerun,
    write_rows,
    write_vectors,
)
from app.themes.service.writing import moved as mark_moved

PIECE = 200


def encode_anew(database: Database, most: int | None = None) -> int:
    """Encode topics whose vector another encoder made: all, or about `most`. Returns how many are done."""
    done = 0
    while most is None or done < most:
        with database.reading() as db:
            encoder = encoders.encoder_of(db)
            left = dict(encoded_otherwise(db, encoder.name, PIECE))
            told = said(db, set(left.values()))
        if not left:
            break
        topics = [one for own in told.values() for one in own if one.topic_id in left]
        vectors = topic_vectors(encoder, topics)
        with database.transaction() as db:
            hold(db)
            drop(db, left.keys() - {one.topic_id for one in topics})
            write_vectors(db, list(zip(topics, vectors, strict=True)), encoder.name)
            changed(db, ())
            want_rerun(db)
        done += len(left)
    return done


def is_seen_otherwise(database: Database) -> bool:
    """Whether what is in themes was grouped by other kinds of friction, another encoder or another rule."""
    with database.reading() as db:
        return bool(topics_in_themes(db)) and seen_as(db) != space_of(db).name


def rerun(database: Database, now: datetime) -> int:
    """Group everything anew with the encoder and the kinds of friction that serve now; how many topics change theme.

    Themes keep their ids by the most of their topics; nothing leaves a theme that people worked on. With the same
    encoder and nothing new it changes nothing. Raises ThemesMoved if somebody changed themes meanwhile.
    """
    encode_anew(database)
    with taking_turns():
        forget(database)
        with database.reading() as db:
            space, at, decided = space_of(db), version(db), decisions(db)
            told, drawing = history(db, space), pinned_centroids(db, space, decided)
        found = all_anew(told, space, decided, drawing)
        before = {topic_id: stand.theme_id for topic_id, stand in told.stands.items()}
        moved = [row for row in found if row.theme_id != before[row.topic_id]]
        themes = {row.theme_id for row in moved} | {before[row.topic_id] for row in moved}
        with database.transaction() as db:
            if hold(db) != at:
                raise ThemesMoved
            write_rows(db, found, before, now)
            grouped_as(db, space.name)
            mark_moved(db, themes)
            db.execute(update(ThemesVersion).values(wants_rerun=False))
            changed(db, themes, {row.retro_id for row in moved})
        forget(database)
    describe(database, {row.theme_id for row in found})
    return len(moved)

"""What themes remember of words that were erased: a topic's vector, and names that were made of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import numpy as np
from sqlmodel import Session, col, delete, select

from app.anonymity.service import shuffle
from app.core.events import on_commit
from app.meaning.queries import kinds
from app.meaning.rules.words import stems
from app.meaning.service import encoders
from app.themes.models import Theme, ThemeNameSource, ThemeSuggestion, ThemeTopic, TopicVector
from app.themes.queries.history import STORED, vectors_of
from app.themes.queries.material import frictions, said
from app.themes.rules.assigning import Vectors, mean_of
from app.themes.rules.naming import ProposedName
from app.themes.rules.ordering import digest_of
from app.themes.service.calling import call
from app.themes.service.naming import describe
from app.themes.service.taking_in import topic_vectors
from app.themes.service.writing import UNNAMED, changed, hold
from app.topics.queries.titles import titles

shuffle.scrub_words_too(Theme, ThemeSuggestion, TopicVector)


def words_are_gone(db: Session, retro_id: UUID, topic_ids: Iterable[UUID]) -> None:
    """These topics of a closed retro lost words: their vectors are made anew of what is left, or where nothing is, of
    the other topics of their theme. A theme that the machine named after such words is named anew. Counts stay."""
    places = [place for one in topic_ids if (place := db.get(ThemeTopic, one)) is not None]
    if not places:
        return
    hold(db)
    left = {one.topic_id: one for one in said(db, [retro_id]).get(retro_id, [])}
    for place in places:
        row = db.get(TopicVector, place.topic_id)
        if row is None:
            continue
        encoder = encoders.encoder_of(db)
        if place.topic_id in left:
            row.vector = topic_vectors(encoder, [left[place.topic_id]])[0].astype(STORED).tobytes()
            row.encoder, row.digest = encoder.name, left[place.topic_id].digest
        else:
            row.vector = _others(db, place, row).astype(STORED).tobytes()
            row.digest = digest_of(())
    themes = {place.theme_id for place in places}
    db.flush()
    name_anew(db, themes, retro_id)
    db.execute(delete(ThemeSuggestion).where(col(ThemeSuggestion.theme_id).in_(themes)))
    changed(db, themes, {retro_id})
    database = db.info["database"]
    on_commit(db, lambda: describe(database, themes))


def _others(db: Session, place: ThemeTopic, row: TopicVector) -> Vectors:
    near = select(ThemeTopic.topic_id).where(
        col(ThemeTopic.theme_id) == place.theme_id, col(ThemeTopic.topic_id) != place.topic_id
    )
    others = list(vectors_of(db, list(db.exec(near.limit(400))), row.encoder).values())
    if others:
        return mean_of(np.array(others))
    return np.zeros(len(row.vector) // np.dtype(STORED).itemsize, dtype=np.float32)


def name_anew(db: Session, theme_ids: Collection[UUID], retro_id: UUID) -> None:
    """A name stays while every word of it is still said in the theme."""
    of_kinds = {stem for kind in kinds(db) for stem in stems(kind.name)}
    for theme in db.exec(select(Theme).where(col(Theme.id).in_(list(theme_ids)), ~col(Theme.named_by_person))).all():
        own = list(db.exec(select(ThemeTopic.topic_id).where(col(ThemeTopic.theme_id) == theme.id)))
        texts = [text for some in frictions(db, own).values() for text in some] + list(titles(db, own).values())
        told = {stem for text in texts for stem in stems(text)} | of_kinds
        if set(stems(theme.name)) - told:
            call(db, theme, ProposedName(UNNAMED))
    # Where the name stays, others said its words too: it is for those who may read them there.
    of_retro = col(ThemeNameSource.retro_id) == retro_id
    db.execute(delete(ThemeNameSource).where(of_retro, col(ThemeNameSource.theme_id).in_(list(theme_ids))))

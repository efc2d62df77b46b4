"""Suggests to part a theme that falls in two, and to rename one that its name does not cover any more. Only suggests:
people decide, and what they refused is not asked again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlmodel import Session, col, delete, insert, select

from app.meaning.service import encoders
from app.themes.models import Theme, ThemeSuggestion
from app.themes.queries.material import frictions, some_topics
from app.themes.rules.assigning import Vectors, mean_of
from app.themes.rules.embedding_space import EmbeddingSpace
from app.themes.rules.naming import ProposedName, Shared, covered_by, shared_by_topics, told_by
from app.themes.rules.splitting import Parts, two_parts
from app.themes.rules.suggestions import SuggestionKind
from app.themes.service.calling import called_after
from app.themes.service.reading import COMPARED_WITH, SMALL, Titled, name_words

ASKED_MOST = 40
"""So many topics of a theme say whether its name covers it."""
SHOWN = 3
STALE = 0.25
"""A name that fewer topics than this share have a word of may be stale ..."""
COVERS = 0.5
"""... where another is in so many of them, ..."""
CLOSER = 0.1
"""... and is by so much nearer to the middle of the theme in meaning: people name things in words of their own."""


def suggestions(
    db: Session, space: EmbeddingSpace, titled: Mapping[UUID, Sequence[Titled]], names: Collection[UUID]
) -> list[dict[str, Any]]:
    """Rows to suggest for these themes, each by its topics. `names`: those that are named just now: their names
    are no older than what would be suggested."""
    large = {theme_id: own for theme_id, own in titled.items() if len(own) > SMALL}
    if not large:
        return []
    themes = {one.id: one for one in db.exec(select(Theme).where(col(Theme.id).in_(list(large))))}
    parted = {theme_id: two_parts(_seen(own, space), space.join) for theme_id, own in large.items()}
    some = {theme_id: _some(own) for theme_id, own in large.items()}
    wanted = {one.topic_id for own in some.values() for one in own}
    wanted |= {large[theme_id][at].topic_id for theme_id, parts in parted.items() if parts for at in parts.leaves}
    namer = Namer(db, frictions(db, wanted), wanted)
    found = []
    for theme_id, theme in themes.items():
        if parts := parted[theme_id]:
            found.append(_split(theme_id, large[theme_id], parts, namer))
        elif theme_id not in names and (renamed := _rename(theme, some[theme_id], namer)):
            found.append(renamed)
    return found


def put(db: Session, theme_ids: Sequence[UUID], rows: Sequence[dict[str, Any]]) -> None:
    """What is suggested for these themes, in place of what was."""
    for at in range(0, len(theme_ids), 500):
        db.execute(delete(ThemeSuggestion).where(col(ThemeSuggestion.theme_id).in_(theme_ids[at : at + 500])))
    if rows:
        db.execute(insert(ThemeSuggestion), list(rows))


class Namer:
    """Names topics by what several of them say in the same words, so that no entry's wording is told."""

    def __init__(self, db: Session, texts: Mapping[UUID, Sequence[str]], but: set[UUID]) -> None:
        self.texts, self.encoder, self.people = texts, encoders.encoder_of(db), name_words(db)
        others = frictions(db, some_topics(db, COMPARED_WITH) - but)
        every = [*texts.values(), *others.values()]
        self.told, self.among = told_by(every), len(every)

    def said(self, topics: Sequence[Titled]) -> list[Sequence[str]]:
        return [self.texts[one.topic_id] for one in topics if one.topic_id in self.texts]

    def name(self, topics: Sequence[Titled]) -> ProposedName:
        """None where they share nothing."""
        shared: list[Shared] = shared_by_topics(self.said(topics), self.told, self.among, self.people)
        if not shared:
            return ProposedName()
        close = self.closeness([one.written for one in shared], topics)
        return called_after(shared, close, [one for one in topics if one.topic_id in self.texts])

    def closeness(self, phrases: Sequence[str], topics: Sequence[Titled]) -> list[float]:
        """Cosine of each phrase with the middle of the topics."""
        middle = mean_of(np.array([one.vector for one in topics]))
        return [float(one) for one in self.encoder.encode(list(phrases)) @ middle]


def _split(theme_id: UUID, own: Sequence[Titled], parts: Parts, namer: Namer) -> dict[str, Any]:
    leaves = [own[at] for at in parts.leaves]
    called = namer.name(leaves)
    return {
        "theme_id": theme_id, "kind": SuggestionKind.SPLIT, "name": called.name, "sources": _kept(called),
        "topics": [str(one.topic_id) for one in leaves],
        "stays": [str(own[at].topic_id) for at in parts.stays[:SHOWN]], "strength": 1 - parts.likeness,
    }  # fmt: skip


def _rename(theme: Theme, some: Sequence[Titled], namer: Namer) -> dict[str, Any] | None:
    said = namer.said(some)
    before = covered_by(theme.name, said)
    if before >= STALE or not (called := namer.name(some)).name or called.name.casefold() == theme.name.casefold():
        return None
    name = called.name
    after = covered_by(name, said)
    was, would_be = namer.closeness([theme.name, name], some)
    if after < COVERS or would_be - was < CLOSER:
        return None
    return {
        "theme_id": theme.id, "kind": SuggestionKind.RENAME, "name": name, "sources": _kept(called), "topics": [],
        "stays": [], "strength": after - before,
    }  # fmt: skip


def _kept(called: ProposedName) -> list[list[str]]:
    return [sorted(map(str, part)) for part in called.sources]


def _some(own: Sequence[Titled]) -> list[Titled]:
    """Spread over all of them."""
    step = max(1, len(own) // ASKED_MOST)
    return list(own[::step][:ASKED_MOST])


def _seen(own: Sequence[Titled], space: EmbeddingSpace) -> Vectors:
    rows = space.see(np.array([one.vector for one in own])) - space.middle
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return found

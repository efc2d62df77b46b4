"""Names themes after what their topics share, while they are small; afterwards people name them. And their kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlmodel import Session, col, select

from app.core.db import Database
from app.meaning.queries import kinds
from app.meaning.rules.labels import forget_texts
from app.meaning.service import encoders
from app.themes.models import Theme
from app.themes.queries.material import frictions, some_topics
from app.themes.rules.assigning import mean_of
from app.themes.rules.naming import ProposedName, Shared, shared_by_topics, short_name, told_by
from app.themes.rules.suggestions import NAME_MAX
from app.themes.service.calling import call, called_after
from app.themes.service.embedding_space import space_of
from app.themes.service.reading import COMPARED_WITH, SMALL, Titled, name_words, titles
from app.themes.service.suggesting import put, suggestions
from app.themes.service.writing import UNNAMED, hold

THEMES_AT_ONCE = 500


class Described(NamedTuple):
    """What a theme is about; `kind`: the key of a kind of friction, '' if unsure. `called`: no name leaves what it
    has."""

    called: ProposedName
    kind: str


def describe(database: Database, theme_ids: Collection[UUID]) -> None:
    """Give these themes the kind they are surely like, and those that nobody named and that are new or small a name.
    What could be done about them is suggested to people.

    A name that a theme has grown up with stays, so that people find it again.
    """
    every = sorted(theme_ids)
    for at in range(0, len(every), THEMES_AT_ONCE):
        part = every[at : at + THEMES_AT_ONCE]
        with database.reading() as db:
            found, rows = _described(db, part)
        with database.transaction() as db:
            hold(db)
            put(db, part, rows)
            for theme in db.exec(select(Theme).where(col(Theme.id).in_(list(found)))):
                about = found[theme.id]
                if not theme.kind_by_person:
                    theme.kind = about.kind
                if about.called.name and not theme.named_by_person:
                    call(db, theme, about.called)
            db.flush()
    forget_texts()


def _described(db: Session, theme_ids: Collection[UUID]) -> tuple[dict[UUID, Described], list[dict[str, Any]]]:
    space, kind_names = space_of(db), {kind.key: kind.name for kind in kinds(db)}
    titled, people = titles(db, theme_ids, space.encoder), name_words(db)
    unnamed = _without_a_name(db, {theme_id: len(own) for theme_id, own in titled.items()})
    wanted = {one.topic_id for theme_id in unnamed for one in titled[theme_id]}
    texts = frictions(db, wanted)
    told = told_by(all_texts := [*texts.values(), *frictions(db, some_topics(db, COMPARED_WITH) - wanted).values()])
    found = {}
    for theme_id, own in titled.items():
        kind = space.kind(np.array([one.vector for one in own]))
        name = ProposedName()
        if theme_id in unnamed:
            said = [texts[one.topic_id] for one in own if one.topic_id in texts]
            shared = shared_by_topics(said, told, len(all_texts), people) if len(said) > 1 else []
            name = _name(db, own, texts, shared, kind_names.get(kind, ""), people)
            name = name if name.name else ProposedName(UNNAMED)
        found[theme_id] = Described(name, kind)
    named = {one for one, about in found.items() if about.called.name}
    return found, suggestions(db, space, titled, named)


def _name(
    db: Session, own: Sequence[Titled], texts: Mapping[UUID, list[str]], shared: Sequence[Shared], kind: str,
    people: Collection[str],
) -> ProposedName:  # fmt: skip
    if shared and not any(one.by_person for one in own):
        middle = mean_of(np.array([one.vector for one in own]))
        close = list(encoders.encoder_of(db).encode([one.written for one in shared]) @ middle)
        return called_after(shared, close, [one for one in own if one.topic_id in texts], kind)
    called = best_name(own, people)
    if kind and " " not in called.name and not any(one.by_person for one in own):
        return called._replace(name=f"{kind}: {called.name}")
    return called


def _without_a_name(db: Session, sizes: Mapping[UUID, int]) -> set[UUID]:
    rows = db.exec(select(Theme.id, Theme.name, Theme.named_by_person).where(col(Theme.id).in_(list(sizes))))
    return {one for one, name, by_person in rows if not by_person and (name == UNNAMED or sizes[one] <= SMALL)}


def best_name(titled: Sequence[Titled], people: Collection[str]) -> ProposedName:
    """Titles that people gave go first, then those of frictions, then the one nearest to the middle. Also a title
    that a person gave was given in one room: it is for those who may read what was said there."""
    if not titled:
        return ProposedName()
    middle = mean_of(np.array([one.vector for one in titled]))
    ranked = sorted(
        titled,
        key=lambda one: (not one.by_person, not one.wrong, -round(float(one.vector @ middle), 4), one.title),
    )
    among = [one.title for one in titled] if len(titled) > 1 else []
    for one in ranked:
        if name := short_name(one.title, one.by_person, people, among):
            return ProposedName(name[:NAME_MAX], (frozenset({one.retro_id}),))
    return ProposedName()

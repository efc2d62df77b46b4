"""How many topics and retros each theme has: counted once for every state of the themes, for topics are very many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col, func

from app.core.cache import CacheKind
from app.themes.models import ThemeTopic
from app.themes.queries.history import topics_in_themes, version


class Size(NamedTuple):
    topics: int = 0
    retros: int = 0


_SIZES: CacheKind[Mapping[UUID, Size]] = CacheKind("sizes of all themes", most=1)


def sizes(db: Session) -> Mapping[UUID, Size]:
    """Of all themes that have topics. From memory while nothing changed: with 60,000 topics counting takes 20 ms."""
    # A retro that is deleted takes its topics along without a word.
    return _SIZES.get(db, None, (version(db), topics_in_themes(db)), lambda: _counted(db))


def _counted(db: Session) -> dict[UUID, Size]:
    """First by retro, as the index has them: nothing is sorted."""
    theme_id: Any = col(ThemeTopic.theme_id)
    by_retro = (
        select(theme_id.label("theme_id"), func.count().label("topics"))
        .group_by(theme_id, col(ThemeTopic.retro_id))
        .subquery()
    )
    wanted = select(by_retro.c.theme_id, func.sum(by_retro.c.topics), func.count()).group_by(by_retro.c.theme_id)
    return {row[0]: Size(int(row[1]), row[2]) for row in db.execute(wanted)}

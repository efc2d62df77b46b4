"""What a theme is called to one reader. Every page, table, mail and search that says or looks for the name of a theme
asks here.

A name that a person gave is for all. One that the machine made is of words out of topics, so it is for those who may
read these words where they were written: each part of it in one retro at least. To others the theme has a plain
number. From which retros the words of a name come is stored beside it, so nothing is read of entries here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, String, case, cast, distinct, func, literal, or_, select
from sqlmodel import Session, col

from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.wording import may_read_wording, wording_is_for
from app.themes.models import Theme, ThemeNameSource

AT_ONCE = 500
DIGITS = 4
Sources = Sequence[Collection[UUID]]
"""For each part of a name the retros in which its words stand."""


def name_for(reader: Visitor | None) -> SQLColumnExpression[str]:
    """The name of a row of Theme to this reader; None: to nobody in particular, as in a mail to several."""
    return case((may_read_name(reader), col(Theme.name)), else_=_number())


def may_read_name(reader: Visitor | None) -> ColumnElement[bool]:
    """Whether this reader may read the stored name, as a condition on Theme."""
    for_all = or_(col(Theme.named_by_person), col(Theme.name_parts) == 0)
    if reader is None:
        return for_all
    readable = select(col(Retro.id)).where(wording_is_for(reader)).correlate(None)
    source = ThemeNameSource
    parts = (
        select(func.count(distinct(col(source.part))))
        .where(col(source.theme_id) == col(Theme.id), col(source.retro_id).in_(readable))
        .correlate(Theme)
        .scalar_subquery()
    )
    return or_(for_all, parts >= col(Theme.name_parts))


def names_for(db: Session, reader: Visitor | None, theme_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these themes to this reader."""
    found: dict[UUID, str] = {}
    every = sorted(theme_ids)
    for at in range(0, len(every), AT_ONCE):
        some = col(Theme.id).in_(every[at : at + AT_ONCE])
        found.update((row[0], row[1]) for row in db.execute(select(col(Theme.id), name_for(reader)).where(some)))
    return found


def read_by(db: Session, reader: Visitor | None, theme_ids: Collection[UUID]) -> set[UUID]:
    """Those of these themes whose stored name this reader may read."""
    found: set[UUID] = set()
    every = sorted(theme_ids)
    for at in range(0, len(every), AT_ONCE):
        some = col(Theme.id).in_(every[at : at + AT_ONCE])
        found.update(db.execute(select(col(Theme.id)).where(some, may_read_name(reader))).scalars())
    return found


def readable_names(db: Session, reader: Visitor, suggested: Mapping[UUID, Sources]) -> set[UUID]:
    """Of names that the machine would give (theme -> sources) those that this reader may read."""
    retros = {retro_id for sources in suggested.values() for part in sources for retro_id in part}
    readable = may_read_wording(db, reader, retros) if retros else set()
    return {one for one, sources in suggested.items() if all(readable.intersection(part) for part in sources)}


def _number() -> SQLColumnExpression[str]:
    """The last digits of its id: the same for all, and they say nothing."""
    id_ = cast(col(Theme.id), String)
    return literal("Theme ") + func.upper(func.substr(id_, func.length(id_) - (DIGITS - 1), DIGITS))

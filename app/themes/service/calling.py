"""Gives a theme a name that the machine made, with the retros in which its words stand: the only place that does."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, delete, insert

from app.themes.models import Theme, ThemeNameSource
from app.themes.rules.naming import ProposedName, Shared, named_after
from app.themes.rules.suggestions import NAME_MAX
from app.themes.service.reading import Titled


def call(db: Session, theme: Theme, called: ProposedName) -> None:
    """Name it so; who may read its words where they were written may read the name."""
    theme.name, theme.name_parts = called.name[:NAME_MAX], len(called.sources)
    db.flush()
    db.execute(delete(ThemeNameSource).where(col(ThemeNameSource.theme_id) == theme.id))
    rows = [
        {"theme_id": theme.id, "part": number, "retro_id": retro_id}
        for number, part in enumerate(called.sources, 1)
        for retro_id in sorted(part)
    ]
    if rows:
        db.execute(insert(ThemeNameSource), rows)


def called_after(
    shared: Sequence[Shared], closeness: Sequence[float], of: Sequence[Titled], kind: str = ""
) -> ProposedName:
    """A name out of phrases that the topics `of` share, in the order in which the phrases count them."""
    name, phrases = named_after(shared, closeness, kind)
    return ProposedName(name, tuple(frozenset(of[place].retro_id for place in one.inside) for one in phrases))

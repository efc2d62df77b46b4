"""What happened to themes, in the past tense, ids only."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Fact


@dataclass(frozen=True, slots=True)
class ThemesChanged(Fact):
    """Topics came into, left or were counted anew in these themes, or people named, closed or merged them.

    `retro_ids`: the closed retros whose counts or placements changed.
    """

    theme_ids: frozenset[UUID]
    retro_ids: frozenset[UUID]

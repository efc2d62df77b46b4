"""One look: a retro in which a friction could have been written about, and whether it was; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Observation:
    """An eligible retro. `entries` (y): went wrong and unsorted; `seats` (n): of those who could have written, None
    where nobody knows; `actions`: imported promises about it, which count towards presence only."""

    retro_id: UUID
    on: date
    entries: int = 0
    seats: int | None = None
    actions: int = 0

    @property
    def is_present(self) -> bool:
        return bool(self.entries or self.actions)


def seated(looks: Iterable[Observation]) -> list[Observation]:
    """Those of which a rate can be made: how many could have written is known."""
    return [one for one in looks if one.seats]


def exposure(looks: Iterable[Observation]) -> tuple[int, int]:
    """(entries, seats) over the looks whose seats are known."""
    known = seated(looks)
    return sum(one.entries for one in known), sum(one.seats or 0 for one in known)

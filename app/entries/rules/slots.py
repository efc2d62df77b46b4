"""The places for a seat's drafts: slot 0 is what is being typed, slots 1 to the limit hold what was sent.

The round after the reveal has places of its own: what it holds cannot be joined to what was written before.
"""

from collections.abc import Collection
from dataclasses import dataclass

COMPOSER = 0
LATE_COMPOSER = 50
LATE_MOST = 3
"""Entries of one seat in the round after the reveal."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The places that a seat writes into just now. `late`: in the round after the reveal."""

    composer: int
    slots: range
    late: bool = False

    @property
    def limit(self) -> int:
        return len(self.slots)

    def free(self, taken: Collection[int]) -> int | None:
        """The lowest slot that is not taken; None when all are."""
        return next((slot for slot in self.slots if slot not in taken), None)

    def every_slot(self) -> tuple[int, ...]:
        return (self.composer, *self.slots)


LATE_SHEET = Sheet(LATE_COMPOSER, range(LATE_COMPOSER + 1, LATE_COMPOSER + 1 + LATE_MOST), late=True)


def slots(limit: int) -> range:
    """Numbers of the slots for sent entries."""
    return range(1, limit + 1)


def sheet(limit: int) -> Sheet:
    """The places of the writing, where each seat may send `limit` entries."""
    return Sheet(COMPOSER, slots(limit))


def sent_slots(limit: int) -> tuple[int, ...]:
    """Every slot whose entry may have been revealed."""
    return (*slots(limit), *LATE_SHEET.slots)

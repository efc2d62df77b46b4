"""The places for a seat's drafts: slot 0 is what is being typed, slots 1 to the limit hold what was sent."""

from collections.abc import Collection

COMPOSER = 0


def slots(limit: int) -> range:
    """Numbers of the slots for sent entries."""
    return range(1, limit + 1)


def free_slot(taken: Collection[int], limit: int) -> int | None:
    """The lowest slot that is not taken; None when all are."""
    return next((slot for slot in slots(limit) if slot not in taken), None)

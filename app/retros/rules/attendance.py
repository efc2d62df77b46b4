"""What follows from the people that are expected: the smallest group proposed, and who would be shown together."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from app.anonymity.rules.pooling import DROPPED, Pair, Pooling, Room, decide, expected_in_all
from app.retros.rules.names import K_DEFAULT, K_FLOOR
from app.retros.rules.preparation import PreparationWarning

SMALL_ROOM = 15
"""Below so many people a smaller k is proposed: with the usual one such a room would name no department."""
ADDRESS_LEAST = 30
"""Seats that one address may take whatever is expected: an office is one address."""
UNKNOWN_ROOM = 300


def sit_at_once(expected: int | None) -> int | None:
    """Seats that are taken without asking: the people expected and a fifth more. None: nobody said how many."""
    return None if expected is None else -(-expected * 6 // 5)


def from_one_address(expected: int | None) -> int:
    """Seats that one address may take: it may fill the room once."""
    most = sit_at_once(expected)
    return UNKNOWN_ROOM if most is None else max(ADDRESS_LEAST, most)


def proposed_k(expected: int | None) -> int:
    """The smallest group that is proposed where so many people are expected in all (None: nobody said)."""
    return K_FLOOR if expected is not None and expected < SMALL_ROOM else K_DEFAULT


def total(expected: Mapping[UUID, int | None]) -> int | None:
    """People expected in all; None where nobody said it of every department."""
    return expected_in_all((), expected) if expected else None


def if_all_come(expected: Mapping[UUID, int | None], k: int, apart: Collection[Pair] = ()) -> Pooling | None:
    """What the reveal would decide if exactly the people expected sat down. None where nobody said how many."""
    people = {department_id: number for department_id, number in expected.items() if number is not None}
    if total(expected) is None:
        return None
    return decide(Room(seats=people, expected=people, apart=apart), k)


def said_together(names: Sequence[str], k: int, *, everybody: bool) -> str:
    """Which departments are shown together, as people read it."""
    if everybody:
        return (
            "With the people expected no department is named: entries and votes are shown as from one group. "
            f"We never show fewer than {k} people alone, and never one department alone."
        )
    if not names:
        return f"If all expected come, every department keeps its name; we never show fewer than {k} people alone."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "is" if len(names) == 1 else "are"
    return f"{listed} {verb} shown together as several departments; we never show fewer than {k} people alone."


def labels_warning(expected: Mapping[UUID, int], k: int) -> PreparationWarning | None:
    """Said early, at the preparation: with this k no department would be named."""
    planned = if_all_come(expected, k)
    if planned is None or planned.labels != DROPPED:
        return None
    smaller = if_all_come(expected, K_FLOOR) if k > K_FLOOR else None
    helps = smaller is not None and smaller.labels != DROPPED
    sentence = "With these numbers no department would be named: all entries would be shown as from one group."
    advice = (
        f" Choose {K_FLOOR} as the smallest group, or go on like this."
        if helps
        else " That is right for a room as small as this, and everybody reads it before they write."
    )
    return PreparationWarning("no_labels", sentence + advice)

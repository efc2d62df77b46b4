"""Decisions about stances and dots: what a vote is, budgets, groups. Agreement and ranking are beside it."""

from enum import StrEnum

from app.anonymity.rules.pooling import DROPPED, EVERYONE, KEPT, SEVERAL


class Stance(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105  (no password: a stance)


class Standing(StrEnum):
    """What the votes say about a topic."""

    AGREED = "agreed"
    DIVIDES = "divides"
    REST = "rest"


DOTS_MIN = 3
DOTS_MAX = 7
DOTS_ON_ONE_TOPIC = 2


def dot_budget(topics: int) -> int:
    """Dots of one seat when `topics` are put to the vote: a quarter of them, 3 to 7."""
    return min(DOTS_MAX, max(DOTS_MIN, -(-topics // 4)))


def group_of(department: str | None, labels: str) -> str | None:
    """The group, frozen at the reveal, that a seat's votes count in: a department's id, the pool, or everyone. None:
    there is no such group (every department kept its name, and this seat has none), so the seat has no vote."""
    if labels == DROPPED:
        return EVERYONE
    if department is None and labels == KEPT:
        return None
    return department if department is not None else SEVERAL

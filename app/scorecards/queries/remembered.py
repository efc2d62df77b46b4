"""Remembers figures of the whole organisation until what they are counted from moves, and for some minutes at most.

Measured on SQLite: with 50,000 promises 180 ms to count, with 5,000 retros of 60 departments about a second
(tests/load/five_thousand.py); some milliseconds to see that nothing has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.core.cache import CacheKind
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.themes.models import RetroTakenIn

LASTS_SECONDS = 60.0
HISTORY_LASTS_SECONDS = 900.0
"""What closed retros said moves seldom, and never without a retro being closed, taken in or taken out."""
MOST = 50
Counted = TypeVar("Counted")
_FIGURES: CacheKind[Any] = CacheKind("figures of promises", MOST, LASTS_SECONDS)
_HISTORY: CacheKind[Any] = CacheKind("figures of closed retros", MOST, HISTORY_LASTS_SECONDS)


def remembered(db: Session, what: Hashable, count: Callable[[], Counted]) -> Counted:
    """What `count` says, or said before in this process while no promise was asked, moved, loaded or taken away.

    Each step raises a version. That two changes cancel each other out in the sum is possible: hence the minute.
    """
    moved = db.exec(select(func.count(), func.max(col(Action.moved_at)), func.sum(col(Action.version)))).one()
    return cast(Counted, _FIGURES.get(db, what, tuple(moved), count))


def history_remembered(db: Session, what: Hashable, count: Callable[[], Counted]) -> Counted:
    """The same for what closed retros said: until one more is closed, taken in, counted anew or taken out again."""
    taken = db.exec(select(func.count(), func.max(col(RetroTakenIn.taken_in_at))).select_from(RetroTakenIn)).one()
    closed = db.exec(select(func.count(), func.max(col(Retro.closed_at))).where(Retro.stage == Stage.CLOSED)).one()
    return cast(Counted, _HISTORY.get(db, what, (tuple(taken), tuple(closed)), count))

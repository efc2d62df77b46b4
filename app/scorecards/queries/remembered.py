"""Remembers figures of the whole organisation until what they are counted from moves, and for some minutes at most.

Measured on SQLite: with 50,000 promises 180 ms to count, with 5,000 retros of 60 departments about a second
(tests/load/five_thousand.py); some milliseconds to see that nothing has moved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.themes.models import RetroTakenIn

LASTS_SECONDS = 60.0
HISTORY_LASTS_SECONDS = 900.0
"""What closed retros said moves seldom, and never without a retro being closed, taken in or taken out."""
MOST = 50
Counted = TypeVar("Counted")


def remembered(db: Session, what: Hashable, count: Callable[[], Counted]) -> Counted:
    """What `count` says, or said before in this process while no promise was asked, moved, loaded or taken away.

    Each step raises a version. That two changes cancel each other out in the sum is possible: hence the minute.
    """
    moved = db.exec(select(func.count(), func.max(col(Action.moved_at)), func.sum(col(Action.version)))).one()
    return _kept(db, (what, tuple(moved)), count, LASTS_SECONDS)


def history_remembered(db: Session, what: Hashable, count: Callable[[], Counted]) -> Counted:
    """The same for what closed retros said: until one more is closed, taken in, counted anew or taken out again."""
    taken = db.exec(select(func.count(), func.max(col(RetroTakenIn.taken_in_at))).select_from(RetroTakenIn)).one()
    closed = db.exec(select(func.count(), func.max(col(Retro.closed_at))).where(Retro.stage == Stage.CLOSED)).one()
    return _kept(db, ("history", what, tuple(taken), tuple(closed)), count, HISTORY_LASTS_SECONDS)


def _kept(db: Session, key: Hashable, count: Callable[[], Counted], lasts: float) -> Counted:
    kept: dict[Hashable, tuple[float, Any]] = db.info["database"].info.setdefault("figures", {})
    now = time.monotonic()
    known = kept.get(key)
    if known is not None and now - known[0] < lasts:
        found: Counted = known[1]
        return found
    found = count()
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = (now, found)
    return found

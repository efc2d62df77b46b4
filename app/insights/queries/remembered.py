"""Remembers the figures of the whole organisation until a promise moves, at most a minute: they read every promise.

Measured with 50,000 promises on SQLite: 180 ms to count, some milliseconds to see that nothing has moved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlmodel import Session, col, func, select

from app.actions.models import Action

LASTS_SECONDS = 60.0
MOST = 50
Counted = TypeVar("Counted")


def remembered(db: Session, what: Hashable, count: Callable[[], Counted]) -> Counted:
    """What `count` says, or said before in this process while no promise was asked, moved, loaded or taken away.

    Each step raises a version. That two changes cancel each other out in the sum is possible: hence the minute.
    """
    kept: dict[Hashable, tuple[float, Any]] = db.info["database"].info.setdefault("figures", {})
    moved = db.exec(select(func.count(), func.max(col(Action.moved_at)), func.sum(col(Action.version)))).one()
    key, now = (what, tuple(moved)), time.monotonic()
    known = kept.get(key)
    if known is not None and now - known[0] < LASTS_SECONDS:
        found: Counted = known[1]
        return found
    found = count()
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = (now, found)
    return found

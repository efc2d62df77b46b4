"""What was worked out once in a process and is kept while what it was made from stays as it was.

A `CacheKind` is declared once, in the module that fills it; each database has a cache of each kind. Whoever writes
looks nothing up and keeps nothing: what a transaction sees may never come true.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from sqlmodel import Session

from app.core.events import is_writing

if TYPE_CHECKING:
    from app.core.db import Database

Value = TypeVar("Value")


class Usage(NamedTuple):
    """How often one cache of this process was asked and knew the answer; `kept`: values it holds now."""

    name: str
    kept: int
    most: int
    hits: int
    misses: int

    @property
    def rate(self) -> float | None:
        """Share of questions that it knew, 0 to 1; None before the first."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@dataclass(slots=True)
class Cache(Generic[Value]):
    """At most `most` values, each with the version that it was made from; the one longest unused goes first.

    `lasts_seconds`: no value is older than that. From any thread; two threads may make the same value at once.
    """

    most: int
    lasts_seconds: float | None = None
    hits: int = 0
    misses: int = 0
    _known: OrderedDict[Hashable, tuple[Hashable, float, Value]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Hashable, version: Hashable = None) -> Value | None:
        """The value under this key if it was made from this version."""
        with self._lock:
            known = self._known.get(key)
            if known is None or known[0] != version or self._is_old(known[1]):
                self.misses += 1
                return None
            self.hits += 1
            self._known.move_to_end(key)
            return known[2]

    def keep(self, key: Hashable, version: Hashable, value: Value) -> None:
        """In the place of what was kept under this key."""
        with self._lock:
            self._known[key] = (version, time.monotonic(), value)
            self._known.move_to_end(key)
            while len(self._known) > self.most:
                self._known.popitem(last=False)

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Value]) -> Value:
        """The kept value, or what `make` says, which is kept."""
        known = self.find(key, version)
        if known is None:
            known = make()
            self.keep(key, version, known)
        return known

    def forget(self) -> None:
        """Everything is made anew."""
        with self._lock:
            self._known.clear()

    def __len__(self) -> int:
        return len(self._known)

    def _is_old(self, kept_at: float) -> bool:
        return self.lasts_seconds is not None and time.monotonic() - kept_at >= self.lasts_seconds


@dataclass(slots=True, eq=False)
class CacheKind(Generic[Value]):
    """A cache that every database has one of. `name` says to an operator what it holds.

    `of_rooms`: phones ask it. How often is shown to nobody: it would tell the rhythm of writing.
    """

    name: str
    most: int
    lasts_seconds: float | None = None
    of_rooms: bool = False

    def of(self, database: Database) -> Cache[Value]:
        """The cache of this database, made when it is first asked for."""
        made = database.caches.get(self)
        if made is None:
            made = database.caches.setdefault(self, Cache(self.most, self.lasts_seconds))
        return cast(Cache[Value], made)

    def get(self, db: Session, key: Hashable, version: Hashable, make: Callable[[], Value]) -> Value:
        """As `Cache.get`; in a transaction that writes what `make` says, kept nowhere."""
        if is_writing(db):
            return make()
        return self.of(db.info["database"]).get(key, version, make)


def usage(database: Database) -> Iterator[Usage]:
    """Of the caches of this database in this process that no phone asks, by name."""
    for kind, cache in sorted(database.caches.items(), key=lambda pair: pair[0].name):
        if kind.of_rooms:
            continue
        yield Usage(kind.name, len(cache), cache.most, cache.hits, cache.misses)

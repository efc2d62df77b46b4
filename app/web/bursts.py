"""Remembers for some minutes, in memory alone, which seats came from one address within ten seconds.

Only so that the desk can remove a burst of false seats in one step. Nothing of it is written or logged; the address
is salted, what is kept of a seat is the tag that its row has, and every process knows of what it gave out itself.
"""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from starlette.requests import Request

SPELL = 10.0
KEPT_FOR = 600.0
FEWEST = 10
"""Smaller ones are people who sit together and came at the same time."""
MOST = 2_000
"""Bursts that are remembered at once, of all rooms; the oldest goes."""


@dataclass(frozen=True, slots=True)
class Burst:
    """`key` names it on the desk's form; it tells nothing."""

    key: str
    seats: int


@dataclass(slots=True)
class _Came:
    room: str
    began: float
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    tags: list[str] = field(default_factory=list)
    seats: int = 0


class Bursts:
    """One per process; used from many threads, each step of it whole by itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._salt = secrets.token_bytes(16)
        self._clock = clock
        self._came: OrderedDict[tuple[str, bytes, int], _Came] = OrderedDict()

    def note(self, room: str, address: str, tags: Iterable[str]) -> None:
        """A seat, or a wait for one, was given to this address; `tags`: what its rows may be found by."""
        now = self._clock()
        self._forget(now)
        hidden = hashlib.blake2b(f"{room}|{address}".encode("utf-8", "replace"), key=self._salt, digest_size=16)
        where = (room, hidden.digest(), int(now // SPELL))
        came = self._came.setdefault(where, _Came(room, now))
        came.tags.extend(tags)
        came.seats += 1

    def of(self, room: str) -> list[Burst]:
        """The bursts of a room, the largest first."""
        self._forget(self._clock())
        found = [one for one in list(self._came.values()) if one.room == room and one.seats >= FEWEST]
        return [Burst(one.key, one.seats) for one in sorted(found, key=lambda one: -one.seats)]

    def take(self, room: str, key: str) -> list[str]:
        """The tags of a burst, which is forgotten with that; empty where it is not known any more."""
        self._forget(self._clock())
        for where, one in list(self._came.items()):
            if one.room == room and one.key == key:
                self._came.pop(where, None)
                return one.tags
        return []

    def _forget(self, now: float) -> None:
        for where, one in list(self._came.items()):
            if len(self._came) <= MOST and now - one.began < KEPT_FOR:
                break
            self._came.pop(where, None)


def bursts_of(request: Request) -> Bursts:
    found: Bursts = request.app.state.bursts
    return found

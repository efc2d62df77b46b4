"""Rate limits in memory: by a seat, by a room as a whole, or by a salted address that is forgotten after minutes."""

import hashlib
import math
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import ClassVar

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from app.core.errors import Refusal


class TooMany(Refusal):
    status: ClassVar[int] = 429
    sentence = "That was a lot at once. Please wait a moment and send it again; what you typed is still there."
    retry_after = 10


class Limits:
    """One per process. The salt is drawn at start and never stored: a key cannot be turned back into an address."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._salt = secrets.token_bytes(16)

    def spend(self, rule: str, *keys: str) -> None:
        """Count one use of `rule` ("30 per minute") by `keys`; raises `TooMany` when it is used up."""
        item, hidden = _rule(rule), self._hidden(keys)
        if not self._limiter.hit(item, hidden):
            refusal = TooMany()
            free_again = self._limiter.get_window_stats(item, hidden).reset_time
            refusal.retry_after = max(1, math.ceil(free_again - time.time()))
            raise refusal

    @contextmanager
    def guess(
        self, rule: str, *keys: str, wrong: type[Exception] | tuple[type[Exception], ...] = Refusal
    ) -> Iterator[None]:
        """One guess at a secret, counted before it is looked up: guesses that come at once are all counted, and a
        right one after too many wrong ones is refused like them. Where nothing `wrong` is raised inside, the guess
        was none and is given back. A rule must allow more than one process answers at once (40): honest ones wait
        otherwise."""
        self.spend(rule, *keys)
        guessed_wrong = False
        try:
            yield
        except wrong:
            guessed_wrong = True
            raise
        finally:
            if not guessed_wrong:
                self._give_back(rule, *keys)

    def _give_back(self, rule: str, *keys: str) -> None:
        item = _rule(rule)
        key = item.key_for(self._hidden(keys))
        _, current = self._storage.sliding_window_keys(key, item.get_expiry(), time.time())
        self._storage.decr(current)

    def forget(self, rule: str, *keys: str) -> None:
        """Let `keys` start afresh (after the right password, say)."""
        self._limiter.clear(_rule(rule), self._hidden(keys))

    def _hidden(self, keys: tuple[str, ...]) -> str:
        text = "|".join(keys).encode("utf-8", "replace")
        return hashlib.blake2b(text, key=self._salt, digest_size=16).hexdigest()


@cache
def _rule(text: str) -> RateLimitItem:
    return parse(text)


def limits_of(request: Request) -> Limits:
    found: Limits = request.app.state.limits
    return found


def address_of(request: Request) -> str:
    """The caller's address, only ever to be handed to `Limits.spend`."""
    return request.client.host if request.client else "-"

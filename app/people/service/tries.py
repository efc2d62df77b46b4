"""Counts tries to sign in, in memory, and says when there were too many; forgets within minutes and on restart.

Each account and each address has its own sliding window. An address is kept only as a keyed hash whose key lives in
this process alone.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.people.rules import tidy_email
from app.people.service.refusals import TooManyTries

PER_ACCOUNT = "10/15 minutes"
PER_ADDRESS = "60/15 minutes"


class Tries:
    """One counter per process."""

    def __init__(self, per_account: str = PER_ACCOUNT, per_address: str = PER_ADDRESS) -> None:
        self._per_account, self._per_address = parse(per_account), parse(per_address)
        self._salt = secrets.token_bytes(32)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, what: str, address: str) -> None:
        """Count one try, before its password is looked at. `what`: a mail address or a link. Raises TooManyTries."""
        self._count(self._per_address, "address", address)
        self._count(self._per_account, "account", tidy_email(what))

    def forget(self, what: str) -> None:
        """After a success the account starts afresh; the address does not."""
        self._window.clear(self._per_account, *self._key("account", tidy_email(what)))

    def _count(self, limit: RateLimitItem, kind: str, value: str) -> None:
        key = self._key(kind, value)
        if not self._window.hit(limit, *key):
            until = self._window.get_window_stats(limit, *key).reset_time
            raise TooManyTries(max(1, math.ceil(until - time.time())))

    def _key(self, kind: str, value: str) -> tuple[str, str]:
        return kind, hashlib.blake2b(value.encode("utf-8", "replace"), key=self._salt, digest_size=16).hexdigest()

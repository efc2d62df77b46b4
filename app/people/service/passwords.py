"""Hashes and verifies passwords (argon2id), a few at a time; knows no account.

One hash takes about a quarter of a second and 64 MiB on purpose. Call these outside a transaction: SQLite has one
writer, and the limit below would make every other write wait.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.people.queries import Credentials
from app.people.rules import PASSWORD_MAX, password_problem
from app.people.service.refusals import PasswordIsWeak, SignInsAreBusy

_hasher = PasswordHash((Argon2Hasher(),))
# Forty request threads could otherwise ask for 2.5 GiB at once.
AT_ONCE = max(1, min(4, os.cpu_count() or 1))
_at_once = threading.BoundedSemaphore(AT_ONCE)
MAY_WAIT = 12
"""Threads that look at passwords or wait for it, of the forty that serve everybody."""
_inside = threading.BoundedSemaphore(MAY_WAIT)


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    with _at_once:
        return _hasher.hash(password)


def is_right_password(known: Credentials | None, password: str) -> bool:
    """Whether `password` is the one behind `known`; as slow for an unknown account as for a known one. Raises
    SignInsAreBusy where too many wait already: a flood of guesses must not keep the rooms from being served."""
    if not _inside.acquire(blocking=False):
        raise SignInsAreBusy
    try:
        stored = known.password_hash if known else _hash_of_nobody()
        with _at_once:
            matches = _hasher.verify(password[: PASSWORD_MAX + 1], stored)
    finally:
        _inside.release()
    return matches and known is not None


def check_new_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Raises PasswordIsWeak with a sentence."""
    problem = password_problem(password, _common_passwords(), own_words)
    if problem:
        raise PasswordIsWeak(problem)


@cache
def _hash_of_nobody() -> str:
    return hash_password("nobody has this password")


@cache
def _common_passwords() -> frozenset[str]:
    listed = Path(__file__).parent.parent / "common_passwords.txt"
    lines = listed.read_text(encoding="utf-8").splitlines()
    return frozenset(line.lower() for line in lines if line and not line.startswith("#"))

"""Where a webhook's address really leads: asks the name service once, and judges what it said. Never in a
transaction."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from app.notifications.rules.targets import UNKNOWN_NAME, Allowed, NotCallable, Target, check_target, read_target

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host, in the order in which they are to be tried; raises OSError."""


def looked_up(host: str, port: int) -> list[str]:
    """As this machine resolves names; an address leads to itself."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def callable_at(url: str, allowed: Allowed, resolve: Resolve = looked_up) -> tuple[Target, tuple[str, ...]]:
    """The address taken apart, and the machine addresses that may be called for it: exactly these, so that another
    answer of the name service a moment later changes nothing. Raises NotCallable."""
    target = read_target(url)
    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError):
        raise NotCallable(UNKNOWN_NAME) from None
    return target, check_target(target, addresses, allowed)

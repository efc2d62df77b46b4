"""Writes one line an answer: the route's template, the status, the time it took; of a seat's routes only sums a day.

Of what participants do the log holds the route's template, status and day, and how often: no address, no path, no
time of day (anonymity.md). A line written at once would stand between lines that have a time, and so would have one
too: therefore these are counted in memory and written, without an order, when the day is over or the server stops.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Lock
from time import perf_counter
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("access")
SEAT_PATHS = ("/r/", "/join", "/shared/")


def is_of_a_seat(path: str) -> bool:
    """Whether participants use this path: nothing about it is written with a time."""
    return path.startswith(SEAT_PATHS) or path == "/"


class SeatRequests:
    """What participants' pages were asked for today, and what broke there; in memory until the day is over."""

    def __init__(self, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self._today = today
        self._day = today()
        self._counts: Counter[tuple[str, int]] = Counter()
        self._broken: list[dict[str, Any]] = []
        self._lock = Lock()

    def count(self, route: str, status: int) -> None:
        """One more answer of this route."""
        self.write_what_is_over()
        with self._lock:
            self._counts[route, status] += 1

    def broke(self, **what: str) -> None:
        """A defect of ours that somebody with a seat met: route, kind, place and reference."""
        with self._lock:
            self._broken.append(what)

    def write_what_is_over(self) -> None:
        """Write what was counted on an earlier day; called with every answer."""
        if self._today() != self._day:
            self.write()

    def write(self) -> None:
        """Write all that was counted, sorted, and begin anew."""
        with self._lock:
            day, counts, broken = self._day.isoformat(), self._counts, self._broken
            self._day, self._counts, self._broken = self._today(), Counter(), []
        for (route, status), times in sorted(counts.items()):
            log.info("seat_request", route=route, status=status, day=day, times=times)
        for what in sorted(broken, key=lambda one: one["reference"]):
            log.error("seat_broken", day=day, **what)


class AccessLog:
    def __init__(self, app: ASGIApp, seats: SeatRequests) -> None:
        self.app = app
        self.seats = seats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        status, started = 500, perf_counter()

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_look)
        finally:
            self._write(scope, status, perf_counter() - started)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "-")
        if is_of_a_seat(scope["path"]):
            self.seats.count(route, status)
            return
        self.seats.write_what_is_over()
        log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))

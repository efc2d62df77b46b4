"""Writes one line an answer: the route's template, the status, the time it took; for a seat's routes, less.

Participant routes log the route template, status and day: no address, no path, no time of day (anonymity.md).
"""

from datetime import UTC, datetime
from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("access")
SEAT_PATHS = ("/r/", "/join", "/shared/")


class AccessLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

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
            _write(scope, status, perf_counter() - started)


def _write(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "-")
    if scope["path"].startswith(SEAT_PATHS) or scope["path"] == "/":
        log.info("seat_request", route=route, status=status, day=datetime.now(UTC).date().isoformat())
    else:
        log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))

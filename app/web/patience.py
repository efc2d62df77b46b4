"""Ends what is never finished: the head and the body of a request have a time, and so has whoever takes no answer.

uvicorn waits for ever for the rest; a few hundred that send a letter a minute would hold every connection.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
BODY_SECONDS = 60.0
HEAD_MOST = 64 * 1024
"""Bytes of a request before its body."""
TAKEN_WITHIN = 45.0
"""Seconds in which a browser takes what was sent to it: three pings of a stream."""


class Patient(HttpToolsProtocol):
    """uvicorn's own protocol with an end to its patience."""

    _ends: asyncio.TimerHandle | None = None
    _taken: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        self._is_taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_taken()
        self._taken = self.loop.call_later(TAKEN_WITHIN, self._give_up)

    def resume_writing(self) -> None:
        self._is_taken()
        super().resume_writing()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._wait(HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._count(len(name) + len(value))

    def on_headers_complete(self) -> None:
        self._wait(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._wait(None)
        super().on_message_complete()

    def _count(self, more: int) -> None:
        self._head += more
        if self._head > HEAD_MOST:
            self.transport.abort()

    def _wait(self, seconds: float | None) -> None:
        """From now on so long for the next part; None: nothing is awaited."""
        if self._ends is not None:
            self._ends.cancel()
        self._ends = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _is_taken(self) -> None:
        if self._taken is not None:
            self._taken.cancel()
            self._taken = None

    def _give_up(self) -> None:
        self.transport.abort()

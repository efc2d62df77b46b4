"""Open live streams and note, to the millisecond, when each has a whole frame; keeps no text unless asked to."""

from __future__ import annotations

import asyncio
import time
import zlib

from tests.load.wire import PATIENCE_SECONDS, Browser, WireBroke


class Stream(asyncio.Protocol):
    """One open stream. uvicorn sends what the server yields at once as one chunk, so a chunk is a whole message."""

    def __init__(self, head: bytes, keep: bool = False) -> None:
        self.version = 0
        self.frames: list[tuple[float, int, int, int]] = []
        """(when, version, bytes, checksum) of every message with data."""
        self.kept: list[bytes] | None = [] if keep else None
        self.status = 0
        self.ended: str | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._head = head
        self._buffer = bytearray()
        self._wanted = 0
        self._waiting: list[tuple[int, asyncio.Future[float]]] = []
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.status and not self._read_status():
            return
        while self._next_chunk():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = self.ended or repr(exc)
        if not self.opened.done():
            self.opened.set_exception(WireBroke(f"stream refused: {self.status} {self.ended}"))

    def close(self) -> None:
        self.ended = "closed by us"
        if self._transport is not None:
            self._transport.abort()

    async def reached(self, version: int) -> float:
        """The moment (perf_counter) at which this stream had everything up to `version`."""
        if self.version >= version:
            return self.first_at(version)
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append((version, future))
        return await future

    def first_at(self, version: int) -> float:
        """When the first message came that showed `version` or a later one."""
        return next(when for when, known, _, _ in self.frames if known >= version)

    def first_after(self, version: int) -> tuple[int, int, int]:
        """(version, bytes, checksum) of the first message that showed more than `version`; zeros for none."""
        return next((frame[1:] for frame in self.frames if frame[1] > version), (0, 0, 0))

    def _read_status(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        self.status = int(self._buffer[: end + 4].split(b" ", 2)[1])
        del self._buffer[: end + 4]
        return True

    def _next_chunk(self) -> bool:
        if not self._wanted:
            line = self._buffer.find(b"\r\n")
            if line < 0:
                return False
            self._wanted = int(bytes(self._buffer[:line]), 16) + 2
            del self._buffer[: line + 2]
            if self._wanted == 2:
                self.ended = "ended by the server"
                return False
        if len(self._buffer) < self._wanted:
            return False
        message = bytes(self._buffer[: self._wanted - 2])
        del self._buffer[: self._wanted]
        self._wanted = 0
        self._message(message)
        return True

    def _message(self, message: bytes) -> None:
        if not self.opened.done():
            self.opened.set_result(None)
        if not message.startswith(b"id: "):
            return
        now = time.perf_counter()
        version = int(message[4 : message.index(b"\n")])
        self.frames.append((now, version, len(message), zlib.crc32(message)))
        if self.kept is not None:
            self.kept.append(message)
        self.version = max(self.version, version)
        for wanted, future in self._waiting:
            if version >= wanted and not future.done():
                future.set_result(now)
        self._waiting = [pair for pair in self._waiting if not pair[1].done()]


async def open_stream(browser: Browser, path: str, keep: bool = False) -> Stream:
    """The stream of this browser, once its first message has come (any: a server says something at once)."""
    head = browser.head("GET", path, more="Cache-Control: no-cache\r\n").replace(b"text/html", b"text/event-stream")
    loop = asyncio.get_running_loop()
    _, stream = await loop.create_connection(lambda: Stream(head, keep), browser.host, browser.port)
    await asyncio.wait_for(stream.opened, PATIENCE_SECONDS)
    return stream


async def everyone_current(streams: list[Stream], version: int, patience: float) -> list[float | None]:
    """When each stream was current; None for one that was not within `patience` seconds (lost)."""
    waits = [asyncio.ensure_future(stream.reached(version)) for stream in streams]
    await asyncio.wait(waits, timeout=patience)
    moments: list[float | None] = []
    for wait in waits:
        moments.append(wait.result() if wait.done() else None)
        wait.cancel()
    return moments

"""Redraws dirty pieces of a board, once for all who listen; knows pieces only as names and HTML.

A change marks pieces dirty under its version. One task a board waits 150 ms for company, draws each dirty piece once
an audience from one consistent read, and stamps the frame with the version read. A version that was committed but not
yet announced when the read happened makes that frame a whole one, so that an event id never promises too much.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field

import structlog

from app.core.errors import whereabouts
from app.live.frames import frame
from app.live.hub import Hub

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 0.15
LONGEST_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one read of a board gave: its version, and for each audience the HTML of each piece that was drawn."""

    version: int
    pieces: Mapping[str, Mapping[str, str]]


Draw = Callable[[Hashable, Collection[str], Collection[str] | None], Drawing | None]
"""(board, audiences, pieces or None for all) -> Drawing, or None when the board is no more. Runs in a thread."""


@dataclass(slots=True)
class _Board:
    dirty: set[str] = field(default_factory=set)
    announced: set[int] = field(default_factory=set)
    seen_through: int | None = None
    task: asyncio.Task[None] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    whole: dict[str, tuple[int, bytes]] = field(default_factory=dict)


class Redraw:
    """One per process; `start` is called on the event loop, `mark_dirty` from any thread."""

    def __init__(self, hub: Hub, draw: Draw, pause: float = PAUSE_SECONDS) -> None:
        self._hub = hub
        self._draw = draw
        self._pause = pause
        self._boards: dict[Hashable, _Board] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    def mark_dirty(self, board: Hashable, version: int, pieces: Collection[str]) -> None:
        """After a commit that raised the board to `version` and changed `pieces`. Lossy without listeners."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._mark, board, version, tuple(pieces))

    async def whole(self, board: Hashable, audience: str, since: int | None = None) -> tuple[int, bytes] | None:
        """The present version and a frame of all pieces (empty when the version is `since`); None: no such board.

        Drawn once for all who ask at the same version: a server that restarts has everybody back at once.
        """
        state = self._boards.setdefault(board, _Board())
        async with state.lock:
            drawing = await asyncio.to_thread(self._draw, board, (audience,), ())
            if drawing is None:
                return None
            if drawing.version == since:
                return drawing.version, b""
            known = state.whole.get(audience)
            if known is not None and known[0] == drawing.version:
                return known
            drawing = await asyncio.to_thread(self._draw, board, (audience,), None)
            if drawing is None:
                return None
            made = drawing.version, frame(drawing.version, drawing.pieces[audience])
            state.whole[audience] = made
            return made

    def _mark(self, name: Hashable, version: int, pieces: tuple[str, ...]) -> None:
        if not self._hub.audiences(name):
            self._boards.pop(name, None)
            return
        board = self._boards.setdefault(name, _Board())
        board.dirty.update(pieces)
        board.announced.add(version)
        if board.task is None or board.task.done():
            board.task = asyncio.create_task(self._redraw_soon(name, board))

    async def _redraw_soon(self, name: Hashable, board: _Board) -> None:
        wait = self._pause
        while board.dirty and self._hub.audiences(name):
            await asyncio.sleep(wait)
            pieces, board.dirty = board.dirty, set()
            try:
                await self._redraw(name, board, pieces)
                wait = self._pause
            except Exception as error:
                # A database that is busy or away: the pieces stay dirty and are drawn when it is back.
                log.error("redraw_failed", error=type(error).__name__, where=whereabouts(error))
                board.dirty |= pieces
                wait = min(wait * 2 + self._pause, LONGEST_WAIT_SECONDS)

    async def _redraw(self, name: Hashable, board: _Board, pieces: Collection[str]) -> None:
        audiences = self._hub.audiences(name)
        if not audiences:
            self._boards.pop(name, None)
            return
        before = frozenset(board.announced)
        drawing = await asyncio.to_thread(self._draw, name, audiences, pieces)
        if drawing is None:
            return
        if not _announced_through(board, before, drawing.version):
            drawing = await asyncio.to_thread(self._draw, name, audiences, None)
            if drawing is None:
                return
        board.seen_through = drawing.version
        board.announced = {version for version in board.announced if version > drawing.version}
        for audience in audiences:
            self._hub.deliver(name, audience, frame(drawing.version, drawing.pieces[audience]))


def _announced_through(board: _Board, announced: frozenset[int], version: int) -> bool:
    """Whether every version after the last frame, up to the one just read, was known when its pieces were chosen."""
    start = board.seen_through
    if start is None:
        start = min(announced, default=version + 1) - 1
        if start < 0:
            return False
    return all(number in announced for number in range(start + 1, version + 1))

"""Redraws dirty pieces of a board, once for all who listen; knows pieces only as names and HTML.

A change marks pieces dirty under its version. One task a board draws each dirty piece once an audience from one
consistent read, and stamps the frame with the version read. The first change after a quiet moment is drawn at once;
what follows within 150 ms of a frame waits for company. A version that was committed but not yet announced when the
read happened makes that frame a whole one, so that an event id never promises too much.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from app.core.errors import whereabouts
from app.live.frames import frame
from app.live.hub import Hub

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 0.15
GRACE_SECONDS = 0.01
GRACES = 20
"""How long, and how often again, a version that was read may go unannounced: its thread is between the commit and the
telling, and hundreds of others want the processor, too."""
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
    """`announced`: version -> the pieces it changed (None: all), of those that no frame has shown yet."""

    announced: dict[int, frozenset[str] | None] = field(default_factory=dict)
    seen_through: int | None = None
    task: asyncio.Task[None] | None = None
    next_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    whole: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def announce(self, version: int, pieces: Collection[str] | None) -> None:
        if self.seen_through is None or version > self.seen_through:
            before = self.announced.get(version, frozenset())
            self.announced[version] = None if pieces is None or before is None else before | frozenset(pieces)

    def dirty(self) -> frozenset[str] | None:
        """Every piece that was announced and not shown; None for all."""
        return _union(self.announced.values())

    def changed_through(self, version: int) -> frozenset[str] | None:
        """The pieces that changed after the last frame, up to `version`; None for all, or when nobody said which."""
        start = self.seen_through
        if start is None:
            start = min(self.announced, default=version + 1) - 1
            if start < 0:
                return None
        numbers = range(start + 1, version + 1)
        if not all(number in self.announced for number in numbers):
            return None
        return _union(self.announced[number] for number in numbers)

    def shown(self, version: int) -> None:
        self.seen_through = version
        self.announced = {number: pieces for number, pieces in self.announced.items() if number > version}


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

    def mark_dirty(self, board: Hashable, version: int, pieces: Collection[str] | None) -> None:
        """After a commit that raised the board to `version` and changed `pieces` (None: all of them).

        Lossy without listeners.
        """
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._mark, board, version, pieces)

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

    def _mark(self, name: Hashable, version: int, pieces: Collection[str] | None) -> None:
        if not self._hub.audiences(name):
            self._boards.pop(name, None)
            return
        board = self._boards.setdefault(name, _Board())
        board.announce(version, pieces)
        if board.announced and (board.task is None or board.task.done()):
            board.task = asyncio.create_task(self._redraw_soon(name, board))

    async def _redraw_soon(self, name: Hashable, board: _Board) -> None:
        clock = asyncio.get_running_loop().time
        wait = self._pause
        while board.announced and self._hub.audiences(name):
            await asyncio.sleep(board.next_at - clock())
            began = clock()
            try:
                await self._redraw(name, board)
                # A frame every 150 ms, and two thirds of that between them when drawing takes long.
                wait = max(began + self._pause - clock(), self._pause * 2 / 3)
            except Exception as error:
                # A database that is busy or away: the pieces stay dirty and are drawn when it is back.
                log.error("redraw_failed", error=type(error).__name__, where=whereabouts(error))
                wait = min(wait * 2 + self._pause, LONGEST_WAIT_SECONDS)
            board.next_at = clock() + wait

    async def _redraw(self, name: Hashable, board: _Board) -> None:
        audiences = self._hub.audiences(name)
        if not audiences:
            self._boards.pop(name, None)
            return
        drawing = await self._drawn(name, board, audiences)
        if drawing is None:
            board.announced.clear()
            return
        board.shown(drawing.version)
        for audience in audiences:
            self._hub.deliver(name, audience, frame(drawing.version, drawing.pieces[audience]))

    async def _drawn(self, name: Hashable, board: _Board, audiences: Collection[str]) -> Drawing | None:
        """A drawing of all pieces that changed up to its version: those announced while it was made, too."""
        pieces = board.dirty()
        for _ in range(2):
            drawing = await asyncio.to_thread(self._draw, name, audiences, pieces)
            if drawing is None or pieces is None:
                return drawing
            changed = board.changed_through(drawing.version)
            for _ in range(GRACES):
                if changed is not None:
                    break
                await asyncio.sleep(GRACE_SECONDS)
                changed = board.changed_through(drawing.version)
            if changed is None:
                break
            if changed <= pieces:
                return drawing
            pieces |= changed
        return await asyncio.to_thread(self._draw, name, audiences, None)


def _union(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """All of them together; None, which means everything, swallows the rest."""
    together: frozenset[str] = frozenset()
    for one in sets:
        if one is None:
            return None
        together |= one
    return together

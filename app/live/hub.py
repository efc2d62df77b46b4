"""Keeps the open streams of this process and hands the same bytes to all of an audience; knows no product word."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from app.live.frames import POLL

INBOX: Final = 32
RESYNC: Final = b""
CLOSED: Final = b"closed"
MOST_EACH: Final = 3
"""Streams of one owner: a phone, a tab beside it, and one that a lost network left behind."""
KEPT_BACK: Final = 20
"""Beyond the limit, for who leads a board and for its wall."""


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream. An empty frame (`RESYNC`) in its inbox means: frames were cut, send everything again."""

    board: Hashable
    audience: str
    owner: Hashable | None = None
    inbox: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(INBOX))

    def offer(self, frame: bytes) -> None:
        """Put a frame in; a listener too slow to empty its inbox is resynced instead of waited for."""
        try:
            self.inbox.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.inbox.empty():
                self.inbox.get_nowait()
            self.inbox.put_nowait(frame if frame in (CLOSED, POLL) else RESYNC)


class Hub:
    """Listeners by board and audience. Used from the event loop only.

    `most`: streams of this process; a board has three quarters of them, so that one never takes those of all others.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._listeners: dict[Hashable, dict[str, set[Listener]]] = defaultdict(lambda: defaultdict(set))
        self._owned: dict[Hashable, list[Listener]] = {}
        self._on_board: Counter[Hashable] = Counter()
        self.most = most
        self.most_a_board = most * 3 // 4
        self.closed = False

    def subscribe(
        self, board: Hashable, audience: str, owner: Hashable | None = None, *, leads: bool = False
    ) -> Listener | None:
        """A new stream; None: there are too many, and the page asks for news instead. Of one `owner` the oldest goes.
        `leads`: it is one of the few that everybody looks at, and some places are kept for those."""
        mine = self._owned.get(owner, []) if owner is not None else []
        for oldest in mine[: max(0, len(mine) - MOST_EACH + 1)]:
            oldest.offer(POLL)
            self.unsubscribe(oldest)
        more = KEPT_BACK if leads else 0
        if self._on_board.total() >= self.most + more or self._on_board[board] >= self.most_a_board + more:
            return None
        listener = Listener(board, audience, owner)
        self._listeners[board][audience].add(listener)
        self._on_board[board] += 1
        if owner is not None:
            self._owned.setdefault(owner, []).append(listener)
        return listener

    def unsubscribe(self, listener: Listener) -> None:
        """It hears of nothing any more; twice is no harm."""
        if listener not in self._listeners.get(listener.board, {}).get(listener.audience, ()):
            return
        self._on_board[listener.board] -= 1
        if not self._on_board[listener.board]:
            del self._on_board[listener.board]
        if listener.owner is not None:
            mine = self._owned[listener.owner]
            mine.remove(listener)
            if not mine:
                del self._owned[listener.owner]
        self._forget(listener)

    def _forget(self, listener: Listener) -> None:
        audiences = self._listeners.get(listener.board)
        if audiences is None:
            return
        audiences[listener.audience].discard(listener)
        if not audiences[listener.audience]:
            del audiences[listener.audience]
        if not audiences:
            del self._listeners[listener.board]

    def audiences(self, board: Hashable) -> tuple[str, ...]:
        """The audiences that somebody of this process listens to."""
        return tuple(self._listeners.get(board, ()))

    def deliver(self, board: Hashable, audience: str, frame: bytes) -> None:
        for listener in tuple(self._listeners.get(board, {}).get(audience, ())):
            listener.offer(frame)

    def resync_all(self) -> None:
        """After the relay lost touch: everybody gets everything again."""
        self._tell_all(RESYNC)

    def close(self) -> None:
        """The server is going: every stream ends at once, and its browser comes back by itself."""
        self.closed = True
        self._tell_all(CLOSED)

    def _tell_all(self, frame: bytes) -> None:
        for audiences in tuple(self._listeners.values()):
            for listeners in tuple(audiences.values()):
                for listener in tuple(listeners):
                    listener.offer(frame)

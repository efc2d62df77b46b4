"""Keeps the open streams of this process and hands the same bytes to all of an audience; knows no product word."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

INBOX: Final = 32
RESYNC: Final = b""
CLOSED: Final = b"closed"


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream. An empty frame (`RESYNC`) in its inbox means: frames were cut, send everything again."""

    board: Hashable
    audience: str
    inbox: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(INBOX))

    def offer(self, frame: bytes) -> None:
        """Put a frame in; a listener too slow to empty its inbox is resynced instead of waited for."""
        try:
            self.inbox.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.inbox.empty():
                self.inbox.get_nowait()
            self.inbox.put_nowait(CLOSED if frame == CLOSED else RESYNC)


class Hub:
    """Listeners by board and audience. Used from the event loop only."""

    def __init__(self) -> None:
        self._listeners: dict[Hashable, dict[str, set[Listener]]] = defaultdict(lambda: defaultdict(set))
        self.closed = False

    def subscribe(self, board: Hashable, audience: str) -> Listener:
        listener = Listener(board, audience)
        self._listeners[board][audience].add(listener)
        return listener

    def unsubscribe(self, listener: Listener) -> None:
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

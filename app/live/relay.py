"""Carries (board, version, pieces) from the transaction that changed a board to every process that draws it.

SQLite: one process serves, so a callback after the commit is enough. PostgreSQL: NOTIFY inside the transaction, which
is delivered on commit; each process listens on a connection of its own and asks for everything again when it was cut.
"""

import asyncio
import json
from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlalchemy import make_url, text
from sqlmodel import Session

from app.core.events import on_commit
from app.core.occupancy import IN_USE_KEY
from app.live.hub import Hub
from app.live.redraw import Redraw

log = structlog.get_logger(__name__)

CHANNEL = "fencepost_board"
PAYLOAD_MOST = 7_000
EVERYTHING = "*"


class Relay(Protocol):
    def announce(self, db: Session, board: UUID, version: int, pieces: Collection[str]) -> None:
        """Called inside the transaction that raised the board to `version`."""


class InProcess:
    """For SQLite: one process."""

    def __init__(self, redraw: Redraw) -> None:
        self._redraw = redraw

    def announce(self, db: Session, board: UUID, version: int, pieces: Collection[str]) -> None:
        on_commit(db, lambda: self._redraw.mark_dirty(board, version, pieces))


class AcrossProcesses:
    """For PostgreSQL: LISTEN / NOTIFY carrying names only."""

    def __init__(self, redraw: Redraw, hub: Hub, url: str) -> None:
        self._redraw = redraw
        self._hub = hub
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def announce(self, db: Session, board: UUID, version: int, pieces: Collection[str]) -> None:
        payload = json.dumps([board.hex, version, sorted(pieces)])
        if len(payload) > PAYLOAD_MOST:
            payload = json.dumps([board.hex, version, [EVERYTHING]])
        db.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})

    async def listen(self) -> None:
        """Runs until cancelled; after a lost connection everybody is resynced, so nothing stays missed."""
        import psycopg

        wait = 0.5
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as connection:
                    # Whoever restores or erases finds the house served, also after the server of PostgreSQL was
                    # started anew and what the command held is gone.
                    await connection.execute("SELECT pg_try_advisory_lock_shared(%s)", (IN_USE_KEY,))
                    await connection.execute(f"LISTEN {CHANNEL}")
                    wait = 0.5
                    self._hub.resync_all()
                    async for note in connection.notifies():
                        self._heard(note.payload)
            except psycopg.Error as error:
                log.warning("relay_lost", reason=type(error).__name__, again_in_seconds=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 15)

    def _heard(self, payload: str) -> None:
        board, version, pieces = _read(payload)
        self._redraw.mark_dirty(board, version, None if pieces == [EVERYTHING] else pieces)


def _read(payload: str) -> tuple[UUID, int, list[str]]:
    parts: Any = json.loads(payload)
    return UUID(hex=parts[0]), int(parts[1]), [str(piece) for piece in parts[2]]

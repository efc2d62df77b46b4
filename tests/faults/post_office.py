"""A real mail server that fails half the time, before and after it takes a mail, and remembers what it took.

Each worker that is started gets a counter (a port) of its own, so that what was taken is known to come from it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from enum import StrEnum
from random import Random
from typing import Any

from aiosmtpd.smtp import SMTP

FAILS = 0.5


class Fate(StrEnum):
    """What becomes of one attempt. Those after `TAKEN` are its failures."""

    TAKEN = "taken and said so"
    BUSY = "refused for now before the data (451)"
    UNKNOWN = "refused for good before the data (550)"
    HUNG_UP = "hung up before the data"
    FULL = "refused after the data (452)"
    SILENT = "taken, and hung up before saying so"
    RUDE = "taken, and no decent goodbye"


FAILURES = tuple(Fate)[1:]


@dataclass(frozen=True, slots=True)
class Copy:
    """One mail as it was taken, from which worker."""

    recipient: str
    message_id: str
    worker: str
    fate: Fate


class PostOffice:
    """Runs in a thread of this process."""

    def __init__(self, random: Random, refused_at_first: dict[str, int]) -> None:
        self.random = random
        self.refused_at_first = dict(refused_at_first)
        """Recipient -> how many attempts for them are refused before chance decides."""
        self.copies: list[Copy] = []
        self.fates: Tally[Fate] = Tally()
        self.deadly = 0
        """How many of the next workers that hand over a mail are killed in that moment."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open_counter(self, worker: str, kill: Callable[[], None]) -> int:
        """The port on which this worker, and nobody else, hands over its mails."""

        async def listen() -> int:
            def counter() -> SMTP:
                return SMTP(Counter(self, worker, kill), hostname="127.0.0.1", loop=self._loop)

            server = await self._loop.create_server(counter, "127.0.0.1", 0)
            return int(server.sockets[0].getsockname()[1])

        return asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def fate_of(self, recipient: str) -> Fate:
        if self.refused_at_first.get(recipient, 0) > 0:
            self.refused_at_first[recipient] -= 1
            return Fate.UNKNOWN
        return self.random.choice(FAILURES) if self.random.random() < FAILS else Fate.TAKEN


class Counter:
    """One connection of one worker, as aiosmtpd calls it; a worker sends one mail a connection."""

    def __init__(self, office: PostOffice, worker: str, kill: Callable[[], None]) -> None:
        self.office, self.worker, self.kill = office, worker, kill
        self.fate = Fate.TAKEN

    async def handle_RCPT(self, server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        self.fate = self.office.fate_of(address)
        self.office.fates[self.fate] += 1
        if self.fate is Fate.BUSY:
            return "451 Come back later"
        if self.fate is Fate.UNKNOWN:
            return "550 Nobody of that name"
        if self.fate is Fate.HUNG_UP:
            return _hang_up(server)
        envelope.rcpt_tos.append(address)
        return "250 Go on"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if self.fate is Fate.FULL:
            return "452 No room"
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        self.office.copies.append(Copy(envelope.rcpt_tos[0], message_id, self.worker, self.fate))
        if self.office.deadly and self.fate is Fate.TAKEN:
            self.office.deadly -= 1
            self.kill()
        return _hang_up(server) if self.fate is Fate.SILENT else "250 Taken"

    async def handle_QUIT(self, _server: SMTP, _session: Any, _envelope: Any) -> str:
        return "451 Not yet" if self.fate is Fate.RUDE else "221 Bye"


def _hang_up(server: SMTP) -> str:
    """As a server that dies: the other side sees the connection end. (What is said here is never heard.)"""
    assert server.transport is not None
    server.transport.abort()
    return "421 Gone"

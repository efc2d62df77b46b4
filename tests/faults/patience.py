"""A browser that sends again, exactly as it was, what nobody answered or the server could not do just now."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from random import Random

from tests.load.wire import Answer, Browser, WireBroke

PATIENCE_SECONDS = 300.0
LATER = frozenset({429, 500, 502, 503, 504, 507})


class Nobody(Exception):
    """No answer in all that time."""


class PatientBrowser(Browser):
    """As the page's scripts do (composer.js, ballot.js), and as Chromium does by itself where a connection that it
    used before is gone. Counts into `counts`: posts that were `confirmed`, and tries that were `sent again`."""

    def __init__(
        self, host: str, port: int, random: Random, counts: Counter[str], address: str = "127.0.0.1"
    ) -> None:
        super().__init__(host, port, address)
        self.random, self.counts = random, counts
        self.sent_again = 0
        self.told: set[str] = set()
        """What was said to this person when it could not be done just now."""

    async def _follow(self, method: str, path: str, body: bytes, fragment: bool) -> Answer:
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends:
            answer = await self._once(method, path, body, fragment)
            if answer is not None and answer.status not in LATER:
                self.counts["confirmed"] += method == "POST" and not answer.is_refused
                return answer
            if answer is not None:
                self.counts[f"told later ({answer.status})"] += 1
                self.told.add(answer.text)
            self.counts["sent again"] += method == "POST"
            self.sent_again += method == "POST"
            await asyncio.sleep(self.random.uniform(0.05, 0.25))
        raise Nobody(f"{method} {path}")

    async def _once(self, method: str, path: str, body: bytes, fragment: bool) -> Answer | None:
        try:
            return await super()._follow(method, path, body, fragment)
        except (WireBroke, OSError, TimeoutError, asyncio.IncompleteReadError):
            await self.close()
            return None

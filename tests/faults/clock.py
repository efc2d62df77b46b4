"""One clock for several processes, so fast that leases pass in seconds, and moved ahead where all wait."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.core.clock import Clock

SPEED = 60
"""Seconds of this clock in a second of the machine: a lease of five minutes passes in five seconds."""


class FastClock(Clock):
    """Read from `file`: when it began (of the machine), and how far it was moved ahead since."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def begin(self, at: datetime) -> None:
        self._write(time.time(), at)

    def now(self) -> datetime:
        began, at = self.file.read_text().split()
        return datetime.fromisoformat(at) + timedelta(seconds=(time.time() - float(began)) * SPEED)

    def move_to(self, moment: datetime) -> None:
        """Ahead only: a moment that is gone changes nothing."""
        if moment > self.now():
            self._write(time.time(), moment)

    def _write(self, began: float, at: datetime) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{began} {at.astimezone(UTC).isoformat()}")
        os.replace(fresh, self.file)  # a reader sees the one or the other

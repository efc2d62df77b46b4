"""Lets a retro lie there, hour by hour, while a process runs: what people do not do is played here."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from app.core.db import Database
from app.retros.jobs import run_due

HOUR = timedelta(hours=1)


class Running:
    """A process that runs beside a house: its monotonic clock goes on while the wall's clock is set as one likes."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now, self.elapsed = database, now, 1_000.0
        self.look()

    def look(self) -> None:
        run_due(self.database, self.now, Random(1), elapsed=lambda: self.elapsed)

    def hours(self, number: int) -> Running:
        """So many hours go by, by both clocks."""
        for _ in range(number):
            self.now += HOUR
            self.elapsed += 3_600
            self.look()
        return self

    def set_clock(self, by: timedelta) -> Running:
        """Somebody sets the wall's clock."""
        self.now += by
        self.look()
        return self


def left_alone(database: Database, now: datetime, days: int = 4) -> datetime:
    """Nobody who runs it does anything for so many days; returns when that is."""
    return Running(database, now).hours(days * 24).now

"""Tells the time; the only place that asks the machine for it, so that tests can set it."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def elapsed() -> float:
    """Seconds of a clock that nobody can set: only differences mean anything, and only in this process."""
    return time.monotonic()


class SetClock(Clock):
    """A clock that stands where it is put (tests, demo data)."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by

"""Runs due work again and again, in the server's lifespan or as `fencepost worker`; knows no job by name.

A job that fails is tried again later and later, holds up none of the others, and is written down in the database: so
`/readyz` of every process says what is wrong, also where another process does the work.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import Refusal, whereabouts
from app.core.models import JobFailure

log = structlog.get_logger(__name__)

Job = Callable[[Database, datetime], None]
EVERY_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0
FORGOTTEN_AFTER = timedelta(minutes=2)
"""Past its next try: the process that wrote a failure down is gone, and so is what it knew."""

T = TypeVar("T")


async def run_for_ever(jobs: Sequence[Job], database: Database, clock: Clock) -> None:
    """Until cancelled."""
    work = DueWork(jobs, database, clock)
    while True:
        await asyncio.to_thread(work.run_round)
        await asyncio.sleep(EVERY_SECONDS)


def run_once(jobs: Sequence[Job], database: Database, clock: Clock) -> None:
    """One round, each job whatever became of it before."""
    DueWork(jobs, database, clock).run_round()


def for_each(things: Iterable[T], work: Callable[[T], None]) -> None:
    """Work on all of them: one that fails holds up none of the others. Raises the first trouble at the end."""
    troubles: list[Exception] = []
    for thing in things:
        try:
            work(thing)
        except Exception as trouble:
            troubles.append(trouble)
    if troubles:
        raise troubles[0]


def failing(db: Session, now: datetime) -> list[JobFailure]:
    """What is in trouble at this moment."""
    statement = select(JobFailure).where(col(JobFailure.next_at) > now - FORGOTTEN_AFTER)
    return list(db.exec(statement.order_by(JobFailure.job)))


@dataclass(slots=True)
class _Trouble:
    times: int
    again_at: float  # of the monotonic clock: the other one may jump


class DueWork:
    """Some jobs, and what this process knows of how they went."""

    def __init__(self, jobs: Sequence[Job], database: Database, clock: Clock) -> None:
        self._jobs = jobs
        self._database = database
        self._clock = clock
        self._troubles: dict[str, _Trouble] = {}
        self._known_good: set[str] = set()

    def run_round(self) -> None:
        """Every job that is not waiting after a failure."""
        for job in self._jobs:
            name = f"{job.__module__}.{getattr(job, '__qualname__', job)}"
            trouble = self._troubles.get(name)
            if trouble is not None and time.monotonic() < trouble.again_at:
                continue
            try:
                job(self._database, self._clock.now())
            except Exception as error:
                self._failed(name, error)
            else:
                self._went_well(name)

    def _failed(self, name: str, error: Exception) -> None:
        times = self._troubles[name].times + 1 if name in self._troubles else 1
        pause = min(EVERY_SECONDS * 2 ** min(times, 10), LONGEST_PAUSE_SECONDS)
        self._troubles[name] = _Trouble(times, time.monotonic() + pause)
        self._known_good.discard(name)
        reason = _reason(error)
        log.error("job_failed", job=name, error=reason, where=whereabouts(error), times=times, again_in_seconds=pause)
        self._write_down(name, reason, times, pause)

    def _write_down(self, name: str, reason: str, times: int, pause: float) -> None:
        now = self._clock.now()
        try:
            with self._database.transaction() as db:
                row = db.get(JobFailure, name) or JobFailure(job=name, reason="", times=0, since=now, next_at=now)
                row.reason, row.times, row.next_at = reason, times, now + timedelta(seconds=pause)
                db.add(row)
        except (Refusal, DBAPIError) as error:
            # Then the database is the trouble, and /readyz says that.
            log.warning("job_failure_not_kept", job=name, error=type(error).__name__)

    def _went_well(self, name: str) -> None:
        """The first time in this process it looks what another process, or this one, has written down."""
        if name in self._known_good:
            return
        try:
            with self._database.reading() as db:
                known = db.get(JobFailure, name) is not None
            if known:
                with self._database.transaction() as db:
                    row = db.get(JobFailure, name)
                    if row is not None:
                        db.delete(row)
        except (Refusal, DBAPIError):
            return  # looked at again in the next round
        if self._troubles.pop(name, None) is not None:
            log.info("job_recovered", job=name)
        self._known_good.add(name)


def _reason(error: Exception) -> str:
    """Its kind, and what the system said; never what a message of ours says, which may quote what somebody typed."""
    said = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__}{said}"[:200]

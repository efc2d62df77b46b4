"""Runs due work again and again, in the server's lifespan or as `fencepost worker`; knows no job by name."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import whereabouts

log = structlog.get_logger(__name__)

Job = Callable[[Database, datetime], None]
EVERY_SECONDS = 5.0


async def run_for_ever(jobs: Sequence[Job], database: Database, clock: Clock) -> None:
    """Until cancelled. A job that fails is said in the log and tried again with the next round."""
    while True:
        await asyncio.to_thread(run_once, jobs, database, clock)
        await asyncio.sleep(EVERY_SECONDS)


def run_once(jobs: Sequence[Job], database: Database, clock: Clock) -> None:
    for job in jobs:
        try:
            job(database, clock.now())
        except Exception as error:
            name = f"{job.__module__}.{job.__qualname__}"
            log.error("job_failed", job=name, error=type(error).__name__, where=whereabouts(error))

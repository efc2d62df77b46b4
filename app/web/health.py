"""Tells a watchdog whether the process lives, and whether everything is as it should be to serve."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.db import Database
from app.core.errors import Refusal
from app.core.jobs import failing
from app.core.migrate import newest_revision
from app.core.models import JobFailure
from app.core.schema import differences, in_short
from app.web.deps import TheClock, TheDatabase

router = APIRouter()


@router.get("/healthz")
def alive() -> PlainTextResponse:
    return PlainTextResponse("alive\n")


@router.get("/readyz")
def ready(database: TheDatabase, clock: TheClock) -> PlainTextResponse:
    """Whether the database answers, has the tables of this version, and due work gets done."""
    try:
        troubles = _troubles(database, clock.now())
    except (Refusal, DBAPIError) as error:
        troubles = [type(error).__name__]
    return _not_ready(*troubles) if troubles else PlainTextResponse(f"ready at {newest_revision()}\n")


def _troubles(database: Database, now: datetime) -> list[str]:
    """What is wrong first: the version of the database, its tables, or work that is due. Raises what storage does."""
    with database.reading() as db:
        revision = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision != newest_revision():
        return [f"the database is at {revision}; run fencepost migrate"]
    if different := differences(database):
        return [f"the tables are not those of this version: {in_short(different)}"]
    with database.reading() as db:
        return [_in_words(one) for one in failing(db, now)]


def _not_ready(*because: str) -> PlainTextResponse:
    return PlainTextResponse("".join(f"not ready: {one}\n" for one in because), status_code=503)


def _in_words(one: JobFailure) -> str:
    times = "once" if one.times == 1 else f"{one.times} times"
    return (
        f"the job {one.job} failed {times} since {one.since:%Y-%m-%d %H:%M} UTC ({one.reason}); "
        f"next try at {one.next_at:%H:%M:%S} UTC, more is in the log"
    )

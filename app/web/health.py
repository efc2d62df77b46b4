"""Tells a watchdog whether the process lives and whether it can serve."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.errors import Refusal
from app.core.migrate import newest_revision
from app.web.deps import TheDatabase

router = APIRouter()


@router.get("/healthz")
def alive() -> PlainTextResponse:
    return PlainTextResponse("alive\n")


@router.get("/readyz")
def ready(database: TheDatabase) -> PlainTextResponse:
    try:
        with database.reading() as db:
            revision = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (Refusal, DBAPIError) as error:
        return PlainTextResponse(f"not ready: {type(error).__name__}\n", status_code=503)
    if revision != newest_revision():
        return PlainTextResponse(
            f"not ready: the database is at {revision}; run fencepost migrate\n", status_code=503
        )
    return PlainTextResponse(f"ready at {revision}\n")

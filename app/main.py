"""Puts the house together: the only module that imports every slice."""

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any

from fastapi import APIRouter, FastAPI

from app.actions import api as actions_api
from app.actions import jobs as actions_jobs
from app.actions import reactions as actions_reactions
from app.actions import routes as actions_routes
from app.agreements import reactions as agreements_reactions
from app.agreements import routes as agreements_routes
from app.anonymity import routes as anonymity_routes
from app.anonymity.service.keys import KeyStore
from app.board import reactions as board_reactions
from app.board import routes as board_routes
from app.board.pieces.painter import Painter
from app.board.routes.cookies import SeatCookies
from app.briefs import routes as briefs_routes
from app.core.clock import Clock
from app.core.config import Settings
from app.core.db import Database
from app.core.descriptors import raise_limit, streams_that_fit
from app.core.events import Bus
from app.core.jobs import run_for_ever
from app.core.signing import SigningKey
from app.departments import reactions as departments_reactions
from app.departments import routes as departments_routes
from app.desk import routes as desk_routes
from app.entries import reactions as entries_reactions
from app.entries import routes as entries_routes
from app.evidence import jobs as evidence_jobs
from app.evidence import routes as evidence_routes
from app.friction import routes as friction_routes
from app.live.hub import Hub
from app.live.redraw import Redraw
from app.live.relay import AcrossProcesses, InProcess
from app.meaning.service import encoders
from app.notifications import jobs as notifications_jobs
from app.notifications import reactions as notifications_reactions
from app.notifications import routes as notifications_routes
from app.outcomes import jobs as outcomes_jobs
from app.outcomes import reactions as outcomes_reactions
from app.outcomes import routes as outcomes_routes
from app.outcomes.routes.history import UPLOADS
from app.people import routes as people_routes
from app.projects import routes as projects_routes
from app.pulse import reactions as pulse_reactions
from app.retros import jobs as retros_jobs
from app.retros import reactions as retros_reactions
from app.retros import routes as retros_routes
from app.scorecards import routes as scorecards_routes
from app.themes import jobs as themes_jobs
from app.themes import reactions as themes_reactions
from app.themes import routes as themes_routes
from app.topics import reactions as topics_reactions
from app.topics import routes as topics_routes
from app.votes import reactions as votes_reactions
from app.web import errors, health, logging, style
from app.web.access_log import AccessLog, SeatRequests
from app.web.body_limit import BodyLimit
from app.web.bursts import Bursts
from app.web.csrf import OwnOriginOnly
from app.web.limits import Limits
from app.web.security_headers import SecurityHeaders
from app.web.static import CachedStaticFiles
from app.web.templating import folder, render

ROUTERS = (
    *board_routes.SEATED, health.router, style.router, anonymity_routes.router, people_routes.router,
    departments_routes.router, projects_routes.router, retros_routes.router, entries_routes.router,
    *topics_routes.ROUTERS, *themes_routes.ROUTERS, agreements_routes.router, *actions_routes.ROUTERS,
    *desk_routes.ROUTERS, *actions_api.ROUTERS, briefs_routes.router, scorecards_routes.router,
    friction_routes.router, evidence_routes.router, outcomes_routes.router,
    *notifications_routes.ROUTERS, *board_routes.ROUTERS,
)  # fmt: skip
"""Tried in this order. Flat, because each level of inclusion is matched twice."""

# Bottom to top: within one fact, lower slices react first.
REACTIONS = (
    departments_reactions, retros_reactions, entries_reactions, topics_reactions, themes_reactions, votes_reactions,
    pulse_reactions, actions_reactions, agreements_reactions, outcomes_reactions, notifications_reactions,
)  # fmt: skip

JOBS = (
    retros_jobs.run_due,
    themes_jobs.run_due,
    evidence_jobs.run_due,
    actions_jobs.run_due,
    notifications_jobs.run_due,
    outcomes_jobs.run_due,
)
"""Everything that falls due by itself."""


@cache
def _included() -> APIRouter:
    """All routers, included once: FastAPI works out each route when it is first asked for, 0.3 s in all, and every
    further application of the process (tests start thousands) has that already."""
    every = APIRouter()
    for router in ROUTERS:
        every.include_router(router)
    return every


def create_app(
    settings: Settings | None = None, *, database: Database | None = None, clock: Clock | None = None
) -> FastAPI:
    """The application. `database` and `clock` may be brought along (tests, demo)."""
    settings = settings or Settings()
    clock = clock or Clock()
    database = database or open_database(settings)
    app = FastAPI(
        title="Fencepost", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan, redirect_slashes=False
    )
    app.state.settings, app.state.clock, app.state.database = settings, clock, database
    app.state.limits = Limits()
    app.state.bursts = Bursts()
    _wire(app, database, settings, clock)
    errors.install(app)
    app.router.routes.extend(_included().routes)
    app.mount("/static", CachedStaticFiles(directory=folder("static")), name="static")
    app.add_middleware(errors.ErrorBoundary)
    app.add_middleware(SeatCookies)
    app.add_middleware(OwnOriginOnly, public_url=settings.public_url)
    # The file of that size, and what its form says beside it.
    larger = {UPLOADS: settings.max_upload_bytes + settings.max_body_bytes}
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, larger=larger)
    app.add_middleware(SecurityHeaders, public_url=settings.public_url)
    app.state.seat_requests = SeatRequests()
    app.add_middleware(AccessLog, seats=app.state.seat_requests)
    return app


def open_database(settings: Settings) -> Database:
    """The database with the reactions of every slice: also for the worker and the command line."""
    if settings.url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Database(settings.url, settings=settings, **database_services(settings.keys_dir, settings.encoder))


def database_services(secrets: Path, encoder: str) -> dict[str, Any]:
    """What every session of a database carries along: its keys, how mails become HTML, and what compares texts."""
    return {
        "keys": KeyStore(secrets),
        "signing_key": SigningKey(secrets),
        "render": render,
        "encoder": encoders.chosen(encoder),
    }


def from_environment() -> FastAPI:
    """For `uvicorn --factory`."""
    settings = Settings()
    logging.set_up(as_json=settings.log_json)
    app = create_app(settings)
    leave_what_stays_alone()
    return app


def leave_what_stays_alone() -> None:
    """Take what was loaded out of the garbage collector's rounds: one full round stops the process for 0.3 s."""
    gc.collect()
    gc.freeze()


def register_reactions(bus: Bus) -> None:
    """Let every slice react to what others do. Once a bus; also for the worker and the command line."""
    for reactions in REACTIONS:
        reactions.register(bus)


def _wire(app: FastAPI, database: Database, settings: Settings, clock: Clock) -> None:
    hub = Hub(streams_that_fit(raise_limit()))
    painter = Painter(database, settings, clock)
    redraw = Redraw(hub, painter.draw)
    relay = InProcess(redraw) if database.is_sqlite else AcrossProcesses(redraw, hub, database.url)
    app.state.hub, app.state.redraw, app.state.relay, app.state.painter = hub, redraw, relay, painter
    register_reactions(database.bus)
    board_reactions.register(database.bus, relay)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    state.redraw.start()
    unchain = _close_streams_on_signal(state.hub)
    tasks = []
    if isinstance(state.relay, AcrossProcesses):
        tasks.append(asyncio.create_task(state.relay.listen()))
    if state.settings.run_jobs:
        tasks.append(asyncio.create_task(run_for_ever(JOBS, state.database, state.clock)))
    try:
        yield
    finally:
        unchain()
        state.hub.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        state.seat_requests.write()


def _close_streams_on_signal(hub: Hub) -> Callable[[], None]:
    """End the streams as soon as the server is told to go: uvicorn itself waits for them for ever (stack trap 1)."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}

    def close_then(previous: Any, number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.close)
        if callable(previous):
            previous(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.getsignal(number)
        signal.signal(number, partial(close_then, before[number]))

    def put_back() -> None:
        for number, previous in before.items():
            signal.signal(number, previous)

    return put_back

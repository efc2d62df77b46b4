"""Puts the house together: the only module that imports every slice."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Any

from fastapi import FastAPI

from app.anonymity.service.keys import KeyStore
from app.core.clock import Clock
from app.core.config import Settings
from app.core.db import Database
from app.core.events import Bus
from app.core.jobs import Job, run_for_ever
from app.live.hub import Hub
from app.live.redraw import Redraw
from app.live.relay import AcrossProcesses, InProcess
from app.web import errors, health, logging
from app.web.access_log import AccessLog
from app.web.body_limit import BodyLimit
from app.web.csrf import OwnOriginOnly
from app.web.limits import Limits
from app.web.security_headers import SecurityHeaders
from app.web.static import CachedStaticFiles
from app.web.templating import folder

SLICES = (
    "anonymity", "people", "departments", "projects", "retros", "entries", "topics", "votes", "pulse",
    "actions", "exchange", "notifications", "board",
)  # fmt: skip


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
    _wire(app, database, settings, clock)
    errors.install(app)
    for router in _routers():
        app.include_router(router)
    app.mount("/static", CachedStaticFiles(directory=folder("static")), name="static")
    app.add_middleware(errors.Unbroken)
    app.add_middleware(OwnOriginOnly, public_url=settings.public_url)
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog)
    return app


def open_database(settings: Settings) -> Database:
    """The database with the reactions of every slice: also for the worker and the command line."""
    if settings.url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Database(settings.url, keys=KeyStore(settings.keys_dir), settings=settings)


def from_environment() -> FastAPI:
    """For `uvicorn --factory`."""
    settings = Settings()
    logging.set_up(as_json=settings.log_json)
    return create_app(settings)


def _wire(app: FastAPI, database: Database, settings: Settings, clock: Clock) -> None:
    hub = Hub()
    painter = _painter(database, settings, clock)
    redraw = Redraw(hub, painter.draw)
    relay = InProcess(redraw) if database.is_sqlite else AcrossProcesses(redraw, hub, database.url)
    app.state.hub, app.state.redraw, app.state.relay, app.state.painter = hub, redraw, relay, painter
    app.state.jobs = jobs()
    register_reactions(database.bus)
    board = import_module("app.board.reactions")
    board.register(database.bus, relay)


def register_reactions(bus: Bus) -> None:
    """Bottom to top: within one fact, lower slices react first. Once a bus."""
    for name in SLICES[:-1]:
        with suppress(ModuleNotFoundError):
            import_module(f"app.{name}.reactions").register(bus)


def jobs() -> Sequence[Job]:
    """Everything that falls due by itself."""
    found: list[Job] = []
    for name in ("retros", "actions", "notifications"):
        with suppress(ModuleNotFoundError):
            found.append(import_module(f"app.{name}.jobs").run_due)
    return found


def _painter(database: Database, settings: Settings, clock: Clock) -> Any:
    return import_module("app.board.pieces").Painter(database, settings, clock)


def _routers() -> list[Any]:
    found = [health.router]
    for name in ("app.web.style", *(f"app.{slice_name}.routes" for slice_name in SLICES)):
        with suppress(ModuleNotFoundError):
            found.append(import_module(name).router)
    return found


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    state.redraw.start()
    unchain = _close_streams_on_signal(state.hub)
    tasks = []
    if isinstance(state.relay, AcrossProcesses):
        tasks.append(asyncio.create_task(state.relay.listen()))
    if state.settings.run_jobs:
        tasks.append(asyncio.create_task(run_for_ever(state.jobs, state.database, state.clock)))
    try:
        yield
    finally:
        unchain()
        state.hub.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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

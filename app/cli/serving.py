"""`fencepost serve | demo | worker`: what runs until it is stopped."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import ExitStack
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import DataFolder, Host, Port, make_data_folder, settings_from, stop
from app.core.clock import Clock

if TYPE_CHECKING:
    from app.core.config import Settings


def serve(
    data: DataFolder = None,
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Bring the database up to date, say how to set up the first account, and serve."""
    from app.cli.opening import opened
    from app.core.occupancy import only_server
    from app.core.own_address import own_address
    from app.people.service import invitations

    settings = settings_from(data, host, port)
    if workers > 1 and settings.url.startswith("sqlite"):
        stop("SQLite is served by one process. Set FENCEPOST_DATABASE_URL=postgresql://... for more workers.")
    make_data_folder(settings)
    with only_server(settings.url):
        with opened(settings) as database, database.transaction() as db:
            token = invitations.prepare_setup(db, Clock().now())
        greeting = []
        if token is not None:
            link = f"{own_address(settings)}/desk/setup/{token}"
            greeting = ["", "Set up the first account here (this link works once):", f"  {link}", ""]
        _serve(settings, workers, greeting)


def demo(
    data: DataFolder = None,
    host: Host = None,
    port: Port = None,
    remove: Annotated[bool, typer.Option("--remove", help="Delete the demo company and its folder.")] = False,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build it, then stop.", hidden=True)] = False,
) -> None:
    """Serve a lively made-up company, in a folder of its own, with links to sign in."""
    from app.cli.opening import opened
    from app.core.occupancy import only_server
    from app.core.own_address import own_address
    from app.demo import build as demo_company

    settings = settings_from(data or Path("fencepost-demo"), host, port)
    if remove:
        _remove_demo(settings)
        return
    make_data_folder(settings)
    with only_server(settings.url):
        with opened(settings) as database:
            access = demo_company.open_or_build(database, Clock().now(), SystemRandom())
        lines = access.lines(own_address(settings))
        if build_only:
            typer.echo("\n".join(lines))
        else:
            _serve(settings, 1, lines)


def worker(data: DataFolder = None) -> None:
    """Run due work (mails, reminders, retros that close by themselves) in a process of its own."""
    from app.cli.opening import opened
    from app.core.jobs import run_for_ever
    from app.main import JOBS, leave_what_stays_alone

    with opened(settings_from(data)) as database:
        leave_what_stays_alone()
        typer.echo("Fencepost worker: running due work. Stop with Ctrl-C.")
        try:
            asyncio.run(run_for_ever(JOBS, database, Clock()))
        except KeyboardInterrupt:
            return


def _serve(settings: Settings, workers: int, greeting: list[str]) -> None:
    """Say what there is to say once the port is ours, and serve until told to stop."""
    from app.cli.running import bound_sockets, run
    from app.core.occupancy import beside_others
    from app.core.own_address import own_address

    with ExitStack() as held:
        held.enter_context(beside_others(settings.url))
        sockets = held.enter_context(bound_sockets(settings))
        for line in greeting:
            typer.echo(line)
        typer.echo(f"Fencepost is at {own_address(settings)}  (stop with Ctrl-C)")
        run(settings, sockets, workers)


def _remove_demo(settings: Settings) -> None:
    from app.core.occupancy import alone

    if not (settings.data_dir / "DEMO").exists():
        stop(f"{settings.data_dir} is not a demo folder: nothing was removed.")
    with alone(settings.url):
        shutil.rmtree(settings.data_dir)
    typer.echo(f"The demo company is gone ({settings.data_dir}).")

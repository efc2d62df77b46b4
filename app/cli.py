"""The command line: `fencepost serve | demo | worker | migrate | backup | restore | user | import | bench ...`."""

import asyncio
import fcntl
import os
import shutil
import sys
from importlib import import_module
from pathlib import Path
from random import SystemRandom
from typing import IO, Annotated, NoReturn

import typer
import uvicorn
from sqlalchemy.exc import OperationalError

from app.actions import service as actions
from app.actions.rules.list_files import ListFile, UnreadableList, read_list, text_of
from app.actions.rules.loading import Outcome
from app.anonymity.service import backup as backups
from app.core import migrate as migrations
from app.core.clock import Clock
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Refusal
from app.core.events import Bus
from app.core.jobs import run_for_ever
from app.core.own_address import own_address
from app.entries import service as entries
from app.exchange.service import at_the_shell as history
from app.exchange.service import erasing_at_the_shell as erasing
from app.exchange.service import leaving_at_the_shell as leaving
from app.insights.service import at_the_shell as findings
from app.main import JOBS, leave_what_stays_alone, open_database, register_reactions
from app.people import service as people
from app.web import logging

_held: list[IO[str]] = []
cli = typer.Typer(help="Fencepost: structured, anonymous post-mortems of joint projects.", no_args_is_help=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of the database and the secrets.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on.")]


def main() -> None:
    """Entry point of the `fencepost` command."""
    cli()


@cli.command()
def serve(
    data: DataFolder = None,
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Bring the database up to date, say how to set up the first account, and serve."""
    settings = _settings(data, host, port)
    database = _opened(settings)
    with database.transaction() as db:
        token = people.prepare_setup(db, Clock().now())
    database.dispose()
    if token is not None:
        typer.echo("\nSet up the first account here (this link works once):")
        typer.echo(f"  {own_address(settings)}/desk/setup/{token}\n")
    _serve(settings, workers)


@cli.command()
def demo(
    data: DataFolder = None,
    host: Host = None,
    port: Port = None,
    remove: Annotated[bool, typer.Option("--remove", help="Delete the demo company and its folder.")] = False,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build it and stop.", hidden=True)] = False,
) -> None:
    """Serve a lively made-up company, in a folder of its own, with links to sign in."""
    from app.demo import build as demo_company

    settings = _settings(data or Path("fencepost-demo"), host, port)
    if remove:
        _remove_demo(settings)
        return
    database = _opened(settings)
    try:
        access = demo_company.open_or_build(database, Clock().now(), SystemRandom())
    except demo_company.ThisIsNoDemo as refusal:
        _stop(refusal.sentence)
    finally:
        database.dispose()
    for line in access.lines(own_address(settings)):
        typer.echo(line)
    if not build_only:
        _serve(settings, workers=1)


@cli.command()
def worker(data: DataFolder = None) -> None:
    """Run due work (mails, reminders, retros that close by themselves) in a process of its own."""
    settings = _settings(data, None, None)
    database = _opened(settings)
    leave_what_stays_alone()
    typer.echo("Fencepost worker: running due work. Stop with Ctrl-C.")
    try:
        asyncio.run(run_for_ever(JOBS, database, Clock()))
    except KeyboardInterrupt:
        database.dispose()


@cli.command()
def migrate(data: DataFolder = None) -> None:
    """Bring the database up to date and stop."""
    _opened(_settings(data, None, None)).dispose()
    typer.echo("The database is up to date.")


@cli.command()
def backup(target: Path, data: DataFolder = None) -> None:
    """Copy the database to TARGET, without seats, drafts, votes and keys of open retros."""
    settings = _settings(data, None, None)
    register_reactions(Bus())  # makes every slice declare its short-lived tables
    try:
        backups.back_up(settings.url, target)
    except backups.BackupFailed as failed:
        _stop(str(failed))
    typer.echo(f"The backup is at {target}.")


@cli.command()
def restore(
    source: Path,
    data: DataFolder = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the present database.")] = False,
) -> None:
    """Put an SQLite backup back (stop the server first)."""
    settings = _settings(data, None, None)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        backups.restore(source, settings.url, replace=replace)
    except backups.BackupFailed as failed:
        _stop(str(failed))
    _opened(settings).dispose()
    typer.echo("The backup is in place.")


@cli.command()
def user(
    email: str,
    name: Annotated[str, typer.Option(help="The person's name.")],
    admin: bool = False,
    facilitator: bool = True,
    data: DataFolder = None,
) -> None:
    """Create an account and print its one-time link to set a password."""
    settings = _settings(data, None, None)
    database = _opened(settings)
    with database.transaction() as db:
        account_id = people.create_account(
            db, email, name, None, is_admin=admin, is_facilitator=facilitator, now=Clock().now()
        )
        token = people.prepare_new_link(db, None, account_id, Clock().now())
    database.dispose()
    typer.echo(f"{own_address(settings)}/desk/invitations/{token}")


@cli.command()
def load_actions(
    file: Path,
    list_name: Annotated[str, typer.Option("--list", help="What this list is called; the same name recognises it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")] = False,
    department: Annotated[str, typer.Option(help="Who provides what names no department.")] = "",
    data: DataFolder = None,
) -> None:
    """Load a list of actions from FILE (CSV with a header, or JSON Lines)."""
    database = _opened(_settings(data, None, None))
    try:
        found = read_list(text_of(file.read_bytes()))
        with database.reading() if dry_run else database.transaction() as db:
            load = actions.would_load if dry_run else actions.load
            report = load(db, None, found.rows, list_name, Clock().now(), department)
    except OSError as error:
        _stop(f"{file} cannot be read: {error.strerror}.")
    except (UnreadableList, Refusal) as refused:
        _stop(str(refused))
    finally:
        database.dispose()
    _say_what_was_loaded(report, found, dry_run)


@cli.command("import")
def import_history(
    file: Path,
    source: Annotated[str, typer.Option(help="What this history is called; the same name recognises it.")] = "",
    preset: Annotated[str, typer.Option(help="parabol, scrumlr, refacto, azure, markdown, columns.")] = "",
    columns: Annotated[list[str] | None, typer.Option("--map", help="“Their column=our column”.")] = None,
    departments: Annotated[
        list[str] | None, typer.Option("--department", help="“Theirs=Ours”, =create, =ignore.")
    ] = None,
    day: Annotated[str, typer.Option("--date", help="The day of what states none: 2026-03-31.")] = "",
    email: Annotated[str, typer.Option("--as", help="Whose the retros are; else the first admin.")] = "",
    with_actions: Annotated[
        bool, typer.Option("--actions/--no-actions", help="Also load actions as promises.")
    ] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")] = False,
    data: DataFolder = None,
) -> None:
    """Load past retros from FILE (CSV, XLSX, JSON Lines, Markdown, other tools' exports) and say what recurs."""
    asked = history.Asked(source, preset, columns or [], departments or [], day, email, with_actions, dry_run)
    database = _opened(_settings(data, None, None))
    try:
        history.run(database, file, asked, Clock().now(), typer.echo)
        if not dry_run:
            findings.take_in_and_say(database, Clock().now(), typer.echo)
    except OSError as error:
        _stop(f"{file} cannot be read: {error.strerror}.")
    except (ValueError, Refusal) as refused:
        _stop(str(refused))
    finally:
        database.dispose()


@cli.command()
def imports(
    undo: Annotated[str, typer.Option(help="The number of an import: remove everything that came with it.")] = "",
    data: DataFolder = None,
) -> None:
    """List the imports of past retros, or undo one."""
    database = _opened(_settings(data, None, None))
    try:
        history.list_or_undo(database, undo, Clock().now(), typer.echo)
        if undo:
            findings.take_in_and_say(database, Clock().now(), typer.echo)
    except (ValueError, Refusal) as refused:
        _stop(str(refused))
    finally:
        database.dispose()


@cli.command()
def leave(
    email: str,
    to: Annotated[str, typer.Option("--to", help="The address of who takes everything over.")] = "",
    single: Annotated[
        list[str] | None, typer.Option("--only", help="“2=ADDRESS”: a single thing to another.")
    ] = None,
    for_good: Annotated[bool, typer.Option("--for-good", help="Do it. Else it only says what is open.")] = False,
    data: DataFolder = None,
) -> None:
    """Somebody leaves: say what is open, hand it over, and disable the account."""
    database = _opened(_settings(data, None, None))
    try:
        leaving.run(database, email, to, single or [], for_good, Clock().now(), typer.echo)
    except (ValueError, Refusal) as refused:
        _stop(str(refused))
    finally:
        database.dispose()


@cli.command()
def erase(
    what: Annotated[str, typer.Argument(help="account, retro or house.")],
    which: Annotated[str, typer.Argument(help="An address; a title or code; the name of the house.")],
    data: DataFolder = None,
    for_good: Annotated[bool, typer.Option("--for-good", help="Do it. Else it only says what would go.")] = False,
) -> None:
    """Erase an account, a retro or everything; says first what would go and what stays."""
    settings = _settings(data, None, None)
    database = _opened(settings)
    if what == "house" and for_good and database.is_sqlite:
        _be_the_only_one(settings.data_dir)
    try:
        erasing.erase(database, what, which, for_good, Clock().now(), typer.echo)
    except (ValueError, Refusal) as refused:
        _stop(str(refused))
    finally:
        database.dispose()


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="live (and how many people), or themes.")] = "live",
) -> None:
    """Measure the live screens or the grouping of texts on this machine (needs a checkout of the source)."""
    subject, more = ("live", [subject, *context.args]) if subject.isdigit() else (subject, context.args)
    scripts = {"live": "tests.load.three_hundred", "themes": "tests.load.themes"}
    if subject not in scripts:
        _stop(f"There is nothing to measure called {subject}: choose {' or '.join(scripts)}.")
    try:
        script = import_module(scripts[subject])
    except ModuleNotFoundError:
        _stop("The measuring script is not part of an installation: run this in a checkout of the source.")
    sys.argv = [f"fencepost bench {subject}", *(more or ["60"]), "--no-pages"] if subject == "live" else ["", *more]
    sys.exit(script.main())


def _settings(data: Path | None, host: str | None, port: int | None) -> Settings:
    """What the environment says, overruled by the options; child processes read it from the environment again."""
    chosen = {"FENCEPOST_DATA_DIR": data, "FENCEPOST_HOST": host, "FENCEPOST_PORT": port}
    for name, value in chosen.items():
        if value is not None:
            os.environ[name] = str(value)
    settings = Settings()
    logging.set_up(as_json=settings.log_json)
    return settings


def _opened(settings: Settings) -> Database:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        migrations.upgrade(settings.url)
    except OSError as error:
        _stop(f"Fencepost cannot write to its data folder {settings.data_dir}: {error.strerror}.")
    except migrations.DatabaseIsNewer as newer:
        _stop(str(newer))
    except OperationalError:
        _stop("Fencepost cannot open its database. Please check FENCEPOST_DATABASE_URL, or the data folder's rights.")
    database = open_database(settings)
    register_reactions(database.bus)
    entries.seal_old_owners(database)
    return database


def _serve(settings: Settings, workers: int) -> None:
    if workers > 1 and settings.url.startswith("sqlite"):
        _stop("SQLite is served by one process. Set FENCEPOST_DATABASE_URL=postgresql://... for more workers.")
    if settings.url.startswith("sqlite"):
        _be_the_only_one(settings.data_dir)
    typer.echo(f"Fencepost is at {own_address(settings)}  (stop with Ctrl-C)")
    uvicorn.run(
        "app.main:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        server_header=False,
    )


def _be_the_only_one(data_dir: Path) -> None:
    """Screens of one server would not hear of changes made by another on the same file, so there is only one."""
    file = (data_dir / "serving.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        _stop(f"Another Fencepost serves {data_dir} already. Stop it first, or choose another folder with --data.")
    _held.append(file)  # until this process ends, however it ends


def _say_what_was_loaded(report: actions.LoadReport, found: ListFile, dry_run: bool) -> None:
    """A line for each row that needs a look, then the counts."""
    for line in report.lines:
        for note in line.notes:
            typer.echo(f"row {line.number} ({line.outcome.replace('_', ' ')}): {note}")
    if found.unread:
        typer.echo(f"Columns left out: {', '.join(found.unread)}.")
    if found.others:
        typer.echo(f"Lines that are no actions: {found.others}.")
    counts = ", ".join(f"{report.count(one)} {one.replace('_', ' ')}" for one in Outcome)
    typer.echo(f"{'Would be loaded' if dry_run else 'Loaded'}: {counts}.")


def _remove_demo(settings: Settings) -> None:
    if not (settings.data_dir / "DEMO").exists():
        _stop(f"{settings.data_dir} is not a demo folder: nothing was removed.")
    shutil.rmtree(settings.data_dir)
    typer.echo(f"The demo company is gone ({settings.data_dir}).")


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(1)

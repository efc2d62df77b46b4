"""`fencepost load-actions | import | imports`: brings along what was kept elsewhere, and takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import DataFolder, settings_from, stop
from app.core.clock import Clock

if TYPE_CHECKING:
    from app.actions.rules.list_files import ListFile
    from app.actions.service.loading import LoadReport


def load_actions(
    file: Path,
    list_name: Annotated[str, typer.Option("--list", help="Name of the list; use the same name to load it again.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")] = False,
    department: Annotated[str, typer.Option(help="Department for rows that name none.")] = "",
    data: DataFolder = None,
) -> None:
    """Import a list of actions from FILE (CSV with a header, or JSON Lines)."""
    from app.actions.rules.list_files import read_list, text_of
    from app.actions.service import loading
    from app.cli.opening import opened

    found = read_list(text_of(_content_of(file)))
    with opened(settings_from(data)) as database, database.reading() if dry_run else database.transaction() as db:
        load = loading.would_load if dry_run else loading.load
        report = load(db, None, found.rows, list_name, Clock().now(), department)
    _say_what_was_loaded(report, found, dry_run)


def import_history(
    file: Path,
    source: Annotated[str, typer.Option(help="Name of this import; use the same name to load it again.")] = "",
    preset: Annotated[str, typer.Option(help="parabol, scrumlr, refacto, azure, markdown, columns.")] = "",
    columns: Annotated[list[str] | None, typer.Option("--map", help="“Their column=our column”.")] = None,
    departments: Annotated[
        list[str] | None, typer.Option("--department", help="“Theirs=Ours”, =create, =ignore.")
    ] = None,
    day: Annotated[str, typer.Option("--date", help="Date for retros without one: 2026-03-31.")] = "",
    email: Annotated[str, typer.Option("--as", help="Owner of the retros; default: the first admin.")] = "",
    with_actions: Annotated[
        bool, typer.Option("--actions/--no-actions", help="Also load actions as promises.")
    ] = True,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace retros that have changed since they were loaded.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")] = False,
    data: DataFolder = None,
) -> None:
    """Load past retros from FILE (CSV, XLSX, JSON Lines, Markdown, other tools' exports) and say what recurs."""
    from app.cli.opening import opened
    from app.evidence.service import command_line as findings
    from app.outcomes.service import at_the_shell as history

    asked = history.ImportOptions(
        source, preset, columns or [], departments or [], day, email, with_actions, dry_run, replace
    )
    _content_of(file)
    try:
        with opened(settings_from(data)) as database:
            history.run(database, file, asked, Clock().now(), typer.echo)
            if not dry_run:
                findings.take_in_and_say(database, Clock().now(), typer.echo)
    except ValueError as refused:
        stop(str(refused))


def imports(
    undo: Annotated[str, typer.Option(help="The number of an import: remove everything that came with it.")] = "",
    data: DataFolder = None,
) -> None:
    """List the imports of past retros, or undo one."""
    from app.cli.opening import opened
    from app.evidence.service import command_line as findings
    from app.outcomes.service import at_the_shell as history

    try:
        with opened(settings_from(data), must_exist=True) as database:
            history.list_or_undo(database, undo, Clock().now(), typer.echo)
            if undo:
                findings.take_in_and_say(database, Clock().now(), typer.echo)
    except ValueError as refused:
        stop(str(refused))


def _content_of(file: Path) -> bytes:
    """Looked at first: whoever misspelt a name should not wait for a database."""
    try:
        return file.read_bytes()
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")


def _say_what_was_loaded(report: LoadReport, found: ListFile, dry_run: bool) -> None:
    """A line for each row that needs a look, then the counts."""
    from app.actions.rules.loading import RowOutcome

    for line in report.lines:
        for note in line.notes:
            typer.echo(f"row {line.number} ({line.outcome.replace('_', ' ')}): {note}")
    if found.unread:
        typer.echo(f"Columns left out: {', '.join(found.unread)}.")
    if found.others:
        typer.echo(f"Lines that are no actions: {found.others}.")
    counts = ", ".join(f"{report.count(one)} {one.replace('_', ' ')}" for one in RowOutcome)
    typer.echo(f"{'Would be loaded' if dry_run else 'Loaded'}: {counts}.")

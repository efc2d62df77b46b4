"""`fencepost migrate | backup | restore | erase`: what concerns the database as a whole."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import DataFolder, make_data_folder, settings_from, stop
from app.core.clock import Clock


def migrate(data: DataFolder = None) -> None:
    """Bring the database up to date, compare it with what this version expects, and stop."""
    from app.cli.opening import opened
    from app.core.migrate import write_anew
    from app.core.occupancy import file_of
    from app.core.schema import check_schema

    settings = settings_from(data)
    with opened(settings, by_oneself=file_of(settings.url) is not None) as database:
        check_schema(database)
        if database.is_sqlite:
            write_anew(settings.url)  # nobody else is there: a good moment for what an erasure could not finish
    typer.echo("The database is up to date.")


def backup(target: Path, data: DataFolder = None) -> None:
    """Copy the database to TARGET, without seats, drafts, votes and keys of open retros, sign-ins and links."""
    from app.anonymity.service.backup import archive
    from app.core.events import Bus
    from app.core.occupancy import beside_others
    from app.main import register_reactions

    settings = settings_from(data)
    register_reactions(Bus())  # makes every slice declare its short-lived tables
    with beside_others(settings.url):
        archive.back_up(settings.url, target)
    typer.echo(f"The backup is at {target}.")


def restore(
    source: Path,
    data: DataFolder = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the present database.")] = False,
) -> None:
    """Put a backup back (stop the server first). Everybody signs in anew; tokens and links of before have ended."""
    from app.anonymity.service.backup import archive
    from app.cli.opening import opened
    from app.retros.service import orphaned_keys

    settings = settings_from(data)
    make_data_folder(settings)
    archive.restore(source, settings.url, replace=replace)
    with opened(settings) as database:
        if replace:
            orphaned_keys.destroy_orphaned_keys(database)
        typer.echo("The backup is in place. Sign-ins, tokens and links that it held have ended.")


def erase(
    what: Annotated[str, typer.Argument(help="account, retro or house.")],
    which: Annotated[str, typer.Argument(help="An address; a title or code; the name of the house.")],
    data: DataFolder = None,
    for_good: Annotated[bool, typer.Option("--for-good", help="Do it; else only show what would be erased.")] = False,
) -> None:
    """Erase an account, a retro or everything; says first what would go and what stays."""
    from app.cli.opening import opened
    from app.outcomes.service import erasing_at_the_shell as erasing

    settings = settings_from(data)
    try:
        with opened(settings, by_oneself=for_good and what == "house", must_exist=True) as database:
            erasing.erase(database, what, which, for_good, Clock().now(), typer.echo)
    except ValueError as refused:
        stop(str(refused))

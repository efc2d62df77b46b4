"""`fencepost user | leave`: accounts that are made, get a new link, or are left behind at the shell."""

from typing import Annotated

import typer

from app.cli.options import DataFolder, settings_from, stop
from app.core.clock import Clock


def user(
    email: str,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    admin: bool = False,
    facilitator: bool = True,
    new_link: Annotated[
        bool, typer.Option("--new-link", help="For an existing account: only print a new link.")
    ] = False,
    data: DataFolder = None,
) -> None:
    """Create an account and print its one-time link to set a password."""
    from app.cli.opening import opened
    from app.core.own_address import own_address
    from app.people import queries
    from app.people.service import accounts, invitations

    settings, now = settings_from(data), Clock().now()
    with opened(settings) as database, database.transaction() as db:
        known = queries.account_by_email(db, email)
        if new_link:
            if known is None:
                stop(f"There is no account with the address {email}.")
            account_id = known.id
        elif known is not None:
            stop(f"{email} has an account already. For a new link to set its password, add --new-link.")
        elif not name:
            stop("Say what the person is called, with --name.")
        else:
            account_id = accounts.create_account(
                db, email, name, None, is_admin=admin, is_facilitator=facilitator, now=now
            )
        token = invitations.prepare_new_link(db, None, account_id, now)
    typer.echo(f"{own_address(settings)}/desk/invitations/{token}")


def leave(
    email: str,
    to: Annotated[str, typer.Option("--to", help="The address of who takes everything over.")] = "",
    single: Annotated[
        list[str] | None, typer.Option("--only", help="“2=ADDRESS”: a single thing to another.")
    ] = None,
    for_good: Annotated[bool, typer.Option("--for-good", help="Do it; else only show what is open.")] = False,
    data: DataFolder = None,
) -> None:
    """Somebody leaves: say what is open, hand it over, and disable the account."""
    from app.cli.opening import opened
    from app.outcomes.service import leaving_at_the_shell as leaving

    try:
        with opened(settings_from(data), must_exist=True) as database:
            leaving.run(database, email, to, single or [], for_good, Clock().now(), typer.echo)
    except ValueError as refused:
        stop(str(refused))

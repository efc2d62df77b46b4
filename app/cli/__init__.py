"""The command line: `fencepost serve | demo | worker | migrate | backup | restore | user | import | bench ...`.

Each command imports what it needs when it runs: whoever asks for `--help` does not wait for the whole house.
"""

from typing import Annotated

import typer

from app.cli import accounts, loading, mailing, measuring, serving, upkeep
from app.cli.group import Sentences
from app.core.version import version

cli = typer.Typer(
    cls=Sentences,
    help="Fencepost: structured, anonymous post-mortems of joint projects.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # what nobody foresaw is shown as it is, and without the values of variables
)

for command in (
    serving.serve, serving.demo, serving.worker, upkeep.migrate, upkeep.backup, upkeep.restore, accounts.user,
    accounts.leave, loading.load_actions,
):  # fmt: skip
    cli.command()(command)
cli.command("test-mail")(mailing.send_test_mail)
cli.command("import")(loading.import_history)
cli.command()(loading.imports)
cli.command()(upkeep.erase)
cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(measuring.bench)


def main() -> None:
    """Entry point of the `fencepost` command."""
    cli()


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fencepost {version()}")
        raise typer.Exit


@cli.callback()
def _for_every_command(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    return

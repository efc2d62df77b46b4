"""`fencepost bench`: measures this machine, by the scripts of a checkout of the source."""

import sys
from importlib import import_module
from typing import Annotated

import typer

from app.cli.options import stop

SCRIPTS = {"live": "tests.load.three_hundred", "themes": "tests.load.themes"}


def bench(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="live (and how many people), or themes.")] = "live",
) -> None:
    """Measure the live screens or the grouping of texts on this machine (needs a checkout of the source)."""
    subject, more = ("live", [subject, *context.args]) if subject.isdigit() else (subject, context.args)
    if subject not in SCRIPTS:
        stop(f"There is nothing to measure called {subject}: choose {' or '.join(SCRIPTS)}.")
    try:
        script = import_module(SCRIPTS[subject])
    except ModuleNotFoundError:
        stop("The measuring script is not part of an installation: run this in a checkout of the source.")
    sys.argv = [f"fencepost bench {subject}", *(more or ["60"]), "--no-pages"] if subject == "live" else ["", *more]
    sys.exit(script.main())

"""What commands have in common: their options, the settings, and how a command ends with a sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from app.core.config import Settings

DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of the database and the secrets.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on.")]


def settings_from(data: Path | None, host: str | None = None, port: int | None = None) -> Settings:
    """What the environment says, overruled by the options; child processes read it from the environment again."""
    from app.core.config import read_settings
    from app.web import logging

    chosen = {"FENCEPOST_DATA_DIR": data, "FENCEPOST_HOST": host, "FENCEPOST_PORT": port}
    for name, value in chosen.items():
        if value is not None:
            os.environ[name] = str(value)
    settings = read_settings()
    logging.set_up(as_json=settings.log_json)
    return settings


def make_data_folder(settings: Settings) -> None:
    """For the operator alone; ends the command where that cannot be had."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        stop(f"Fencepost cannot write to its data folder {folder}: {error.strerror}.")
    if not os.access(folder, os.W_OK | os.X_OK):
        stop(f"Fencepost cannot write to its data folder {folder}: it belongs to somebody else.")


def stop(sentence: str) -> NoReturn:
    """End the command: what stands in the way, on standard error, and status 1."""
    typer.echo(sentence, err=True)
    sys.exit(1)

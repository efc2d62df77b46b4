"""A worker that takes in what was closed and counts the evidence, as `fencepost worker` does; runs until it is killed
or its starter is gone."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from app.core.clock import SetClock
from app.core.jobs import run_once
from app.evidence import jobs as evidence
from app.themes import jobs as themes
from tests.conftest import open_database


def main(log: str, url: str, folder: str, now: datetime) -> None:
    """Work off what waits, again and again. What it says goes into the file `log`, which is there once it works."""
    database, clock = open_database(url, Path(folder)), SetClock(now)
    run_once([themes.run_due], database, clock)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    starter = os.getppid()
    while os.getppid() == starter:
        run_once([themes.run_due, evidence.run_due], database, clock)

"""A worker as `fencepost worker` runs it, on a fast clock. Runs until it is killed, or its starter is gone.

By hand: `python -m tests.faults.worker URL FOLDER PORT CLOCK`.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from app.core.jobs import run_once
from app.notifications import jobs
from app.notifications.jobs import mails
from tests.conftest import open_database, settings_for
from tests.faults.clock import FastClock

PAUSE = 0.02


def main(url: str, folder: str, port: int, clock_file: str) -> None:
    """Send what is due, again and again, to the mail server on this port."""
    database = open_database(url, Path(folder))
    database.info["settings"] = settings_for(
        url, Path(folder), smtp_host="127.0.0.1", smtp_port=port, mail_from="fencepost@lantern.example"
    )
    clock = FastClock(Path(clock_file))
    # The moment of a round is read once: beside a lease that passes in seconds, a round must be short.
    mails.AT_ONCE = 5
    starter = os.getppid()
    while os.getppid() == starter:
        run_once([jobs.run_due], database, clock)
        time.sleep(PAUSE)


def main_with_log(log: str, url: str, folder: str, port: int, clock_file: str) -> None:
    """As `main`; all that is said goes into a file."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    main(url, folder, port, clock_file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])

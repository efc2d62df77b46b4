"""Watches the processes of `serve --workers`: gives them time to start, replaces what died or hangs, and says so.

uvicorn's own watch kills a worker that gives no answer for five seconds, without a word; but whoever loads modules on
a busy core gives none for longer, and is killed again and again. And while it waits it hears no signal.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from socket import socket

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

log = structlog.get_logger(__name__)

START_SECONDS = 60
"""For an answer of a worker that does not serve yet."""
SILENT_SECONDS = 30
"""Of one that does: longer than a busy core makes anybody wait."""


class Workers(Multiprocess):
    """`config.workers` processes on the same sockets, until a signal ends them."""

    def __init__(self, config: uvicorn.Config, sockets: Sequence[socket]) -> None:
        config.timeout_worker_healthcheck = START_SECONDS  # what SIGHUP allows each new one
        super().__init__(config, list(sockets))
        self.has_failed = False
        self._watched: dict[Process, Watched] = {}

    def keep_subprocess_alive(self) -> None:
        """Called twice a second; never waits for an answer."""
        if self.should_exit.is_set():
            return
        self._watched = {one: self._watched.get(one) or Watched(one) for one in self.processes}
        for index, process in enumerate(self.processes):
            if process.process.is_alive() and not self._watched[process].is_silent():
                continue
            self._end(process)
            if self.has_failed:
                self.should_exit.set()
                return
            self.processes[index] = Process(self.config, self.sockets)
            self.processes[index].start()

    def _end(self, process: Process) -> None:
        hung = process.process.is_alive()
        process.kill()
        process.join()
        if hung:
            log.error("worker_killed", pid=process.pid, because=self._watched[process].complaint())
            return
        # Whoever could not start would fail the same way each time.
        self.has_failed = process.exitcode == STARTUP_FAILURE
        log.error("worker_died", pid=process.pid, exit_code=process.exitcode, is_replaced=not self.has_failed)


class Watched:
    """One worker, asked one question at a time: an answer that comes late must not count for the next."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._since = time.monotonic()
        self._asked_at: float | None = None
        self._serves = False

    def is_silent(self) -> bool:
        """Whether it has owed an answer for too long."""
        now = time.monotonic()
        pipe = self._process.parent_conn
        try:
            if self._asked_at is not None and pipe.poll(0):
                self._heard(bool(pipe.recv()), now)
            if self._asked_at is None:
                pipe.send(b"ping")
                self._asked_at = now
        except (OSError, EOFError):
            return False  # it is about to die, and will be seen as dead
        return now - self._asked_at > self._patience

    def complaint(self) -> str:
        doing = "it gave no answer" if self._serves else "it was still starting, and gave no answer"
        return f"{doing} for {self._patience} s"

    def _heard(self, serves: bool, now: float) -> None:
        self._asked_at = None
        if serves and not self._serves:
            log.info("worker_ready", pid=self._process.pid, seconds=round(now - self._since, 1))
        self._serves = serves

    @property
    def _patience(self) -> int:
        return SILENT_SECONDS if self._serves else START_SECONDS

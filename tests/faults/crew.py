"""Worker processes that are started, killed without warning, and started again. Ends only what it started."""

from __future__ import annotations

import multiprocessing
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from signal import SIGKILL

from tests.faults.clock import FastClock
from tests.faults.post_office import PostOffice
from tests.faults.worker import main_with_log

# Each is a process of its own, forked off one that has imported everything: a start takes no second then.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.worker"])


class Crew:
    """`size` workers at any time. `killed`: names of those that were killed while they worked."""

    def __init__(self, size: int, url: str, folder: Path, office: PostOffice, clock: FastClock) -> None:
        self.url, self.folder, self.office, self.clock = url, folder, office, clock
        self.working: dict[str, BaseProcess] = {}
        self.killed: set[str] = set()
        self.crashed: list[str] = []
        self._started = 0
        for _ in range(size):
            self._start()

    def kill_somebody(self, random: Random) -> None:
        self.working[random.choice(sorted(self.working))].kill()

    def replace_the_dead(self) -> None:
        for name, process in list(self.working.items()):
            if process.exitcode is None:
                continue
            del self.working[name]
            if process.exitcode == -SIGKILL:
                self.killed.add(name)
            else:
                self.crashed.append(f"{name} ended with {process.exitcode}")
            self._start()

    def end(self) -> None:
        for process in self.working.values():
            process.kill()
        for process in self.working.values():
            process.join(10)

    def said(self) -> str:
        """Everything that the workers wrote to their logs."""
        return "".join(file.read_text() for file in sorted(self.folder.glob("worker-*.log")))

    def _start(self) -> None:
        self._started += 1
        name = f"worker-{self._started:03}"

        def kill() -> None:
            self.working[name].kill()

        port = self.office.open_counter(name, kill)
        arguments = (str(self.folder / f"{name}.log"), self.url, str(self.folder), port, str(self.clock.file))
        self.working[name] = _processes.Process(target=main_with_log, args=arguments, daemon=True)
        self.working[name].start()

"""Workers that are slow to start are left to start; those that hang or die are replaced; each is said in the log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.load.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
SILENT_FOR = 6.5
"""uvicorn's own watch kills after five seconds."""


class Watched:
    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log

    def said(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def until(self, is_so: Callable[[], object], seconds: float = 60) -> None:
        ends = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < ends, self.log.read_text()
            time.sleep(0.1)

    def asked(self) -> int:
        return int(httpx.get(f"http://127.0.0.1:{self.port}/", timeout=10).text)


@contextmanager
def workers(folder: Path, *words: str) -> Iterator[Watched]:
    port, log = free_port(), folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.slow_workers", str(port), *words], cwd=ROOT, stderr=file, stdout=file
        )
    try:
        yield Watched(process, port, log)
    finally:
        process.terminate()
        process.wait(20)


def test_slow_ones_start_hung_and_dead_ones_are_replaced_and_all_of_it_is_said(tmp_path: Path) -> None:
    with workers(tmp_path, str(SILENT_FOR)) as served:
        served.until(lambda: len(served.said("worker_ready")) == 2)
        assert served.said("worker_killed") == served.said("worker_died") == []
        hung, dead = (line["pid"] for line in served.said("worker_ready"))
        os.kill(hung, signal.SIGSTOP)
        os.kill(dead, signal.SIGKILL)
        served.until(lambda: served.said("worker_killed") and served.said("worker_died"))
        assert served.said("worker_killed")[0]["pid"] == hung
        assert served.said("worker_killed")[0]["because"] == "it gave no answer for 2 s"
        assert (served.said("worker_died")[0]["pid"], served.said("worker_died")[0]["exit_code"]) == (dead, -9)
        served.until(lambda: len(served.said("worker_ready")) == 4)
        assert served.asked() not in {hung, dead}


def test_a_signal_is_heard_while_they_start(tmp_path: Path) -> None:
    with workers(tmp_path, "60") as served:
        served.until(lambda: len(_children_of(served.process.pid)) >= 2)
        started = time.monotonic()
        served.process.terminate()
        served.process.wait(20)
        assert time.monotonic() - started < 5


@contextmanager
def one_busy_core() -> Iterator[int]:
    """A core on which somebody else works, too."""
    core = min(os.sched_getaffinity(0))
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    os.sched_setaffinity(busy.pid, {core})
    try:
        yield core
    finally:
        busy.kill()
        busy.wait()


def test_those_that_are_killed_while_they_load_on_one_busy_core_are_replaced(tmp_path: Path) -> None:
    with one_busy_core() as core, workers(tmp_path, "6") as served:
        os.sched_setaffinity(served.process.pid, {core})  # and with it whatever it starts
        served.until(lambda: len(_workers_of(served.process.pid)) == 2)
        killed = _workers_of(served.process.pid)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        served.until(lambda: len(served.said("worker_ready")) == 2)
        assert {line["pid"] for line in served.said("worker_died")} == killed
        assert all(line["exit_code"] == -9 and line["is_replaced"] for line in served.said("worker_died"))
        assert served.said("worker_killed") == []
        assert served.asked() not in killed


def _workers_of(pid: int) -> set[int]:
    """Without the process that multiprocessing keeps beside them."""
    every = {int(one) for one in _children_of(pid)}
    return {one for one in every if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


def _children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_when_none_can_start_the_server_ends(tmp_path: Path) -> None:
    with workers(tmp_path, "0", "fail") as served:
        assert served.process.wait(60) == 3
        assert served.said("worker_died")[0]["is_replaced"] is False


def test_fencepost_is_served_by_workers_that_are_watched_so() -> None:
    """The limits are those of the product; above one of them was shortened."""
    from app.cli import running
    from app.core import workers

    assert (workers.START_SECONDS, workers.SILENT_SECONDS) == (60, 30)
    assert running.Workers is workers.Workers

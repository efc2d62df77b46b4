"""Starts the servers under test as processes of their own on this machine, reads their memory, ends them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 30.0


class ServerDidNotStart(Exception):
    """Says what the server wrote before it gave up."""


@dataclass(slots=True)
class Server:
    process: subprocess.Popen[str]
    port: int
    said: Path

    def memory_mb(self) -> float:
        """Resident memory now, in MB."""
        return self._status("VmRSS")

    def peak_memory_mb(self) -> float:
        """The most resident memory it ever had, in MB."""
        return self._status("VmHWM")

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def setup_token(self) -> str:
        """What stands in the link that the server printed for the first account."""
        found = re.search(r"/desk/setup/([\w-]+)", self.said.read_text())
        if found is None:
            raise ServerDidNotStart(f"no setup link in: {self.said.read_text()}")
        return found[1]

    def _status(self, name: str) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
        return 0.0


@contextmanager
def fencepost(folder: Path, *arguments: str, patience: float = START_SECONDS) -> Iterator[Server]:
    """`fencepost serve` (or other `arguments`) on embedded SQLite in `folder`, on a free port."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = ["-c", "from app.cli import main; main()", *(arguments or ("serve",))]
    command += ["--data", str(folder / "data"), "--port", str(port)]
    with _running(command, port, folder / "server.log", patience) as server:
        yield server


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """The bare broadcaster on a free port."""
    port = free_port()
    with _running(["-m", "tests.load.bare", str(port)], port, folder / "bare.log", START_SECONDS) as server:
        yield server


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, said: Path, patience: float) -> Iterator[Server]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FENCEPOST_")}
    with said.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROJECT,
            env={**clean, "PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = Server(process, port, said)
    try:
        _wait_for(server, patience)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server, patience: float) -> None:
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        if server.process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((HOST, server.port)) == 0:
                return
        time.sleep(0.05)
    raise ServerDidNotStart(server.said.read_text()[-3000:])

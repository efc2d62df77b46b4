"""Runs the application as a real server on 127.0.0.1: in this process, or as one that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from app.web.patience import Patient

COMMAND = (sys.executable, "-c", "from app.cli import main; main()")


class LiveServer:
    """uvicorn in a thread of the test: shares the test's database object and clock."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._socket = socket.create_server(("127.0.0.1", 0))
        app.state.settings.port = self._socket.getsockname()[1]  # links lead to where it listens
        self.url = f"http://127.0.0.1:{app.state.settings.port}"
        config = uvicorn.Config(app, access_log=False, log_level="warning", timeout_graceful_shutdown=2, http=Patient)
        self._server = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise RuntimeError("the server under test did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        if self._loop is not None and self._loop.is_running():
            # Uvicorn waits for open streams; in a thread it gets no signal that would end them.
            self._loop.call_soon_threadsafe(self.app.state.hub.close)
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve(sockets=[self._socket])

        asyncio.run(serve())


class ServerProcess:
    """`fencepost serve` in a process of its own, with its own data folder: can be killed and started again.

    The port stays the same, so that a browser finds it again.
    """

    def __init__(
        self, data_folder: Path, database_url: str | None = None, *, workers: int = 1, **settings: str
    ) -> None:
        self.data_folder = data_folder
        self.workers = workers
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {"DATA_DIR": str(data_folder), **settings}
        if database_url:
            self.settings["DATABASE_URL"] = database_url
        self.code = Path(__file__).resolve().parents[1]
        """The folder of the program; of an older version, a copy of what it was."""
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data_folder / "server.log"
        self.said = ""
        """Its last answer to whether it is ready."""

    def start(self, timeout: float = 60) -> None:
        """Start and wait until it can serve."""
        self.data_folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", *self._arguments()],
                env=self._surroundings(),
                cwd=self.code,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its workers can be killed with it, and nobody else
            )
        until = time.monotonic() + timeout
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"fencepost serve did not start: {self.said}\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def run(self, *arguments: str) -> str:
        """Another command of the same program on the same house; what it prints. Raises CalledProcessError."""
        command, surroundings = [*COMMAND, *arguments], self._surroundings()
        done = subprocess.run(command, env=surroundings, cwd=self.code, check=True, capture_output=True, text=True)
        return done.stdout

    def kill(self) -> None:
        """As when the machine loses power: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> float:
        """As an operator does; returns the seconds it took to end."""
        return self._end(signal.SIGTERM)

    def worker_pids(self) -> list[int]:
        """Of `--workers`, those that there are now (beside them multiprocessing has a process that tracks files)."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]

    def restart(self) -> None:
        self.kill()
        self.start()

    def _surroundings(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("FENCEPOST_")}
        own = {f"FENCEPOST_{name}": value for name, value in self.settings.items()}
        return {**others, **own, "PYTHONUNBUFFERED": "1"}

    def _arguments(self) -> list[str]:
        several = ["--workers", str(self.workers)] if self.workers > 1 else []
        return ["--port", str(self.port), *several]

    def _end(self, number: signal.Signals) -> float:
        if self.process is None or self.process.poll() is not None:
            return 0.0
        started = time.monotonic()
        if number is signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        self.process.wait(15)
        return time.monotonic() - started

    def _is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.url}/readyz", timeout=1)
        except httpx.HTTPError as error:
            self.said = repr(error)
            return False
        self.said = answer.text
        return answer.status_code == 200

"""The lines for systemd: their service is started as systemd would start it, and stopped; and the shell beside it."""

from __future__ import annotations

import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.documents.pages import ROOT, block
from tests.load.servers import free_port

NOBODY = 10_777
"""A user of its own, without a name: only where root runs the tests."""
UNDERSTOOD = {
    "Description", "After", "User", "UMask", "StateDirectory", "StateDirectoryMode", "WorkingDirectory",
    "Environment", "ExecStart", "Restart", "LimitCORE", "LimitNOFILE", "MemorySwapMax", "NoNewPrivileges",
    "ProtectSystem", "ProtectHome", "PrivateTmp", "WantedBy",
}  # fmt: skip
AS_ROOT = os.geteuid() == 0
pytestmark = pytest.mark.timeout(300)  # several starts of the program, each of some seconds on a busy machine


class Unit:
    """What stands in the block, and the places of this machine that stand for those that it names."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[str, list[str]] = {}
        for line in block("One server", "ini").text.splitlines():
            name, sign, value = line.partition("=")
            if sign and not line.startswith("#"):
                self.lines.setdefault(name, []).append(value)
        self.state = folder / "var" / "lib" / self.one("StateDirectory")
        self.python = _python_for_everybody()

    def one(self, name: str) -> str:
        (value,) = self.lines[name]
        return value

    def moved(self, value: str) -> str:
        return value.replace(f"/var/lib/{self.one('StateDirectory')}", str(self.state))

    def prepare(self) -> None:
        """As systemd does before it starts anything."""
        self.state.mkdir(parents=True)
        self.state.chmod(int(self.one("StateDirectoryMode"), 8))
        if AS_ROOT:
            os.chown(self.state, NOBODY, NOBODY)

    def surroundings(self, port: int) -> dict[str, str]:
        """Nothing of ours: what the unit says, and where this machine keeps the program."""
        own = dict(value.split("=", 1) for value in self.lines["Environment"])
        places = os.pathsep.join(path for path in [str(ROOT), *sys.path] if path)
        given = {name: self.moved(value) for name, value in own.items()}
        return given | {"PATH": "/usr/bin:/bin", "PYTHONPATH": places, "FENCEPOST_PORT": str(port)}

    def command(self, line: str) -> list[str]:
        program, *words = shlex.split(line)
        assert program == "/opt/fencepost/bin/fencepost", "where the lines above it install the program"
        plain = [self.python, "-c", "from app.cli import main; main()", *words]
        if not AS_ROOT:
            return plain
        own = ["--no-new-privs"] if self.one("NoNewPrivileges") == "yes" else []
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *own, *plain]

    def limit(self) -> None:
        """In the process that is started."""
        os.umask(int(self.one("UMask"), 8))
        resource.setrlimit(resource.RLIMIT_CORE, (int(self.one("LimitCORE")),) * 2)
        for most in self.lines.get("LimitNOFILE", []):
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            wanted = [min(int(one), hard) for one in most.split(":")]
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted[0], wanted[-1]))


def _python_for_everybody() -> str:
    """An interpreter of this version that the service's user may run: a home of root's is closed to it."""
    if not AS_ROOT:
        return sys.executable
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (os.path.realpath(sys.executable), f"/usr/bin/{name}"):
        tried = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", candidate, "-c", f"open({__file__!r})"]
        if Path(candidate).exists() and subprocess.run(tried, capture_output=True).returncode == 0:
            return candidate
    warnings.warn("NOT TESTED: no Python or no checkout that another user may read", stacklevel=1)
    pytest.skip("NOT TESTED: no Python or no checkout that another user may read")


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def unit() -> Iterator[Unit]:
    # Not below pytest's own folder: that is closed to other users.
    with tempfile.TemporaryDirectory(prefix="fencepost-service-") as folder:
        Path(folder).chmod(0o711)
        yield Unit(Path(folder))


def test_the_service_starts_serves_and_ends_as_systemd_does_it(unit: Unit, tmp_path: Path) -> None:
    unit.prepare()
    port, journal = free_port(), tmp_path / "journal"
    with journal.open("wb") as log:
        service = subprocess.Popen(
            unit.command(unit.one("ExecStart")), env=unit.surroundings(port),
            cwd=unit.moved(unit.one("WorkingDirectory")), stdout=log, stderr=log,
            preexec_fn=unit.limit,
        )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while not _is_ready(port):
            assert service.poll() is None, journal.read_text()
            assert time.monotonic() < until, journal.read_text()
            time.sleep(0.1)
        said = journal.read_text()
        assert "https://retro.example.org/desk/setup/" in said, "the journal has the first link at once"
        made = {path: path.stat() for path in unit.state.rglob("*")}
        assert {path.name for path in made} >= {"data", "fencepost.db"}
        assert [path for path, state in made.items() if state.st_mode & 0o077] == [], "for the service alone"
        if AS_ROOT:
            assert {state.st_uid for state in made.values()} == {NOBODY}
        before = time.monotonic()
        service.send_signal(signal.SIGTERM)
        assert service.wait(15) in {0, -signal.SIGTERM}, "else it would be started again: Restart=on-failure"
        assert time.monotonic() - before < 8
    finally:
        if service.poll() is None:
            service.kill()
            service.wait()
    assert "Traceback" not in journal.read_text()


def test_nothing_in_the_unit_is_left_out_here(unit: Unit) -> None:
    """Or a line could stand there that keeps the service from starting, as a folder of logs once did (209/STDOUT)."""
    assert set(unit.lines) <= UNDERSTOOD
    assert unit.one("Restart") == "on-failure"


def test_the_user_and_the_program_are_those_that_the_page_makes(unit: Unit) -> None:
    made, installed = block("One server").commands()
    assert made.split()[-1] == unit.one("User")
    assert f"--home-dir /var/lib/{unit.one('StateDirectory')}" in made
    assert "/opt/fencepost/bin/pip install ." in installed


def test_the_commands_beside_it_find_its_database(unit: Unit, tmp_path: Path) -> None:
    """The function for root's shell, the update and the backups, one after the other, in a real shell; `runuser`,
    `systemctl` and `pip` are small stand-ins, the program is the real one."""
    unit.prepare()
    programs = unit.state.parents[2] / "programs"
    programs.mkdir()
    own = unit.moved(" ".join(unit.lines["Environment"]))
    stand_ins = {
        "runuser": f'#!/bin/sh\n[ "$1 $2 $3" = "-u {unit.one("User")} --" ] || exit 9\nshift 3\nexec "$@"\n',
        "systemctl": f'#!/bin/sh\necho systemctl $1 >> {tmp_path}/asked\n[ $1 = show ] || exit 0\necho "{own}"\n',
        "pip": f"#!/bin/sh\necho pip $* >> {tmp_path}/asked\n",
        "fencepost": "#!/bin/sh\nexec " + shlex.join(
            ["env", f"PYTHONPATH={unit.surroundings(0)['PYTHONPATH']}", *unit.command("/opt/fencepost/bin/fencepost")]
        ) + ' "$@"\n',
    }  # fmt: skip
    for name, text in stand_ins.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    script = "\n".join([
        "set -eu",
        block("Commands").text,
        "fencepost migrate",
        block("Updating").text,
        block("Backups").text,
    ]).replace("/opt/fencepost/bin", str(programs))  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", unit.moved(script)], env={"PATH": f"{programs}:/usr/bin:/bin"}, cwd="/", capture_output=True,
        text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^.*(?:up to date|backup is).*$", done.stdout, re.MULTILINE) == [
        "The database is up to date.",
        f"The backup is at {unit.state}/before-the-update.db.",
        "The database is up to date.",
        f"The backup is at {unit.state}/backups/2026-03-17.db.",
        "The backup is in place. Sign-ins, tokens and links that it held have ended.",
    ]
    asked = [line for line in (tmp_path / "asked").read_text().splitlines() if line != "systemctl show"]
    assert asked == ["systemctl stop", "pip install .", "systemctl start"]
    assert shutil.which("systemctl", path=str(programs))

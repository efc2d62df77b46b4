"""Every block of the documents is tried out by a test, and says so here: a new one wants a test of its own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.actions.models import Action
from app.core.occupancy import InUse, alone
from app.people.rules import TokenScope
from app.people.service import tokens
from tests.databases import PostgresForTests, only_sqlite
from tests.documents.pages import ROOT, block, blocks
from tests.load.servers import free_port

TRIED_BY = {
    ("DEPLOYMENT.md", "One server", ""): "tests/documents/test_service.py",
    ("DEPLOYMENT.md", "One server", "ini"): "tests/documents/test_service.py",
    ("DEPLOYMENT.md", "Commands", ""): "tests/documents/test_service.py",
    ("DEPLOYMENT.md", "Updating", ""): "tests/documents/test_service.py",
    ("DEPLOYMENT.md", "Backups", ""): "tests/documents/test_service.py",
    ("DEPLOYMENT.md", "nginx", "nginx"): "tests/documents/test_proxies.py",
    ("DEPLOYMENT.md", "Caddy", "caddy"): "tests/documents/test_proxies.py",
    ("DEPLOYMENT.md", "Several workers", ""): "tests/documents/test_blocks.py",
    ("DEPLOYMENT.md", "Bringing history along", ""): "tests/documents/test_blocks.py",
    ("DEPLOYMENT.md", "Calendar and API", ""): "tests/documents/test_blocks.py",
    ("DEPLOYMENT.md", "Webhooks", "json"): "tests/documents/test_events_and_scopes.py",
    ("README.md", "Two commands", ""): ".ci/run",
}


def test_every_block_is_tried_out() -> None:
    assert {(one.page, one.heading, one.language) for one in blocks()} == set(TRIED_BY)
    for file in TRIED_BY.values():
        assert (ROOT / file).exists(), file


def test_the_two_commands_of_the_first_screen_are_those_of_every_check() -> None:
    run, test = (one.text for one in blocks(ROOT / "README.md"))
    checks = (ROOT / ".ci" / "run").read_text().replace(" -qq --disable-pip-version-check", "")
    install, _, command = test.rstrip("\n").rpartition(" && ")
    assert install in checks
    told = subprocess.run([ROOT / ".ci" / "test_command"], capture_output=True, text=True, check=True)
    assert told.stdout == f"{command}\n"
    assert "command=$(.ci/test_command)" in checks
    assert 'bash -c "$command"' in checks
    assert "SHORT=" not in checks  # no sample in the place of what people run
    assert run.replace("-e .", "-e '.[test]'").partition(" && .venv/bin/fencepost serve")[0] in checks


@pytest.mark.timeout(300)
def test_history_is_brought_along_and_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The three lines, one after the other; the number is that which the second one prints."""
    from app.cli import cli

    lines = block("Bringing history along").commands()
    assert [line.split()[1] for line in lines] == ["import", "import", "imports"]
    rows = [f"Works,{at},2025-0{at}-14,went_wrong,Nobody had booked the room" for at in (1, 2)]
    (tmp_path / "past-retros.csv").write_text("\n".join(["series,session,date,kind,text", *rows]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    surroundings = {"FENCEPOST_DATA_DIR": str(tmp_path / "data"), "FENCEPOST_DATABASE_URL": None,
                    "FENCEPOST_ENCODER": "words"}  # fmt: skip
    said = ""
    for line in ["fencepost user ada@lantern.example --name Ada --admin", *lines]:
        number = said.partition("imports --undo ")[2].split()
        words = [number[0] if word == "ID" else word for word in shlex.split(line)[1:]]
        done = CliRunner().invoke(cli, words, env=surroundings)
        assert done.exit_code == 0, done.output
        said = done.output
    assert "Undone: 2 retros" in said


@only_sqlite
def test_the_requests_of_programs_are_answered(client, cast, database, now) -> None:
    with database.transaction() as db:
        scopes = frozenset(TokenScope)
        token = tokens.make_token(db, cast.frieda.visitor, "Tracker", scopes, None, now)
        link = "https://tracker.example.org/browse/PRINT-12"
        db.add(Action(title="Print", owner_id=cast.frieda.id, state="promised", external_link=link, created_at=now))
    for line in block("Calendar and API").commands():
        words = shlex.split(line.replace("$TOKEN", token))
        assert words[0] == "curl"
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
        body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
        (url,) = [word for word in words if word.startswith("https://retro.example.org/")]
        path = url.removeprefix("https://retro.example.org")
        answer = client.request(method, path, headers=headers, json=body)
        assert answer.status_code == 200, answer.text


@pytest.mark.timeout(300)
def test_several_workers_serve_one_postgres(postgres: PostgresForTests, tmp_path: Path) -> None:
    """Two instead of the page's four, for the time it takes; while they serve nobody has the database alone."""
    _, line = block("Several workers").commands()
    setting, _, *words = shlex.split(line)
    assert setting.startswith("FENCEPOST_DATABASE_URL=postgresql://")
    words[words.index("--workers") + 1] = "2"
    url, port = postgres.fresh(tables=False), free_port()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("FENCEPOST_")}
    surroundings |= {"FENCEPOST_DATABASE_URL": url, "FENCEPOST_DATA_DIR": str(tmp_path), "FENCEPOST_LOG_JSON": "true"}
    log = tmp_path / "log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-c", "from app.cli import main; main()", *words, "--port", str(port)],
            env=surroundings, cwd=ROOT, stdout=file, stderr=file,
        )  # fmt: skip
    try:
        until = time.monotonic() + 200
        while log.read_text().count('"worker_ready"') < 2:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200
        with pytest.raises(InUse), alone(url):
            pass
    finally:
        server.terminate()
        assert server.wait(20) in {0, -15}
    assert "worker_killed" not in log.read_text()
    with alone(url):
        pass

"""The commands: what they print, and the sentence instead of a trace when something stands in the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from tests.serving import ServerProcess


def fencepost(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with nothing from the surroundings but the settings given."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("FENCEPOST_")}
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *words],
        env={**surroundings, **{f"FENCEPOST_{name}": value for name, value in settings.items()}},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_serving_an_empty_folder_prints_one_link_that_sets_up_the_first_account(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data")
    server.start()
    try:
        printed = server.log.read_text()
        (link,) = re.findall(r"http://127\.0\.0\.1:\d+(/desk/setup/[\w-]+)", printed)
        page = httpx.get(server.url + link)
        assert page.status_code == 200
        assert "password" in page.text.lower()
        assert httpx.get(server.url + "/").status_code == 200
        assert (tmp_path / "data" / "fencepost.db").stat().st_size > 0
    finally:
        seconds = server.stop()
    assert seconds < 5
    assert server.process is not None
    assert server.process.returncode in {0, -15}


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    server.start()
    try:
        second = fencepost("serve", "--data", str(tmp_path), "--port", "0")
    finally:
        server.kill()
    assert second.returncode == 1
    assert "serves" in second.stderr
    assert "Traceback" not in second.stderr
    # The lock goes with the process, even when that was killed.
    server.start()
    server.kill()


def test_migrate_makes_the_tables_and_stops(tmp_path: Path) -> None:
    done = fencepost("migrate", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")
    with create_engine(f"sqlite:///{tmp_path / 'fencepost.db'}").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM retro")).scalar() == 0


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    fencepost("migrate", "--data", str(tmp_path))
    with create_engine(f"sqlite:///{tmp_path / 'fencepost.db'}").begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    _is_refused(fencepost("serve", "--data", str(tmp_path), "--port", "0"), "newer Fencepost")


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    _is_refused(fencepost("serve", "--data", str(tmp_path / "file" / "data")), "cannot write to its data folder")


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    _is_refused(fencepost("migrate", "--data", str(tmp_path), DATABASE_URL=nowhere), "cannot open its database")


def test_several_workers_need_postgresql(tmp_path: Path) -> None:
    _is_refused(fencepost("serve", "--data", str(tmp_path), "--workers", "2"), "SQLite is served by one process")


def test_a_new_user_gets_a_link(tmp_path: Path) -> None:
    made = fencepost("user", "frieda@lantern.example", "--name", "Frieda", "--data", str(tmp_path))
    assert re.search(r"/desk/invitations/[\w-]{40,}", made.stdout), made.stderr


def test_a_list_of_actions_is_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.cli import cli

    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    surroundings = {"FENCEPOST_DATA_DIR": str(tmp_path / "data"), "FENCEPOST_DATABASE_URL": None}

    def load(*more: str, file: str = "list.csv") -> str:
        words = ["load-actions", str(tmp_path / file), "--list", "Wiki", *more]
        return CliRunner().invoke(cli, words, env=surroundings).output

    (tmp_path / "list.csv").write_text("Task,Team,Due,Mood\nFix the lamp,Dev,soon,good\nBuy a printer,,,\n,,,\n")
    looked = load("--dry-run")
    assert "row 1 (new): There is no department called “Dev” here, so who provides it stays open." in looked
    assert "row 1 (new): “soon” does not name one day" in looked
    assert "Columns left out: Mood." in looked
    assert "Would be loaded: 2 new, 0 changed, 0 unchanged, 0 worked on, 0 refused." in looked
    assert "Loaded: 2 new, 0 changed" in load()
    assert "Loaded: 0 new, 0 changed, 2 unchanged" in load()
    assert "no department called “Dev”" in load("--department", "Dev")
    assert "cannot be read: No such file" in load(file="no.csv")


def test_past_retros_are_taken_in_at_once_and_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.cli import cli

    monkeypatch.setattr("app.web.logging.set_up", lambda **_: None)
    surroundings = {"FENCEPOST_DATA_DIR": str(tmp_path / "data"), "FENCEPOST_ENCODER": "words",
                    "FENCEPOST_DATABASE_URL": None}  # fmt: skip

    def say(*words: str) -> str:
        return CliRunner().invoke(cli, list(words), env=surroundings).output

    rows = [f"Workshops,{at},2025-0{at}-14,went_wrong,Nobody had booked the room" for at in (1, 2, 3, 4)]
    (tmp_path / "old.csv").write_text("\n".join(["series,session,date,kind,text", *rows]))
    say("user", "ada@lantern.example", "--name", "Ada", "--admin")
    assert "themes" not in say("import", str(tmp_path / "old.csv"), "--dry-run")
    told = say("import", str(tmp_path / "old.csv"))
    assert "Taking 4 retros into themes" in told
    assert "Themes of what went wrong: 1 (1 recurring)." in told
    assert "in 4 of 4 retros of Workshops" in told
    number = told.partition("imports --undo ")[2].split()[0]
    assert "Themes of what went wrong: 0." in say("imports", "--undo", number)


def test_only_a_demo_can_be_removed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("work of years")
    _is_refused(fencepost("demo", "--remove", "--data", str(tmp_path)), "not a demo folder")
    assert (tmp_path / "precious").exists()


@pytest.mark.parametrize(
    "command", ["serve", "demo", "worker", "migrate", "backup", "restore", "user", "load-actions"]
)
def test_every_command_says_what_it_does(command: str) -> None:
    from app.cli import cli

    shown = CliRunner().invoke(cli, [command, "--help"], env={"COLUMNS": "120", "NO_COLOR": "1"})
    assert shown.exit_code == 0
    assert "--data" in shown.output


def _is_refused(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert done.returncode == 1, done.stdout
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_test_mail_says_at_the_shell_what_stands_in_the_way(tmp_path: Path) -> None:
    folder = str(tmp_path / "data")
    nothing = fencepost("test-mail", "ada@lantern.example", "--data", folder)
    assert nothing.returncode == 1
    assert "No mail server is set up" in nothing.stderr
    away = fencepost("test-mail", "ada@lantern.example", "--data", folder, SMTP_HOST="127.0.0.1", SMTP_PORT="1")
    assert away.returncode == 1
    assert "was not taken by 127.0.0.1:1" in away.stderr
    assert "Traceback" not in nothing.stderr + away.stderr

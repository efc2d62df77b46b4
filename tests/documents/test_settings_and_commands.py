"""Every setting and command has its heading, no heading is left over, and every command that a page shows is one."""

from __future__ import annotations

import re
import shlex

import pytest
from typer.main import get_command

from app.cli import cli
from app.core.config import Settings
from app.notifications.rules.webhooks import Event
from app.people.rules import TokenScope
from tests.documents.pages import PAGES, ROOT, blocks, headings

NAMES = sorted(Settings.model_fields)
COMMANDS = get_command(cli).commands  # type: ignore[attr-defined]  # a group
NOT_THE_COMMAND = ("useradd", "docker", "systemctl", "exec", "journalctl", "python3 -m venv /opt")


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_its_heading(name: str) -> None:
    assert headings().count(f"`FENCEPOST_{name.upper()}`") == 1


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_its_heading(name: str) -> None:
    assert headings().count(f"`fencepost {name}`") == 1


def test_no_heading_names_what_is_gone() -> None:
    """In backticks: a setting, a command, an event or a scope (the latter two: test_events_and_scopes.py)."""
    named = {one.strip("`") for one in headings() if one.startswith("`")}
    settings = {f"FENCEPOST_{name.upper()}" for name in NAMES}
    assert named == settings | {f"fencepost {name}" for name in COMMANDS} | set(Event) | set(TokenScope)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md", ROOT / "Dockerfile"], ids=lambda page: page.name)
def test_the_settings_that_a_page_names_exist(page) -> None:
    named = set(re.findall(r"FENCEPOST_([A-Z_]+)", page.read_text()))
    assert {name.lower() for name in named} <= set(NAMES)


def test_defaults_that_the_page_says_are_those_of_the_program() -> None:
    text = (ROOT / "app" / "DEPLOYMENT.md").read_text()
    for name in ("host", "port", "max_body_bytes", "max_upload_bytes", "stream_seconds", "mail_from", "smtp_port"):
        part = text.partition(f"#### `FENCEPOST_{name.upper()}`\n")[2].partition("\n#")[0]
        assert str(Settings.model_fields[name].default) in part, name


def shown_commands() -> list[str]:
    """`fencepost ...` in blocks and inside sentences."""
    lines = [line for one in blocks() for line in one.commands() if one.language in {"", "ini"}]
    lines += [quoted for page in PAGES for quoted in re.findall(r"`([^`\n]*fencepost [^`\n]*)`", page.read_text())]
    found = []
    for line in lines:
        # The command itself, not folders, users and services of that name.
        match = re.search(r"(?:^|^\S+=\S+ |[ /]bin/)fencepost ((?:--version|[a-z-]+)(?: .*)?)$", line)
        if match and not line.startswith(NOT_THE_COMMAND):
            found.append(match[1])
    return sorted(set(found))


@pytest.mark.parametrize("words", shown_commands())
def test_every_command_that_is_shown_is_understood(words: str) -> None:
    """As far as its name and options: what it does is tried elsewhere."""
    if words == "--version":
        return
    name, *rest = shlex.split(words)
    if name == "COMMAND":
        return
    assert name in COMMANDS, words
    known = {option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word for word in rest if word.startswith("--")}
    assert used <= known | {"--help"}, words


def test_commands_are_found_at_all() -> None:
    assert {"serve --workers 4", "import past-retros.csv --dry-run", "erase house NAME"} <= set(shown_commands())
    assert len(shown_commands()) > 15


def test_what_compares_texts_is_said_once() -> None:
    """Two tables of memory once disagreed."""
    assert headings().count("What compares texts") == 1
    assert len(headings()) == len(set(headings()))

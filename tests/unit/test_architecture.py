"""Each import contract in pyproject.toml holds, and would notice: one violation of each is planted in a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = {
    "a lower slice imports a higher one": ("app/people/queries.py", "import app.retros.models", "Imports point down"),
    "two screens import each other": (
        "app/outcomes/rules.py",
        "import app.notifications.models",
        "Imports point down",
    ),
    "the ground knows a slice": ("app/core/ids.py", "import app.people.rules", "Imports point down"),
    "a slice that no layer names": ("app/surprise/__init__.py", "", "Imports point down"),
    "rules read the tables": (
        "app/retros/rules/planted.py",
        "import app.retros.models",
        "Inside a slice, screens use services and services use rules",
    ),
    "queries call the service": (
        "app/people/queries.py",
        "import app.people.service",
        "Inside a slice, screens use services and services use rules",
    ),
    "a service answers HTTP": (
        "app/people/service/planted.py",
        "import fastapi",
        "The domain never reaches HTTP or templates",
    ),
    "a query renders, by way of another module": (
        "app/people/queries.py",
        "import app.live.planted",
        "The domain never reaches HTTP or templates",
    ),
    "rules open a session": ("app/entries/rules.py", "import sqlmodel", "Rules are pure"),
    "one slice's screens import another's": (
        "app/projects/routes.py",
        "import app.people.routes",
        "Nobody imports another slice's routes or api",
    ),
    "a pattern with an open end": (
        "app/meaning/rules/planted.py",
        "import re",
        "Only app.core.patterns makes patterns: each of them has an end",
    ),
    "a service uses the HTTP kit": (
        "app/projects/service.py",
        "import app.web.forms",
        "Only routes and api speak HTTP",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [lint_imports, "--no-cache", "--config", "pyproject.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "_bundled"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.parametrize("kind", ["routes", "reactions", "jobs"])
def test_nothing_is_forgotten_in_main(kind: str) -> None:
    """What a slice offers under these names is put into the house by app/main.py."""
    offered = {file.relative_to(ROOT).parts[1] for file in (ROOT / "app").glob(f"*/{kind}*")} - {"core", "web"}
    imported = set(re.findall(rf"^from app\.(\w+) import {kind}\b", (ROOT / "app/main.py").read_text(), re.MULTILINE))
    assert offered == imported


@pytest.mark.parametrize("violation", PLANTED)
def test_a_planted_violation_breaks_its_contract(violation: str, copy: Path) -> None:
    file, line, contract = PLANTED[violation]
    _plant(copy / "app" / "live" / "planted.py", "import jinja2")
    _plant(copy / "app" / "people" / "routes.py", "")
    _plant(copy / file, line)
    result = lint(copy)
    assert result.returncode != 0, "the contracts did not notice"
    assert f"{contract} BROKEN" in result.stdout, result.stdout[-4000:]


def _plant(file: Path, line: str) -> None:
    """Append `line`; a module that became a package of the same name gets it in its __init__."""
    package = file.with_suffix("")
    if package.is_dir():
        file = package / "__init__.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text() if file.exists() else ""
    file.write_text(f"{before}\n{line}\n")

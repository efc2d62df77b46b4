"""What was released stays as it is, and says which version it is."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.core.version import version

ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
MIGRATIONS = {
    file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (ROOT / "alembic/versions").glob("*.py")
}
FROZEN = {
    line.split()[1].removeprefix("versions/"): line.split()[0]
    for line in (ROOT / "alembic/released.sha256").read_text().splitlines()
}


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_a_released_migration_is_never_edited(name: str) -> None:
    """Databases that ran it would differ from new ones for ever. What is missing goes into a migration of its own."""
    assert MIGRATIONS.get(name) == FROZEN[name], f"{name} was released: put it back, and add a migration"


def test_the_released_ones_are_the_oldest_without_a_gap() -> None:
    assert sorted(FROZEN) == sorted(MIGRATIONS)[: len(FROZEN)]
    assert "0014_erasing.py" in FROZEN


def test_command_package_and_changelog_say_the_same_version() -> None:
    from app.cli import cli

    said = CliRunner().invoke(cli, ["--version"])
    assert (said.exit_code, said.output) == (0, f"fencepost {DECLARED}\n")
    assert version() == DECLARED
    newest, day = re.findall(r"^## \[(.+?)\] - (\S+)$", CHANGELOG, re.MULTILINE)[0]
    assert newest == DECLARED
    assert day == "Unreleased" or re.fullmatch(r"\d{4}-\d\d-\d\d", day)


def test_versions_fall_and_days_are_days() -> None:
    listed = re.findall(r"^## \[(\d+)\.(\d+)\.(\d+)\] - (\S+)$", CHANGELOG, re.MULTILINE)
    numbers = [tuple(map(int, one[:3])) for one in listed]
    assert len(listed) == CHANGELOG.count("\n## ") >= 2
    assert numbers == sorted(numbers, reverse=True)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for *_, day in listed[1:])


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*words], cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of its own with what a release looks at, as if nothing had been released since 0.1.0."""
    folder = tmp_path / "checkout"
    for name in ("alembic/versions", ".ci"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("alembic/released.sha256", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    changes = f"# Changelog\n\n## [{DECLARED}] - Unreleased\n\n- Better.\n\n## [0.1.0] - 2026-11-30\n\nThe first.\n"
    (folder / "CHANGELOG.md").write_text(changes)
    run(folder, "git", "init", "-q")
    run(folder, "git", "config", "user.name", "Release")
    run(folder, "git", "config", "user.email", "release@example.org")
    run(folder, "git", "add", ".")
    assert run(folder, "git", "commit", "-qm", "All").returncode == 0
    return folder


def release(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, ".ci/release", *words)


def test_a_release_dates_the_changelog_freezes_the_migrations_and_tags(checkout: Path) -> None:
    assert "can be released" in release(checkout).stdout
    done = release(checkout, "--tag")
    assert done.returncode == 0, done.stderr
    assert f"v{DECLARED}" in run(checkout, "git", "tag", "--points-at", "HEAD").stdout.split()
    assert "- Better." in run(checkout, "git", "tag", "-n9", f"v{DECLARED}").stdout
    assert re.search(rf"^## \[{DECLARED}\] - \d{{4}}-", (checkout / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert (checkout / "alembic/released.sha256").read_text().count("\n") == len(MIGRATIONS)
    assert run(checkout, "git", "status", "--porcelain").stdout == ""
    again = release(checkout, "--tag")
    assert again.returncode == 1
    assert "raise the version" in again.stderr


def test_no_release_of_a_changed_migration_or_of_two_versions(checkout: Path) -> None:
    with (checkout / "alembic/versions/0003_partly_remote.py").open("a") as file:
        file.write("# mended\n")
    (checkout / "CHANGELOG.md").write_text("# Changelog\n\n## [9.9.9] - Unreleased\n")
    refused = release(checkout, "--tag")
    assert refused.returncode == 1
    for words in ("0003_partly_remote.py", "begins with 9.9.9", "says nothing", "not committed"):
        assert words in refused.stderr
    assert run(checkout, "git", "tag").stdout == ""

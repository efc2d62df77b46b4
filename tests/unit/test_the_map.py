"""The map, the first screen and the decisions name things that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "STYLE.md",
    ROOT / "SECURITY.md",
    ROOT / "app/README.md",
    ROOT / "app/DEPLOYMENT.md",
    *sorted((ROOT / "app/decisions").glob("*.md")),
]
ROOTS = ("app/", "templates/", "static/", "tests/", "alembic/")


def paths_in(text: str) -> set[str]:
    """Everything in backticks, or behind a link, that reads as a path of this project."""
    quoted = re.findall(r"`([\w./-]+)`", text) + re.findall(r"\]\(([\w./-]+)\)", text)
    return {path for path in quoted if path.startswith(ROOTS)}


def missing_from(text: str) -> set[str]:
    return {path for path in paths_in(text) if not exists(path)}


def exists(path: str) -> bool:
    """A file, a folder, or a module named without its ending (which may have become a package)."""
    return (ROOT / path).exists() or (ROOT / f"{path}.py").exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_paths_it_names_exist(document: Path) -> None:
    assert missing_from(document.read_text()) == set()


def test_a_path_that_is_gone_would_be_noticed() -> None:
    text = "See `app/retros/rules/stages.py`, `app/people` and `app/gone.py`, or [this](tests/nowhere)."
    assert missing_from(text) == {"app/gone.py", "tests/nowhere"}


def test_the_map_names_every_slice() -> None:
    slices = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    text = (ROOT / "app/README.md").read_text()
    assert {name for name in slices if not re.search(rf"\b{name}\b", text)} == set()


def test_decisions_are_a_screen_each_and_numbered_without_a_gap() -> None:
    decisions = sorted((ROOT / "app/decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text()
        assert text.count("\n") <= 50, f"{path.name} is longer than a screen"
        for part in ("**Context.**", "**Decision.**", "**Consequences.**", "**Not chosen.**"):
            assert part in text, f"{path.name} lacks {part}"

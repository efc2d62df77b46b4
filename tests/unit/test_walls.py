"""Walls between slices: nobody writes another's tables, and who reads another's models is declared here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITES = {"update", "delete", "insert"}
IMPORTER = "app/outcomes/service/history"
"""The importer of past retros writes what a retro would have left behind. The one exception."""

READERS = {
    "actions": {"agreements", "briefs", "evidence", "friction", "notifications", "outcomes", "scorecards"},
    "agreements": {"notifications"},
    "core": {"web"},
    "departments": {"outcomes", "retros", "votes"},
    "entries": {"demo", "evidence", "friction", "outcomes", "themes", "topics"},
    "evidence": {"briefs", "friction"},
    "meaning": {"evidence"},
    "people": {
        "actions", "agreements", "briefs", "departments", "notifications", "outcomes", "retros", "themes",
    },
    "projects": {"briefs", "notifications", "outcomes", "retros"},
    "pulse": {"friction"},
    "retros": {
        "actions", "agreements", "board", "entries", "evidence", "friction", "notifications", "outcomes", "pulse",
        "scorecards", "themes", "topics", "votes",
    },
    "themes": {"actions", "briefs", "evidence", "friction", "outcomes", "scorecards"},
    "topics": {"actions", "demo", "evidence", "friction", "outcomes", "themes", "votes"},
}  # fmt: skip
"""Slice -> the slices whose queries read its tables. A new reader is a decision: it is written down here."""


def foreign_models(tree: ast.Module, slice_: str) -> dict[str, str]:
    """Names of models that a module takes from other slices -> whose they are."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app."):
            parts = (node.module or "").split(".")
            if parts[-1] == "models" and parts[1] != slice_:
                found |= {name.asname or name.name: parts[1] for name in node.names}
    return found


def writes(tree: ast.Module, slice_: str) -> Iterator[str]:
    """Rows of other slices that a module makes, changes or deletes."""
    models = foreign_models(tree, slice_)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if isinstance(called, ast.Name) and name in models:
            yield f"{node.lineno}: {name}(...)"
        if name in WRITES and node.args and isinstance(node.args[0], ast.Name) and node.args[0].id in models:
            yield f"{node.lineno}: {name}({node.args[0].id})"


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Path, slice and source of every module of the program."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        where = path.relative_to(ROOT)
        if len(where.parts) > 2:
            yield str(where), where.parts[1], ast.parse(path.read_text())


def test_no_slice_writes_another_ones_tables() -> None:
    found = {
        f"{path}:{line}"
        for path, slice_, tree in modules()
        if not path.startswith(IMPORTER)
        for line in writes(tree, slice_)
    }
    assert found == set(), "give the slice that owns the table a function in its service"


def test_who_reads_whose_models_is_declared() -> None:
    read: dict[str, set[str]] = {}
    for _, slice_, tree in modules():
        for owner in foreign_models(tree, slice_).values():
            read.setdefault(owner, set()).add(slice_)
    assert read == READERS


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("db.add(Seat(tag=tag))", ["2: Seat(...)"]),
        ("db.execute(update(Seat).values(ready=True))", ["2: update(Seat)"]),
        ("db.execute(sa.delete(Seat))", ["2: delete(Seat)"]),
        ("db.execute(insert(Seat), rows)", ["2: insert(Seat)"]),
        ("db.exec(select(Seat)).all()", []),
    ],
)
def test_a_planted_write_is_found(line: str, found: list[str]) -> None:
    tree = ast.parse(f"from app.retros.models import Seat\n{line}\n")
    assert list(writes(tree, "entries")) == found
    assert list(writes(tree, "retros")) == []

"""Which tests are of rules alone, found by what they use: `pytest -m rules` takes seconds and needs no machine.

A file counts whose imports from `app` are rules and other arithmetic; in it the tests that ask for no database, no
application and no folder. Other files are not even read, because reading them imports the house.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UNIT = Path(__file__).parent / "unit"
PURE = {"errors", "list_files", "places", "spreadsheet", "statistics"}
"""Modules of the core that reach neither a database nor the network."""
NEEDS_A_MACHINE = {
    "app",
    "cast",
    "client",
    "database",
    "database_url",
    "house",
    "live_server",
    "settings",
    "tmp_path",
}


def is_of_rules(file: Path) -> bool:
    """Whether every import of ours in this file is a rule, or what rules stand on."""
    if file.parent != UNIT or not file.name.startswith("test_"):
        return False
    ours = [
        name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _modules(node)
        if name.split(".")[0] in {"app", "tests"}
    ]
    return bool(ours) and all(map(_is_pure, ours))


def leave_out(path: Path) -> bool:
    """Whether `-m rules` need not look here at all."""
    return path not in UNIT.parents and path != UNIT and not is_of_rules(path)


def mark(items: list[pytest.Item]) -> None:
    pure = {path: is_of_rules(path) for path in {one.path for one in items}}
    for one in items:
        is_quick = one.get_closest_marker("simulation") is None
        if is_quick and pure[one.path] and NEEDS_A_MACHINE.isdisjoint(getattr(one, "fixturenames", ())):
            one.add_marker(pytest.mark.rules)


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if node.module in {"app", "app.core"}:
        return [f"{node.module}.{one.name}" for one in node.names]
    return [node.module or ""]


def _is_pure(module: str) -> bool:
    parts = module.split(".")
    return "rules" in parts or module == "tests.conftest" or (parts[:2] == ["app", "core"] and parts[-1] in PURE)

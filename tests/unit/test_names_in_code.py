"""Names: a package is a folder, not a curtain, and a class name means one thing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("app", "tests", "alembic") for path in (ROOT / folder).rglob("*.py"))
PACKAGES = {".".join(path.parent.relative_to(ROOT).parts): path for path in FILES if path.name == "__init__.py"}
OF_A_REGISTRY = {"ROUTERS", "SEATED", "router", "register", "run_due"}
"""What a package may hold itself: the list of its parts, for the one place that starts them all."""
NOT_YET = {"app.cli"}
"""Packages that still stand in for their modules. Only shorter."""


def imported_from_packages(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that are imported from a package of ours although they are no module in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in PACKAGES:
            folder = PACKAGES[node.module].parent
            for name in node.names:
                if not (folder / f"{name.name}.py").exists() and not (folder / name.name).is_dir():
                    yield node.module, name.name


def test_callers_import_the_module_that_holds_what_they_want() -> None:
    curtains = {
        f"{path.relative_to(ROOT)}: {package}.{name}"
        for path in FILES
        for package, name in imported_from_packages(ast.parse(path.read_text()))
        if package.startswith("app.") and name not in OF_A_REGISTRY and package not in NOT_YET
    }
    assert curtains == set()


def test_a_package_holds_one_sentence_unless_it_registers_its_parts() -> None:
    """No name in it is there to be imported: every import in it is used in it."""
    idle = []
    for package, path in PACKAGES.items():
        if not package.startswith("app.") or package in NOT_YET:
            continue
        tree = ast.parse(path.read_text())
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                idle += [f"{package}: {name.name}" for name in node.names if (name.asname or name.name) not in used]
    assert idle == []


def test_the_reader_of_imports_finds_a_curtain() -> None:
    planted = ast.parse("from app.retros.rules import Stage\nfrom app.retros.rules import names\n")
    assert list(imported_from_packages(planted)) == [("app.retros.rules", "Stage")]


def test_the_list_of_what_is_left_names_packages_that_are_there() -> None:
    assert set(PACKAGES) >= NOT_YET


def test_a_class_name_means_one_thing_in_the_whole_program() -> None:
    where: dict[str, list[str]] = {}
    for path in FILES:
        if path.is_relative_to(ROOT / "app"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    where.setdefault(node.name, []).append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert {name: places for name, places in where.items() if len(places) > 1} == {}

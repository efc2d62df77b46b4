"""No pattern of the house has an open end, and nobody makes one elsewhere; text is brought into one form safely."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from unicodedata import normalize

import pytest

import app
from app.core.patterns import MADE
from app.core.texts import MARKS_IN_A_ROW, composed

ROOT = Path(__file__).resolve().parents[2]
MOST = 4000
"""Times that anything may be repeated."""
NESTED_MOST = 10_000
"""The same for a repeat inside a repeat, multiplied."""
REPEATS = {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}


def longest_repeat(parsed: object) -> int:
    """The largest product of repeats that stand in each other."""
    most = 1
    if isinstance(parsed, tuple) and parsed and parsed[0] in REPEATS:
        _, (least, times, inner) = parsed
        return max(1, 1 if least == times else int(times)) * longest_repeat(inner)
    if isinstance(parsed, (tuple, list, parser.SubPattern)):
        for part in parsed:
            most = max(most, longest_repeat(part))
    return most


def test_every_pattern_of_the_house_has_an_end() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if ".demo" not in module.name and "_bundled" not in module.name:
            import_module(module.name)
    assert len(MADE) > 60
    for one in MADE:
        parsed = parser.parse(one.pattern, one.flags & ~32)
        assert longest_repeat(parsed) <= NESTED_MOST, one.pattern
        assert all(times <= MOST for times in repeats(parsed)), one.pattern


def repeats(parsed: object) -> list[int]:
    if isinstance(parsed, tuple) and parsed and parsed[0] in REPEATS:
        return [int(parsed[1][1]), *repeats(parsed[1][2])]
    if isinstance(parsed, (tuple, list, parser.SubPattern)):
        return [times for part in parsed for times in repeats(part)]
    return []


@pytest.mark.parametrize("pattern", [r"a+", r"a*b", r"(?:\w{1,200}\s?){1,200}", r"(?:a|b{2,})", r"(?=.*x)"])
def test_an_open_or_nested_repeat_is_noticed(pattern: str) -> None:
    parsed = parser.parse(pattern)
    assert longest_repeat(parsed) > NESTED_MOST or max(repeats(parsed)) > MOST


def test_nobody_brings_text_into_one_form_but_the_core() -> None:
    """Putting marks in order takes the square of their number: `composed` parts a run of them first."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        if file.name == "texts.py" and file.parent.name == "core":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            named = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            assert named != "normalize", f"{file.relative_to(ROOT)}: please use app.core.texts.composed"


@pytest.mark.parametrize(
    "text", ["", "plain", "re\u0301sume\u0301", "\u1112\u1161\u11ab", "e\u0323\u0302 and a\u0308"]
)
def test_text_is_composed(text: str) -> None:
    assert composed(text) == normalize("NFC", text)


def test_a_long_run_of_marks_is_parted_and_nothing_is_lost() -> None:
    marks = "\u0300\u0316" * 100
    kept = composed("x" + marks)
    assert sorted(kept.replace("\u034f", "")) == sorted("x" + marks)
    run = longest = 0
    for character in kept[1:]:
        run = 0 if character == "\u034f" else run + 1
        longest = max(longest, run)
    assert longest == MARKS_IN_A_ROW

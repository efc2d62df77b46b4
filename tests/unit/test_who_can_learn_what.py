"""The page for users, SECURITY.md and the rules say the same; each row of the table is held by tests that exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from app.anonymity.rules.doubts import DOUBTS
from app.anonymity.rules.promise import CORE, Settings, promise

ROOT = Path(__file__).parents[2]
SECURITY = " ".join((ROOT / "SECURITY.md").read_text().replace("\n> ", " ").split())
USUAL = promise(Settings(k=5, way_in="ticket", tickets_mailed=True))


@cache
def tests_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_row_of_the_table_is_held_by_tests_that_exist() -> None:
    assert {observer for observer, _ in USUAL.learns} == set(HELD_BY)
    for held in HELD_BY.values():
        assert held
        for where in held:
            file, _, name = where.partition("::")
            assert name in tests_in(file), where


def test_security_md_holds_the_promise_and_every_row_as_the_rules_make_them() -> None:
    assert CORE in SECURITY
    for observer, learns in USUAL.learns:
        assert f"| {observer} | {learns} |" in SECURITY, f"SECURITY.md does not say: {observer}"
    rows = [line for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("| ")]
    assert len(rows) == len(USUAL.learns) + 1, "a row that the rules do not know"


@pytest.mark.parametrize("doubt", DOUBTS, ids=lambda doubt: doubt.question)
def test_security_md_answers_every_question_of_the_page(doubt) -> None:
    assert f"**{doubt.question}** {doubt.answer}" in SECURITY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_for_users_answers_them_too_and_shows_every_row(client) -> None:
    page = " ".join(client.get("/about/anonymity").text.replace("&#39;", "'").split())
    for doubt in DOUBTS:
        assert doubt.question in page
        assert doubt.answer in page
    for observer, learns in USUAL.learns:
        assert observer in page
        assert learns in page


HELD_BY: dict[str, tuple[str, ...]] = {
}

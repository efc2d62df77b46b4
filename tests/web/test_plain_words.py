"""Headings, labels and buttons speak plain office English, and what was once hard to read does not come back."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.web.templating import folder

TEMPLATES = folder("templates")
APP = Path(__file__).parents[2] / "app"

# What a newcomer stumbled over -> what stands there now.
ONCE = {
    "The door": "How people join",
    "As prepared": "Preparation",
    "Themes to look at": "Themes to review",
    "Is this two things?": "Split this theme?",
    "Are these two the same?": "Merge these themes?",
    "Who provides what names no department": "Department for rows that name none",
    "Day of what states none": "Date for retros without one",
    "day of what states none": "Date for retros without one",
    "History from elsewhere": "Import past retros",
    "It is no more?": "Close this department",
    "promised anew {{": "re-promised",
    "Promised anew": "Re-promised",
    "Throw one away": "Delete one you no longer use",
    "Throw this view away": "Delete this view",
    "Access for programs": "API tokens",
    "password that you have now": "Current password",
    "New days": "Postponed",
    "Rather as usual?": "Back to the defaults",
    "To its beginning": "Back to the first page",
    "Or drop it": "Discard this row",
    "And the rest": "Other settings",
    "prepare it all the same": "Prepare it anyway",
    "Nothing is wrong, but think again": "Before you go on",
    "What you can do now": "Next steps",
    "Waits for a yes": "Waiting for approval",
    "Have you a seat already?": "Already joined elsewhere?",
    "Not from here": "You cannot open this page",
    "removed from this retro by the facilitator": "co-facilitators may do it, too: by those who run it",
}

HEADINGS = re.compile(
    r"""(?:section|page_head|fieldset|empty_state|dialog)\(\s*"([^"]+)"|<h[1-6][^>]*>\s*([A-Z][^<{]*)<|<th\b[^>]*>([A-Z][^<{]*)<"""
)
LINKS = re.compile(r"""(?:link_button|Button|Link)\(\s*(?:"([^"]+)"|[^,()]*? if [^,()]*? else "([^"]+)")""")
ARCHAIC = re.compile(r"\banew\b|\b(?:works|valid|offered for new projects) no more\b")


@cache
def _templates() -> tuple[tuple[str, str], ...]:
    return tuple(_read_templates())


def _read_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield str(path.relative_to(TEMPLATES)), re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


@cache
def _strings_of_the_program() -> tuple[tuple[str, str], ...]:
    return tuple(_read_strings())


def _read_strings() -> Iterator[tuple[str, str]]:
    """Every text of the program that is no docstring: what may reach a page, a mail or a terminal."""
    for path in sorted(APP.rglob("*.py")):
        tree = ast.parse(path.read_text())
        alone = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
                yield f"{path.relative_to(APP)}:{node.lineno}", node.value


def _headings() -> Iterator[tuple[str, str]]:
    for name, text in _templates():
        for found in HEADINGS.finditer(text):
            yield name, next(part for part in found.groups() if part).strip()


@pytest.mark.parametrize("old", ONCE)
def test_what_was_hard_to_read_does_not_come_back(old: str) -> None:
    where = [name for name, text in (*_templates(), *_strings_of_the_program()) if old in text]
    assert where == [], f"“{old}” is now “{ONCE[old]}”"


def test_a_heading_stands_alone() -> None:
    """Nobody reads the page from its top: a heading that begins with "And", "Or" or "It" leans on the one before."""
    headings = list(_headings())
    assert len(headings) > 250
    leaning = re.compile(r"(?:And|Or|But|Rather|It|Its|They|Their|Them|He|She)\b")
    assert [one for one in headings if leaning.match(one[1])] == []


def test_a_link_says_what_it_does_not_where_it_points() -> None:
    """ "Go to the retros", not "To the retros": a label of a link or a button begins with what it does."""
    texts = [*_templates(), *((str(one.relative_to(APP)), one.read_text()) for one in sorted(APP.rglob("*.py")))]
    labels = [
        (name, part) for name, text in texts for found in LINKS.finditer(text) for part in found.groups() if part
    ]
    assert len(labels) > 120
    assert [one for one in labels if re.match(r"To (?:the|all|its)\b", one[1])] == []


def test_no_page_says_anew() -> None:
    """Words that nobody says in an office: "works no more", "counted anew"."""
    said = [(name, found.group()) for name, text in _templates() for found in ARCHAIC.finditer(text)]
    assert said == []

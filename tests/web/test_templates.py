"""Every template: compiles, escapes, keeps the strict policy, loads nothing from elsewhere, and stands where its kind
stands. That each one is really rendered by some test is checked at the end of a whole run (tests/rendered.py)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes

from app.web.templating import environment, folder

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = folder("templates")
NAMES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*") if file.is_file())
PAGES = [name for name in NAMES if name.startswith("pages/")]
FRAGMENTS = [name for name in NAMES if name.startswith("fragments/")]
HTML = [name for name in NAMES if name.endswith(".html") and not name.startswith("emails/")]

# What the policy without 'unsafe-inline' and 'unsafe-eval' forbids, and what would let text through unescaped.
FORBIDDEN = {
    r"<style\b": "a style element",
    r"\sstyle\s*=\s*[\"']": "a style attribute",
    r"<script(?![^>]*\ssrc=)[^>]*>": "an inline script",
    r"<script[^>]*>\s*[^\s<]": "a script element with a body",
    r"\son[a-z]+\s*=\s*[\"']": "an event attribute",
    r"\shx-on\b|\shx-on:": "hx-on (needs eval)",
    r"[\"'](?:js|javascript):": "a js: value (needs eval)",
    r"hx-trigger\s*=\s*[\"'][^\"']*\[": "a trigger filter (needs eval)",
    r"hx-vars\b": "hx-vars (needs eval)",
    r"(?:src|href|action|poster|data|hx-(?:get|post|put|delete|patch))\s*=\s*[\"'](?:https?:)?//": "another host",
}
FORBIDDEN_IN_JINJA = {
    r"\|\s*safe\b": "the filter 'safe'",
    r"\{%-?\s*autoescape\b": "a change of autoescape",
}


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


@cache
def fresh() -> Environment:
    """Like the app's environment, apart from it: looking at a template here is not rendering it."""
    real = environment()
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=list(real.extensions),
    )
    made.globals.update(real.globals)
    made.filters.update(real.filters)
    made.tests.update(real.tests)
    return made


def troubles(text: str) -> list[str]:
    plain = without_comments(text)
    html = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", plain, flags=re.DOTALL)
    found = [what for pattern, what in FORBIDDEN.items() if re.search(pattern, html, re.IGNORECASE)]
    return found + [what for pattern, what in FORBIDDEN_IN_JINJA.items() if re.search(pattern, plain)]


def test_there_are_templates() -> None:
    assert PAGES
    assert any(name.startswith("layouts/") for name in NAMES)


def test_everything_is_escaped() -> None:
    assert environment().autoescape is True
    assert environment().undefined is StrictUndefined
    assert environment().from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name: str) -> None:
    fresh().get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_refers_to_exists(name: str) -> None:
    parsed = fresh().parse(source(name))
    for node in parsed.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        for other in _named(node):
            assert other in NAMES, f"{name} refers to {other}"


@pytest.mark.parametrize("name", HTML)
def test_it_keeps_the_policy(name: str) -> None:
    assert troubles(source(name)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        "<script>alert(1)</script>",
        '<script src="/static/a.js">alert(1)</script>',
        '<button onclick="go()">',
        '<button hx-on:click="go()">',
        '<button hx-vals="js:{a: go()}">',
        '<a href="javascript:go()">',
        '<input hx-trigger="keyup[key==1]">',
        "{{ text | safe }}",
        "{% autoescape false %}{{ text }}{% endautoescape %}",
        '<img src="https://elsewhere.example/a.png">',
        '<img src="//elsewhere.example/a.png">',
    ],
)
def test_a_planted_violation_is_noticed(planted: str) -> None:
    assert troubles(planted) != []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_extends_a_layout(name: str) -> None:
    assert re.search(r'\{%-?\s*extends "layouts/\w+\.html"', source(name)), f"{name} extends no layout"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_named_after_its_route_function(name: str) -> None:
    _, slice_, *rest = name.split("/")
    function = Path(*rest).with_suffix("").as_posix().replace("/", "_")
    assert function in set(route_functions(slice_)), f"no route function {function} in app/{slice_}"


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_stands_alone_and_says_what_it_needs(name: str) -> None:
    text = source(name)
    assert "{% extends" not in text, "a fragment never extends"
    assert text.startswith("{#"), "the first line says what it needs"


def route_functions(slice_: str) -> Iterator[str]:
    """Names of all functions in the route modules of a slice (the style page belongs to the HTTP kit)."""
    places = [
        ROOT / "app" / slice_ / "routes.py",
        ROOT / "app" / slice_ / "routes",
        ROOT / "app/web" / f"{slice_}.py",
    ]
    for place in places:
        for file in [place] if place.is_file() else place.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
                    yield node.name


def _named(node: nodes.Node) -> Iterator[str]:
    target = getattr(node, "template", None)
    if isinstance(target, nodes.Const):
        yield from [target.value] if isinstance(target.value, str) else target.value

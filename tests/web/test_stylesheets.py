"""A page loads one stylesheet of its audience and the one for paper, and finds in them every class that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from jinja2 import meta

from app.web.stylesheets import AUDIENCES
from app.web.templating import environment, folder, static_url
from tests.databases import only_sqlite

TEMPLATES, CSS = folder("templates"), folder("static") / "css"
PAGES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("pages/*/*.html"))
BY_THEMSELVES = {"print", "style"}
ROOM = '{% set stylesheet = "styles-room.css" %}'


def links(html: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="/static/([^"?]+)\?v=\w+"', html)


@only_sqlite
@pytest.mark.parametrize(
    ("path", "sheet"),
    [("/", "styles-room.css"), ("/desk/sign-in", "styles-desk.css"), ("/nowhere", "styles-desk.css")],
)
def test_a_page_asks_for_two_stylesheets(client: TestClient, path: str, sheet: str) -> None:
    assert links(client.get(path).text) == [sheet, "css/print.css"]


@only_sqlite
@pytest.mark.parametrize("sheet", AUDIENCES)
def test_a_stylesheet_is_its_files_in_their_order(client: TestClient, sheet: str) -> None:
    answer = client.get(static_url(sheet))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.text == "\n".join((CSS / f"{name}.css").read_text() for name in AUDIENCES[sheet])
    assert static_url(sheet) == f"/static/{sheet}?v={sha256(answer.content).hexdigest()[:12]}"
    assert client.head(static_url(sheet)).status_code == 200
    assert client.post(f"/static/{sheet}").status_code in {403, 405}


@only_sqlite
@pytest.mark.parametrize("path", ["styles-room.css", "css/base.css"])
def test_it_is_kept_for_ever_by_its_hash_and_asked_for_anew_without(client: TestClient, path: str) -> None:
    """A joined one like one that is a file."""
    by_hash, without = client.get(static_url(path)), client.get(f"/static/{path}")
    assert by_hash.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert without.headers["cache-control"] == "no-cache"
    assert by_hash.headers["content-security-policy"].startswith("default-src 'none'")
    assert by_hash.headers["x-content-type-options"] == "nosniff"
    assert client.get("/static/rooms.css").status_code == 404


def test_every_file_belongs_to_an_audience() -> None:
    files = {file.stem for file in CSS.glob("*.css")}
    assert files == {name for names in AUDIENCES.values() for name in names} | BY_THEMSELVES
    assert all(len(names) == len(set(names)) for names in AUDIENCES.values())
    assert not set(AUDIENCES) & {file.name for file in folder("static").iterdir()}


def classes_of(sheet: str) -> set[str]:
    """The classes that a file styles."""
    return set(
        re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", (CSS / f"{sheet}.css").read_text(), flags=re.S))
    )


STYLED = {name: classes_of(name) for name in sorted({file.stem for file in CSS.glob("*.css")} - {"style"})}
EVERY = set().union(*STYLED.values())


def used_by(source: str) -> set[str]:
    """The classes that a template writes, also by way of a macro."""
    told = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    values = [re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value) for value in re.findall(r'\bclass="([^"]*)"', told)]
    return {word for value in values for word in value.split()}


def made_of(page: str) -> Iterator[str]:
    """The page's own template and all that it extends, includes and imports; where the room is, its pieces too."""
    seen, waiting = set(), [page]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        source = (TEMPLATES / name).read_text()
        yield source
        waiting += [other for other in meta.find_referenced_templates(environment().parse(source)) if other]
        if ROOM in source:
            waiting += [str(file.relative_to(TEMPLATES)) for file in (TEMPLATES / "fragments/board").glob("*.html")]


def unstyled(sources: list[str]) -> set[str]:
    """Classes that some file styles, but none that the page loads."""
    sheet = "styles-room.css" if any(ROOM in source for source in sources) else "styles-desk.css"
    there = set().union(*(STYLED[name] for name in (*AUDIENCES[sheet], "print")))
    return set().union(*map(used_by, sources)) & (EVERY - there)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_the_files_that_style_it(page: str) -> None:
    assert unstyled(list(made_of(page))) == set()


def test_a_class_of_the_other_audience_is_noticed() -> None:
    assert unstyled([ROOM, '<p class="{% if x %}desk-card{% endif %} muted">']) == {"desk-card"}
    assert unstyled(['{% call section("x", class="ballot-line panel") %}']) == {"ballot-line"}


def test_the_room_is_in_the_room() -> None:
    """The phone, the screen, who facilitates and who looks in; the desk is not."""
    here = {page for page in PAGES if any(ROOM in source for source in made_of(page))}
    assert {f"pages/board/{name}.html" for name in ("room", "join", "screen", "board", "observer")} <= here
    assert not here & {"pages/desk/actions.html", "pages/people/settings.html"}


@only_sqlite
def test_paper_has_its_own(client: TestClient) -> None:
    assert "?v=" + static_url("css/print.css").partition("?v=")[2] + '" media="print">' in client.get("/").text
    assert Path(CSS / "print.css").read_text().count("@page") > 0

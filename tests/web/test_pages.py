"""Every page, at every stage, for everybody who may see it: a sound document, and no dead end.

Each link, form and script leads to something that exists, with the method it is used with, and a form sends nothing
that its route does not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.retros.rules.names import Stage
from app.web.stylesheets import joined
from app.web.templating import folder
from tests.cast import Cast
from tests.databases import only_sqlite
from tests.web.house import House
from tests.web.reading import Page
from tests.web.walking import Way, ask, ways

pytestmark = pytest.mark.timeout(400)
STAGES = tuple(Stage)
MADE_UP = "/style"  # its links and forms are examples
FOR_PASSWORD_MANAGERS = {"username"}


class Map:
    """Where addresses lead."""

    def __init__(self, known: list[Way]) -> None:
        self.known = [(way, re.compile(re.sub(r"\{\w+(:\w+)?\}", r"[^/]+", way.template) + "$")) for way in known]

    def way(self, method: str, path: str) -> Way | None:
        """The route that takes this; a literal address before one with parameters, as FastAPI would."""
        fitting = [way for way, pattern in self.known if way.method == method and pattern.match(path)]
        return min(fitting, key=lambda way: len(way.parameters), default=None)

    def trouble(self, method: str, address: str) -> str | None:
        parts = urlsplit(address)
        if parts.scheme == "data":
            return None
        if parts.scheme or parts.netloc:
            return f"{address} is another host"
        if parts.path.startswith("/static/"):
            name = unquote(parts.path.removeprefix("/static/"))
            is_there = (folder("static") / name).is_file() or joined(name, folder("static")) is not None
            return None if is_there else f"{address} is no file"
        if not parts.path:
            return None
        return None if self.way(method, parts.path) else f"{method} {address} leads nowhere"


def pages(house: House, browser: TestClient, only: Callable[[Way], bool]) -> Iterator[tuple[Way, Page]]:
    """Every GET route that answers this browser with a page."""
    for way in ways(house.app):
        if way.method != "GET" or way.is_stream or not only(way):
            continue
        response = ask(browser, way, way.address(house.values()))
        if response.status_code == 200 and response.headers["content-type"].startswith("text/html"):
            yield way, Page(response.text)


def troubles_of(house: House, browser: TestClient, only: Callable[[Way], bool]) -> list[str]:
    where = Map(ways(house.app))
    found, seen = [], 0
    for way, page in pages(house, browser, only):
        seen += 1
        whole = bool(page.all("html"))
        wrong = page.troubles(whole)
        if way.template == MADE_UP:
            wrong = [trouble for trouble in wrong if "a link to" not in trouble]
        else:
            wrong += [trouble for link in page.links() if (trouble := where.trouble(*link))]
            wrong += _unread(page, where)
        found += [f"{way.template}: {trouble}" for trouble in dict.fromkeys(wrong)]
    assert seen, "no page was seen"
    return found


def _unread(page: Page, where: Map) -> Iterator[str]:
    """Fields that are sent to a route which does not know them: a misspelt name loses what was typed."""
    for form in page.forms():
        way = where.way(form.method, urlsplit(form.action).path) if form.action else None
        unread = form.names - set(way.fields) - FOR_PASSWORD_MANAGERS if way is not None else set()
        if unread and form.method == "POST":
            yield f"the form to {form.action} sends {sorted(unread)}, which nobody reads"


@only_sqlite
@pytest.mark.parametrize("stage", STAGES, indirect=True)
def test_the_facilitators_pages_are_sound(house_now: House) -> None:
    desk = house_now.desk
    found = troubles_of(house_now, desk, lambda way: way.is_desk)
    assert not found, "\n".join(found)


@only_sqlite
@pytest.mark.parametrize("stage", STAGES, indirect=True)
def test_the_phones_pages_are_sound(house_now: House) -> None:
    found = troubles_of(house_now, house_now.phone, lambda way: not way.is_desk)
    assert not found, "\n".join(found)


@only_sqlite
@pytest.mark.parametrize("stage", [Stage.CHECK_IN, Stage.CLOSED], indirect=True)
def test_the_pages_before_the_door_are_sound(house_now: House) -> None:
    found = troubles_of(house_now, house_now.nobody, lambda way: not way.is_room or "{code}" in way.template)
    assert not found, "\n".join(found)


@only_sqlite
@pytest.mark.parametrize("stage", [Stage.DISCUSS, Stage.CLOSED], indirect=True)
@pytest.mark.parametrize("who", ["ada", "edda", "mia", "sven"])
def test_other_peoples_pages_are_sound(
    house_now: House, cast: Cast, at_desk: Callable[..., TestClient], who: str
) -> None:
    browser = at_desk(cast.everybody()[who])
    found = troubles_of(house_now, browser, lambda way: way.is_desk)
    assert not found, "\n".join(found)


SOUND = '<html lang="en"><title>t</title><body><main><h1>Hello</h1>%s</main></body></html>'


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ('<p style="color:red">', "breaks the policy"),
        ("<script>go()</script>", "an inline <script>"),
        ('<p id="a"></p><p id="a"></p>', "is there 2 times"),
        ('<input name="text">', "has no label"),
        ("<button></button>", "says nothing"),
        ('<input aria-label="a" aria-describedby="gone">', "points at nothing"),
        ('<a href="#gone">there</a>', "which is not there"),
        ("<h1>again</h1>", "2 elements <h1>"),
        ("<h3>deep</h3>", "a level is left out"),
        ("<div><p></div>", "closes <p>"),
        ("<img>", "without alt"),
    ],
)
def test_the_reader_notices(planted: str, said: str) -> None:
    assert any(said in trouble for trouble in Page(SOUND % planted).troubles())


def test_the_reader_is_content_with_a_sound_page() -> None:
    page = SOUND % '<label for="a">A</label><input id="a" name="a"><button>Send</button><h2>More</h2>'
    assert Page(page).troubles() == []

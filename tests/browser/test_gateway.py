"""A company's gateway keeps event streams for itself: the page notices the silence and asks every few seconds."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading
from tests.browser.conftest import Windows
from tests.cast import Cast
from tests.serving import LiveServer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STREAM = re.compile(r"/stream\?")
# The page gives a stream up that brings nothing for a while, and its console says so.
GIVEN_UP = (r"htmx:error: timeout \{elt: div#live\b",)


def swallowed(page: Page) -> list[Route]:
    """The gateway takes the request for a stream and never answers."""
    held: list[Route] = []
    page.route(STREAM, lambda route: held.append(route))
    return held


def test_polling_takes_over(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, seats={"Production": 3}, k=3)
    page = open_window("laptop", person=cast.frieda, expected=GIVEN_UP)
    phone_page = open_window("phone", expected=GIVEN_UP)
    streams = swallowed(page), swallowed(phone_page)
    desk, phone = Desk(page).open(room.id), Phone(phone_page)
    phone.sit_down(room.code, "Editorial")
    for other in (page, phone_page):
        expect(other.locator("#connection")).to_be_visible()
        expect(other.locator("#connection")).to_contain_text("every few seconds")
    expect(page.locator("#presence")).to_contain_text("4 seated")
    desk.go_on("Start writing")
    for other in (page, phone_page):
        expect(heading(other)).to_have_text("Write in silence")
    phone.write("Went wrong", "The files came two days late")
    phone.be_ready("I am done writing")
    expect(page.locator("#presence")).to_contain_text("Some at most are done writing")
    desk.go_on("Reveal everything")
    expect(phone_page.locator("#topics .entry").filter(has_text="two days late")).to_have_count(1)
    assert all(streams), "the pages did not even ask for a stream"


def test_beyond_the_streams_that_fit_every_page_still_follows(
    open_window: Windows, live_server: LiveServer, database: Database, cast: Cast, clock: SetClock
) -> None:
    """Phones, cockpit and wall ask every few seconds, and nothing on them says that something is wrong."""
    live_server.app.state.hub.most = -100
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, seats={"Production": 3}, k=3)
    page, phone_page = open_window("laptop", person=cast.frieda), open_window("phone")
    wall = open_window("laptop", person=cast.frieda)
    wall.goto(f"/desk/retros/{room.id}/screen")
    asked: list[str] = []
    phone_page.on("request", lambda request: asked.append(request.url))
    desk, phone = Desk(page).open(room.id), Phone(phone_page)
    phone.sit_down(room.code, "Editorial")
    expect(page.locator("#presence")).to_contain_text("4 seated", timeout=10_000)
    desk.go_on("Start writing")
    for other in (page, phone_page, wall):
        expect(heading(other)).to_have_text("Write in silence", timeout=10_000)
        expect(other.locator("#connection")).to_be_hidden()
    phone.write("Went wrong", "The files came two days late")
    desk.go_on("Reveal everything")
    expect(phone_page.locator("#topics .entry").filter(has_text="two days late")).to_have_count(1, timeout=10_000)
    assert sum("/changes?" in one for one in asked) > 1
    assert sum("/stream?" in one for one in asked) <= 3, "a stream is asked for once a page, not again and again"

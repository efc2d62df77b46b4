"""Scorecards in a real browser: readable by everybody, on every screen, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.core.clock import SetClock
from app.core.db import Database
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast
from tests.load.many_actions import many_actions

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]


@pytest.fixture
def addresses(database: Database, cast: Cast, clock: SetClock) -> list[str]:
    many_actions(database, list(cast.departments.values()), 300, clock.now(), years=2)
    return [
        "/desk/scorecards",
        f"/desk/scorecards/{cast.editorial}?span=24",
        f"/desk/scorecards/{cast.editorial}/{cast.production}?span=all",
    ]


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_nothing_is_wrong_with_them(open_window: Windows, cast: Cast, addresses: list[str], kind: str) -> None:
    page = open_window(kind, person=cast.ada)
    found = []
    for address in addresses:
        page.goto(address)
        page.evaluate("() => { for (const one of document.querySelectorAll('main details')) one.open = true; }")
        found += troubles(page, address)
    assert found == [], "\n".join(found)


def test_a_reader_who_sees_no_picture_hears_it(open_window: Windows, cast: Cast, addresses: list[str]) -> None:
    page = open_window("laptop", person=cast.ada)
    page.goto(addresses[1])
    picture = page.get_by_role("img", name=re.compile("Promises kept, by the quarter in which they were due")).first
    expect(picture).to_be_visible()
    page.get_by_text("The numbers").first.click()
    expect(page.get_by_role("table", name="Promises kept by quarter").first).to_be_visible()


def test_they_fit_on_few_sheets(open_window: Windows, cast: Cast, addresses: list[str]) -> None:
    page = open_window("laptop", person=cast.ada)
    for address, most in zip(addresses, (3, 3, 4), strict=True):
        page.goto(address)
        for paper in ("A4", "Letter"):
            sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
            assert 1 <= sheets <= most, f"{address} takes {sheets} sheets of {paper}"

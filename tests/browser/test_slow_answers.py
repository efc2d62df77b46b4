"""A slow network: answers overtake one another, and the page still ends as the server has it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules import Stage
from tests import builders
from tests.browser.acting import Phone
from tests.browser.conftest import Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_an_older_answer_never_lands_upon_a_newer_one(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """The answer to "how freely?" brings the whole of one's own part; it was made before "I am ready" was pressed."""
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    page = phone.page

    def late(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(1_500)
        route.fulfill(response=answer)

    page.route("**/answers", late)
    with page.expect_response("**/answers"), page.expect_response("**/ready"):
        page.locator("#safety-value").get_by_label("4").check()
        page.get_by_role("button", name="I am ready").click()
    expect(page.locator("#safety-form")).to_contain_text("Kept")
    expect(page.locator("#ready")).to_contain_text("You are ready")

"""A page that is drawn anew under one's hands: it ends as the server has it, and what is used stays in its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros import service as retros
from app.retros.rules import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, is_live
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


def test_what_the_hands_are_at_stays_where_it_is(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """The topic in the light grows by a why, above the form in which the why was written."""
    room = builders.a_retro(
        database, cast, clock, Stage.DISCUSS, k=3, seats={"Editorial": 3, "Production": 3}, entries=3
    )
    topic = builders.topics_of(database, room)[0]
    with database.transaction() as db:
        retros.spotlight(db, cast.frieda.visitor, room.id, topic, clock.now(), 5)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    page = desk.page
    is_live(page)
    page.locator("#why-text").scroll_into_view_if_needed()
    add = page.locator("#why-form").get_by_role("button", name="Add")
    place = add.bounding_box()
    assert place
    whys = page.locator("#spotlight .whys li")
    for number, why in enumerate(("Nobody owns the hand-over", "It was never written down"), start=1):
        page.locator("#why-text").fill(why)
        add.click()
        expect(whys).to_have_count(number)
        expect(page.locator("#why-text")).to_have_value("")
        page.wait_for_timeout(400)
        now = add.bounding_box()
        assert now
        assert abs(now["y"] - place["y"]) < 1, f"the button moved under the pointer after why {number}"

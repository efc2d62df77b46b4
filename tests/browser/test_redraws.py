"""A page that is drawn anew under one's hands: it ends as the server has it, and what is used stays in its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.retros.service import timebox
from app.topics.service import grouping
from tests import builders
from tests.browser.acting import Desk, Phone, is_live
from tests.browser.conftest import Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def seated(database: Database, cast: Cast, clock: SetClock, open_window: Windows) -> Page:
    """A phone that arrives."""
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    return phone.page


def test_an_older_answer_never_lands_upon_a_newer_one(seated: Page) -> None:
    """The answer to "how freely?" brings the whole of one's own part; it was made before "I am ready" was pressed."""
    page = seated

    def late(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(1_500)
        route.fulfill(response=answer)

    is_live(page)
    page.route("**/answers", late)
    with page.expect_response("**/answers"), page.expect_response("**/ready"):
        page.locator("#safety-value").get_by_label("4").check()
        page.get_by_role("button", name="I am ready").click()
    expect(page.locator("#safety-form")).to_contain_text("Saved")
    expect(page.locator("#ready")).to_contain_text("You are ready")


def test_what_is_chosen_before_the_scripts_come_is_sent(seated: Page) -> None:
    page = seated
    held: list[Route] = []
    page.route("**/js/live.js*", lambda route: held.append(route))
    page.goto(page.url, wait_until="commit")
    page.locator("#safety-value").get_by_label("4").check()
    expect(page.locator("#safety-form")).not_to_contain_text("Saved")
    assert held, "the scripts were there before the choice"
    held[0].continue_()
    expect(page.locator("#safety-form")).to_contain_text("Saved")
    expect(page.locator("#safety-value").get_by_label("4")).to_be_checked()


@pytest.fixture
def talking(database: Database, cast: Cast, clock: SetClock, open_window: Windows) -> Page:
    """The facilitator's board with a topic in the light."""
    seats = {"Editorial": 3, "Production": 3}
    room = builders.a_retro(database, cast, clock, Stage.DISCUSS, k=3, seats=seats, entries=3)
    topic = builders.topics_of(database, room)[0]
    with database.transaction() as db:
        timebox.spotlight(db, cast.frieda.visitor, room.id, topic, clock.now(), 5)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    is_live(desk.page)
    return desk.page


def test_what_is_typed_while_the_page_is_drawn_anew_stays(talking: Page) -> None:
    """Saving the notes draws the tools of the topic again; meanwhile somebody types a why."""
    why, notes = talking.locator("#why-text"), talking.locator("#notes-text")
    talking.route("**/mine", lambda route: (talking.wait_for_timeout(700), route.continue_()))
    notes.fill("The hand-over has no date of its own.")
    with talking.expect_response("**/mine"):
        talking.get_by_role("button", name="Save the notes").click()
        why.fill("Nobody owns the hand-over")
    talking.wait_for_timeout(300)
    expect(why).to_have_value("Nobody owns the hand-over")
    expect(notes).to_have_value("The hand-over has no date of its own.")
    why.press("Enter")
    expect(talking.locator("#spotlight .whys")).to_contain_text("Nobody owns the hand-over")
    expect(why).to_have_value("")
    talking.unroute_all(behavior="wait")


def test_what_the_hands_are_at_stays_where_it_is(talking: Page) -> None:
    """The topic in the light grows by a why, above the form in which the why was written."""
    page = talking
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


def test_an_answer_to_polling_never_lands_upon_what_the_stream_has_brought_meanwhile(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """The stream was slow to begin, so the page asks; while the answer is under way the stream comes to life. An old
    board would stay: a dialog would then ask for a topic that is gone."""
    room = builders.a_retro(database, cast, clock, Stage.GROUP, k=3, entries=2)
    desk = Desk(open_window("laptop", person=cast.frieda))
    page = desk.page
    held: list[Route] = []
    page.route("**/stream*", lambda route: held.append(route))
    asked: list[tuple[Route, APIResponse]] = []

    def answer_late(route: Route) -> None:
        asked.append((route, route.fetch()))

    page.route("**/changes*", answer_late)
    desk.open(room.id)
    merged, into = builders.topics_of(database, room)[:2]
    with database.transaction() as db:
        grouping.rename(db, cast.frieda.visitor, room.id, merged, "Before it was merged", 1)
    for _ in range(150):
        if asked:
            break
        page.wait_for_timeout(100)
    assert asked, "the page never asked, although its stream was silent"
    held[0].continue_()
    is_live(page)
    with database.transaction() as db:
        grouping.merge(db, cast.carla.visitor, room.id, [merged], into)
    gone = page.locator(f"[data-topic='{merged}']")
    expect(gone).to_have_count(0)
    for route, answer in asked:
        route.fulfill(response=answer)
    page.wait_for_timeout(500)
    expect(gone).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")

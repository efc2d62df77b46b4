"""One person, one seat, two tabs: nothing of one overwrites the other, and nothing is there twice."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.entries import queries as entries
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Phone, is_live
from tests.browser.conftest import Windows
from tests.builders import Room
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATE = "The files came two days late"
PROOFS = "Let us see page proofs together"
PUT_BACK = "(kept) => { for (const [name, value] of JSON.parse(kept)) sessionStorage.setItem(name, value); }"
NO_NETWORK = ("net::ERR", "htmx:sse:error", "htmx:error", "Failed to fetch", "network error")


@dataclass
class Seat:
    """One seat in several tabs."""

    room: Room
    secret: str
    windows: list[Phone]

    @property
    def one(self) -> Phone:
        return self.windows[0]

    def another(self) -> Phone:
        """One more tab, as the seat's page comes."""
        page = self.one.page.context.new_page()
        page.goto(f"/r/{self.room.code}")
        is_live(page)
        self.windows.append(Phone(page))
        return self.windows[-1]

    def copy(self) -> Phone:
        """The same tab once more, as a browser duplicates it: with all that it kept."""
        kept = self.one.page.evaluate("() => JSON.stringify(Object.entries(sessionStorage))")
        page = self.one.page.context.new_page()
        page.goto("/about/anonymity")
        page.evaluate(PUT_BACK, kept)
        page.goto(f"/r/{self.room.code}")
        is_live(page)
        self.windows.append(Phone(page))
        return self.windows[-1]

    def sent(self) -> list[str]:
        """What the server holds of this seat."""
        assert self.room.house
        with self.room.house.reading() as db:
            return sorted(draft.text for draft in entries.own_drafts(db, self.room.seat_of(self.secret), 8))


@pytest.fixture
def seat(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> Seat:
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Editorial": 1, "Production": 3}, k=3)
    phone = Phone(open_window("phone", expected=(*NO_NETWORK, "status of 409")))
    secret = room.secret("Editorial")
    phone.come_back(room.code, secret)
    is_live(phone.page)
    return Seat(room, secret, [phone])


def saved(phone: Phone) -> None:
    expect(phone.page.locator("[data-composer-state]")).to_have_text("Saved, not sent")


def test_both_compose(seat: Seat) -> None:
    one, two = seat.one, seat.another()
    one.compose("Went wrong", LATE)
    saved(one)
    two.compose("Idea", PROOFS)
    saved(two)
    expect(one.text).to_have_value(LATE)
    one.send()
    expect(one.draft(LATE)).to_have_count(1)
    two.send()
    expect(two.draft(PROOFS)).to_have_count(1)
    for tab in (one, two):
        tab.page.reload()
        expect(tab.page.locator("#drafts .draft")).to_have_count(2)
        expect(tab.draft(LATE)).to_contain_text("Went wrong")
        expect(tab.draft(PROOFS)).to_contain_text("Idea")
        expect(tab.text).to_have_value("")


@pytest.mark.parametrize("opened", ["another", "copy"])
def test_a_tab_opened_while_something_is_typed_replaces_nothing_that_is_sent(seat: Seat, opened: str) -> None:
    """The second tab opens with the words that the first one has saved, and other words are sent from it."""
    one = seat.one
    one.compose("Went wrong", LATE)
    saved(one)
    two = seat.another() if opened == "another" else seat.copy()
    expect(two.text).to_have_value(LATE)
    one.send()
    expect(one.draft(LATE)).to_have_count(1)
    two.compose("Idea", PROOFS)
    saved(two)
    two.send()
    expect(two.draft(PROOFS)).to_have_count(1)
    assert seat.sent() == sorted([LATE, PROOFS])
    for tab in (one, two):
        tab.page.reload()
        expect(tab.page.locator("#drafts .draft")).to_have_count(2)
        expect(tab.text).to_have_value("")


@pytest.mark.parametrize("opened", ["another", "copy"])
def test_the_same_words_sent_from_both_are_one_entry(seat: Seat, opened: str) -> None:
    one = seat.one
    one.compose("Went wrong", LATE)
    saved(one)
    two = seat.another() if opened == "another" else seat.copy()
    for tab in (one, two):
        expect(tab.text).to_have_value(LATE)
        tab.send()
        expect(tab.draft(LATE)).to_have_count(1)
    assert seat.sent() == [LATE]


def test_without_javascript_two_tabs_replace_nothing(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    one = Phone(open_window("phone", javascript=False))
    one.sit_down(room.code, "Editorial")
    two = Phone(one.page.context.new_page())
    two.page.goto(f"/r/{room.code}")
    one.write("Went wrong", LATE)
    two.write("Idea", PROOFS)
    expect(two.draft(LATE)).to_have_count(1)
    # Back to the form as it was sent, with other words.
    two.page.go_back()
    two.compose("Idea", "And one calendar that both departments see")
    two.send()
    expect(two.page.locator("#drafts .draft")).to_have_count(3)


def test_a_stale_tab_changes_and_deletes_no_entry_that_came_into_the_place_of_its_own(seat: Seat) -> None:
    one = seat.one
    one.write("Went wrong", LATE)
    two = seat.another()
    two.draft(LATE).get_by_role("button", name="Edit").click()
    one.draft(LATE).get_by_role("button", name="Delete").click()
    expect(one.draft(LATE)).to_have_count(0)
    one.write("Idea", PROOFS)
    two.text.fill("The files came two days late, again")
    two.page.get_by_role("button", name="Save the change").click()
    expect(two.page.locator("[data-composer-error]")).to_contain_text("deleted in another tab")
    expect(two.text).to_have_value("The files came two days late, again")
    assert seat.sent() == [PROOFS]
    two.draft(LATE).get_by_role("button", name="Delete").click()
    expect(two.draft(PROOFS)).to_have_count(1)
    assert seat.sent() == [PROOFS]


def lose_answers(page: Page, count: int) -> list[Route]:
    """What is sent arrives; its answer does not."""
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.fetch()
        route.abort()

    page.route("**/entries", lose, times=count)
    return lost


def test_a_lost_answer_and_a_reload_double_nothing_in_either_tab(seat: Seat) -> None:
    one, two = seat.one, seat.another()
    for tab, kind, text in ((one, "Went wrong", LATE), (two, "Idea", PROOFS)):
        lost = lose_answers(tab.page, 1)
        tab.compose(kind, text)
        tab.send()
        expect(tab.page.locator("#unsent")).to_contain_text("not sent yet")
        assert lost, "the answer did not get lost"
        tab.page.reload()
        expect(tab.draft(text)).to_have_count(1)
        expect(tab.page.locator("#unsent .entry")).to_have_count(0)
    assert seat.sent() == sorted([LATE, PROOFS])


def test_two_wordings_that_wait_for_the_network_are_both_sent_the_last_one_last(seat: Seat) -> None:
    """One entry, rewritten twice in a tunnel: the first answer takes only the first wording out of the queue."""
    one = seat.one
    one.write("Went wrong", "The files came late")
    one.page.context.set_offline(True)
    for wording in ("The files came a day late", LATE):
        one.page.locator("#drafts .draft").get_by_role("button", name="Edit").click()
        one.text.fill(wording)
        one.page.get_by_role("button", name="Save the change").click()
    expect(one.page.locator("#unsent .entry")).to_have_count(2)
    one.page.context.set_offline(False)
    expect(one.draft(LATE)).to_have_count(1)
    expect(one.page.locator("#unsent .entry")).to_have_count(0)
    assert seat.sent() == [LATE]

"""A phone in a pocket: it sleeps, loses the network, is closed and opened again. Its seat and its words stay."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import KEPT_TOO_LATE, Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# What Chromium's console says in a tunnel.
NO_NETWORK = ("net::ERR", "htmx:sse:error", "htmx:error", "Failed to fetch", "network error")
# Headless Chromium never hides a page (stack trap 32), so the page is told that it is hidden.
ASLEEP = """(hidden) => {
    const state = hidden ? "hidden" : "visible";
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
WRITTEN = "The files came two days late and nobody said so"
IN_THE_TUNNEL = "We found out about the new cover from a customer"


def sleep(page: Page) -> None:
    page.evaluate(ASLEEP, True)


def wake(page: Page) -> None:
    page.evaluate(ASLEEP, False)


def handle(page: Page) -> str:
    """The four letters by which a phone knows its seat."""
    return page.locator(".room-foot .number").first.inner_text()


def test_asleep_while_the_others_go_on(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    is_live(phone.page)
    seat = handle(phone.page)
    phone.write("Went wrong", WRITTEN)
    sleep(phone.page)
    desk.go_on("Reveal everything")
    desk.page.wait_for_timeout(1000)
    expect(heading(phone.page)).to_have_text("Write in silence")
    wake(phone.page)
    expect(heading(phone.page)).to_have_text("Read and group")
    expect(phone.page.locator("#topics .entry").filter(has_text=WRITTEN)).to_have_count(1)
    sleep(phone.page)
    desk.go_on("Start the vote")
    expect(heading(desk.page)).to_have_text("Vote in secret")
    wake(phone.page)
    expect(heading(phone.page)).to_have_text("Vote in secret")
    expect(phone.page.locator(".ballot-line").first).to_be_visible()
    assert handle(phone.page) == seat


def test_no_network_while_writing(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    """What is typed in a tunnel is sent behind it, once, though the button was pressed twice."""
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    phone = Phone(open_window("phone", expected=(*NO_NETWORK, KEPT_TOO_LATE)))
    phone.sit_down(room.code, "Editorial")
    is_live(phone.page)
    phone.page.context.set_offline(True)
    expect(phone.page.locator("#connection")).to_be_visible()
    phone.compose("Surprised us", IN_THE_TUNNEL)
    phone.send()
    phone.send()
    expect(phone.page.locator("#unsent .entry")).to_have_count(1)
    expect(phone.page.locator("#unsent")).to_contain_text("not sent yet")
    phone.compose("Went wrong", "Half a thought")
    phone.page.context.set_offline(False)
    expect(phone.draft(IN_THE_TUNNEL)).to_have_count(1)
    expect(phone.page.locator("#unsent .entry")).to_have_count(0)
    expect(phone.text).to_have_value("Half a thought")
    expect(phone.page.locator("#connection")).to_be_hidden()
    phone.be_ready("I am done writing")
    expect(desk.page.locator("#presence")).to_contain_text("Some at most are done writing")
    desk.go_on("Reveal everything")
    expect(phone.page.locator("#topics .entry")).to_have_count(1)
    # Half a thought was never sent: it is nobody's but its writer's.
    expect(phone.page.locator("#kept")).to_contain_text("Half a thought")
    expect(desk.page.get_by_text("Half a thought")).to_have_count(0)


def test_the_reveal_comes_while_out_of_reach(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """Sent in the tunnel, but behind it the writing is over: it is kept for its writer, who is told."""
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    builders.write(database, room.seat("Production"), WRITTEN)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    phone = Phone(open_window("phone", expected=(*NO_NETWORK, "status of 409", "status of 422")))
    phone.sit_down(room.code, "Editorial")
    is_live(phone.page)
    phone.page.context.set_offline(True)
    phone.compose("Surprised us", IN_THE_TUNNEL)
    phone.send()
    expect(phone.page.locator("#unsent")).to_contain_text("not sent yet")
    desk.go_on("Reveal everything")
    expect(heading(desk.page)).to_have_text("Read and group")
    phone.page.context.set_offline(False)
    expect(heading(phone.page)).to_have_text("Read and group")
    # A request that was caught by the tunnel may hang until its own 20 seconds are over.
    expect(phone.page.locator("#kept")).to_be_visible(timeout=60_000)
    expect(phone.page.locator("#kept")).to_contain_text(IN_THE_TUNNEL)
    expect(phone.page.locator("#topics .entry")).to_have_count(1)


def test_ones_own_part_is_asked_for_again_until_it_comes(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """The network fails in the moment of the reveal: nobody is left with a composer that sends nothing any more."""
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    builders.write(database, room.seat("Production"), WRITTEN)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    phone = Phone(open_window("phone", expected=NO_NETWORK))
    phone.sit_down(room.code, "Editorial")
    is_live(phone.page)
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.abort()

    phone.page.route("**/mine", lose, times=2)
    desk.go_on("Reveal everything")
    expect(heading(phone.page)).to_have_text("Read and group")
    expect(phone.text).to_have_count(0)
    assert len(lost) == 2, "the first two answers did not get lost"
    expect(phone.page.locator("#toasts [role=alert]")).to_have_count(0)


def test_closed_and_opened_again(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    """The battery died: the browser comes back with its cookies and nothing else."""
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    seat = handle(phone.page)
    phone.write("Went wrong", WRITTEN)
    phone.compose("Idea", "Let us see page proofs together", about="Production")
    expect(phone.page.locator("[data-composer-state]")).to_have_text("Saved, not sent")
    kept = phone.page.context.storage_state()
    phone.page.context.close()

    phone = Phone(open_window("phone", storage=kept))
    phone.page.goto(f"/r/{room.code}")
    assert handle(phone.page) == seat
    expect(phone.draft(WRITTEN)).to_have_count(1)
    expect(phone.text).to_have_value("Let us see page proofs together")
    expect(phone.page.locator("#composer-about input:checked")).to_have_count(1)
    with database.reading() as db:
        from app.retros.queries.seats import counts

        assert counts(db, room.id).seated == 4

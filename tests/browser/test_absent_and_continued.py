"""In real browsers: the facilitator is gone and comes back; a retro goes on next week; one that lies is kept open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.browser.test_late_round import picture
from tests.cast import Cast
from tests.lying import Running

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SEATS = {"Editorial": 3, "Production": 3}


def test_the_facilitator_is_gone_somebody_leads_meanwhile_and_she_comes_back_with_one_press(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock, screenshots: Path | None
) -> None:
    room = builders.a_retro(
        database, cast, clock, Stage.CHECK_IN, k=3, seats=SEATS, stand_in_id=None, co_facilitator_ids=()
    )
    frieda = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    is_live(frieda.page)
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    outside = open_window("laptop", person=cast.carla, expected=("status of 403", "status 403"))
    outside.goto(f"/desk/retros/{room.id}")
    expect(outside.get_by_text("If nobody who runs it is here any more")).to_be_visible()
    frieda.page.context.close()
    clock.advance(timedelta(minutes=3))
    outside.reload()
    take = outside.get_by_role("button", name="Take over")
    expect(take).to_be_visible()
    found = troubles(outside, "may take over")
    picture(screenshots, outside, "take-over")
    take.click()
    expect(outside.locator("#next-button")).to_have_text("Start writing")
    said = "Carla leads this retro until Frieda is back."
    expect(phone.page.locator("#notices")).to_contain_text(said)
    Desk(outside).go_on("Start writing")
    expect(heading(phone.page)).to_have_text("Write in silence")
    back = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    is_live(back.page)
    again = back.page.get_by_role("button", name="I am back: lead again")
    expect(again).to_be_visible()
    expect(back.page.locator("#next-button")).to_have_text("Reveal everything")
    found += troubles(back.page, "back")
    picture(screenshots, back.page, "back")
    again.click()
    expect(again).to_have_count(0)
    for page in (back.page, phone.page):
        expect(page.locator("#notices")).to_contain_text("Frieda is back and leads this retro again.")
    expect(outside.get_by_text("You are looking in.")).to_be_visible(timeout=30_000)
    expect(outside.locator("#next-button")).to_have_count(0)
    assert found == [], "\n".join(found)


def test_a_retro_goes_on_next_week_with_the_same_seats(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock, screenshots: Path | None
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.DISCUSS, k=3, seats=SEATS)
    desk = Desk(open_window("laptop", person=cast.carla)).open(room.id)
    is_live(desk.page)
    screen = open_window("screen", person=cast.frieda)
    screen.goto(f"/desk/retros/{room.id}/screen")
    phone = seated(open_window, room)
    desk.page.get_by_role("link", name="Continue on another day").click()
    form = desk.page.locator("#continuation-form")
    expect(form.get_by_label("Continue on")).to_have_value("2026-03-24")
    form.get_by_label("Continue on").fill("2026-03-23")
    form.get_by_label("At").fill("14:00")
    found = troubles(desk.page, "another day")
    picture(screenshots, desk.page, "continue-on")
    form.get_by_role("button", name="Continue on that day").click()
    expect(form).to_be_hidden()
    for page in (desk.page, screen, phone):
        expect(heading(page)).to_have_text("To be continued")
        expect(page.locator("#clock time")).to_have_attribute("datetime", "2026-03-23T14:00:00+00:00")
    for name, page in (("desk", desk.page), ("phone", phone), ("wall", screen)):
        found += troubles(page, name)
        picture(screenshots, page, f"broken-off-{name}")
    kept = phone.context.storage_state()
    for page in (phone, screen):
        page.context.close()
    clock.at = Running(database, clock.now()).hours(6 * 24 + 2).now
    back = open_window("phone", storage=kept)
    back.goto(f"/r/{room.code}")
    expect(heading(back)).to_have_text("To be continued")
    desk.page.reload()
    desk.page.get_by_role("button", name="Continue now").click()
    for page in (desk.page, back):
        expect(heading(page)).to_have_text("Talk about it")
        expect(page.locator("#clock [data-clock]")).to_be_visible()
    title = desk.page.locator(".rank-title").first.inner_text().strip()
    desk.spotlight(title)
    expect(back.locator("#spotlight")).to_contain_text(title)
    assert found == [], "\n".join(found)


def test_one_press_keeps_a_retro_open_that_lay_still(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock, screenshots: Path | None
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.DISCUSS, k=3, seats=SEATS)
    clock.at = Running(database, clock.now()).hours(49).now
    desk = Desk(open_window("laptop", person=cast.carla)).open(room.id)
    is_live(desk.page)
    phone = seated(open_window, room)
    for page, place in ((desk.page, "#would-close"), (phone, "#clock")):
        expect(page.locator(place)).to_contain_text("This retro closes by itself on")
    found = troubles(desk.page, "would close") + troubles(phone, "would close")
    picture(screenshots, desk.page, "would-close-desk")
    picture(screenshots, phone, "would-close-phone")
    picture_of_home(open_window, cast, screenshots)
    desk.page.get_by_role("button", name="Keep it open").click()
    expect(phone.locator("#clock")).not_to_contain_text("closes by itself")
    expect(desk.page.get_by_role("button", name="Keep it open")).to_have_count(0)
    assert found == [], "\n".join(found)


def seated(open_window: Windows, room: builders.Room) -> Page:
    phone = Phone(open_window("phone"))
    phone.come_back(room.code, room.secret())
    is_live(phone.page)
    return phone.page


def picture_of_home(open_window: Windows, cast: Cast, screenshots: Path | None) -> None:
    home = open_window("laptop", person=cast.carla)
    home.goto("/desk")
    expect(home.get_by_text("Closes by itself")).to_be_visible()
    picture(screenshots, home, "home")

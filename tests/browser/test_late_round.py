""" "One more thing" in real browsers: who waits comes in, phones add, the desk places, who is late reads along."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import KEPT_TOO_LATE, Windows
from tests.browser.looking import troubles
from tests.cast import Cast
from tests.conftest import SetClock

SEATS = {"Editorial": 3, "Production": 3, "Marketing": 3}
ADDED = "The index was forgotten until the very end"


def picture(folder: Path | None, page: Page, name: str) -> None:
    if folder is None:
        return
    before = page.viewport_size
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(150)
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    if before:
        page.set_viewport_size(before)


def test_one_more_thing(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock, screenshots: Path | None
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.GROUP, seats=SEATS, k=3)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    screen = open_window("screen", person=cast.frieda)
    screen.goto(f"/desk/retros/{room.id}/screen")
    late = Phone(open_window("phone", expected=(KEPT_TOO_LATE,)))
    late.page.goto(f"/r/{room.code}")
    found = troubles(late.page, "entrance")
    picture(screenshots, late.page, "entrance")
    late.page.locator(".seat-button").first.click()
    expect(late.page.get_by_role("heading", name="You are waiting to join")).to_be_visible()
    is_live(late.page)
    found += troubles(late.page, "at the door")
    picture(screenshots, late.page, "door")
    picture(screenshots, desk.page, "desk-before")
    desk.page.locator("#late-round-button").click()
    start = desk.page.get_by_role("button", name="Start: 90 seconds on every phone")
    expect(start).to_be_visible()
    picture(screenshots, desk.page, "desk-asks")
    start.click()
    for page in (desk.page, screen, late.page):
        expect(heading(page)).to_have_text("One more thing")
        expect(page.locator("#late-clock")).to_be_visible()
    expect(late.page.locator("#composer-form")).to_be_visible()
    text = late.page.locator("#composer-text")
    text.fill("Not sent in ti")
    found += troubles(late.page, "adding")
    picture(screenshots, late.page, "adding")
    text.fill(ADDED)
    late.send()
    expect(late.page.locator("#drafts .draft").filter(has_text=ADDED)).to_be_visible()
    text.fill("Half a thought that sta")
    picture(screenshots, desk.page, "desk-running")
    picture(screenshots, screen, "wall-running")
    desk.page.get_by_role("button", name="End it now").click()
    for page in (desk.page, screen, late.page):
        expect(page.locator("#topics .entry").filter(has_text=ADDED)).to_have_count(1)
    expect(late.page.locator("#kept")).to_contain_text("Half a thought that sta")
    expect(late.page.locator("#kept")).not_to_contain_text(ADDED)
    found += troubles(desk.page, "placing")
    picture(screenshots, desk.page, "desk-placing")
    picture(screenshots, late.page, "phone-after")
    reader = open_window("phone")
    reader.goto(f"/r/{room.code}")
    expect(reader.locator("#reading-along")).to_be_visible()
    is_live(reader)
    found += troubles(reader, "reading along")
    picture(screenshots, reader, "reading")
    desk.page.get_by_role("button", name="Place all as suggested").click()
    expect(desk.page.locator("#late-waits")).to_have_count(0)
    desk.page.locator("#next-button").click()
    for page in (desk.page, screen, late.page, reader):
        expect(heading(page)).to_have_text("Vote in secret")
    assert not reader.context.cookies()
    assert found == []

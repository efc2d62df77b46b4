"""In real browsers: somebody looks in and is shut out; a retro is stopped and phones show their texts once more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.models import Draft
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PICTURES = os.environ.get("FENCEPOST_PICTURES")
MINE, ASLEEP = "Nobody dares to say that the plan was wrong", "We were told to stay silent about the date"


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_a_lead_looks_in_and_is_shut_out(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN)
    desk = Desk(open_window("laptop", person=cast.frieda)).open(room.id)
    screen = open_window("screen", person=cast.frieda)
    screen.goto(f"/desk/retros/{room.id}/screen")
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    lead = open_window("laptop", person=cast.edda, expected=("status of 403", "status 403"))
    lead.goto(f"/desk/retros/{room.id}")
    said = "The lead of Editorial is looking in."
    for page in (desk.page, screen, phone.page, lead):
        expect(page.locator("#looking")).to_contain_text(said)
    for name, page in (("desk", desk.page), ("screen", screen), ("phone", phone.page), ("lead", lead)):
        picture(page, f"looking-{name}")
    desk.go_on("Start writing")
    expect(lead.locator("#stage-heading")).to_have_text("Write in silence")
    desk.page.get_by_role("button", name="Stop people looking in").click()
    expect(lead.get_by_role("heading", name="Looking in is switched off right now")).to_be_visible(timeout=20_000)
    picture(lead, "looking-shut")
    for page in (desk.page, screen, phone.page):
        expect(page.locator("#looking")).not_to_contain_text(said)


def test_who_stops_is_named_and_each_phone_shows_its_own_texts(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(
        database, cast, clock, Stage.WRITE, k=3, write_asynchronously=True, writing_days=2, seats={"Production": 4}
    )
    desk = Desk(open_window("laptop", person=cast.frieda, expected=("status of 409",))).open(room.id)
    gone = ("status of 404", "status 404", "status of 403", "status 403")
    offline = ("INTERNET_DISCONNECTED", "Failed to fetch", "network error", "fetch_error", "htmx:error", "sse:error")
    phone = Phone(open_window("phone", expected=gone))
    asleep = Phone(open_window("phone", expected=(*gone, *offline)))
    for one, text in ((phone, MINE), (asleep, ASLEEP)):
        one.sit_down(room.code, "Editorial")
        one.write("Went wrong", text)
    desk.page.get_by_role("button", name="Begin the meeting").click()
    expect(phone.page.locator("#safety-form")).to_be_visible()
    picture(phone.page, "meeting-phone")
    builders_answer(database, room)
    asleep.page.context.set_offline(True)
    desk.page.get_by_role("button", name="End the safety check").click()
    desk.page.get_by_text("Result of the safety check").click()
    expect(desk.page.get_by_text("do not feel free")).to_be_visible()
    picture(desk.page, "safety-low-desk")
    desk.page.get_by_role("button", name="Stop here").click()
    for page in (desk.page, phone.page):
        expect(heading(page)).to_have_text("Ended before the reveal")
        expect(page.locator("#notices")).to_contain_text("Frieda has ended this retro before the reveal.")
    own = phone.page.locator("#own-texts")
    expect(own).to_contain_text(MINE)
    expect(own).not_to_contain_text(ASLEEP)
    picture(phone.page, "stopped-phone")
    with database.reading() as db:
        assert db.query(Draft).count() == 0, "nothing is kept of it"
    asleep.page.context.set_offline(False)
    expect(asleep.page.locator("#own-texts")).to_contain_text(ASLEEP, timeout=30_000)
    expect(asleep.page.locator("#own-texts")).not_to_contain_text(MINE)
    picture(asleep.page, "stopped-asleep")
    expect(phone.page.get_by_text("promises go to their owners")).to_have_count(0)
    asleep.page.get_by_role("button", name="Discard").click()
    expect(asleep.page.locator("body")).not_to_contain_text(ASLEEP)
    asleep.page.reload()
    expect(asleep.page.get_by_text("Ended before the reveal")).to_be_visible()
    expect(asleep.page.locator("body")).not_to_contain_text(ASLEEP)


def builders_answer(database: Database, room: builders.Room) -> None:
    from app.retros.service import questions

    for secret in room.all_secrets()[:4]:
        with database.transaction() as db:
            questions.answer(db, room.seat_of(secret), "safety", "1")


def test_texts_are_shown_where_the_end_was_answered_before_it_was_told(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    """Something earlier asked for this phone's own part; the answer came after the end and before its frame."""
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Editorial": 4, "Production": 4})
    phone = Phone(open_window("phone", expected=("status of 404", "status 404", "status of 403", "status 403")))
    phone.come_back(room.code, room.secret())
    is_live(phone.page)
    phone.write("Went wrong", MINE)
    phone.write("Went wrong", ASLEEP)
    taken_back = phone.page.locator("#drafts .entry").filter(has_text=ASLEEP)
    taken_back.get_by_role("button", name="Delete").click()
    expect(phone.page.locator("#drafts")).not_to_contain_text(ASLEEP)
    phone.page.evaluate("document.getElementById('mine').replaceChildren()")
    expect(phone.page.locator("#own-texts")).to_be_hidden()
    phone.page.evaluate(
        """() => { document.getElementById("stage").dataset.stopped = "";
        document.dispatchEvent(new CustomEvent("htmx:after:swap")); }"""
    )
    expect(phone.page.locator("#own-texts")).to_be_visible()
    expect(phone.page.locator("#own-texts")).not_to_contain_text(ASLEEP)
    expect(phone.page.locator("#own-texts")).to_contain_text(MINE)

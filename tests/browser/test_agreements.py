"""At check-in the room says whether an agreement was kept: one tap on the board, and every screen shows the word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from app.agreements import service as agreements
from app.agreements.rules import Terms
from app.core.clock import SetClock
from app.core.db import Database
from app.people.service import sign_ins
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import is_live
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]

COPY = "Copy reaches Production three working days before press."


def test_one_tap_of_the_facilitator_is_on_every_screen(
    open_window: Windows, app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as db:
        agreed = Terms(COPY, cast.editorial, cast.production)
        agreement_id = agreements.write_agreement(db, cast.edda.visitor, agreed, clock.now())
        agreements.say_yes(db, cast.paul.visitor, agreement_id, clock.now())
    clock.advance(timedelta(days=30))
    room = builders.a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={"Editorial": 3})
    with database.transaction() as db:
        token = sign_ins.open_sign_in(db, cast.frieda.id, clock.now(), "Firefox on Linux")
    desk, screen = open_window("laptop", token=token), open_window("screen", token=token)
    desk.goto(f"/desk/retros/{room.id}")
    screen.goto(f"/desk/retros/{room.id}/screen")
    phone = open_window("phone")
    phone.goto(f"/r/{room.code}")
    phone.get_by_role("button", name="Editorial").click()
    for page in (desk, screen, phone):
        is_live(page)
        expect(page.locator("#promises")).to_contain_text(COPY)
        assert troubles(page, "check-in") == []
    buttons = desk.get_by_role("group", name=COPY)
    buttons.get_by_role("button", name="Partly").click()
    expect(buttons.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    for page in (screen, phone):
        expect(page.locator("#promises .state", has_text="Partly")).to_be_visible()
    buttons.get_by_role("button", name="Kept").click()
    for page in (screen, phone):
        expect(page.locator("#promises .state", has_text="Kept").filter(has_not_text="?")).to_be_visible()
    buttons.get_by_role("button", name="Kept").click()
    expect(screen.locator("#promises")).to_contain_text("Kept?")


def test_without_javascript_it_is_a_page_of_its_own(
    open_window: Windows, app: FastAPI, database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as db:
        agreed = Terms(COPY, cast.editorial, cast.production)
        agreement_id = agreements.write_agreement(db, cast.edda.visitor, agreed, clock.now())
        agreements.say_yes(db, cast.paul.visitor, agreement_id, clock.now())
    clock.advance(timedelta(days=2))
    room = builders.a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={"Editorial": 3})
    desk = open_window("laptop", person=cast.frieda, javascript=False)
    desk.goto(f"/desk/retros/{room.id}")
    desk.get_by_role("link", name="On a separate page").click()
    desk.get_by_role("button", name="Broken").click()
    expect(desk.get_by_role("button", name="Broken")).to_have_attribute("aria-pressed", "true")
    expect(desk.locator(".action-head .state")).to_have_text("Broken")

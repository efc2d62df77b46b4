"""One person, one seat, two tabs: nothing of one overwrites the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules import Stage
from tests import builders
from tests.browser.acting import Phone, is_live
from tests.browser.conftest import Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_both_compose(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    room = builders.a_retro(database, cast, clock, Stage.WRITE, seats={"Production": 3}, k=3)
    one = Phone(open_window("phone"))
    one.sit_down(room.code, "Editorial")
    two = Phone(one.page.context.new_page())
    two.page.goto(f"/r/{room.code}")
    is_live(one.page)
    is_live(two.page)

    one.compose("Went wrong", "The files came two days late")
    expect(one.page.locator("[data-composer-state]")).to_have_text("Saved, not sent")
    two.compose("Idea", "Let us see page proofs together")
    expect(two.page.locator("[data-composer-state]")).to_have_text("Saved, not sent")
    expect(one.text).to_have_value("The files came two days late")
    one.send()
    expect(one.draft("two days late")).to_have_count(1)
    two.send()
    expect(two.draft("page proofs")).to_have_count(1)
    for tab in (one, two):
        tab.page.reload()
        expect(tab.page.locator("#drafts .draft")).to_have_count(2)
        expect(tab.draft("The files came two days late")).to_contain_text("Went wrong")
        expect(tab.draft("Let us see page proofs together")).to_contain_text("Idea")
        expect(tab.text).to_have_value("")

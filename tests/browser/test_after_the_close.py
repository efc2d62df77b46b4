"""After the close nothing more comes to a phone, and it asks for nothing: its seat is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.core.clock import SetClock
from app.core.db import Database
from app.live.stream import PING_SECONDS
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Phone, is_live
from tests.browser.conftest import Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_phone_stops_asking_when_its_retro_is_closed(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = builders.a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    phone = Phone(open_window("phone"))
    phone.sit_down(room.code, "Editorial")
    is_live(phone.page)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    shown = phone.page.locator("#stage")
    for stage in (Stage.WRITE, Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
        if stage is Stage.GROUP:
            builders._everybody_writes(database, room, 1)
        builders.move(database, cast.frieda, room, stage, clock)
        expect(shown).to_have_attribute("data-stage", stage)
    asked.clear()
    # The stream ends when the server sees that its seat is gone; a page that opened it anew would do so soon after.
    phone.page.wait_for_timeout((PING_SECONDS + 4) * 1_000)
    assert [url for url in asked if "/stream" in url or "/changes" in url] == []
    expect(shown).to_have_attribute("data-stage", "closed")

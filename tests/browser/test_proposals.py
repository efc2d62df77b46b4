"""Proposed topics at the reveal, answered with one tap: by mouse, on a phone, by keyboard, without scripts."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from app.core.db import Database
from tests.browser.acting import is_live
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room, with_topics

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]

TEXTS = (
    "The cover proofs arrived two days late",
    "Cover proofs came late again and nobody warned us",
    "Late proofs of the cover cost us the weekend",
    "Budget approval waited for weeks on one signature",
    "We waited for the approval of the budget far too often",
    "The coffee machine on floor four is broken",
)


@pytest.fixture
def room(database: Database, cast: Cast, now: datetime) -> VotingRoom:
    return with_topics(a_room(database, cast, now, {"Editorial": 3, "Production": 3}), TEXTS)


def topic(page: Page, words: str) -> Locator:
    return page.locator("#topics .topic").filter(has_text=words)


def tap(page: Page, words: str, answer: str) -> None:
    topic(page, words).get_by_role("button", name=answer).click()


def test_two_facilitators_answer_and_undo(open_window: Windows, room: VotingRoom, cast: Cast) -> None:
    desk, phone = open_window("laptop", person=cast.frieda), open_window("phone", person=cast.carla)
    screen = open_window("screen", person=cast.frieda)
    for page in (desk, phone):
        page.goto(f"/desk/retros/{room.retro_id}")
        is_live(page)
        expect(page.get_by_role("button", name="Accept the remaining 2")).to_be_visible()
    screen.goto(f"/desk/retros/{room.retro_id}/screen")
    assert troubles(phone, "proposals") == []
    tap(desk, "weekend", "Accept")
    for page in (desk, phone):
        expect(topic(page, "weekend").locator(".mark")).to_have_text("accepted")
        expect(topic(page, "weekend").get_by_role("button", name="Reject")).to_have_count(0)
    tap(phone, "signature", "Reject")
    for page in (desk, phone, screen):
        expect(page.locator("#topics .topic")).to_have_count(4)
    expect(desk.locator("#accept-all")).to_have_count(0)
    expect(screen.locator("#topics .mark")).to_have_count(0)
    desk.get_by_role("button", name="Undo refusing").click()
    for page in (desk, phone, screen):
        expect(page.locator("#topics .topic")).to_have_count(3)
    expect(topic(phone, "signature").get_by_role("button", name="Accept")).to_be_visible()


def test_by_keyboard(open_window: Windows, room: VotingRoom, cast: Cast) -> None:
    desk = open_window("laptop", person=cast.frieda)
    desk.goto(f"/desk/retros/{room.retro_id}")
    is_live(desk)
    accept = topic(desk, "weekend").get_by_role("button", name="Accept")
    accept.focus()
    desk.keyboard.press("Enter")
    expect(topic(desk, "weekend").locator(".mark")).to_have_text("accepted")
    expect(desk.locator("body:focus")).to_have_count(0)
    assert desk.evaluate("() => document.activeElement !== document.body"), "the focus was lost"


def test_without_javascript(open_window: Windows, room: VotingRoom, cast: Cast) -> None:
    desk = open_window("laptop", person=cast.frieda, javascript=False)
    desk.goto(f"/desk/retros/{room.retro_id}")
    tap(desk, "signature", "Reject")
    expect(desk.locator("#topics .topic")).to_have_count(4)
    desk.get_by_role("button", name="Accept the remaining").click()
    expect(topic(desk, "weekend").locator(".mark")).to_have_text("accepted")
    expect(desk.locator("#accept-all")).to_have_count(0)

"""A lead lives at the desk: with keys alone, with a thumb, without JavaScript; each step can be taken back."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast
from tests.web.test_desk import LIST, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Desk:
    return Desk(database, cast, clock)


def card(page: Page, title: str) -> Locator:
    return page.locator("[data-action]").filter(has=page.get_by_role("heading", name=title))


def steady(page: Page) -> None:
    """A hand that taps once more waits longer than a double tap."""
    page.wait_for_timeout(600)


def test_a_morning_with_keys_alone(open_window: Windows, desk: Desk, cast: Cast) -> None:
    first = desk.asked("Agree on the paper")
    second = desk.asked("Count the plates")
    page = open_window("laptop", person=cast.paul)
    page.goto(f"{LIST}?part=asked_of_us&sort=oldest")
    page.keyboard.press("j")
    expect(card(page, "Agree on the paper")).to_be_focused()
    page.keyboard.press("j")
    expect(card(page, "Count the plates")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(card(page, "Agree on the paper")).to_contain_text("Now listed under “Promised by us”.")
    expect(card(page, "Agree on the paper")).to_be_focused()
    expect(page.locator("#desk-parts")).to_contain_text("Promised by us 1")
    expect(page.locator("[data-toast]")).to_contain_text("“Agree on the paper”: Promised.")
    assert desk.state(first) == ActionState.PROMISED
    steady(page)
    page.keyboard.press("u")
    expect(card(page, "Agree on the paper")).to_contain_text("I promise it")
    expect(page.locator("#desk-parts")).to_contain_text("Asked of us 2")
    assert desk.state(first) == ActionState.REQUESTED
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#together")).to_contain_text("2 selected:")
    page.get_by_role("button", name="We have seen them").press("Enter")
    expect(page.locator("[data-toast]").last).to_contain_text("2 done.")
    assert [desk.state(one) for one in (first, second)] == [ActionState.ACKNOWLEDGED] * 2
    expect(page.locator("#together")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("jax?")
    expect(page.get_by_role("searchbox")).to_have_value("jax?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No matching actions")).to_be_visible()


def test_keys_open_explain_and_can_be_switched_off(open_window: Windows, desk: Desk, cast: Cast) -> None:
    action_id = desk.asked("Agree on the paper")
    page = open_window("laptop", person=cast.paul)
    page.goto(LIST)
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    help_.get_by_role("button", name="Switch shortcuts off").click()
    page.keyboard.press("Escape")
    for key in ("j", "a", "?"):
        page.keyboard.press(key)
    expect(help_).to_be_hidden()
    expect(page.locator("[data-action]:focus")).to_have_count(0)
    page.get_by_role("button", name="Keyboard shortcuts").click()
    help_.get_by_role("button", name="Switch shortcuts on").click()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{LIST}/{action_id}"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Agree on the paper")
    assert desk.state(action_id) == ActionState.REQUESTED


def test_a_thumb_on_the_tram(open_window: Windows, desk: Desk, cast: Cast) -> None:
    action_id = desk.asked("Agree on the paper")
    page = open_window("phone", person=cast.paul)
    page.goto(f"{LIST}?part=asked_of_us")
    promise = card(page, "Agree on the paper").get_by_role("button", name="I promise it")
    box = promise.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["width"] > 250, "one thumb reaches it from either side"
    promise.dispatch_event("click")
    expect(page.locator("[data-toast]")).to_contain_text("Promised.")
    report = card(page, "Agree on the paper").get_by_role("button", name="Report it done")
    report.click()
    steady(page)
    assert desk.state(action_id) in (ActionState.PROMISED, ActionState.REPORTED_DONE)
    if desk.state(action_id) == ActionState.PROMISED:  # too quick for a person: it was taken for a double tap
        report.click()
    expect(card(page, "Agree on the paper")).to_contain_text("Reported done")
    expect(page.locator("[data-toast]")).to_have_count(1)
    steady(page)
    page.locator("[data-toast]").get_by_role("button", name="Undo").click()
    expect(card(page, "Agree on the paper")).to_contain_text("Report it done")
    assert desk.state(action_id) == ActionState.PROMISED


def test_other_steps_open_in_the_card_and_say_what_they_lack(open_window: Windows, desk: Desk, cast: Cast) -> None:
    action_id = desk.asked("Agree on the paper", ActionState.PROMISED)
    page = open_window("phone", person=cast.paul, expected=("status of 422",))
    page.goto(f"{LIST}?part=promised_by_us")
    one = card(page, "Agree on the paper")
    one.locator(".desk-more > summary").click()
    one.get_by_text("It is blocked", exact=True).first.click()
    one.get_by_label("What kind of reason?").locator("visible=true").select_option("other_department")
    one.get_by_role("button", name="It is blocked").click()
    expect(one.get_by_text("Say which department it waits for.")).to_be_visible()
    expect(one.get_by_label("What kind of reason?").locator("visible=true")).to_have_value("other_department")
    steady(page)
    one.get_by_label("Which department does it wait for?").select_option(label="Marketing")
    one.get_by_role("button", name="It is blocked").click()
    expect(one).to_contain_text("Waits for Marketing.")
    assert desk.state(action_id) == ActionState.BLOCKED


def test_without_javascript(open_window: Windows, desk: Desk, cast: Cast) -> None:
    action_id = desk.asked("Agree on the paper")
    page = open_window("phone", person=cast.paul, javascript=False)
    page.goto(f"{LIST}?q=paper")
    page.get_by_role("button", name="I promise it").click()
    expect(page.locator(".notice")).to_contain_text("Agree on the paper: Promised")
    assert "q=paper" in page.url
    page.locator(".notice").get_by_role("button", name="Undo").click()
    expect(page.locator(".notice")).to_contain_text("Undone")
    assert desk.state(action_id) == ActionState.REQUESTED
    card(page, "Agree on the paper").get_by_text("More").click()
    page.get_by_role("link", name="All steps on one page").click()
    page.get_by_text("Decline", exact=True).first.click()
    page.get_by_label("Why").locator("visible=true").fill("We have no plates.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("searchbox")).to_have_value("paper")
    assert desk.state(action_id) == ActionState.DECLINED


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_the_desk_is_for_everybody(open_window: Windows, desk: Desk, cast: Cast, kind: str) -> None:
    desk.asked("Agree on the paper")
    desk.asked("Count the plates", ActionState.PROMISED, ActionState.BLOCKED)
    done = desk.asked("Mend the press", ActionState.PROMISED, ActionState.REPORTED_DONE)
    page = open_window(kind, person=cast.paul)
    page.goto(f"{LIST}?owner=me")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Mine alone")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name="Mine alone")).to_have_attribute("aria-current", "true")
    page.locator(".desk-more > summary").first.click()
    expect(page.locator(".desk-more form").first).to_be_attached()
    page.locator('[name="action"]').first.check()
    page.locator("[data-obvious]").last.click()
    expect(page.locator("[data-toast]")).to_be_visible()
    found = troubles(page, "the desk")
    page.goto(f"{LIST}/{done}?moved={done}")
    found += troubles(page, "an action")
    assert found == [], "\n".join(found)

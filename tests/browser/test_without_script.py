"""A whole retro with JavaScript switched off in every window: forms, redirects and a page that is loaded again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading
from tests.browser.conftest import Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LATE = "The files came two days late and nobody said so"
CHECKLIST = "The shared checklist saved us twice"


def go_on(desk: Desk, words: str, then: str, *others: Page) -> None:
    """On the desk by its button; the others look again."""
    desk.go_on(words)
    expect(heading(desk.page)).to_have_text(then)
    for page in others:
        page.reload()
        expect(heading(page)).to_have_text(then)


def test_a_whole_retro(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    room = builders.a_retro(database, cast, clock, Stage.PREPARE, k=3)
    desk = Desk(open_window("laptop", person=cast.frieda, javascript=False, expected=("status of 422",))).open(
        room.id
    )
    screen = open_window("screen", person=cast.frieda, javascript=False)
    screen.goto(f"/desk/retros/{room.id}/screen")
    phone = Phone(open_window("phone", javascript=False, expected=("status of 422",)))
    go_on(desk, "Open the room", "Welcome: check in", screen)
    phone.type_code(room.code, "Editorial")
    for _ in range(3):
        builders.sit_down(database, room, "Production", clock)
    check_in(phone)
    screen.reload()
    expect(screen.locator("#presence")).to_contain_text("Some at most are ready")
    go_on(desk, "Start writing", "Write in silence", screen, phone.page)
    write(phone)
    go_on(desk, "Reveal everything", "Read and group", screen, phone.page)
    for page in (desk.page, screen, phone.page):
        expect(page.locator("#topics .entry").filter(has_text=LATE)).to_have_count(1)
    group(desk)
    go_on(desk, "Start the vote", "Vote in secret", screen, phone.page)
    vote(phone)
    go_on(desk, "End the vote", "Talk about it", screen, phone.page)
    discuss(desk, screen, phone.page)
    go_on(desk, "Wrap up", "Read back the actions", screen, phone.page)
    wrap_up(phone)
    go_on(desk, "Close the retro", "Closed", screen)
    # Every seat is gone with the keys: who comes back is thanked, and shown no more than anybody.
    phone.page.reload()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("This retro is closed")
    expect(phone.page.locator(".room-foot")).to_have_text(re.compile(r"^\s*Nobody can see who wrote what\.\s*$"))
    desk.page.get_by_role("link", name="Read the outcome").click()
    expect(desk.page.get_by_text("Send page proofs two days earlier").first).to_be_visible()
    expect(desk.page.get_by_text("Thanks to Rights").first).to_be_visible()


def check_in(phone: Phone) -> None:
    phone.say_safety(4)
    phone.page.get_by_role("button", name="Answer").click()
    expect(phone.page.locator("#safety-form")).to_contain_text("Saved")
    phone.be_ready()


def write(phone: Phone) -> None:
    """A refusal keeps what was typed; then sending, editing, deleting."""
    page = phone.page
    phone.compose("Went wrong", "x", about="Production", dimension="Quality")
    phone.send()
    expect(page.locator(".field-error").first).to_be_visible()
    expect(phone.text).to_have_value("x")
    expect(page.locator("#composer-about input:checked")).to_have_value(page_department(page, "Production"))
    phone.text.fill("The files came late")
    phone.send()
    expect(phone.draft("The files came late")).to_contain_text("Production")
    expect(phone.text).to_have_value("")
    phone.draft("The files came late").get_by_role("button", name="Edit").click()
    expect(phone.text).to_have_value("The files came late")
    phone.text.fill(LATE)
    page.get_by_role("button", name="Save the change").click()
    expect(phone.draft(LATE)).to_be_visible()
    expect(page.locator("#drafts .draft")).to_have_count(1)
    phone.write("Went right", CHECKLIST)
    phone.write("Idea", "Not meant to stay")
    phone.draft("Not meant to stay").get_by_role("button", name="Delete").click()
    expect(page.locator("#drafts .draft")).to_have_count(2)
    phone.be_ready("I am done writing")


def page_department(page: Page, name: str) -> str:
    found = page.locator("#composer-about .tap").filter(has_text=name).locator("input").get_attribute("value")
    assert found
    return found


def group(desk: Desk) -> None:
    page = desk.page
    desk.entry(LATE).get_by_role("checkbox").check()
    page.locator("#mover-topic").select_option("a new topic")
    page.get_by_role("button", name="Move", exact=True).click()
    topic = page.locator("[data-topic]").filter(has=desk.entry(LATE))
    topic.get_by_role("link", name="Name, merge, split").click()
    page.get_by_label("Name of the topic").fill("Late files")
    page.get_by_role("button", name="Rename").click()
    expect(desk.topic("Late files").locator(".entry")).to_have_count(1)
    desk.entry(CHECKLIST).get_by_role("checkbox").check()
    page.locator("#mover-topic").select_option("Late files")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(desk.topic("Late files").locator(".entry")).to_have_count(2)
    page.locator("#undo-form button, form[action$='/undo'] button").first.click()
    expect(desk.topic("Late files").locator(".entry")).to_have_count(1)


def vote(phone: Phone) -> None:
    phone.vote("Late files", "Agree", dots=2)
    phone.ballot("Late files").get_by_role("button", name="Remove a dot").click()
    expect(phone.ballot("Late files").locator(".vote-placed")).to_contain_text("1 dots here")
    phone.be_ready("I am done voting")


def discuss(desk: Desk, screen: Page, phone: Page) -> None:
    page = desk.page
    desk.spotlight("Late files")
    page.get_by_label("Notes (everyone sees them)").fill("The hand-over has no date of its own.")
    page.get_by_role("button", name="Save the notes").click()
    page.get_by_label("Why is that so?").fill("Nobody owns the hand-over")
    page.get_by_role("button", name="Add", exact=True).click()
    # So few people could have said whom it is about that it was not shown: the room says it aloud.
    page.get_by_text("Right of reply").click()
    page.get_by_label("This topic is about").select_option("Production")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_text("Right of reply").click()
    page.get_by_label("Production replies").fill("We only heard of it on the day itself.")
    page.locator("form").filter(has=page.get_by_label("Production replies")).get_by_role(
        "button", name="Save the reply"
    ).click()
    page.get_by_role("button", name="Ask: three more minutes?").click()
    phone.reload()
    phone.get_by_role("button", name="Yes, more").click()
    expect(phone.locator("#more-form")).to_contain_text("You said yes")
    for other in (screen, phone):
        other.reload()
        expect(other.locator("#spotlight .spotlight-title")).to_have_text("Late files")
        for said in ("no date of its own", "Nobody owns the hand-over", "We only heard of it"):
            expect(other.locator("#spotlight")).to_contain_text(said)
    promise(page)


def promise(page: Page) -> None:
    page.get_by_role("link", name="Write down an action").click()
    page.get_by_label("Title").fill("Send page proofs two days earlier")
    page.get_by_role("button", name="Save the action").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Send page proofs two days earlier")
    page.get_by_label("Done when").fill("Editorial has them on Tuesday noon.")
    page.get_by_label("Somebody with an account").select_option(label="Paul (paul@lantern.example)")
    page.get_by_label("Provided by").select_option("Production")
    page.get_by_label("Asked for by").select_option("Editorial")
    page.get_by_label("Due", exact=True).fill("2026-04-20")
    page.get_by_label("What does it do about the cause?").select_option("Prevents it")
    page.get_by_label("We do it together").check()
    page.get_by_role("button", name="Save the action").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Actions")
    expect(page.get_by_text("Send page proofs two days earlier")).to_be_visible()
    page.locator(".crumbs a").first.click()
    expect(heading(page)).to_have_text("Talk about it")


def wrap_up(phone: Phone) -> None:
    phone.page.locator("#roti-form .tap").filter(has_text="3").click()
    phone.page.locator("#roti-form").get_by_role("button", name="Answer").click()
    expect(phone.page.locator("#roti-form")).to_contain_text("Saved")
    phone.page.get_by_label("Thank somebody").fill("Thanks to Rights")
    phone.page.get_by_role("button", name="Give thanks").click()
    expect(phone.page.locator("#thanks-form")).to_contain_text("Saved")

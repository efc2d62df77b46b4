"""A whole retro without a mouse: Tab, Enter, Space and arrows on the laptop and on a participant's keyboard.

Nothing here clicks. `reach` walks with Tab as a person does, and fails when the walk does not come by.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import ASKED_FIRST, heading, is_live
from tests.browser.conftest import KEPT_TOO_LATE, Windows
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LATE = "The files came two days late and nobody said so"
CHECKLIST = "The shared checklist saved us twice"
FARTHEST = 160


def has_focus(target: Locator) -> bool:
    return bool(target.evaluate("(element) => element === document.activeElement"))


def reach(page: Page, target: Locator, key: str = "Tab") -> None:
    """Walk there; the focus must be seen when it has arrived."""
    expect(target).to_be_visible()
    for _ in range(FARTHEST):
        if has_focus(target):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard never comes to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def keeps_focus(page: Page) -> None:
    """After a redraw somebody is still somewhere: the focus never falls back to the top of the document."""
    expect(page.locator("body:focus")).to_have_count(0)
    lost = page.evaluate("() => document.activeElement === null || document.activeElement === document.body")
    assert not lost, "the focus was lost"


def go_on(page: Page, words: str, then: str) -> None:
    button = page.locator("#skip-to-vote" if words == "Start the vote" else "#next-button")
    expect(button).to_have_text("Skip and vote" if words == "Start the vote" else words)
    press(page, button)
    if words in ASKED_FIRST:
        expect(page.locator("#confirm-button")).to_be_visible()
        if page.get_by_label("Nobody counted").count():
            press(page, page.get_by_label("Nobody counted"), "Space")
        press(page, page.locator("#confirm-button"))
    expect(heading(page)).to_have_text(then)
    keeps_focus(page)


def choose(page: Page, group: Locator, value: str) -> None:
    """A group of radio buttons: one stop for Tab, arrows inside."""
    radios = group.locator("input[type=radio]")
    for _ in range(FARTHEST):
        if any(has_focus(radio) for radio in radios.all()):
            break
        page.keyboard.press("Tab")
    for _ in range(radios.count()):
        if group.locator(f"input[value='{value}']:checked").count():
            return
        page.keyboard.press("ArrowRight")
    # A first choice that is already under the focus is taken by the space bar.
    page.keyboard.press("Space")
    expect(group.locator(f"input[value='{value}']")).to_be_checked()


def test_a_whole_retro(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    room = builders.a_retro(database, cast, clock, Stage.PREPARE, k=3)
    desk = open_window("laptop", person=cast.frieda)
    desk.goto("/desk")
    press(desk, desk.get_by_role("link", name="The Orchard Atlas").last)
    is_live(desk)
    go_on(desk, "Open the room", "Welcome: check in")

    person = open_window("laptop", expected=(KEPT_TOO_LATE,))
    come_in(person, room.code)
    for _ in range(3):
        builders.sit_down(database, room, "Production", clock)
    check_in(person)
    expect(desk.locator("#presence")).to_contain_text("Some at most are ready")
    keeps_focus(desk)
    go_on(desk, "Start writing", "Write in silence")
    expect(heading(person)).to_have_text("Write in silence")
    keeps_focus(person)
    write(person)
    go_on(desk, "Reveal everything", "Read and group")
    expect(heading(person)).to_have_text("Read and group")
    keeps_focus(person)
    group(desk)
    go_on(desk, "Start the vote", "Vote in secret")
    vote(person)
    go_on(desk, "End the vote", "Talk about it")
    discuss(desk, person)
    go_on(desk, "Wrap up", "Read back the actions")
    wrap_up(person)
    go_on(desk, "Close the retro", "Closed")
    expect(heading(person)).to_have_text("Closed")
    press(desk, desk.get_by_role("link", name="Read the outcome"))
    expect(desk.get_by_text("Send page proofs two days earlier").first).to_be_visible()


def come_in(page: Page, code: str) -> None:
    page.goto("/")
    reach(page, page.get_by_label("Code of the room"))
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Editorial"))
    is_live(page)


def check_in(page: Page) -> None:
    choose(page, page.locator("#safety-value"), "4")
    expect(page.locator("#safety-form")).to_contain_text("Saved")
    keeps_focus(page)
    press(page, page.get_by_role("button", name="I am ready"), "Space")
    expect(page.locator("#ready")).to_contain_text("You are ready")
    keeps_focus(page)


def write(page: Page) -> None:
    """Two entries; one is edited. After each, the hands are where they were."""
    for kind, text in (("went_wrong", "The files came late"), ("went_right", CHECKLIST)):
        choose(page, page.locator("#composer-kind"), kind)
        reach(page, page.get_by_label("One observation"))
        page.keyboard.type(text)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#drafts .draft").filter(has_text=text)).to_be_visible()
        assert has_focus(page.get_by_label("One observation"))
        page.keyboard.press("Shift+Tab")
    draft = page.locator("#drafts .draft").filter(has_text="The files came late")
    press(page, draft.get_by_role("button", name="Edit"))
    assert has_focus(page.get_by_label("One observation"))
    page.keyboard.press("Control+A")
    page.keyboard.type(LATE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#drafts .draft").filter(has_text=LATE)).to_be_visible()
    press(page, page.get_by_role("button", name="I am done writing"))
    keeps_focus(page)


def group(page: Page) -> None:
    """By the menu of one entry, by the letters, and by selecting several."""
    is_live(page)
    entry = page.locator("[data-entry]").filter(has_text=LATE)
    press(page, entry.get_by_role("button", name="Move to…"))
    moved(page, "A new topic")
    keeps_focus(page)
    topic = page.locator("[data-topic]").filter(has=entry)
    press(page, topic.get_by_role("link", name="Name, merge, split"))
    name = page.get_by_role("dialog", name="Topic", exact=True).get_by_label("Name of the topic")
    expect(name).to_be_visible()
    reach(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type("Late files")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Late files", exact=True)).to_be_visible()
    keeps_focus(page)
    other = page.locator("[data-entry]").filter(has_text=CHECKLIST)
    press(page, other.get_by_role("checkbox"), "Space")
    reach(page, page.locator("#mover-topic"))
    page.keyboard.type("Late files")
    press(page, page.locator("#mover").get_by_role("button", name="Move", exact=True))
    late = page.locator("[data-topic]").filter(has=page.get_by_role("heading", name="Late files", exact=True))
    expect(late.locator(".entry")).to_have_count(2)
    keeps_focus(page)
    press(page, page.locator("#undo-form button"))
    expect(late.locator(".entry")).to_have_count(1)
    keeps_focus(page)


def moved(page: Page, topic: str) -> None:
    dialog = page.get_by_role("dialog", name="Move to…")
    press(page, dialog.get_by_role("button", name=topic, exact=True))
    expect(dialog).to_be_hidden()
    page.wait_for_timeout(600)


def vote(page: Page) -> None:
    expect(heading(page)).to_have_text("Vote in secret")
    line = page.locator(".ballot-line").filter(has_text="Late files")
    press(page, line.get_by_role("button", name="Agree", exact=True), "Space")
    expect(line.get_by_role("button", name="Agree", exact=True)).to_have_attribute("aria-pressed", "true")
    keeps_focus(page)
    press(page, line.get_by_role("button", name="Add a dot"))
    expect(line.locator(".vote-placed")).to_contain_text("1 dots here")
    keeps_focus(page)
    press(page, page.get_by_role("button", name="I am done voting"))
    expect(page.locator("#ready")).to_contain_text("You are done voting")
    keeps_focus(page)


def discuss(desk: Page, person: Page) -> None:
    press(desk, desk.get_by_role("button", name="Spotlight on Late files"))
    expect(person.locator("#spotlight .spotlight-title")).to_have_text("Late files")
    expect(desk.locator("#lit-tools")).to_be_visible()
    keeps_focus(desk)
    reach(desk, desk.get_by_label("Why is that so?"))
    desk.keyboard.type("Nobody owns the hand-over")
    desk.keyboard.press("Enter")
    expect(person.locator("#spotlight .whys")).to_contain_text("Nobody owns the hand-over")
    keeps_focus(desk)
    press(desk, desk.get_by_role("link", name="Write down an action"))
    dialog = desk.get_by_role("dialog", name="Write down an action")
    for label, text in (
        ("Title", "Send page proofs two days earlier"),
        ("Done when", "Editorial has them on Tuesday noon."),
    ):
        reach(desk, dialog.get_by_label(label))
        desk.keyboard.type(text)
    for label, text in (
        ("Somebody with an account", "Paul"),
        ("Provided by", "Production"),
        ("Asked for by", "Editorial"),
    ):
        reach(desk, dialog.get_by_label(label))
        desk.keyboard.type(text)
    reach(desk, dialog.get_by_label("Due", exact=True))
    desk.keyboard.type("04202026")
    reach(desk, dialog.get_by_label("What does it do about the cause?"))
    desk.keyboard.type("Prevents")
    choose(desk, dialog.locator("#action-scope"), "joint")
    press(desk, dialog.get_by_role("button", name="Save the action"))
    expect(dialog).to_be_hidden()
    expect(person.locator("#actions")).to_contain_text("Send page proofs two days earlier")
    keeps_focus(desk)


def wrap_up(page: Page) -> None:
    expect(heading(page)).to_have_text("Read back the actions")
    choose(page, page.locator("#roti-value"), "3")
    expect(page.locator("#roti-form")).to_contain_text("Saved")
    keeps_focus(page)
    reach(page, page.get_by_label("Thank somebody"))
    page.keyboard.type("Thanks to Rights")
    press(page, page.get_by_role("button", name="Give thanks"))
    expect(page.locator("#thanks-form")).to_contain_text("Saved")
    keeps_focus(page)

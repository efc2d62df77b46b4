"""Two presses of one hand are one step: by the mouse, by a finger, by the keyboard, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import LateRound, Stage
from app.retros.service import timebox
from tests import builders
from tests.browser.acting import ASKED_FIRST, Desk, heading, is_live
from tests.browser.conftest import Windows
from tests.builders import Room
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEADINGS = {
    Stage.PREPARE: "Not open yet",
    Stage.CHECK_IN: "Welcome: check in",
    Stage.WRITE: "Write in silence",
    Stage.GROUP: "Read and group",
    Stage.VOTE: "Vote in secret",
    Stage.DISCUSS: "Talk about it",
    Stage.WRAP_UP: "Read back the actions",
    Stage.CLOSED: "Closed",
}
SETTLED = 400
"""Milliseconds after which a redraw that was under way has come."""


def middle(button: Locator) -> tuple[float, float]:
    box = button.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hammer(page: Page, button: Locator, presses: int = 4, pause: int = 180) -> None:
    """The hand stays where it is and presses again and again, while the page is drawn anew under it."""
    expect(button).to_be_visible()
    button.scroll_into_view_if_needed()
    x, y = middle(button)
    page.mouse.move(x, y)
    for _ in range(presses):
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(pause)


def stands(room: Room, page: Page, stage: Stage) -> None:
    """On the page and in the database, also a moment later."""
    expect(heading(page)).to_have_text(HEADINGS[stage])
    page.wait_for_timeout(SETTLED)
    assert room.view().stage is stage


@pytest.fixture
def desk_at(open_window: Windows, database: Database, cast: Cast, clock: SetClock):
    def opened(stage: Stage, kind: str = "laptop", **more: object) -> tuple[Room, Desk]:
        room = builders.a_retro(database, cast, clock, stage, seats={"Editorial": 3, "Production": 3}, k=3, entries=2)
        desk = Desk(open_window(kind, person=cast.frieda, **more)).open(room.id)  # type: ignore[arg-type]
        if more.get("javascript", True):
            is_live(desk.page)
        return room, desk

    return opened


STEPS = [
    (Stage.PREPARE, "Open the room", Stage.CHECK_IN),
    (Stage.CHECK_IN, "Start writing", Stage.WRITE),
    (Stage.WRITE, "Reveal everything", Stage.GROUP),
    (Stage.VOTE, "End the vote", Stage.DISCUSS),
    (Stage.DISCUSS, "Wrap up", Stage.WRAP_UP),
    (Stage.WRAP_UP, "Close the retro", Stage.CLOSED),
]


@pytest.mark.parametrize("kind", ["laptop", "phone"])
@pytest.mark.parametrize(("stage", "words", "then"), STEPS)
def test_a_hand_that_presses_on_takes_one_step(desk_at, kind: str, stage: Stage, words: str, then: Stage) -> None:
    """The big button, and the one in the confirmation, where there is one."""
    room, desk = desk_at(stage, kind)
    button = desk.page.locator("#next-button")
    expect(button).to_have_text(words)
    hammer(desk.page, button)
    if words in ASKED_FIRST:
        dialog = desk.page.locator("#confirm-form")
        expect(dialog.locator("#confirm-button")).to_be_visible()
        assert room.view().stage is stage, "it was done before anybody confirmed it"
        if dialog.get_by_label("Nobody counted").count():
            dialog.get_by_label("Nobody counted").check()
        hammer(desk.page, dialog.locator("#confirm-button"))
        expect(dialog).to_be_hidden()
    stands(room, desk.page, then)
    expect(desk.page.locator("#toasts [role=alert]")).to_have_count(0)


@pytest.mark.parametrize(("stage", "words", "then"), [step for step in STEPS if step[1] not in ASKED_FIRST])
def test_a_double_click_takes_one_step(desk_at, stage: Stage, words: str, then: Stage) -> None:
    room, desk = desk_at(stage)
    desk.page.locator("#next-button").dblclick()
    stands(room, desk.page, then)


def test_the_next_button_does_not_sit_where_the_last_one_sat_while_the_hand_is_still_there(desk_at) -> None:
    room, desk = desk_at(Stage.VOTE)
    page, button = desk.page, desk.page.locator("#next-button")
    x, y = middle(button)
    page.mouse.click(x, y)
    expect(heading(page)).to_have_text("Talk about it")
    expect(button).to_have_text("Wrap up")
    under = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('[data-steps]'))"
    for _ in range(8):
        assert not page.evaluate(under, [x, y]), "a step is under the hand that took the last one"
        page.wait_for_timeout(100)
    page.mouse.move(20, 20)
    expect(button).to_be_visible()
    expect(button).to_have_text("Wrap up")
    button.click()
    stands(room, page, Stage.WRAP_UP)


def test_a_key_that_is_pressed_twice_or_held_takes_one_step(desk_at) -> None:
    room, desk = desk_at(Stage.VOTE)
    desk.page.locator("#next-button").focus()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_timeout(250)
    for _ in range(3):
        desk.page.keyboard.press("Enter")
    stands(room, desk.page, Stage.DISCUSS)
    button = desk.page.locator("#next-button")
    expect(button).to_be_focused()
    desk.page.keyboard.press("Enter")
    stands(room, desk.page, Stage.WRAP_UP)


def test_what_another_hand_moved_is_not_under_this_one(
    desk_at, database: Database, cast: Cast, clock: SetClock
) -> None:
    """Two devices of one facilitator: one moves on just before the other is pressed."""
    room, desk = desk_at(Stage.VOTE)
    x, y = middle(desk.page.locator("#next-button"))
    desk.page.mouse.move(x, y)
    builders.move(database, cast.frieda, room, Stage.DISCUSS, clock)
    expect(heading(desk.page)).to_have_text("Talk about it")
    desk.page.mouse.click(x, y)
    stands(room, desk.page, Stage.DISCUSS)


def test_the_question_is_asked_once_and_not_ended_by_the_same_hand(
    desk_at, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, desk = desk_at(Stage.DISCUSS)
    with database.transaction() as db:
        timebox.spotlight(db, cast.frieda.visitor, room.id, builders.topics_of(database, room)[0], clock.now(), 5)
    ask = desk.page.get_by_role("button", name="Ask: three more minutes?")
    hammer(desk.page, ask, presses=3)
    expect(desk.page.get_by_role("button", name="End the question")).to_be_visible()
    assert room.view().more_time_round == 1


def test_one_row_is_put_in_the_light_and_not_the_next_that_moves_under_the_hand(desk_at) -> None:
    _, desk = desk_at(Stage.DISCUSS, "phone")
    rows = desk.page.locator(".rank-row")
    title = rows.first.locator(".rank-title").inner_text()
    hammer(desk.page, rows.first.get_by_role("button", name="Spotlight"), presses=3)
    expect(desk.page.locator("#spotlight .spotlight-title")).to_have_text(title)


def test_one_more_thing_that_is_ended_starts_no_vote(desk_at) -> None:
    room, desk = desk_at(Stage.GROUP)
    desk.page.locator("#late-round-button").click()
    start = desk.page.get_by_role("button", name="Start: 90 seconds on every phone")
    hammer(desk.page, start, presses=3)
    ends = desk.page.get_by_role("button", name="End it now")
    expect(ends).to_be_visible()
    assert room.view().late_round is LateRound.RUNNING
    hammer(desk.page, ends)
    stands(room, desk.page, Stage.GROUP)
    assert room.view().late_round is LateRound.HELD


def test_a_promise_that_is_written_down_twice_in_one_breath_is_one(desk_at) -> None:
    _, desk = desk_at(Stage.DISCUSS)
    desk.page.get_by_role("link", name="Write down an action").click()
    dialog = desk.page.get_by_role("dialog", name="Write down an action")
    dialog.get_by_label("Title").fill("Send page proofs two days earlier")
    dialog.get_by_role("button", name="Save unfinished").dblclick()
    expect(dialog).to_be_hidden()
    desk.page.wait_for_timeout(SETTLED)
    expect(desk.page.locator("#actions .action-card, #actions article")).to_have_count(1)


def test_without_javascript_the_second_press_finds_nothing_under_it(desk_at) -> None:
    room, desk = desk_at(Stage.VOTE, javascript=False)
    expect(desk.page.locator("#next-button")).to_be_visible()
    x, y = middle(desk.page.locator("#next-button"))
    desk.page.mouse.click(x, y)
    expect(heading(desk.page)).to_have_text("Talk about it")
    desk.page.mouse.click(x, y)
    stands(room, desk.page, Stage.DISCUSS)
    # Nor does a page that was left behind: it is told calmly.
    old = desk.page.context.new_page()
    old.goto(desk.page.url)
    expect(old.locator("#next-button")).to_have_text("Wrap up")
    desk.go_on("Wrap up")
    expect(heading(desk.page)).to_have_text("Read back the actions")
    old.locator("#next-button").click()
    expect(old.locator(".notice-info")).to_contain_text("That step was taken already. Nothing moved a second time.")
    stands(room, old, Stage.WRAP_UP)

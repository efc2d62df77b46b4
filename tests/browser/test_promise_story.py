"""The life of a promise in two browsers: kept after it was sent back once; and late, told to the lead, promised anew,
blocked. Steps are found by what they are called, on the page of the promise."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.actions import jobs
from app.actions.events import NoticeFellDue
from app.actions.rules.kinds import Notice
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.browser.conftest import Windows
from tests.builders import Room, a_retro, move
from tests.cast import Cast

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.timeout(240),
]
TITLE = "Send page proofs two days earlier"


def write_down_and_close(frieda: Page, database: Database, room: Room, clock: SetClock, due_on: str) -> None:
    """In the room: the facilitator writes the promise down, and the retro is closed over it."""
    frieda.goto(f"/desk/retros/{room.id}/actions/new")
    frieda.get_by_label("Title").fill(TITLE)
    frieda.get_by_label("Done when").fill("Three issues in a row had proofs on Tuesday.")
    frieda.get_by_label("Somebody with an account").select_option(label="Paul (paul@lantern.example)")
    frieda.get_by_label("Provided by").select_option(label="Production")
    frieda.get_by_label("Asked for by").select_option(label="Editorial")
    frieda.get_by_label("Due").fill(due_on)
    frieda.get_by_label("What does it do about the cause?").select_option(label="Prevents it")
    # Sent by htmx, which swaps nothing then: the list is where it stands.
    with frieda.expect_response(lambda answer: answer.request.method == "POST") as written:
        frieda.get_by_role("button", name="Save the action").click()
    assert written.value.status < 400
    frieda.goto(f"/desk/retros/{room.id}/actions")
    expect(frieda.get_by_role("heading", name=TITLE)).to_be_visible()
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, room.cast.frieda, room, stage, clock)


def open_promise(page: Page) -> None:
    """From the list of a lead to the page of the promise."""
    page.goto("/desk/actions")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    page.goto(page.url.partition("?")[0])  # whoever comes from the list is led back to it after a step


def take(page: Page, step: str, says: str, **fields: str) -> None:
    """Take a step by its name, with what its form asks for; `says` then stands in the history."""
    page.reload()
    folded = page.locator("summary").filter(has_text=step)
    inside = page.locator("details").filter(has=folded) if folded.count() else page.get_by_role("main")
    if folded.count():
        folded.click()
    for label, typed in fields.items():
        field = inside.get_by_label(label.replace("_", " "))
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=typed)
        else:
            field.fill(typed)
    inside.get_by_role("button", name=step, exact=True).click()
    expect(page.locator("#history")).to_contain_text(says)


def test_a_promise_from_the_retro_to_accepted_sent_back_once(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    write_down_and_close(open_window(person=cast.frieda), database, room, clock, "2026-04-28")
    paul, edda = open_window("phone", person=cast.paul), open_window(person=cast.edda)
    open_promise(paul)
    open_promise(edda)
    take(paul, "Promise another date", "Promised", By_when="2026-04-20")
    take(paul, "I have started", "In progress")
    take(paul, "Report it done", "Reported done")
    expect(paul.get_by_role("button", name="Accept it as done")).to_have_count(0)
    take(
        edda,
        "Send it back",
        "Two of three came on Wednesday.",
        What_is_still_missing="Two of three came on Wednesday.",
    )
    clock.advance(timedelta(days=2))
    take(paul, "Report it done", "Two of three came on Wednesday.")
    take(edda, "Accept it as done", "Accepted as done")
    take(edda, "It held", "Held")
    paul.reload()
    expect(paul.get_by_role("main")).to_contain_text("This promise is settled.")


def test_a_late_promise_is_told_to_the_lead_promised_anew_and_blocked(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock
) -> None:
    told: list[Notice] = []
    room = a_retro(database, cast, clock, Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    frieda = open_window(person=cast.frieda)
    database.bus.inside(NoticeFellDue, lambda _, fact: told.append(fact.notice))
    write_down_and_close(frieda, database, room, clock, "2026-03-20")
    paul, edda = open_window(person=cast.paul), open_window("phone", person=cast.edda)
    open_promise(paul)
    take(paul, "I promise it", "Promised")
    for _ in range(2):
        for _ in range(5):
            clock.advance(timedelta(days=1))
            jobs.run_due(database, clock.now())
        for page in (paul, edda):
            page.goto("/desk/actions")  # whoever stays away for a week has to sign in again
    assert told == [Notice.DUE_SOON, Notice.DUE_TODAY, Notice.LATE, Notice.LATE_TO_LEAD]
    expect(edda.get_by_role("main")).to_contain_text("Late")
    open_promise(edda)
    open_promise(paul)
    take(paul, "Promise a new date", "The plates were late.", By_when="2026-04-10", Why="The plates were late.")
    take(paul, "It is blocked", "waits for Marketing", Which_department_does_it_wait_for="Marketing")
    edda.reload()
    for words in (
        "Blocked",
        "re-promised once",
        "first promised for",
        "The plates were late.",
        "waits for Marketing",
    ):
        expect(edda.get_by_role("main")).to_contain_text(words)

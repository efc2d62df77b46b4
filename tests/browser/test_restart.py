"""The server dies under people's hands and comes back: nothing typed or sent is lost, nothing is there twice.

Here the server is a process of its own, so that it can be killed as a lost power line would.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.core.clock import Clock, SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests import builders
from tests.browser.acting import Desk, Phone, heading, is_live
from tests.browser.conftest import Windows
from tests.cast import Cast, settle_in
from tests.conftest import open_database
from tests.databases import SQLiteTemplate
from tests.serving import ServerProcess

# What Chromium's console says when nobody answers.
NOBODY_THERE = ("net::ERR", "htmx:sse:error", "htmx:error", "Failed to fetch", "network error")
# Seconds in which a server must be there; on a busy machine its modules alone take their time.
PATIENCE = 180
SENT = "The files came two days late and nobody said so"
TYPED = "We found out about the new cover"
AFTERWARDS = "The shared checklist saved us twice"


class Served:
    """A house in a data folder, and the process that serves it."""

    def __init__(self, folder: Path, template: SQLiteTemplate) -> None:
        self.clock: Clock = SetClock(datetime.now(UTC))
        self.database: Database = open_database(template.copy_to(folder), folder)
        from app.main import register_reactions

        register_reactions(self.database.bus)
        self.cast: Cast = settle_in(self.database, self.clock.now())
        url = self.database.url
        self.process = ServerProcess(folder, url, SECRETS_DIR=str(folder / "secrets"), RUN_JOBS="false")

    def room_in(self, stage: Stage) -> builders.Room:
        return builders.a_retro(self.database, self.cast, self.clock, stage, seats={"Production": 3}, k=3)


@pytest.fixture
def served(tmp_path: Path, sqlite_template: SQLiteTemplate) -> Iterator[Served]:
    found = Served(tmp_path, sqlite_template)
    yield found
    found.process.stop()
    found.database.dispose()


@pytest.fixture
def windows(browser: Browser, served: Served) -> Iterator[Windows]:
    found = Windows(browser, served.process.url)
    yield found
    assert found.close() == []


def test_killed_while_people_write(served: Served, windows: Windows) -> None:
    room = served.room_in(Stage.CHECK_IN)
    served.process.start(timeout=PATIENCE)
    desk = Desk(windows("laptop", person=served.cast.frieda, expected=NOBODY_THERE)).open(room.id)
    phone = Phone(windows("phone", expected=NOBODY_THERE))
    phone.sit_down(room.code, "Editorial")
    is_live(desk.page)
    desk.go_on("Start writing")
    phone.write("Went wrong", SENT)
    phone.compose("Surprised us", TYPED)
    served.process.kill()
    expect(phone.page.locator("#connection")).to_be_visible()
    phone.text.press_sequentially(" from a customer")
    served.process.start(timeout=PATIENCE)

    for page in (phone.page, desk.page):
        # Longer than usual: a server that starts beside other work may leave the first frame for the polling.
        expect(page.locator("#connection")).to_be_hidden(timeout=60_000)
    expect(phone.text).to_have_value(f"{TYPED} from a customer")
    expect(phone.draft(SENT)).to_have_count(1)
    phone.page.reload()
    expect(phone.text).to_have_value(f"{TYPED} from a customer")
    phone.send()
    expect(phone.draft(TYPED)).to_have_count(1)
    served.process.kill()
    phone.compose("Went right", AFTERWARDS)
    phone.send()
    expect(phone.page.locator("#unsent")).to_contain_text("not sent yet")
    served.process.start(timeout=PATIENCE)
    expect(phone.draft(AFTERWARDS)).to_have_count(1)
    expect(phone.page.locator("#unsent .entry")).to_have_count(0)

    phone.be_ready("I am done writing")
    expect(desk.page.locator("#presence")).to_contain_text("Some at most are done writing")
    desk.go_on("Reveal everything")
    for page in (phone.page, desk.page):
        expect(heading(page)).to_have_text("Read and group")
        for text in (SENT, f"{TYPED} from a customer", AFTERWARDS):
            expect(page.locator("#topics .entry").filter(has_text=text)).to_have_count(1)
        expect(page.locator("#topics .entry")).to_have_count(3)


@pytest.mark.full
def test_killed_while_people_vote(served: Served, windows: Windows) -> None:
    room = served.room_in(Stage.VOTE)
    served.process.start(timeout=PATIENCE)
    desk = Desk(windows("laptop", person=served.cast.frieda, expected=NOBODY_THERE)).open(room.id)
    phone = Phone(windows("phone", expected=NOBODY_THERE))
    phone.come_back(room.code, room.secret("Production"))
    first, second = phone.page.locator(".ballot-title").all_inner_texts()[:2]
    phone.vote(first, "Agree", dots=1)
    is_live(desk.page)
    is_live(phone.page)
    served.process.kill()
    phone.ballot(second).get_by_role("button", name="Disagree").click()
    phone.ballot(second).get_by_role("button", name="Add a dot").click()
    expect(phone.ballot(second)).to_have_attribute("data-state", "unsent")
    served.process.start(timeout=PATIENCE)

    for page in (phone.page, desk.page):
        expect(page.locator("#connection")).to_be_hidden()
    expect(phone.ballot(second)).not_to_have_attribute("data-state", "unsent")
    expect(phone.ballot(second).locator(".vote-placed")).to_contain_text("1 dots here")
    phone.page.reload()
    for title, stance in ((first, "Agree"), (second, "Disagree")):
        pressed = phone.ballot(title).locator("[aria-pressed=true]")
        expect(pressed).to_have_text(stance)
        expect(phone.ballot(title).locator(".vote-placed")).to_contain_text("1 dots here")
    phone.be_ready("I am done voting")
    expect(desk.page.locator("#presence")).to_contain_text("Some at most are done voting")


def test_it_ends_at_once_with_streams_open(served: Served, windows: Windows) -> None:
    room = served.room_in(Stage.WRITE)
    served.process.start(timeout=PATIENCE)
    desk = Desk(windows("laptop", person=served.cast.frieda, expected=NOBODY_THERE)).open(room.id)
    phone = Phone(windows("phone", expected=NOBODY_THERE))
    phone.sit_down(room.code, "Editorial")
    is_live(desk.page)
    is_live(phone.page)
    seconds = served.process.stop()
    assert seconds < 2, f"the server took {seconds:.1f} s to end with two streams open"
    assert served.process.process is not None
    # Uvicorn ends in good order, then by the signal it was sent, so that whoever started it knows why.
    assert served.process.process.returncode in {0, -signal.SIGTERM}

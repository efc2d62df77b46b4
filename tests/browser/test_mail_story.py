"""From a step through a real mail server to the button in the mail, and on: nobody signs in on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import cast as as_type

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from app.actions import jobs as actions_jobs
from app.actions.queries import lists
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.notifications import jobs
from tests.browser.conftest import Windows
from tests.cast import Cast, Person
from tests.conftest import settings_for
from tests.promises import DUE, asked, take
from tests.serving import LiveServer
from tests.unit.test_notifications import Postman, postman

__all__ = ["postman"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Post:
    """The real way of a mail: what is due is sent to the sink; a person looks into their own letter box."""

    def __init__(self, database: Database, postman: Postman, clock: SetClock) -> None:
        self.database, self.postman, self.clock = database, postman, clock

    def goes_out(self, later: timedelta = timedelta(minutes=2)) -> None:
        self.clock.advance(later)
        actions_jobs.run_due(self.database, self.clock.now())
        jobs.run_due(self.database, self.clock.now())

    def newest(self, person: Person) -> EmailMessage:
        found = [mail for mail in self.postman.taken if mail["To"] == person.email]
        assert found, f"{person.name} got no mail"
        return as_type(EmailMessage, found[-1])

    def button(self, person: Person) -> str:
        """The path behind the button of the newest mail; the same in its text and in its HTML."""
        mail = self.newest(person)
        parts = [as_type(EmailMessage, mail.get_body((kind,))).get_content() for kind in ("plain", "html")]
        links = [re.findall(r"http://[^\s\"<]+(/m/[\w.-]+)", part) for part in parts]
        assert links[0]
        assert links[0][0] == links[1][0]
        return str(links[0][0])


@pytest.fixture
def post(database: Database, live_server: LiveServer, postman: Postman, clock: SetClock, tmp_path: Path) -> Post:
    database.info["settings"] = settings_for(
        database.url,
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=postman.port,
        mail_from="fencepost@lantern.example",
        public_url=live_server.url,
    )
    return Post(database, postman, clock)


def test_a_promise_lives_by_mail_alone(
    open_window: Windows, app: FastAPI, database: Database, cast: Cast, clock: SetClock, post: Post
) -> None:
    """Asked, promised, reminded when late, reported, sent back, reported again, accepted: each by a mail's button."""
    action_id = asked(database, cast, clock)
    post.goes_out()
    paul, edda = open_window("phone"), open_window("phone")

    paul.goto(post.button(cast.paul))
    paul.get_by_role("button", name="I promise it").click()
    expect(paul.get_by_text("Thank you, that is noted")).to_be_visible()

    post.goes_out(timedelta(days=(DUE - clock.now().date()).days + 8))
    assert "late" in post.newest(cast.paul)["Subject"].lower()
    paul.goto(post.button(cast.paul))
    paul.get_by_role("button", name="It is done").click()
    expect(paul.get_by_text("Thank you, that is noted")).to_be_visible()

    post.goes_out()
    edda.goto(post.button(cast.edda))
    edda.get_by_text("Send it back").first.click()
    edda.get_by_role("textbox").fill("The third issue came on Thursday")
    edda.get_by_role("button", name="Send it back").click()
    expect(edda.get_by_text("Thank you, that is noted")).to_be_visible()

    post.goes_out()
    assert "The third issue came on Thursday" in str(post.newest(cast.paul).get_body(("plain",)))
    take(database, cast.paul, action_id, clock, ActionState.REPORTED_DONE)
    post.goes_out()
    edda.goto(post.button(cast.edda))
    edda.get_by_role("button", name="Accept it as done").click()
    expect(edda.get_by_text("Thank you, that is noted")).to_be_visible()

    with database.reading() as db:
        history = lists.history(db, action_id)
    assert [(one.state, one.by) for one in history] == [
        ("requested", ""),
        ("promised", "Paul"),
        ("reported_done", "Paul"),
        ("sent_back", "Edda"),
        ("reported_done", "Paul"),
        ("accepted", "Edda"),
    ]
    identities = [mail["Message-ID"] for mail in post.postman.taken]
    assert len(identities) == len(set(identities)), "no mail came twice"

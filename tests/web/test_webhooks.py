"""The pages of webhooks: for admins alone, from the empty list to the last delivery, without a script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.notifications import jobs
from app.notifications.queries import webhooks
from app.notifications.rules.targets import NEEDS_HTTPS, NO_CREDENTIALS, NOT_OUTSIDE
from tests.cast import Cast, Person
from tests.receiving import Receiver, receiving

AtDesk = Callable[[Person], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TYPED = {"name": "Promises in Production", "template": "slack", "events": ["action.stepped", "retro.closed"]}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def ada(app: FastAPI, settings: Settings, database: Database, cast: Cast, at_desk: AtDesk) -> TestClient:
    """The admin, where the operator allows webhooks to this machine."""
    settings.webhook_allow = "127.0.0.0/8"
    database.info["settings"] = settings
    return at_desk(cast.ada)


def added(browser: TestClient, url: str, **changed: object) -> str:
    """Set one up by the form; returns the address of its page."""
    answer = browser.post("/desk/webhooks", data={**TYPED, "url": url, **changed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def words(answer: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(getattr(answer, "text", answer)))))


def test_the_empty_list_says_what_to_do(ada: TestClient) -> None:
    page = ada.get("/desk/webhooks")
    assert page.status_code == 200
    assert "No webhook yet" in page.text
    assert 'href="/desk/webhooks/new"' in page.text
    assert 'href="/desk/webhooks"' in ada.get("/desk/people").text, "there is a way to it"


def test_from_setting_up_to_the_answer_of_the_other_side(
    ada: TestClient, database: Database, clock: SetClock, receiver: Receiver
) -> None:
    here = added(ada, receiver.url())
    assert "Nothing was sent yet" in ada.get(here).text
    sent = ada.post(f"{here}/tests")
    assert sent.headers["location"] == f"{here}?done=test"
    page = ada.get(sent.headers["location"])
    assert "A test is on its way" in page.text
    assert 'hx-trigger="every 4s"' in page.text, "looks again by itself"
    assert "<span>Refresh</span>" in page.text, "and without a script"
    jobs.run_due(database, clock.now())
    assert receiver.got[0].json["text"] == "A test from Fencepost: “Promises in Production” works."
    page = ada.get(here)
    assert "Delivered" in page.text
    assert "answer 200" in words(page)
    assert "hx-trigger" not in page.text.partition('id="log"')[2].partition("</section>")[0]
    assert "Works" in ada.get("/desk/webhooks").text


def test_what_failed_is_shown_with_its_answer_and_can_be_tried_again(
    ada: TestClient, database: Database, clock: SetClock, receiver: Receiver
) -> None:
    here = added(ada, receiver.url())
    ada.post(f"{here}/tests")
    receiver.status, receiver.answer = 500, b"<script>alert(1)</script> broken"
    jobs.run_due(database, clock.now())
    page = ada.get(here)
    assert "Not delivered yet" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; broken" in page.text
    assert "Deliveries are failing" in page.text
    assert "Fails since" in ada.get("/desk/webhooks").text
    again = re.search(rf'action="({re.escape(here)}/deliveries/[^"]+/attempts)"', page.text)
    assert again
    receiver.status = 200
    assert ada.post(again[1]).status_code == 303
    jobs.run_due(database, clock.now())
    assert "Delivered" in ada.get(here).text
    assert len({got.id for got in receiver.got}) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"url": ""}, "Please give a whole address"),
        ({"url": "http://93.184.216.34/"}, NEEDS_HTTPS),
        ({"url": "https://10.0.0.1/"}, NOT_OUTSIDE),
        ({"url": "https://[::ffff:10.0.0.1]/"}, NOT_OUTSIDE),
        ({"url": "https://169.254.169.254/latest/meta-data"}, NOT_OUTSIDE),
        ({"url": "https://ada:word@93.184.216.34/"}, NO_CREDENTIALS),
        ({"name": ""}, "Please give a name."),
        ({"name": "x" * 61}, "60 fit"),
        ({"events": []}, "Please choose at least one."),
        ({"events": ["test"]}, "Please choose at least one."),
        ({"template": "fax"}, "Please choose one of these."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_what_was_typed_stays(
    ada: TestClient, database: Database, typed: dict[str, object], sentence: str
) -> None:
    answer = ada.post("/desk/webhooks", data={**TYPED, "url": "https://93.184.216.34/hook", **typed})
    assert answer.status_code == 422
    assert sentence in words(answer)
    if "name" not in typed:
        assert 'value="Promises in Production"' in answer.text
    if "events" not in typed:
        assert answer.text.count(" checked") == (2 if "template" in typed else 3)
    assert "No webhook yet" in ada.get("/desk/webhooks").text


def test_changing_keeps_the_rules_and_says_so(ada: TestClient, receiver: Receiver) -> None:
    here = added(ada, receiver.url())
    form = ada.get(f"{here}/settings")
    assert f'value="{html.escape(receiver.url())}"' in form.text
    refused = ada.post(f"{here}/settings", data={**TYPED, "url": "https://192.168.1.1/"})
    assert refused.status_code == 422
    assert NOT_OUTSIDE in words(refused)
    changed = {**TYPED, "name": "Another name", "url": receiver.url("/other"), "events": ["action.late"]}
    assert ada.post(f"{here}/settings", data=changed).status_code == 303
    page = ada.get(here)
    assert "Another name" in page.text
    assert "A promise stays late" in page.text
    assert "A retro is closed" not in page.text


def test_stopping_starting_replacing_and_removing(ada: TestClient, receiver: Receiver) -> None:
    here = added(ada, receiver.url())
    secret = re.search(r"whsec_[\w+/=]{44}", ada.get(here).text)
    assert secret
    assert ada.post(f"{here}/removal").status_code == 409, "stop it first"
    assert "Remove it" not in ada.get(here).text
    ada.post(f"{here}/stop")
    page = ada.get(here)
    assert "This webhook is stopped" in page.text
    assert "Send a test" not in page.text
    assert ada.post(f"{here}/tests").status_code == 409
    ada.post(f"{here}/stop", data={"undo": "1"})
    assert "Send a test" in ada.get(here).text
    answer = ada.post(f"{here}/secrets")
    page = ada.get(answer.headers["location"])
    assert "the old one signs nothing any more" in page.text
    assert secret[0] not in page.text
    ada.post(f"{here}/stop")
    gone = ada.post(f"{here}/removal")
    assert "are gone" in ada.get(gone.headers["location"]).text
    assert ada.get(here).status_code == 404


def test_why_it_was_stopped_is_said(ada: TestClient, database: Database, clock: SetClock, receiver: Receiver) -> None:
    here = added(ada, receiver.url())
    for _ in range(2):
        ada.post(f"{here}/tests")
    receiver.status = 410
    jobs.run_due(database, clock.now())
    page = words(ada.get(here))
    assert "said that this address is gone for good (410)" in page
    assert "1 delivery waits and will be sent when it starts again" in page
    assert "Stopped" in ada.get("/desk/webhooks").text


def test_nobody_but_an_admin_finds_anything(
    ada: TestClient, database: Database, cast: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    here = added(ada, "https://93.184.216.34/")
    ada.post(f"{here}/tests")
    with database.reading() as db:
        log = webhooks.deliveries(db, UUID(here.rpartition("/")[2]), for_=cast.ada.visitor)
    pages = ["/desk/webhooks", "/desk/webhooks/new", here, f"{here}/settings"]
    posts = ["/desk/webhooks", f"{here}/settings", f"{here}/tests", f"{here}/stop", f"{here}/secrets",
             f"{here}/removal", f"{here}/deliveries/{log[0].id}/attempts"]  # fmt: skip
    for person in (cast.frieda, cast.edda, cast.mia, cast.sven):
        browser = at_desk(person)
        assert {browser.get(one).status_code for one in pages} == {404}
        assert {browser.post(one, data={**TYPED, "url": "https://93.184.216.34/"}).status_code for one in posts} == {
            404
        }
        assert "/desk/webhooks" not in browser.get("/desk/people").text
    assert ada.get(f"/desk/webhooks/{uuid4()}").status_code == 404
    other = added(ada, "https://93.184.216.34/other")
    assert ada.post(f"{other}/deliveries/{log[0].id}/attempts").status_code == 404, "another webhook's"


def test_the_security_log_knows_ids_and_no_address(ada: TestClient, receiver: Receiver) -> None:
    with capture_logs() as said:
        here = added(ada, receiver.url("/services/very-secret"))
        ada.post(f"{here}/settings", data={**TYPED, "url": receiver.url("/services/very-secret")})
        ada.post(f"{here}/secrets")
        ada.post(f"{here}/stop")
        ada.post(f"{here}/stop", data={"undo": "1"})
        ada.post(f"{here}/stop")
        ada.post(f"{here}/removal")
    noted = [one["event"] for one in said if one.get("kind") == "security"]
    assert noted == [
        "webhook_added", "webhook_changed", "webhook_secret_replaced", "webhook_stopped", "webhook_started",
        "webhook_stopped", "webhook_removed",
    ]  # fmt: skip
    assert "very-secret" not in str(said)


def test_the_address_stands_only_where_it_is_changed(ada: TestClient, receiver: Receiver) -> None:
    here = added(ada, receiver.url("/services/very-secret"))
    for address in ("/desk/webhooks", here):
        assert "very-secret" not in ada.get(address).text

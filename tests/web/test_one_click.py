"""A mail's button: one click without signing in, safe against mail scanners, and no more than the step it is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app.actions.queries import lists
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.core.signing import SigningKey
from app.notifications.models import Mail
from app.notifications.queries.words import words_of
from app.notifications.rules.one_click import LINK_LASTS, PURPOSE, OneClickLink
from app.notifications.service import one_click
from app.people.service import accounts
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro
from tests.cast import Cast, Person
from tests.conftest import settings_for
from tests.databases import only_sqlite
from tests.leaving import close_account
from tests.unit.test_actions_service import capture, closed, take

Write = Callable[..., str]
HIDDEN_STATE = re.compile(r'name="state" value="(\w+)"')


@pytest.fixture
def asked(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> UUID:
    """A promise that a closed retro asks of Paul, of Production, for Editorial. Its last step is number 1."""
    room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    action_id = capture(database, room, clock)
    closed(database, room, clock)
    return action_id


@pytest.fixture
def link(database: Database, asked: UUID) -> Write:
    """The path of a link as it stands in a mail: `link(cast.paul, State.PROMISED, 1)`."""

    def write(person: Person, state: ActionState, number: int) -> str:
        with database.reading() as db:
            return f"/m/{one_click.token_for(db, OneClickLink(asked, person.id, state, number))}"

    return write


def history(database: Database, action_id: UUID) -> list[tuple[str, str]]:
    with database.reading() as db:
        return [(step.state, step.by) for step in lists.history(db, action_id)]


def reported(database: Database, cast: Cast, asked: UUID, clock: SetClock) -> None:
    """Paul promised it and says that it is done: steps 2 and 3."""
    take(database, cast.paul, asked, ActionState.PROMISED, clock)
    take(database, cast.paul, asked, ActionState.REPORTED_DONE, clock)


def test_one_click_takes_the_step(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    page = client.get(path)
    assert page.status_code == 200
    for words in (
        "You are <strong",
        ">Paul<",
        "Send page proofs two days earlier",
        "Three issues in a row had proofs on Tuesday.",
        "28 Apr 2026",
        "Production",
        "Editorial",
        "I promise it",
    ):
        assert words in page.text, words
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert HIDDEN_STATE.findall(page.text) == ["promised"], "one form for the one step"
    answer = client.post(path, data={"state": "promised"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    done = client.get(path)
    assert "Thank you, that is noted" in done.text
    assert f'action="{path}/undo"' in done.text
    assert f'href="/desk/actions/{asked}"' in done.text
    assert history(database, asked) == [("requested", ""), ("promised", "Paul")]


def test_scanners_do_no_harm(client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write) -> None:
    """They fetch links, ask for their heads, and some even press what they find, twice."""
    path = link(cast.paul, ActionState.PROMISED, 1)
    for _ in range(3):
        client.get(path)
        client.head(path)
        client.options(path)
        client.get(f"{path}/undo")
    assert history(database, asked) == [("requested", "")]
    scanner = TestClient(client.app, follow_redirects=False)
    scanner.portal = client.portal
    for _ in range(2):
        assert scanner.post(path, data={"state": "promised"}).status_code == 303
    assert history(database, asked) == [("requested", ""), ("promised", "Paul")]
    assert client.post(path, data={"state": "promised"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_it_can_be_taken_back_for_a_minute_and_then_pressed_again(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    client.post(path, data={"state": "promised"})
    assert client.post(f"{path}/undo").status_code == 303
    assert "I promise it" in client.get(path).text
    client.post(path, data={"state": "promised"})
    clock.advance(timedelta(seconds=60))
    assert f'action="{path}/undo"' not in client.get(path).text
    late = client.post(f"{path}/undo")
    assert late.status_code == 409
    assert "only for a minute" in late.text
    assert "Send page proofs" in late.text, "and the promise is still on the page"
    assert [state for state, _ in history(database, asked)] == ["requested", "promised", "requested", "promised"]


@only_sqlite
def test_only_what_was_taken_through_the_link_is_undone(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    take(database, cast.paul, asked, ActionState.PROMISED, clock)
    take(database, cast.paul, asked, ActionState.IN_PROGRESS, clock)
    assert client.post(f"{path}/undo").status_code == 409
    assert len(history(database, asked)) == 3


def test_a_promise_may_be_made_through_the_link_after_somebody_has_seen_what_is_asked(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    take(database, cast.paul, asked, ActionState.ACKNOWLEDGED, clock)
    assert "I promise it" in client.get(path).text
    assert client.post(path, data={"state": "promised"}).status_code == 303
    assert f'action="{path}/undo"' in client.get(path).text
    assert client.post(f"{path}/undo").status_code == 303
    assert [state for state, _ in history(database, asked)][1:3] == ["acknowledged", "promised"]
    assert "I promise it" in client.get(path).text


def test_an_old_link_tells_where_the_promise_is_and_who_moved_it(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    reported(database, cast, asked, clock)
    mail_to_edda = link(cast.edda, ActionState.ACCEPTED, 3)
    take(database, cast.mia, asked, ActionState.ACCEPTED, clock)
    page = client.get(mail_to_edda)
    assert page.status_code == 200
    assert "moved on since that mail" in page.text
    assert "Accepted as done, said by" in page.text
    assert ">Mia<" in page.text
    assert "<form" not in page.text.split("<main")[1]
    assert client.post(mail_to_edda, data={"state": "accepted"}).status_code == 303
    assert len(history(database, asked)) == 4


def test_done_is_accepted_or_sent_back_with_a_reason(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    reported(database, cast, asked, clock)
    path = link(cast.mia, ActionState.ACCEPTED, 3)
    assert HIDDEN_STATE.findall(client.get(path).text) == ["accepted", "sent_back"]
    without = client.post(path, data={"state": "sent_back", "reason": "  "})
    assert without.status_code == 422
    assert "Say what is still missing." in without.text
    too_long = client.post(path, data={"state": "sent_back", "reason": "<b>the back cover " + "x" * 400})
    assert too_long.status_code == 422
    assert "&lt;b&gt;the back cover xxx" in too_long.text, "what was typed stays"
    assert client.post(path, data={"state": "sent_back", "reason": "The back cover."}).status_code == 303
    assert "“The back cover.”" in client.get(path).text
    assert history(database, asked)[-1] == ("sent_back", "Mia")


@only_sqlite
def test_a_new_day_needs_the_day_and_the_reason(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    take(database, cast.paul, asked, ActionState.PROMISED, clock)
    path = link(cast.paul, ActionState.RE_PROMISED, 2)
    wrong = client.post(path, data={"state": "re_promised", "due_on": "soon", "reason": "The plates were late."})
    assert wrong.status_code == 422
    assert "The plates were late." in wrong.text
    data = {
        "state": "re_promised",
        "due_on": "2026-05-20",
        "reason": "The plates were late.",
        "miss_reason": "other_work",
    }
    assert client.post(path, data=data).status_code == 303
    assert history(database, asked)[-1] == ("re_promised", "Paul")
    blocked = link(cast.paul, ActionState.BLOCKED, 3)
    assert client.post(blocked, data={"state": "blocked"}).status_code == 422
    assert client.post(blocked, data={"state": "blocked", "department": str(cast.marketing)}).status_code == 303


def test_the_owner_accepts_by_no_link(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    """Not even as a member of the department that asked, and not by a link for another step."""
    with database.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.paul.id, False, False, {cast.editorial: True})
    reported(database, cast, asked, clock)
    before = history(database, asked)
    for state in ActionState:
        path = link(cast.paul, state, 3)
        page = client.get(path)
        assert page.status_code == 200
        assert not {"accepted", "sent_back"} & set(HIDDEN_STATE.findall(page.text)), state
        for said in {ActionState.ACCEPTED, ActionState.SENT_BACK, state}:
            answer = client.post(path, data={"state": said.value, "reason": "Because", "due_on": "2026-05-20"})
            assert answer.status_code in (403, 409), (state, said)
    assert history(database, asked) == before


def test_a_link_is_for_its_own_step_only(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write
) -> None:
    path = link(cast.paul, ActionState.ACKNOWLEDGED, 1)
    for state in ("promised", "declined", "vanished", ""):
        assert client.post(path, data={"state": state, "reason": "No"}).status_code in (403, 422)
    assert len(history(database, asked)) == 1


def test_forged_foreign_and_dead_links_look_the_same(
    client: TestClient,
    database: Database,
    asked: UUID,
    cast: Cast,
    link: Write,
    tmp_path: Path,
) -> None:
    good = link(cast.paul, ActionState.PROMISED, 1)
    with database.reading() as db:
        key: SigningKey = db.info["signing_key"]
    said = OneClickLink(asked, cast.paul.id, ActionState.PROMISED, 1).signed()
    bad = {
        "forged": "/m/" + SigningKey(tmp_path / "elsewhere").sign(PURPOSE, said),
        "for something else": "/m/" + key.sign("unsubscribe", said),
        "nonsense": "/m/" + key.sign(PURPOSE, ["x", None, {}]),
        "no list": "/m/" + key.sign(PURPOSE, 7),
        "cut off": good[:-4],
        "of nobody": "/m/" + key.sign(PURPOSE, OneClickLink(asked, uuid4(), ActionState.PROMISED, 1).signed()),
        "of no promise": "/m/"
        + key.sign(PURPOSE, OneClickLink(uuid4(), cast.paul.id, ActionState.PROMISED, 1).signed()),
        "of a stranger": link(cast.sven, ActionState.PROMISED, 1),
    }
    for what, path in bad.items():
        for answer in (client.get(path), client.post(path, data={"state": "promised"}), client.post(f"{path}/undo")):
            assert answer.status_code == 404, what
            assert "This link does not work." in answer.text
            assert 'href="/desk/actions"' in answer.text, "and says where to go"
            assert "Send page proofs" not in answer.text
    assert len(history(database, asked)) == 1


def test_a_disabled_account_has_no_links(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    close_account(database, cast.paul.id, clock.now())
    assert client.get(path).status_code == 404
    assert client.post(path, data={"state": "promised"}).status_code == 404
    assert len(history(database, asked)) == 1


def test_a_link_ends_sixty_days_after_its_step(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    clock.advance(LINK_LASTS)
    assert client.get(path).status_code == 200
    clock.advance(timedelta(seconds=1))
    for answer in (client.get(path), client.post(path, data={"state": "promised"})):
        assert answer.status_code == 410
        assert "60 days" in answer.text
    assert client.get(link(cast.paul, ActionState.PROMISED, 9)).status_code == 410, "a step that never was"
    assert len(history(database, asked)) == 1


def test_a_reminders_link_lasts_from_the_day_of_its_mail(
    client: TestClient, database: Database, asked: UUID, cast: Cast, clock: SetClock
) -> None:
    """The step is old by then; only the mail counts."""
    clock.advance(timedelta(days=80))
    written = clock.now().date()
    with database.reading() as db:
        path = f"/m/{one_click.token_for(db, OneClickLink(asked, cast.paul.id, ActionState.PROMISED, 1, written))}"
    clock.advance(LINK_LASTS)
    assert client.get(path).status_code == 200
    clock.advance(timedelta(days=1))
    assert client.get(path).status_code == 410
    clock.advance(timedelta(days=-61))
    assert client.post(path, data={"state": "promised"}).status_code == 303
    assert history(database, asked)[-1] == ("promised", "Paul")


@only_sqlite
def test_somebody_without_a_password_can_answer(
    client: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room: Room = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    action_id = capture(database, room, clock, owner_id=None, owner_name="Tom", owner_email="tom@print.example")
    closed(database, room, clock)
    with database.reading() as db:
        tom = lists.action(db, action_id, for_=cast.frieda.visitor).owner_id
        assert tom is not None
        path = f"/m/{one_click.token_for(db, OneClickLink(action_id, tom, ActionState.PROMISED, 1))}"
    assert "You have no password yet" in client.get(path).text
    client.post(path, data={"state": "promised"})
    assert history(database, action_id)[-1] == ("promised", "Tom")


@only_sqlite
def test_the_token_stands_in_no_log(
    client: TestClient, asked: UUID, cast: Cast, link: Write, caplog: pytest.LogCaptureFixture
) -> None:
    path = link(cast.paul, ActionState.PROMISED, 1)
    with structlog.testing.capture_logs() as lines:
        client.get(path)
        client.post(path, data={"state": "declined"})
        client.post(path, data={"state": "promised"}, headers={"Sec-Fetch-Site": "cross-site"})
        client.post(path, data={"state": "promised"})
        client.post(f"{path}/undo")
        client.get(path[:-1])
        client.get(f"{path}/nowhere")
    assert {line["route"] for line in lines if line["event"] == "request"} <= {"/m/{token}", "/m/{token}/undo", "-"}
    assert path.removeprefix("/m/")[:20] not in repr(lines) + caplog.text


@only_sqlite
def test_a_link_pressed_without_end_is_slowed_down(client: TestClient, cast: Cast, link: Write) -> None:
    paths = (link(cast.paul, ActionState.PROMISED, 1), "/m/nonsense")
    for path, other in zip(paths, (200, 429), strict=True):
        statuses = {client.get(path).status_code for _ in range(62)}
        assert 429 in statuses
        assert client.get(link(cast.edda, ActionState.ACCEPTED, 1)).status_code == other, (
            "guesses are counted for all"
        )


@only_sqlite
def test_the_address_for_a_mail(database: Database, asked: UUID, cast: Cast, tmp_path: Path) -> None:
    database.info["settings"] = settings_for(database.url, tmp_path, public_url="https://posts.lantern.example/")
    with database.reading() as db:
        written = one_click.address(db, cast.paul.id, asked, ActionState.PROMISED, 1, date(2026, 3, 17))
    assert re.fullmatch(r"https://posts\.lantern\.example/m/[\w.~-]+", written)
    assert len(written) < 250, "no mail client breaks the line"


def test_the_second_link_of_a_letter_opens_the_same_page_with_send_it_back_open(
    client: TestClient, database: Database, asked: UUID, cast: Cast, link: Write, clock: SetClock
) -> None:
    """Without signing in and without a script; looking changes nothing."""
    for state in (ActionState.PROMISED, ActionState.REPORTED_DONE):
        take(database, cast.paul, asked, state, clock)
    path = link(cast.edda, ActionState.ACCEPTED, 3)
    closed_page, open_page = client.get(path).text, client.get(f"{path}?say=sent_back").text
    assert re.search(r"<details[^>]*><summary>.*?Send it back", closed_page, re.S)
    assert not re.search(r"<details[^>]* open[^>]*>", closed_page)
    (opened,) = re.findall(r"<details[^>]* open[^>]*><summary>.*?</details>", open_page, re.S)
    assert "Send it back" in opened
    assert "What is still missing?" in opened
    assert len(history(database, asked)) == 3
    for odd in ("accepted", "nonsense", "'><b>"):
        assert client.get(path, params={"say": odd}).status_code == 200
    sent = client.post(path, data={"state": "sent_back", "reason": "Page 3"})
    assert sent.status_code == 303
    assert history(database, asked)[-1][0] == "sent_back"


def test_letters_that_ask_whether_it_is_done_lead_to_that_page_and_sending_back_is_a_request(
    database: Database, asked: UUID, cast: Cast, clock: SetClock, tmp_path: Path
) -> None:
    database.info["settings"] = settings_for(database.url, tmp_path, smtp_host="127.0.0.1")
    for state in (ActionState.PROMISED, ActionState.REPORTED_DONE):
        take(database, cast.paul, asked, state, clock)
    take(database, cast.edda, asked, ActionState.SENT_BACK, clock, reason="Page 3")
    with database.reading() as db:
        written = {one.subject: (one.kind, words_of(db, one)[0]) for one in db.exec(select(Mail)).all()}
    (done,) = [text for subject, (_, text) in written.items() if subject.startswith("Done?")]
    assert re.search(r"Send it back:\nhttp\S+/m/\S+\?say=sent_back\n", done)
    ((subject, (kind, missing)),) = [one for one in written.items() if "missing" in one[0]]
    assert subject.startswith("Asked of you: what is missing in “")
    assert kind == "requests"
    assert re.search(r"report it done:\nhttp\S+/m/\S+\n", missing)

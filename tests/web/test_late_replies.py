"""A department that did not vote replies after the close: its lead, signed in, for five working days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.core.places import Place
from app.outcomes.rules.late_reply import last_day_to_reply, may_still_reply
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, move, topics_of, vote, write
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    """Closed. Editorial voted, Production was there and passed on everything, Marketing stayed away."""
    made = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={"Editorial": 3, "Production": 3}, k=3)
    move(database, cast.frieda, made, Stage.WRITE, clock)
    for number, secret in enumerate(made.all_secrets()):
        write(database, made.seat_of(secret), ("Nobody told us of the new cover", "Proofs came late")[number % 2])
    for stage in (Stage.GROUP, Stage.VOTE):
        move(database, cast.frieda, made, stage, clock)
    for topic_id in topics_of(database, made):
        for secret in made.secrets["Editorial"]:
            vote(database, made.seat_of(secret), topic_id, "agree")
        for secret in made.secrets["Production"]:
            vote(database, made.seat_of(secret), topic_id, "pass")
    for stage in (Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
        move(database, cast.frieda, made, stage, clock)
    return made


def form_of(browser: TestClient, room: Room) -> dict[str, str]:
    """The hidden fields of the first reply form on the outcome's page."""
    page = browser.get(f"/desk/retros/{room.id}/outcome").text
    form = re.search(r'action="[^"]+/outcome/replies".*?</form>', page, re.S)
    assert form, "there is a form"
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def send(browser: TestClient, room: Room, **fields: str):  # type: ignore[no-untyped-def]
    return browser.post(f"/desk/retros/{room.id}/outcome/replies", data=fields)


def test_the_lead_of_a_department_that_passed_replies_and_everybody_reads_it(
    at_desk: AtDesk, room: Room, cast: Cast
) -> None:
    paul, url = at_desk(cast.paul), f"/desk/retros/{room.id}/outcome"
    fields = form_of(paul, room)
    assert UUID(fields["department"]) == cast.departments["Production"]
    assert send(paul, room, **fields, text="We were at the printer's; the plates were ready.").status_code == 303
    edda = at_desk(cast.edda)
    page = edda.get(url).text
    assert "Production replied after the close" in page
    assert "the plates were ready" in page
    assert "Production replied after the close:" in edda.get(f"{url}.md").text
    again = form_of(paul, room)
    assert again["version"] == "1"
    assert send(paul, room, **again, text="").status_code == 303
    assert "replied after the close" not in edda.get(url).text


def test_a_department_that_stayed_away_may_reply_too(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast
) -> None:
    from app.people.service.accounts import change_rights

    with database.transaction() as db:
        change_rights(db, cast.ada.visitor, cast.sven.id, False, False, {cast.departments["Marketing"]: True})
    sven = at_desk(cast.sven)
    assert UUID(form_of(sven, room)["department"]) == cast.departments["Marketing"]


def test_nobody_else_may(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    fields = form_of(at_desk(cast.paul), room)
    for person in (cast.edda, cast.mia, cast.frieda):
        browser = at_desk(person)
        assert "/outcome/replies" not in browser.get(f"/desk/retros/{room.id}/outcome").text
        refused = send(browser, room, **fields, text="Typed in somebody else's name")
        assert refused.status_code == 403
        assert "Typed in somebody else&#39;s name" in refused.text, "what was typed is kept"
        assert "five working" in refused.text
    stranger = send(at_desk(cast.sven), room, **fields, text="Hello")
    assert stranger.status_code == 404


def test_the_department_that_voted_has_no_late_reply(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    fields = form_of(at_desk(cast.paul), room)
    fields["department"] = str(cast.departments["Editorial"])
    assert send(at_desk(cast.edda), room, **fields, text="Once more").status_code == 403


def test_it_ends_with_the_fifth_working_day(at_desk: AtDesk, room: Room, cast: Cast, clock: SetClock) -> None:
    paul = at_desk(cast.paul)
    fields = form_of(paul, room)
    closed_on = clock.now().date()
    assert last_day_to_reply(closed_on, Place()) == closed_on + timedelta(days=7), "from a Tuesday, over a weekend"
    for _ in range(7):
        clock.advance(timedelta(days=1))
        assert form_of(paul, room)
    clock.advance(timedelta(hours=12))
    assert not may_still_reply(closed_on, clock.now().date(), Place())
    late = send(paul, room, **fields, text="Too late")
    assert late.status_code == 403
    assert "Too late" in late.text


def test_two_leads_do_not_overwrite_each_other(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    one, other = at_desk(cast.paul), at_desk(cast.paul)
    fields = form_of(one, room)
    assert send(other, room, **fields, text="The first text").status_code == 303
    refused = send(one, room, **fields, text="The second text")
    assert refused.status_code == 409
    assert "The first text" in refused.text
    assert "The second text" in refused.text
    assert send(one, room, **form_of(one, room), text="The second text").status_code == 303


def test_too_long_a_reply_is_kept(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    paul = at_desk(cast.paul)
    refused = send(paul, room, **form_of(paul, room), text="a" * 1001)
    assert refused.status_code == 422
    assert "1001 characters; 1000 fit" in refused.text
    assert "a" * 1001 in refused.text


def test_it_is_left_out_of_a_link_without_wording(
    client: TestClient, at_desk: AtDesk, room: Room, cast: Cast
) -> None:
    paul = at_desk(cast.paul)
    send(paul, room, **form_of(paul, room), text="Only for our own eyes")
    made = at_desk(cast.frieda).post(f"/desk/retros/{room.id}/outcome/shares", data={"days": "7"}).text
    link = re.search(r'value="http://127.0.0.1:8000(/shared/[\w-]{43})"', made)
    assert link
    assert "Only for our own eyes" not in client.get(link[1]).text

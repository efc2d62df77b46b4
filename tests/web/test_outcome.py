"""The outcome as readers meet it: at the desk, on a phone from the room, behind a share link, and as files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.topics.queries.topic_board import board
from app.topics.service import discussing
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.unit.test_actions_service import capture

AtDesk = Callable[[Person], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TITLE = "=Proofs <b>& plates</b>"


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    made = a_retro(database, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    with database.transaction() as db:
        discussing.mark_discussed(db, cast.frieda.visitor, made.id, board(db, made.id).topics[0].id)
    capture(database, made, clock, title=TITLE)
    return made


def close(database: Database, room: Room, clock: SetClock) -> None:
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, room.cast.frieda, room, stage, clock)


def share(browser: TestClient, room: Room, **form: str) -> str:
    answer = browser.post(f"/desk/retros/{room.id}/outcome/shares", data={"days": "7", **form})
    assert answer.status_code == 201
    found = re.search(r'value="http://127.0.0.1:8000(/shared/[\w-]{43})"', answer.text)
    assert found, "the link is shown once"
    return found[1]


def test_the_page_at_the_desk_before_and_after_the_close(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    url = f"/desk/retros/{room.id}/outcome"
    edda = at_desk(cast.edda)
    before = at_desk(cast.frieda).get(url)
    assert "as it stands now" in before.text
    assert "=Proofs &lt;b&gt;&amp; plates&lt;/b&gt;" in before.text
    too_early = edda.get(url)
    assert too_early.status_code == 403, "no screen would say that somebody looks in"
    assert "Proofs" not in too_early.text
    close(database, room, clock)
    after = edda.get(url)
    assert "as it stands now" not in after.text
    assert "=Proofs &lt;b&gt;&amp; plates&lt;/b&gt;" in after.text
    assert "6</span> took part" in re.sub(r"\s+", " ", after.text)
    assert "Create a link" not in after.text, "sharing is for who ran it"
    assert "Create a link" in at_desk(cast.frieda).get(url).text
    assert at_desk(cast.sven).get(url).status_code == 404


def test_the_files(at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    close(database, room, clock)
    edda = at_desk(cast.edda)
    url = f"/desk/retros/{room.id}/outcome"
    markdown = edda.get(f"{url}.md")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert r"**\=Proofs \<b\>\& plates\</b\>**" in markdown.text
    table = edda.get(f"{url}.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="outcome.csv"'
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert [row["text"] for row in rows if row["part"] == "action"] == [f"'{TITLE}"]
    assert sum(row["part"] == "entry" for row in rows) == 6
    data = json.loads(edda.get(f"{url}.json").text)
    assert data["actions"][0]["title"] == TITLE
    assert list(data["states_now"].values()) == ["requested"]
    assert data["fixed_at"] == clock.now().isoformat()
    for ending in ("md", "csv", "json"):
        assert at_desk(cast.sven).get(f"{url}.{ending}").status_code == 404


def test_a_phone_from_the_room_reads_it_for_two_weeks(
    client: TestClient, at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    url = f"/r/{room.code}/outcome"
    early = client.get(url)
    assert early.status_code == 409
    assert "once the retro is closed" in early.text
    close(database, room, clock)
    page = client.get(url)
    assert page.status_code == 200
    assert "plates" in page.text
    assert "/desk" not in re.sub(r"<header.*?</header>", "", page.text, flags=re.S)
    assert "set-cookie" not in page.headers
    assert client.get(f"/r/{room.code.lower()}/outcome").status_code == 200
    frieda = at_desk(cast.frieda)
    assert frieda.post(f"/desk/retros/{room.id}/outcome/room", data={}).status_code == 303
    assert client.get(url).status_code == 404
    assert frieda.post(f"/desk/retros/{room.id}/outcome/room", data={"is_open": "yes"}).status_code == 303
    assert client.get(url).status_code == 200
    clock.advance(timedelta(days=14))
    over = client.get(url)
    assert over.status_code == 404
    assert "not open to the room" in over.text


def test_wrong_codes_and_tokens_are_limited(client: TestClient, room: Room) -> None:
    answers = [client.get("/r/ZZZZZZZZ/outcome").status_code for _ in range(62)]
    assert answers[0] == 404
    assert answers[-1] == 429
    tokens = [client.get("/shared/made-up").status_code for _ in range(62)]
    assert (tokens[0], tokens[-1]) == (404, 429)


def test_a_share_link_hides_the_wording_unless_included(
    client: TestClient, at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    close(database, room, clock)
    frieda = at_desk(cast.frieda)
    with database.reading() as db:
        said = [entry.text for topic in board(db, room.id).topics for entry in topic.entries]
    assert said
    quiet = client.get(share(frieda, room))
    whole = client.get(share(frieda, room, with_wording="on"))
    assert "left out of this copy" in quiet.text
    assert not [text for text in said if text in quiet.text]
    assert [text for text in said if text in whole.text]
    assert "noindex" in quiet.text
    assert frieda.post(f"/desk/retros/{room.id}/outcome/shares", data={"days": "9999"}).status_code == 422
    assert at_desk(cast.edda).post(f"/desk/retros/{room.id}/outcome/shares", data={"days": "7"}).status_code == 403


def test_a_share_link_is_taken_back(
    client: TestClient, at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    close(database, room, clock)
    frieda = at_desk(cast.frieda)
    link = share(frieda, room)
    assert client.get(link).status_code == 200
    page = frieda.get(f"/desk/retros/{room.id}/outcome").text
    assert link not in page
    revoke = re.search(r'action="(/desk/retros/[^"]+/revocation)"', page)
    assert revoke
    assert frieda.post(revoke[1]).status_code == 303
    gone = client.get(link)
    assert gone.status_code == 404
    assert "This link is over" in gone.text
    assert "revoked" in frieda.get(f"/desk/retros/{room.id}/outcome").text

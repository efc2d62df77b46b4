"""Bad input: each kind gets its sentence and its status, what was typed is kept, and the operator's log says so."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event
from structlog.testing import capture_logs

from app.core.clock import SetClock
from app.core.db import Database, newest_sqlite
from app.entries.queries import own_drafts
from app.retros.rules.names import Stage
from app.retros.service import room as room_service
from tests.builders import Room, a_retro, move, topics_of
from tests.cast import Cast, Person
from tests.conftest import open_database

AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TYPED = "The proofs came late & “nobody” <said> so"


@pytest.fixture
def database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Gives up on a busy file after a fifth of a second instead of five."""
    monkeypatch.setattr("app.core.db.BUSY_TIMEOUT_MS", 200)
    opened = open_database(database_url, tmp_path)
    yield opened
    opened.dispose()


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, stage=Stage.WRITE, seats={"Editorial": 3, "Production": 3}, k=3)


@pytest.fixture
def phone(new_browser: NewBrowser, room: Room) -> TestClient:
    return phone_of(new_browser, room, room.secret())


def phone_of(new_browser: NewBrowser, room: Room, secret: str) -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", secret, path=f"/r/{room.code}")
    return browser


def send(browser: TestClient, room: Room, text: str = TYPED, **fields: str) -> Response:
    entry = {"key": uuid4().hex, "kind": "went_wrong", "text": text, **fields}
    return browser.post(f"/r/{room.code}/entries", data=entry)


def keeps(response: Response, text: str = TYPED) -> bool:
    """Whether the answer holds the text in a field."""
    fields = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", response.text, re.S)
    return any(html.unescape(field) == text for field in fields)


def drafts(database: Database, room: Room) -> list[str]:
    with database.reading() as db:
        return [draft.text for draft in own_drafts(db, room.seat(), 8)]


# --- codes, rooms, stages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["ZZZZZZZZ", "nonsense and more", "'; drop table", "…", "0O1IL", "a" * 300])
def test_a_wrong_code_is_said_beside_the_field_and_kept(client: TestClient, room: Room, code: str) -> None:
    answer = client.post("/join", data={"code": code})
    assert answer.status_code == 404
    assert "no retro with this code" in answer.text
    assert f'value="{html.escape(code[:16]).replace("&#x27;", "&#39;")}"' in answer.text


def test_no_code_at_all(client: TestClient, room: Room) -> None:
    answer = client.post("/join", data={"code": "  "})
    assert answer.status_code == 422


def test_a_wrong_code_in_the_address(client: TestClient, room: Room) -> None:
    answer = client.get("/r/ZZZZZZZZ")
    assert answer.status_code == 404
    assert "no retro with this code" in answer.text


def test_a_locked_room_takes_no_new_seat(new_browser: NewBrowser, database: Database, room: Room, cast: Cast) -> None:
    with database.transaction() as db:
        room_service.lock(db, cast.frieda.visitor, room.id)
    answer = new_browser().post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    assert answer.status_code == 403
    assert "locked the room" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_closed_retro_takes_nothing(
    new_browser: NewBrowser, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    phone = phone_of(new_browser, room, room.secret())
    for stage in (Stage.GROUP, Stage.DISCUSS) if len(topics_of(database, room)) < 2 else ():
        move(database, cast.frieda, room, stage, clock)
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, cast.frieda, room, stage, clock)
    late = new_browser().post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    assert late.status_code == 409
    assert "closed" in late.text
    written = send(phone, room)
    assert written.status_code in {403, 409}
    assert keeps(written)
    assert "closed" in phone.get(f"/r/{room.code}").text


def test_a_room_that_is_not_open_yet(
    new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock, app: FastAPI
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.PREPARE)
    answer = new_browser().post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    assert answer.status_code == 409
    assert "has not begun yet" in answer.text


def test_an_entry_after_the_reveal_is_not_taken_but_kept_in_the_page(
    phone: TestClient, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    move(database, cast.frieda, room, Stage.GROUP, clock)
    answer = send(phone, room)
    assert answer.status_code == 409
    assert "Writing is over" in answer.text
    assert keeps(answer)
    assert "Send it again" not in answer.text, "it would be refused again"


def test_a_step_that_leaves_a_stage_out(at_desk: AtDesk, room: Room, cast: Cast) -> None:
    answer = at_desk(cast.frieda).post(f"/desk/retros/{room.id}/stage", data={"stage": "vote"})
    assert answer.status_code == 409
    assert "one by one" in answer.text


def test_there_is_no_way_back_past_the_reveal(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    move(database, cast.frieda, room, Stage.GROUP, clock)
    answer = at_desk(cast.frieda).post(f"/desk/retros/{room.id}/stage", data={"stage": "write"})
    assert answer.status_code == 409
    assert "no way back to writing" in answer.text


# --- what is typed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least 3 characters"),
        ("   \n ", "at least 3 characters"),
        ("ab", "at least 3 characters"),
        ("a" * 281, "281 characters; 280 fit"),
        ("before\x07after", "control character"),
        ("before\u202eafter", "direction around"),
    ],
)
def test_a_text_that_cannot_be_taken(
    phone: TestClient, database: Database, room: Room, text: str, sentence: str
) -> None:
    answer = send(phone, room, text)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert keeps(answer, text)
    assert drafts(database, room) == []
    fragment = phone.post(
        f"/r/{room.code}/entries",
        data={"key": "k", "kind": "went_wrong", "text": text},
        headers={"HX-Request": "true"},
    )
    assert fragment.status_code == 422
    assert sentence in fragment.text
    assert "<html" not in fragment.text, "the page stays, and what is in its field with it"


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧‍👦 saved us 🎉", "הקבצים הגיעו מאוחר", "الملفات تأخرت", "e\u0301clair ffi", TYPED, "日本語の校正"]
)
def test_emoji_and_other_scripts_stay_as_they_are(
    phone: TestClient, database: Database, room: Room, text: str
) -> None:
    import unicodedata

    assert send(phone, room, text).status_code == 303
    assert drafts(database, room) == [unicodedata.normalize("NFC", text)]
    assert 'dir="auto"' in phone.get(f"/r/{room.code}").text


@pytest.mark.parametrize("department", ["", "nonsense", "5c67dc66-af41-40f2-ac10-5296a87abd56"])
def test_an_unknown_department(new_browser: NewBrowser, room: Room, department: str) -> None:
    answer = new_browser().post(f"/r/{room.code}/seat", data={"department": department})
    assert answer.status_code == 422
    assert "choose one from the list" in answer.text


def test_an_entry_about_a_department_that_takes_no_part(
    phone: TestClient, database: Database, room: Room, cast: Cast
) -> None:
    answer = send(phone, room, about=str(cast.departments["IT"]))
    assert answer.status_code == 422
    assert keeps(answer)
    assert drafts(database, room) == []


def test_sent_twice_it_is_one(phone: TestClient, database: Database, room: Room) -> None:
    assert [send(phone, room, key="the-same").status_code for _ in range(3)] == [303, 303, 303]
    assert drafts(database, room) == [TYPED]


def test_one_more_than_the_limit_is_kept_in_the_page(phone: TestClient, room: Room) -> None:
    for number in range(8):
        assert send(phone, room, f"Observation {number}").status_code == 303
    answer = send(phone, room)
    assert answer.status_code == 409
    assert "8 entries are the limit" in answer.text
    assert keeps(answer)


def test_a_stale_page_shows_both_texts(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    send_all = [room.seat_of(secret) for secret in room.all_secrets()]
    from tests.builders import write

    for seat in send_all:
        write(database, seat)
    move(database, cast.frieda, room, Stage.GROUP, clock)
    topic = topics_of(database, room)[0]
    url = f"/desk/retros/{room.id}/topics/{topic}/title"
    frieda, carla = at_desk(cast.frieda), at_desk(cast.carla)
    assert frieda.post(url, data={"title": "Late proofs", "version": "1"}).status_code == 303
    stale = carla.post(url, data={"title": TYPED, "version": "1"})
    assert stale.status_code == 412
    assert "Late proofs" in stale.text
    assert html.escape(TYPED, quote=False) in stale.text.replace("&#34;", '"')


def test_a_desk_form_that_has_no_page_of_its_own_is_shown_again(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    move(database, cast.frieda, room, Stage.GROUP, clock)
    url = f"/desk/retros/{room.id}/topics/{uuid4()}/notes"
    answer = at_desk(cast.frieda).post(url, data={"text": "a" * 4001, "version": "1"})
    assert answer.status_code == 422
    assert "4001 characters; 4000 fit" in answer.text
    assert keeps(answer, "a" * 4001)
    assert 'name="version" value="1"' in answer.text
    assert "Send it again" in answer.text


def test_a_password_is_never_sent_back(at_desk: AtDesk, cast: Cast, app: FastAPI, database: Database) -> None:
    with read_only(database):
        answer = at_desk(cast.edda).post(
            "/desk/settings/password", data={"present": "seven quiet lanterns at noon", "password": "a new long one"}
        )
    assert answer.status_code == 503
    assert "a new long one" not in answer.text
    assert "seven quiet" not in answer.text


def test_a_body_too_large(phone: TestClient, room: Room) -> None:
    answer = send(phone, room, "a" * 70_000)
    assert answer.status_code == 413
    assert "Please shorten it" in answer.text


@pytest.mark.parametrize("cookie", ["", "broken", "a" * 43, "ä" * 43, "x" * 4000, '"; Path=/', "../../etc"])
def test_a_broken_cookie_leads_to_the_door_and_keeps_the_text(
    new_browser: NewBrowser, room: Room, cookie: str
) -> None:
    header = {b"Cookie": f"seat={cookie}".encode()}
    browser = new_browser()
    page = browser.get(f"/r/{room.code}", headers=header)
    assert page.status_code == 200
    assert "Which department are you from?" in page.text
    answer = browser.post(f"/r/{room.code}/entries", data={"text": TYPED, "kind": "idea"}, headers=header)
    assert answer.status_code == 403
    assert "has no seat in this room" in answer.text
    assert keeps(answer)


# --- the database ------------------------------------------------------------------------------------------------


@contextmanager
def at_every_checkout(database: Database, pragma: str, afterwards: str) -> Iterator[None]:
    """Each connection is given this pragma before it is used, and the other one when all is over."""

    said = [pragma]
    event.listen(database.engine, "checkout", lambda connection, _record, _proxy: connection.execute(said[0]))
    try:
        yield
    finally:
        said[0] = afterwards


def read_only(database: Database):  # type: ignore[no-untyped-def]
    return at_every_checkout(database, "PRAGMA query_only=ON", "PRAGMA query_only=OFF")


@contextmanager
def full(database: Database) -> Iterator[None]:
    """Not one page more than there are, and none of them free."""
    with database.outside_transactions() as driver:
        driver.execute("CREATE TABLE filler (bytes BLOB)")
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
    with at_every_checkout(database, f"PRAGMA max_page_count={pages}", "PRAGMA max_page_count=1073741823"):
        yield


@contextmanager
def busy(database: Database) -> Iterator[None]:
    """Another program holds the file for writing."""
    # The same library as the app's: locks of two libraries in one process do not see each other.
    other = newest_sqlite().connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def refused(browser: TestClient, room: Room) -> Response:
    """The first answer to an entry that is no redirect: a full database still has some room in its pages."""
    for _ in range(7):
        answer = send(browser, room)
        if answer.status_code != 303:
            return answer
    raise AssertionError("everything was taken")


@pytest.mark.parametrize(
    ("trouble", "status", "sentence", "reason"),
    [
        (busy, 503, "busy right now", "StorageIsBusy"),
        (read_only, 503, "its database is read-only", "StorageIsReadOnly"),
        (full, 507, "its disk is full", "StorageIsFull"),
    ],
)
def test_a_database_in_trouble(
    phone: TestClient,
    database: Database,
    room: Room,
    trouble: Callable[[Database], object],
    status: int,
    sentence: str,
    reason: str,
) -> None:
    with capture_logs() as lines, trouble(database):  # type: ignore[attr-defined]
        answer = refused(phone, room)
        page = phone.get(f"/r/{room.code}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert keeps(answer)
    assert "Send it again" in answer.text
    assert page.status_code == 200, "reading goes on"
    told = [line for line in lines if line["event"] == "storage_trouble"]
    assert told
    assert {line["reason"] for line in told} == {reason}
    assert {line["log_level"] for line in told} == {"error"}
    assert TYPED not in repr(lines)
    assert room.code not in repr(lines)
    # And what the page offers to send again is taken once the trouble is over, as one entry.
    before = len(drafts(database, room))
    again = {"text": TYPED} | dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    for _ in range(2):
        assert phone.post(f"/r/{room.code}/entries", data=again).status_code == 303
    assert len(drafts(database, room)) == before + 1


def test_the_facilitator_sees_the_board_of_a_read_only_database(
    at_desk: AtDesk, database: Database, room: Room, cast: Cast
) -> None:
    frieda = at_desk(cast.frieda)
    with read_only(database):
        assert frieda.get(f"/desk/retros/{room.id}").status_code == 200
        assert frieda.get(f"/desk/retros/{room.id}/changes").status_code == 200
        answer = frieda.post(f"/desk/retros/{room.id}/stage", data={"stage": "group"})
    assert answer.status_code == 503
    assert room.view().stage is Stage.WRITE

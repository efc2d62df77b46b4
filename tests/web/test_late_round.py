""" "One more thing" over HTTP: the door, the desk, the phones with and without htmx, and the room without a seat."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.core.db import Database
from app.retros.rules.names import Stage, WayIn
from app.retros.service import tickets as tickets_service
from tests import builders
from tests.builders import Room, a_retro
from tests.cast import Cast
from tests.conftest import SetClock

Browser = Callable[[], TestClient]
SEATS = {"Editorial": 3, "Production": 3, "Marketing": 3}
FIRST = builders.SENTENCES[0]


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock, client: TestClient) -> Room:
    """Revealed, groups of three, all labels kept."""
    return a_retro(house, cast, clock, Stage.GROUP, seats=SEATS, k=3)


@pytest.fixture
def desk(at_desk: Callable[[object], TestClient], cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def come(browser: TestClient, room: Room, department: str = "Editorial") -> TestClient:
    answer = browser.post(f"/r/{room.code}/seat", data={"department": str(room.cast.departments[department])})
    assert answer.status_code == 303, answer.text
    return browser


def phone_of(new_browser: Browser, room: Room, department: str = "Editorial") -> TestClient:
    browser = new_browser()
    browser.cookies.set("seat", room.secret(department), path=f"/r/{room.code}")
    return browser


def act(desk: TestClient, room: Room, what: str = "", status: int = 303, **fields: object) -> str:
    answer = desk.post(f"/desk/retros/{room.id}/late-round{what}", data=fields)
    assert answer.status_code == status, answer.text
    return answer.text


def look(browser: TestClient, room: Room) -> str:
    return browser.get(f"/r/{room.code}", follow_redirects=True).text


def add(phone: TestClient, room: Room, text: str, kind: str = "went_wrong") -> None:
    sent = phone.post(f"/r/{room.code}/entries", data={"key": uuid4().hex, "kind": kind, "text": text})
    assert sent.status_code == 303, sent.text


def test_who_comes_after_the_reveal_reads_at_the_door_and_is_let_in_as_it_starts(
    desk: TestClient, new_browser: Browser, room: Room
) -> None:
    late = new_browser()
    assert "Everything has been revealed" in look(late, room)
    come(late, room)
    page = look(late, room)
    assert "You are waiting to join" in page
    assert FIRST in page
    assert "Withdraw (only if it is yours)" not in page, "there is nothing to press"
    act(desk, room)
    page = look(late, room)
    assert "If few add something, people may guess" in page
    assert "what you are still typing is not shown" in page


def test_after_it_one_reads_without_a_seat_and_without_a_cookie(
    desk: TestClient, new_browser: Browser, room: Room
) -> None:
    act(desk, room)
    stranger = new_browser()
    page = look(stranger, room)
    assert "You read along and speak" in words(page)
    assert "One more thing" in page
    assert 'id="composer-form"' not in page
    news = stranger.get(f"/r/{room.code}/changes", params={"since": 0})
    assert news.status_code == 200
    assert FIRST in news.text
    assert "Withdraw (only if it is yours)" not in news.text
    late = stranger.post(f"/r/{room.code}/seat", data={"department": str(room.cast.editorial)})
    assert late.status_code == 409
    assert not list(stranger.cookies.jar), "reading leaves nothing in the browser"
    assert (
        stranger.post(f"/r/{room.code}/entries", data={"key": "k", "kind": "idea", "text": "abc"}).status_code == 403
    )


def test_before_it_a_browser_that_does_not_wait_sees_nothing(new_browser: Browser, room: Room) -> None:
    stranger = new_browser()
    assert stranger.get(f"/r/{room.code}/changes").status_code == 404
    assert stranger.get(f"/r/{room.code}/stream").status_code == 404
    assert stranger.get(f"/r/{room.code}/reading").headers["location"] == f"/r/{room.code}"
    assert FIRST not in look(stranger, room)


def test_the_desk_is_the_same_whether_somebody_waits_or_not(
    desk: TestClient, new_browser: Browser, room: Room
) -> None:
    def pages() -> list[str]:
        where = f"/desk/retros/{room.id}"
        return [desk.get(where + path).text for path in ("", "/mine", "/changes", "/late-round", "/screen")]

    before = pages()
    for _ in range(3):
        come(new_browser(), room)
    assert pages() == before


def test_the_desk_asks_before_it_starts_and_offers_to_skip(desk: TestClient, room: Room) -> None:
    where = f"/desk/retros/{room.id}"
    board = desk.get(where).text
    assert "One more thing, then vote" in board
    assert "Skip and vote" in board
    assert "Start the vote" not in board
    asked = desk.get(f"{where}/late-round").text
    assert "Start: 90 seconds on every phone" in asked
    act(desk, room)
    assert desk.get(f"{where}/late-round").status_code == 409
    board = desk.get(where).text
    assert "End it now" in board
    assert 'id="late-clock"' in board
    act(desk, room, "/extensions", seconds="30")
    act(desk, room, "/extensions", 422, seconds="7")
    act(desk, room, "/end")
    board = desk.get(where).text
    assert "Start the vote" in board
    assert 'id="late-clock"' not in board


def test_who_runs_it_starts_and_ends_it_and_nobody_else(
    at_desk: Callable[[object], TestClient], room: Room, cast: Cast
) -> None:
    helper, member = at_desk(cast.carla), at_desk(cast.mia)
    for what in ("", "/end"):
        act(member, room, what, 403)
    assert member.get(f"/desk/retros/{room.id}/late-round").status_code == 403
    assert "Start: 90 seconds" in helper.get(f"/desk/retros/{room.id}/late-round").text
    for what, fields in (("", {}), ("/extensions", {"seconds": "30"}), ("/end", {})):
        act(helper, room, what, **fields)


def test_skipping_lets_in_and_votes_in_one_press(desk: TestClient, new_browser: Browser, room: Room) -> None:
    late = come(new_browser(), room)
    answer = desk.post(f"/desk/retros/{room.id}/stage", data={"stage": "vote", "late_round": "skip"})
    assert answer.status_code == 303
    assert "Vote in secret" in look(late, room)
    assert "dots" in look(late, room)


def test_a_phone_adds_changes_and_deletes_without_scripts(desk: TestClient, new_browser: Browser, room: Room) -> None:
    act(desk, room)
    phone, address = phone_of(new_browser, room), f"/r/{room.code}"
    assert 'name="dimension"' not in look(phone, room), "a short form"
    add(phone, room, "The index was forgotten")
    page = look(phone, room)
    assert "The index was forgotten" in page
    assert "1 of 3" in words(page)
    slot = re.search(r'data-slot="(\d+)"', page)
    assert slot
    assert "Save the change" in phone.post(f"{address}/editing", data={"slot": slot[1]}).text
    again = {"key": uuid4().hex, "kind": "idea", "text": "The index was nearly forgotten", "slot": slot[1]}
    assert phone.post(f"{address}/entries", data=again).status_code == 303
    add(phone, room, "Not meant to stay")
    gone = re.findall(r'data-slot="(\d+)"', look(phone, room))[1]
    assert phone.post(f"{address}/entries/removal", data={"slot": gone}).status_code == 303
    board = f"/desk/retros/{room.id}"
    assert "nearly forgotten" not in desk.get(board).text, "sealed until the end"
    act(desk, room, "/end")
    for page in (
        desk.get(board).text,
        desk.get(f"{board}/screen").text,
        look(phone, room),
        look(new_browser(), room),
    ):
        assert "The index was nearly forgotten" in page
        assert "Not meant to stay" not in page
        assert "added later, in no topic yet" in page
    late = phone.post(
        f"{address}/entries",
        data={"key": uuid4().hex, "kind": "idea", "text": "Too late for this"},
        headers={"HX-Request": "true"},
    )
    assert late.status_code == 409
    assert "nobody sees it" in late.text


def test_what_was_added_is_placed_before_the_vote(desk: TestClient, new_browser: Browser, room: Room) -> None:
    act(desk, room)
    phone = phone_of(new_browser, room)
    add(phone, room, FIRST)
    add(phone, room, "Zebras graze at noon")
    act(desk, room, "/end")
    board = f"/desk/retros/{room.id}"
    vote = desk.post(f"{board}/stage", data={"stage": "vote"})
    assert vote.status_code == 409
    assert "in no topic yet" in vote.text
    page = desk.get(board).text
    assert "Place all as suggested" in page
    assert "Put into “" in words(page)
    assert "A topic of its own" in page
    assert "One more thing" not in desk.get(f"{board}/voted-topics").text
    assert desk.post(f"{board}/late-places").status_code == 303
    assert "in no topic yet" not in desk.get(board).text
    assert desk.post(f"{board}/stage", data={"stage": "vote"}).status_code == 303


def test_who_has_no_vote_is_told_before_anything_else_and_has_no_ballot(
    house: Database, cast: Cast, clock: SetClock, desk: TestClient, new_browser: Browser, client: TestClient
) -> None:
    ids = tuple(cast.departments[name] for name in (*SEATS, "IT"))
    project = builders.a_project(house, cast, clock, (*SEATS, "IT"))
    room = a_retro(house, cast, clock, Stage.GROUP, seats=SEATS, k=3, project_id=project, department_ids=ids)
    late = new_browser()
    entrance = words(look(late, room))
    assert entrance.index("Who comes from IT has no vote") < entrance.index("No account, no name")
    come(late, room, "IT")
    assert "Who comes from IT reads, adds and speaks, and has no vote" in look(late, room)
    desk.post(f"/desk/retros/{room.id}/stage", data={"stage": "vote", "late_round": "skip"})
    page = look(late, room)
    assert "You have no vote here" in page
    assert "/stances" not in page
    topic = builders.topics_of(house, room)[0]
    for what, fields in (("stances", {"stance": "agree"}), ("dots", {})):
        refused = late.post(f"/r/{room.code}/{what}", data={"topic": str(topic), **fields})
        assert refused.status_code == 403
        assert "no vote" in refused.text


class TestTickets:
    @pytest.fixture
    def room(self, house: Database, cast: Cast, clock: SetClock, client: TestClient) -> Room:
        return a_retro(house, cast, clock, Stage.CHECK_IN, seats={}, k=3, way_in=WayIn.TICKET)

    @pytest.fixture
    def tickets(self, house: Database, cast: Cast, clock: SetClock, room: Room, new_browser: Browser) -> list[str]:
        """Revealed, with nine people in; these tickets were not used: Editorial's and Production's."""
        departments = [cast.departments[name] for name in ("Editorial", "Production", "Marketing")]
        with house.transaction() as db:
            wanted = dict.fromkeys(departments, 4)
            deck = tickets_service.issue_tickets(db, cast.frieda.visitor, room.id, wanted, Random(1))
        left: dict[object, str] = {}
        for ticket in deck:
            if ticket.department_id not in left:
                left[ticket.department_id] = ticket.code
                continue
            answer = new_browser().post(f"/r/{room.code}/ticket", data={"ticket": ticket.code})
            assert answer.status_code == 303
        for stage in (Stage.WRITE, Stage.GROUP):
            builders.move(house, cast.frieda, room, stage, clock)
        return [left[one] for one in departments[:2]]

    def test_a_ticket_waits_at_the_door_and_is_let_in(
        self, desk: TestClient, new_browser: Browser, room: Room, tickets: list[str]
    ) -> None:
        late = new_browser()
        assert "Wait to be let in" in look(late, room)
        assert late.post(f"/r/{room.code}/ticket", data={"ticket": tickets[0]}).status_code == 303
        assert "You are waiting to join" in look(late, room)
        act(desk, room)
        assert 'id="composer-form"' in look(late, room)

    def test_after_it_a_ticket_that_was_not_used_opens_the_room_for_reading_and_stays_unused(
        self, desk: TestClient, new_browser: Browser, room: Room, tickets: list[str]
    ) -> None:
        act(desk, room)
        assert "Read along" in look(new_browser(), room)
        marks = []
        for _ in range(2):
            late = new_browser()
            assert late.get(f"/r/{room.code}/changes").status_code == 404
            assert late.post(f"/r/{room.code}/ticket", data={"ticket": tickets[1]}).status_code == 303
            assert "You read along and speak" in words(look(late, room))
            assert late.get(f"/r/{room.code}/changes").status_code == 200
            marks.append([(cookie.name, cookie.value) for cookie in late.cookies.jar])
        assert marks[0] == marks[1], "the same for all who read: it tells nobody apart"
        wrong = new_browser().post(f"/r/{room.code}/ticket", data={"ticket": "ZZZZ-ZZZZ-ZZZZ"})
        assert wrong.status_code == 403
        forged = new_browser()
        forged.cookies.set("reading", "0" * 64, path=f"/r/{room.code}")
        assert forged.get(f"/r/{room.code}/changes").status_code == 404

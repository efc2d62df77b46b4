"""A whole retro through HTTP: a facilitator, six phones in two departments; what each is answered, stage by stage."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.anonymity.rules.tags import new_seat_secret
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, topics_of
from tests.cast import Cast

Browser = Callable[[], TestClient]


@dataclass
class Phone:
    """A browser with a seat."""

    browser: TestClient
    room: str

    def page(self) -> str:
        answer = self.browser.get(self.room)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, what: str, expect: int = 303, **fields: object) -> str:
        answer = self.browser.post(f"{self.room}/{what}", data=fields)
        assert answer.status_code == expect, (what, answer.status_code, answer.text[:500])
        return answer.text

    def send(self, text: str, expect: int = 303, kind: str = "went_wrong", **more: object) -> str:
        return self.post("entries", expect, key=uuid4().hex, kind=kind, text=text, **more)


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock, client: TestClient) -> Room:
    """A prepared retro; groups of three are shown by name."""
    return a_retro(house, cast, clock, Stage.PREPARE, k=3)


@pytest.fixture
def desk(at_desk: Callable[[object], TestClient], cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


def go_to(desk: TestClient, room: Room, stage: str) -> None:
    skipping = {"late_round": "skip"} if stage == "vote" else {}
    answer = desk.post(f"/desk/retros/{room.id}/stage", data={"stage": stage, **skipping})
    assert answer.status_code == 303, answer.text


def take_seats(new_browser: Browser, room: Room, cast: Cast, **departments: int) -> list[Phone]:
    phones = []
    for name, count in departments.items():
        for _ in range(count):
            browser = new_browser()
            answer = browser.post("/join", data={"code": f"{room.code[:4]}-{room.code[4:]}".lower()})
            assert answer.headers["location"] == f"/r/{room.code}"
            answer = browser.post(f"/r/{room.code}/seat", data={"department": str(cast.departments[name])})
            assert answer.status_code == 303, answer.text
            phones.append(Phone(browser, f"/r/{room.code}"))
    return phones


def test_a_whole_retro(desk: TestClient, new_browser: Browser, room: Room, cast: Cast, house: Database) -> None:
    board, screen = f"/desk/retros/{room.id}", f"/desk/retros/{room.id}/screen"
    assert "Open the room" in desk.get(board).text
    go_to(desk, room, "check_in")
    phones = take_seats(new_browser, room, cast, Editorial=3, Production=3)
    assert "What anonymous means here" in new_browser().get(f"/r/{room.code}").text
    assert "How freely can you say the truth" in phones[0].page()
    for phone in phones:
        phone.post("answers", question="safety", value="4")
        phone.post("ready", ready="yes")
    for page in (desk.get(board).text, desk.get(screen).text, phones[0].page()):
        assert "<strong>Nearly all</strong> are ready" in page
        assert not re.search(r"6</strong> of <span class=\"number\">6</span> ready", page), (
            "a number would count presses"
        )

    go_to(desk, room, "write")
    for number, phone in enumerate(phones):
        phone.send(f"The files of number {number} came late", about=str(cast.editorial), dimension="quality")
        phone.send(f"A shared calendar, says number {number}", kind="idea")
    assert "The files of number 0 came late" in phones[0].page()
    for other in (phones[1].page(), desk.get(board).text, desk.get(screen).text):
        assert "The files of number 0" not in other, "before the reveal nobody else sees it"

    go_to(desk, room, "group")
    for page in (phones[1].page(), desk.get(board).text, desk.get(screen).text):
        assert "The files of number 0 came late" in page
    topics = topics_of(house, room)

    go_to(desk, room, "vote")
    for phone in phones:
        for topic in topics:
            phone.post("stances", topic=topic, stance="agree")
        phone.post("dots", topic=topics[0])
    assert 'aria-pressed="true"' in phones[0].page()

    go_to(desk, room, "discuss")
    assert "Order of discussion" in desk.get(board).text
    assert desk.post(f"{board}/spotlight", data={"topic": str(topics[0])}).status_code == 303
    notes = {"text": "We try a calendar", "version": "1"}
    assert desk.post(f"{board}/topics/{topics[0]}/notes", data=notes).status_code == 303
    for page in (phones[0].page(), desk.get(screen).text):
        assert "We try a calendar" in page

    go_to(desk, room, "wrap_up")
    for phone in phones:
        phone.post("answers", question="roti", value="3")
    phones[0].post("thanks", text="Thanks to the night shift")
    assert "night shift" not in phones[1].page()
    go_to(desk, room, "closed")
    assert "night shift" in desk.get(screen).text
    assert "This retro is closed" in phones[0].page(), "the seats are gone"


def test_a_seat_is_one_browser(desk: TestClient, new_browser: Browser, room: Room, cast: Cast) -> None:
    go_to(desk, room, "check_in")
    browser = new_browser()
    answer = browser.post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    cookie = answer.headers["set-cookie"]
    assert f"Path=/r/{room.code}" in cookie
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    again = browser.post(f"/r/{room.code}/seat", data={"department": str(cast.production)})
    assert again.status_code == 303
    assert again.headers["set-cookie"].split(";")[0] == cookie.split(";")[0], "the same seat, for as long again"
    page = browser.get(f"/r/{room.code}").text
    assert "1</strong> seated" in page
    assert "Production" in page


def test_codes_are_forgiving_and_wrong_ones_get_a_sentence(client: TestClient, room: Room) -> None:
    shown = f"{room.code[:4]}-{room.code[4:]}".lower()
    assert client.get(f"/r/{shown}").headers["location"] == f"/r/{room.code}"
    wrong = client.post("/join", data={"code": "0000-0000"})
    assert wrong.status_code == 404
    assert "no retro with this code" in wrong.text
    assert "0000-0000" in wrong.text, "what was typed is kept"
    assert client.get("/r/00000000").status_code == 404
    assert "eight characters" in client.post("/join", data={"code": ""}).text


def test_guessing_codes_is_slowed_down(
    client: TestClient, new_browser: Browser, room: Room, cast: Cast, desk: TestClient
) -> None:
    go_to(desk, room, "check_in")
    (phone,) = take_seats(new_browser, room, cast, Editorial=1)
    for _ in range(70):
        assert client.get(f"/r/{room.code}").status_code == 200, "a right code is no guess"
    answers = [client.get(f"/r/{number:08d}").status_code for number in range(62)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.get(f"/r/{room.code}").status_code == 429, "a right guess after them is refused like them"
    assert client.post("/join", data={"code": room.code}).status_code == 429
    planted = {"Cookie": f"seat={new_seat_secret()}"}
    assert client.get(f"/r/{room.code}", headers=planted).status_code == 429, "a made-up seat opens nothing"
    assert client.get(f"/r/{room.code}/mine", headers=planted).status_code == 429
    assert "room-seat" in phone.page(), "who has a seat guesses nothing"


def test_without_a_seat_a_known_code_is_answered_like_an_unknown_one(client: TestClient, room: Room) -> None:
    told = {"Cookie": f"seat={new_seat_secret()}"}
    for path in ("ready", "answers", "draft", "entries", "thanks", "withdrawals"):
        known, unknown = (client.post(f"/r/{code}/{path}", headers=told) for code in (room.code, "00000000"))
        assert (known.status_code, "no seat in this room" in known.text) == (403, True)
        assert (unknown.status_code, "no seat in this room" in unknown.text) == (403, True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "at least 3"), ("ab", "at least 3"), ("x" * 281, "280"), ("a\x00b bell", "character")],
)
def test_what_cannot_be_sent_is_kept(
    desk: TestClient, new_browser: Browser, room: Room, cast: Cast, text: str, sentence: str
) -> None:
    go_to(desk, room, "check_in")
    (phone,) = take_seats(new_browser, room, cast, Editorial=1)
    go_to(desk, room, "write")
    page = phone.send(text, expect=422)
    assert sentence in page
    assert "field-error" in page
    if len(text) > 3:
        assert text.replace("\x00", "") in page.replace("\x00", "")


def test_the_same_key_twice_is_one_entry(desk: TestClient, new_browser: Browser, room: Room, cast: Cast) -> None:
    go_to(desk, room, "check_in")
    (phone,) = take_seats(new_browser, room, cast, Editorial=1)
    go_to(desk, room, "write")
    for _ in range(2):
        phone.post("entries", key="the-same-key", kind="idea", text="Sent again after the tunnel")
    assert phone.page().count("Sent again after the tunnel</p>") == 1


def test_edit_and_delete(desk: TestClient, new_browser: Browser, room: Room, cast: Cast) -> None:
    go_to(desk, room, "check_in")
    (phone,) = take_seats(new_browser, room, cast, Editorial=1)
    go_to(desk, room, "write")
    phone.send("First wording of it")
    page = phone.post("editing", expect=200, slot="1")
    assert re.search(r"<textarea[^>]*>\s*First wording of it", page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    phone.post("entries", key=key[1], slot="1", kind="went_wrong", text="Second wording of it")
    assert "First wording" not in phone.page()
    phone.post("entries/removal", slot="1")
    assert "Second wording" not in phone.page()


def test_what_is_being_typed_survives_a_reload(
    desk: TestClient, new_browser: Browser, room: Room, cast: Cast
) -> None:
    go_to(desk, room, "check_in")
    phone, other = take_seats(new_browser, room, cast, Editorial=2)
    go_to(desk, room, "write")
    advice = phone.post("draft", expect=200, key="k1", kind="idea", text="Half a thought, @anna")
    assert "gentle" in advice, "a handle is noticed, gently"
    assert re.search(r"<textarea[^>]*>\s*Half a thought, @anna", phone.page())
    assert "Half a thought" not in other.page()
    go_to(desk, room, "group")
    assert "Half a thought" not in other.page(), "what was not sent is never revealed"


def test_posts_without_a_seat_are_refused_with_a_sentence(desk: TestClient, new_browser: Browser, room: Room) -> None:
    go_to(desk, room, "check_in")
    stranger = new_browser()
    for what in (
        "ready",
        "answers",
        "entries",
        "draft",
        "stances",
        "dots",
        "ratings",
        "releases",
        "withdrawals",
    ):
        answer = stranger.post(f"/r/{room.code}/{what}", data={})
        assert answer.status_code == 403, what
        assert "no seat in this room" in answer.text
    broken = new_browser()
    broken.cookies.set("seat", "no secret at all")
    assert "Which department are you from?" in broken.get(f"/r/{room.code}").text


def test_a_locked_room_and_a_wrong_stage(desk: TestClient, new_browser: Browser, room: Room, cast: Cast) -> None:
    go_to(desk, room, "check_in")
    (phone,) = take_seats(new_browser, room, cast, Editorial=1)
    phone.send("Too early, but polite", expect=409)
    desk.post(f"/desk/retros/{room.id}/lock", data={"locked": "yes"})
    assert "The room is locked" in new_browser().get(f"/r/{room.code}").text
    answer = new_browser().post(f"/r/{room.code}/seat", data={"department": str(cast.editorial)})
    assert answer.status_code == 403
    assert room.code[:4] not in desk.get(f"/desk/retros/{room.id}/screen").text.split('id="code"')[1][:900]


def test_strangers_see_no_board(
    at_desk: Callable[[object], TestClient], client: TestClient, room: Room, cast: Cast
) -> None:
    for path in ("", "/screen", "/mine", "/changes", "/stream"):
        assert at_desk(cast.sven).get(f"/desk/retros/{room.id}{path}").status_code == 404, path
        assert client.get(f"/desk/retros/{room.id}{path}").status_code == 303, path


def test_a_topic_is_named_merged_and_split_without_javascript(
    desk: TestClient, house: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(house, cast, clock, Stage.GROUP, entries=2)
    board, topics = f"/desk/retros/{room.id}", topics_of(house, room)
    page = desk.get(f"{board}/topics/{topics[0]}/edit")
    assert page.status_code == 200
    assert "Merge it into" in page.text
    fragment = desk.get(f"{board}/topics/{topics[0]}/edit", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "Rename" in fragment


def test_an_entry_is_hidden_with_a_reason_and_shown_again(
    desk: TestClient, house: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(house, cast, clock, Stage.GROUP)
    board = f"/desk/retros/{room.id}"
    entry = re.search(r'data-entry="([^"]+)"', desk.get(board).text)
    assert entry is not None
    assert desk.post(f"{board}/hidden-entries", data={"entry": entry[1], "reason": "insults"}).status_code == 303
    assert "Hidden by the facilitator: it insults" in desk.get(board).text
    again = desk.post(f"{board}/hidden-entries/removal", data={"entry": entry[1]})
    assert again.status_code == 303, again.text
    assert "Hidden by the facilitator: it insults" not in desk.get(board).text


def test_fewer_than_k_release_their_own(desk: TestClient, new_browser: Browser, room: Room, cast: Cast) -> None:
    go_to(desk, room, "check_in")
    phone, other = take_seats(new_browser, room, cast, Editorial=1, Production=1)
    assert "Waiting for people: 2 of at least 3." in phone.page()
    go_to(desk, room, "write")
    phone.send("Mine, and I stand by it")
    other.send("Mine, but not for all")
    go_to(desk, room, "group")
    assert "nothing was revealed" in phone.page()
    phone.post("releases")
    go_to(desk, room, "group")
    assert "I stand by it" in other.page()
    assert "not for all" not in phone.page()


def test_the_desk_says_what_to_do_next(at_desk: Callable[[object], TestClient], cast: Cast, room: Room) -> None:
    assert "Prepared" in at_desk(cast.frieda).get("/desk").text
    assert "Prepare a retro" not in at_desk(cast.paul).get("/desk").text


def test_the_topics_for_the_vote_are_chosen(desk: TestClient, house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, Stage.GROUP, entries=2)
    board, topics = f"/desk/retros/{room.id}", topics_of(house, room)
    assert "Choose up to 12" in desk.get(f"{board}/voted-topics").text
    assert desk.post(f"{board}/voted-topics", data={"topic": [str(topics[1])]}).status_code == 303
    go_to(desk, room, "vote")
    screen = desk.get(f"{board}/screen").text
    assert screen.split('class="ballot-list"')[1].split("</ol>")[0].count("<li") == 1


def test_the_page_of_a_low_safety_check(desk: TestClient, new_browser: Browser, room: Room, cast: Cast) -> None:
    """The facilitator is asked to choose, under a cover; the room's screen says nothing of it."""
    go_to(desk, room, "check_in")
    for phone in take_seats(new_browser, room, cast, Editorial=3):
        phone.post("answers", question="safety", value="1")
    desk.post(f"/desk/retros/{room.id}/questions/safety/end")
    board = desk.get(f"/desk/retros/{room.id}").text
    covered = board.split('id="safety-result">')[1].split("</details>")[0]
    assert "several people do not feel free" in covered
    assert "Leads leave the room" in covered
    assert "several people do not feel free" not in board.replace(covered, "")
    screen = desk.get(f"/desk/retros/{room.id}/screen").text
    assert "freely" not in screen
    refused = desk.post(f"/desk/retros/{room.id}/stage", data={"stage": "write"})
    assert refused.status_code == 409
    assert desk.post(f"/desk/retros/{room.id}/safety", data={"choice": "go_on"}).status_code == 303
    go_to(desk, room, "write")


def test_ratings_are_kept_and_only_shown_to_their_own(
    desk: TestClient, new_browser: Browser, room: Room, cast: Cast
) -> None:
    go_to(desk, room, "check_in")
    phone, other = take_seats(new_browser, room, cast, Editorial=2)
    go_to(desk, room, "write")
    phone.post("ratings", provider=cast.production, dimension="quality", rating="4")
    assert re.search(r'value="4"[^>]*aria-pressed="true"|aria-pressed="true"[^>]*>4<', phone.page())
    assert 'aria-pressed="true">4<' not in other.page()
    phone.post("ratings", 422, provider=cast.production, dimension="beauty", rating="4")


def test_the_question_for_three_more_minutes(
    desk: TestClient, new_browser: Browser, house: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(house, cast, clock, Stage.DISCUSS, k=3)
    board, topics = f"/desk/retros/{room.id}", topics_of(house, room)
    desk.post(f"{board}/spotlight", data={"topic": str(topics[0])})
    desk.post(f"{board}/questions/more-time")
    for secret in room.all_secrets()[:4]:
        browser = new_browser()
        browser.cookies.set("seat", secret, path=f"/r/{room.code}")
        phone = Phone(browser, f"/r/{room.code}")
        question = re.search(r'name="question" value="(more:[^"]+)"', phone.page())
        assert question is not None
        phone.post("answers", question=question[1], value="yes")
        assert "You said yes" in phone.page()
    assert "Three more minutes?" not in desk.get(f"{board}/screen").text, "no result while it is open"
    desk.post(f"{board}/questions/more-time/end")
    screen = desk.get(f"{board}/screen").text
    assert "Three more minutes?" in screen
    assert "Nearly all say yes" in screen, "four of four: in so small a group nobody is told that it was everybody"

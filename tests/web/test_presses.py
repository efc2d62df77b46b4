"""A second press of one button: whatever the page offers to move or end something, the same form sent again moves
nothing and says so calmly; a form that stood somewhere else moves nothing either."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import STAGES, LateRound, Stage
from app.retros.rules.presses import ALREADY
from app.retros.rules.questions import SAFETY
from app.retros.service import questions, timebox
from tests import builders
from tests.builders import Room, a_retro, move, topics_of
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HTMX = {"HX-Request": "true"}
Form = tuple[str, dict[str, str]]


class Forms(HTMLParser):
    """The posting forms of a page whose button moves or ends something, by the words on it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, Form] = {}
        self._form: Form | None = None
        self._words: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._form = (said.get("action") or "", {}) if said.get("method") == "post" else None
        if tag == "input" and self._form is not None and said.get("type") == "hidden":
            self._form[1][said["name"] or ""] = said.get("value") or ""
        if tag == "button" and self._form is not None and "data-steps" in said:
            self._words = []

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._words is not None and self._form is not None:
            self.found[" ".join(filter(None, self._words))] = self._form
            self._words = None
        if tag == "form":
            self._form = None


@pytest.fixture
def desk(app: FastAPI, at_desk: AtDesk, cast: Cast) -> TestClient:
    return at_desk(cast.frieda)


def board(desk: TestClient, room: Room) -> Forms:
    return Forms(desk.get(f"/desk/retros/{room.id}").text)


def asked(desk: TestClient, room: Room, to: Stage) -> Form:
    """The form of the confirmation."""
    page = desk.get(f"/desk/retros/{room.id}/next", params={"to": to}).text
    return next(iter(Forms(page).found.values()))


def state(room: Room) -> tuple[object, ...]:
    view = room.view()
    return (
        view.stage,
        view.offered_longer,
        view.awaiting_release,
        view.late_round,
        view.spotlight_topic_id,
        view.spotlight_ends_at,
        view.more_time_round,
        view.version,
    )


def press_twice(desk: TestClient, room: Room, form: Form, said: str, **typed: str) -> None:
    """Without JavaScript, and as htmx sends it: the second press changes nothing, and is told so, not refused."""
    action, fields = form
    before = state(room)
    first = desk.post(action, data={**fields, **typed})
    assert first.status_code == 303, first.text
    after = state(room)
    assert after != before
    again = desk.post(action, data={**fields, **typed}, headers=HTMX)
    assert again.status_code == 200
    assert ALREADY[said] in again.text
    assert 'role="status"' in again.text, "it is said calmly, and is no error"
    plain = desk.post(action, data={**fields, **typed})
    assert plain.status_code == 303
    assert ALREADY[said] in desk.get(plain.headers["location"]).text
    assert state(room) == after, "the second press moved something"


def test_every_move_of_a_retro_names_the_stage_it_leaves(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    """On every page that a stage has, and in every confirmation."""
    seen = set()
    for stage in STAGES[:-1]:
        room = a_retro(database, cast, clock, stage, k=3)
        forms = list(board(desk, room).found.values())
        forms += [asked(desk, room, to) for to in STAGES if desk.get(
            f"/desk/retros/{room.id}/next", params={"to": to}).status_code == 200]  # fmt: skip
        for action, fields in forms:
            if action.endswith("/stage"):
                assert fields["leaving"] == stage
                seen.add((stage, fields["stage"]))
    ways = {(STAGES[n], STAGES[n + 1]) for n in range(len(STAGES) - 1)}
    assert ways <= seen, "a way on is missing from the pages that were looked at"


@pytest.mark.parametrize(
    ("stage", "to"),
    [
        (Stage.PREPARE, Stage.CHECK_IN), (Stage.CHECK_IN, Stage.WRITE), (Stage.WRITE, Stage.GROUP),
        (Stage.GROUP, Stage.VOTE), (Stage.VOTE, Stage.DISCUSS), (Stage.VOTE, Stage.GROUP),
        (Stage.DISCUSS, Stage.WRAP_UP), (Stage.WRAP_UP, Stage.DISCUSS), (Stage.WRAP_UP, Stage.CLOSED),
    ],
)  # fmt: skip
def test_a_second_press_takes_no_second_step(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock, stage: Stage, to: Stage
) -> None:
    room = a_retro(database, cast, clock, stage, k=3)
    found = [form for form in board(desk, room).found.values() if form[1].get("stage") == to]
    form = found[0] if found else asked(desk, room, to)
    typed = {"hands_unknown": "on"} if to is Stage.WRITE else {}
    press_twice(desk, room, form, "moved", **typed)
    assert room.view().stage is to


def test_a_second_press_of_the_reveal_destroys_nothing_that_people_may_still_release(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    """With fewer than k people the first press asks them; it is another button that goes on without them."""
    room = a_retro(database, cast, clock, Stage.WRITE, seats={"Editorial": 2}, k=3)
    builders.write(database, room.seat("Editorial"))
    press_twice(desk, room, asked(desk, room, Stage.GROUP), "moved")
    assert room.view().stage is Stage.WRITE
    assert room.view().awaiting_release
    page = desk.get(f"/desk/retros/{room.id}/next", params={"to": "group"}).text
    assert "Only what each person released appears." in page
    press_twice(desk, room, asked(desk, room, Stage.GROUP), "moved")
    assert room.view().stage is Stage.GROUP


def test_a_press_that_moves_nothing_ends_no_safety_check(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    before = state(room)
    answer = desk.post(f"/desk/retros/{room.id}/stage", data={"stage": "write", "leaving": "prepare"})
    assert answer.headers["location"].endswith("?already=moved")
    assert state(room) == before
    assert "End the safety check" in desk.get(f"/desk/retros/{room.id}").text


def test_one_more_thing_begins_once_ends_once_and_is_skipped_once(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.GROUP, k=3)
    start = next(iter(Forms(desk.get(f"/desk/retros/{room.id}/late-round").text).found.values()))
    press_twice(desk, room, start, "round-begun")
    press_twice(desk, room, board(desk, room).found["End it now"], "round-over")
    assert room.view().late_round is LateRound.HELD
    assert room.view().stage is Stage.GROUP
    other = a_retro(database, cast, clock, Stage.GROUP, k=3)
    press_twice(desk, other, board(desk, other).found["Skip and vote"], "moved")
    assert other.view().stage is Stage.VOTE


@pytest.fixture
def talking(desk: TestClient, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, Stage.DISCUSS, k=3, seats={"Editorial": 3, "Production": 3}, entries=3)


def rows(desk: TestClient, room: Room) -> list[Form]:
    return [form for words, form in board(desk, room).found.items() if words.startswith("Spotlight")]


def test_the_light_moves_once_and_its_time_goes_on(
    desk: TestClient, database: Database, talking: Room, clock: SetClock
) -> None:
    first, second = rows(desk, talking)[:2]
    press_twice(desk, talking, first, "lit")
    lit = talking.view().spotlight_topic_id
    clock.advance(timedelta(seconds=60))
    stale = desk.post(second[0], data=second[1], headers=HTMX)
    assert ALREADY["lit"] in stale.text, "it was drawn while nothing was in the light"
    assert talking.view().spotlight_topic_id == lit
    press_twice(desk, talking, rows(desk, talking)[0], "lit")
    assert talking.view().spotlight_topic_id != lit


def test_the_question_for_more_time_is_asked_once_and_ended_once(
    desk: TestClient, database: Database, cast: Cast, talking: Room, clock: SetClock
) -> None:
    with database.transaction() as db:
        timebox.spotlight(db, cast.frieda.visitor, talking.id, topics_of(database, talking)[0], clock.now(), 5)
    press_twice(desk, talking, board(desk, talking).found["Ask: three more minutes?"], "asked")
    assert talking.view().more_time_round == 1
    ends = board(desk, talking).found["End the question"]
    press_twice(desk, talking, ends, "answered")
    press_twice(desk, talking, board(desk, talking).found["Ask: three more minutes?"], "asked")
    late = desk.post(ends[0], data=ends[1], headers=HTMX)
    assert ALREADY["answered"] in late.text
    assert "End the question" in board(desk, talking).found, "the first question's button ended the second"


def test_the_safety_check_and_the_meeting(desk: TestClient, database: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    press_twice(desk, room, board(desk, room).found["End the safety check"], "answered")
    days = a_retro(database, cast, clock, Stage.WRITE, k=3, write_asynchronously=True, writing_days=3)
    press_twice(desk, days, board(desk, days).found["Begin the meeting"], "begun")
    assert days.view().stage is Stage.WRITE


def test_undo_takes_back_the_step_it_names_and_no_other(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.GROUP, k=3)
    page = desk.get(f"/desk/retros/{room.id}").text
    entries = re.findall(r'data-entry="([^"]+)"', page)
    for entry in entries[:2]:
        assert desk.post(f"/desk/retros/{room.id}/moves", data={"entry": entry, "topic": ""}).status_code == 303
    form = next(form for words, form in board(desk, room).found.items() if words.startswith("Undo"))
    press_twice(desk, room, form, "undone")
    assert any(words.startswith("Undo") for words in board(desk, room).found), "the first move can still be undone"


def test_a_second_press_that_would_offer_more_time_asks_nobody_to_release(
    desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    """After days of writing by too few, the reveal is three presses, each of its own: longer, release, reveal."""
    room = a_retro(
        database, cast, clock, Stage.WRITE, {"Editorial": 2}, k=3, write_asynchronously=True, writing_days=3
    )
    builders.write(database, room.seat("Editorial"))
    with database.transaction() as db:
        questions.begin_meeting(db, cast.frieda.visitor, room.id)
        questions.end_question(db, cast.frieda.visitor, room.id, SAFETY)
    offered = asked(desk, room, Stage.GROUP)
    press_twice(desk, room, offered, "moved")
    assert (room.view().offered_longer, room.view().awaiting_release) == (True, False)
    press_twice(desk, room, board(desk, room).found["Ask each to release what they wrote"], "moved")
    assert room.view().awaiting_release
    assert room.view().stage is Stage.WRITE
    assert "offered" not in desk.get(f"/desk/retros/{room.id}/screen").text, "that is for who runs it alone"
    press_twice(desk, room, asked(desk, room, Stage.GROUP), "moved")
    assert room.view().stage is Stage.GROUP


def test_only_who_runs_it_is_told_that_it_was_done_already(
    at_desk: AtDesk, desk: TestClient, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    stale = {"stage": "write", "leaving": "prepare"}
    assert at_desk(cast.ada).post(f"/desk/retros/{room.id}/stage", data=stale).status_code == 403
    assert at_desk(cast.sven).post(f"/desk/retros/{room.id}/stage", data=stale).status_code == 404


def test_moves_go_one_by_one(database: Database, cast: Cast, clock: SetClock, desk: TestClient) -> None:
    """A programme that names no place is refused where the step is not the next one, as before."""
    room = a_retro(database, cast, clock, Stage.PREPARE, k=3)
    assert desk.post(f"/desk/retros/{room.id}/stage", data={"stage": "vote"}).status_code == 409
    assert move(database, cast.frieda, room, Stage.CHECK_IN, clock) is Stage.CHECK_IN

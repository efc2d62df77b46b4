"""Who sees what: each role, at each stage, each piece by its name, in pages, polled news and first live frames.

What a role may get is written down here once more, by hand: a piece that is opened to more people fails the test.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.board.rules import PIECES, Audience, Piece, audience_at_desk
from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import STAGES, Stage
from tests import builders
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person, _arrive
from tests.databases import only_sqlite

pytestmark = [only_sqlite, pytest.mark.timeout(240)]
AtDesk = Callable[[Person], TestClient]

ROOM_AND_DESK = frozenset({"phone", "reader", "facilitator", "co-facilitator", "screen", "observer"})
ALL_SEE = (
    *("track", "stage", "clock", "notices", "looking", "presence", "expected", "promises", "safety"),
    *("spotlight", "topics", "ranking", "actions", "closing"),
)
MAY_SEE = {
    **dict.fromkeys(ALL_SEE, ROOM_AND_DESK),
    "code": ROOM_AND_DESK - {"phone", "reader", "observer"},
    "mover": frozenset({"facilitator", "co-facilitator"}),
}
"""Piece -> kinds of viewers that may get it. Written by hand, on purpose not made from the rules."""

OBSERVERS = ("stand-in", "lead", "administrator", "other facilitator", "member")
COCKPIT = ("/stage", "/lock", "/safety", "/spotlight", "/extensions", "/settings", "/screen", "/looking-in", "/moves")
"""Where the cockpit's buttons lead, below the retro's address."""
FOR_WHO_RUNS_IT = (
    "safety-result",
    "who run this retro see this",
    "several people do not feel free",
    "histogram-bar",
    "next-form",
)
"""Of the safety check's result and of the cockpit. (After the close there is a histogram of the last question.)"""


@dataclass
class Seen:
    """All bytes that one role was sent at one stage, by where they came from."""

    role: str
    answers: dict[str, str]

    @property
    def kind(self) -> str:
        return "observer" if self.role in OBSERVERS else self.role

    def pieces(self, place: str) -> set[str]:
        mark = r'<[a-z]+ id="{}"' if place == "page" else r'hx-target="#{}"'
        return {name for name in PIECES if re.search(mark.format(re.escape(name)), self.answers[place])}


@dataclass
class Watch:
    """Every role at its own browser."""

    app: FastAPI
    room: Room
    browsers: dict[str, TestClient]

    def look(self, role: str) -> Seen:
        browser, desk = self.browsers[role], f"/desk/retros/{self.room.id}"
        page, query = desk, ""
        if role == "phone":
            page = desk = f"/r/{self.room.code}"
        elif role == "screen":
            page, query = f"{desk}/screen", "&audience=screen"
        places = {
            "page": page,
            "changes": f"{desk}/changes?since=0{query}",
            "stream": f"{desk}/stream?version=0{query}",
        }
        answers = {}
        for place, address in places.items():
            answer = browser.get(address)
            assert answer.status_code == 200, (role, address, answer.status_code)
            answers[place] = html.unescape(answer.text)
        return Seen(role, answers)

    def everybody(self) -> Iterator[Seen]:
        for role in self.browsers:
            yield self.look(role)


@pytest.fixture
def watch(
    app: FastAPI,
    database: Database,
    cast: Cast,
    clock: SetClock,
    at_desk: AtDesk,
    new_browser: Callable[[], TestClient],
) -> Watch:
    """Twelve seats at check-in; the safety check is over and low, with numbers that only who runs it may see."""
    # A stream says its first frame and ends.
    app.state.settings = app.state.settings.model_copy(update={"stream_seconds": 0})
    room = a_retro(database, cast, clock, Stage.CHECK_IN)
    answer_safety(database, room, "111113333333")
    with database.transaction() as db:
        fritz = _arrive(db, "Fritz", clock.now(), False, True, {})
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    people = {
        "facilitator": cast.frieda,
        "co-facilitator": cast.carla,
        "screen": cast.frieda,
        "stand-in": cast.stefan,
        "lead": cast.edda,
        "administrator": cast.ada,
        "other facilitator": fritz,
        "member": cast.mia,
    }
    browsers = {"phone": phone, **{role: at_desk(person) for role, person in people.items()}}
    ended = browsers["facilitator"].post(f"/desk/retros/{room.id}/questions/safety/end")
    assert ended.status_code == 303
    return Watch(app, room, browsers)


def answer_safety(database: Database, room: Room, values: str) -> None:
    from app.retros.service import questions

    for secret, value in zip(room.all_secrets(), values, strict=False):
        with database.transaction() as db:
            questions.answer(db, room.seat_of(secret), "safety", value)


def complaints(seen: Seen, stage: Stage, room: Room) -> list[str]:
    """What this role was sent and should not have been, or was not sent and should have been."""
    found = []
    wanted = {name for name, kinds in MAY_SEE.items() if seen.kind in kinds}
    for place in seen.answers:
        got = seen.pieces(place)
        found += [f"{place}: piece {name} too much" for name in got - wanted]
        found += [f"{place}: piece {name} missing" for name in wanted - got]
    everything = "".join(seen.answers.values())
    if seen.kind not in {"facilitator", "co-facilitator"}:
        desk = f"/desk/retros/{room.id}"
        found += [f"a way to {path}" for path in COCKPIT if f'"{desk}{path}"' in everything]
        words = [word for word in FOR_WHO_RUNS_IT if stage is not Stage.CLOSED or word != "histogram-bar"]
        found += [f"the words {word!r}" for word in words if word in everything]
    return found


def lead_on(watch: Watch, database: Database, cast: Cast, clock: SetClock, stage: Stage) -> None:
    """What people do before `stage`, and the move."""
    room = watch.room
    if stage is Stage.WRITE:
        chosen = watch.browsers["facilitator"].post(f"/desk/retros/{room.id}/safety", data={"choice": "go_on"})
        assert chosen.status_code == 303
    if stage is Stage.GROUP:
        builders._everybody_writes(database, room, 1)
    if stage is Stage.DISCUSS:
        builders._everybody_votes(database, room)
    move(database, cast.frieda, room, stage, clock)


def test_each_role_gets_at_each_stage_its_pieces_and_nothing_of_the_cockpit(
    watch: Watch, database: Database, cast: Cast, clock: SetClock
) -> None:
    for stage in STAGES[1:]:
        if stage is not Stage.CHECK_IN:
            lead_on(watch, database, cast, clock, stage)
        if stage is Stage.CLOSED:
            del watch.browsers["phone"]
        for seen in watch.everybody():
            assert complaints(seen, stage, watch.room) == [], (seen.role, stage)
        if stage in {Stage.CHECK_IN, Stage.WRITE}:
            assert "several people do not feel free" in watch.look("facilitator").answers["page"], (
                "the test sees what it looks for"
            )


def test_before_the_room_opens_each_role_gets_its_pieces(
    watch: Watch, database: Database, cast: Cast, clock: SetClock
) -> None:
    prepared = a_retro(database, cast, clock, Stage.PREPARE, project_id=None)
    early = Watch(watch.app, prepared, {role: one for role, one in watch.browsers.items() if role != "phone"})
    for seen in early.everybody():
        assert complaints(seen, Stage.PREPARE, prepared) == [], seen.role


def test_all_who_look_in_get_the_same_bytes(watch: Watch) -> None:
    for role in OBSERVERS:
        watch.look(role)  # each who comes changes what every screen says
    answers = [watch.look(role).answers for role in OBSERVERS]
    for place in ("changes", "stream"):
        assert len({one[place] for one in answers}) == 1, place


@pytest.mark.parametrize("name", ["mover", "code"])
def test_a_piece_that_is_opened_to_more_people_is_noticed(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(PIECES, name, Piece(frozenset(Audience), PIECES[name].needs))  # type: ignore[misc]
    found = complaints(watch.look("lead"), Stage.CHECK_IN, watch.room)
    assert f"changes: piece {name} too much" in found
    assert f"stream: piece {name} too much" in found


def test_a_lead_who_is_taken_for_one_who_runs_it_is_noticed(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.board.routes.watching.audience_at_desk", lambda _runs_it, asked: asked or Audience.FACILITATOR
    )
    found = complaints(watch.look("lead"), Stage.CHECK_IN, watch.room)
    assert "changes: piece mover too much" in found


def test_each_piece_names_its_audiences(watch: Watch) -> None:
    kinds = {
        Audience.PARTICIPANT: "phone",
        Audience.READER: "reader",
        Audience.FACILITATOR: "facilitator",
        Audience.SCREEN: "screen",
        Audience.OBSERVER: "observer",
    }
    for name, piece in PIECES.items():
        assert {kinds[audience] for audience in piece.audiences} == MAY_SEE[name] - {"co-facilitator"}, name


def test_the_address_decides_nothing_about_what_one_sees(watch: Watch) -> None:
    """Asking for the cockpit, the big screen or a phone's pieces: who looks in gets none of them."""
    desk = f"/desk/retros/{watch.room.id}"
    for role in OBSERVERS:
        browser = watch.browsers[role]
        for audience in ("facilitator", "screen", "participant"):
            for way in ("changes", "stream"):
                answer = browser.get(f"{desk}/{way}?audience={audience}&since=0")
                assert answer.status_code == 403, (role, audience, way)
        screen = browser.get(f"{desk}/screen")
        assert (screen.status_code, screen.headers["location"]) == (303, desk)
        assert browser.get(f"{desk}/settings").status_code == 403
    assert audience_at_desk(True, Audience.PARTICIPANT) is None


def test_the_cockpit_is_lost_at_once_when_rights_change(watch: Watch, cast: Cast) -> None:
    carla, frieda, desk = (
        watch.browsers["co-facilitator"],
        watch.browsers["facilitator"],
        f"/desk/retros/{watch.room.id}",
    )
    assert carla.get(f"{desk}/changes?audience=facilitator&since=0").status_code == 200
    frieda.post(f"{desk}/co-facilitators/removal", data={"account": str(cast.carla.id)})
    assert carla.get(f"{desk}/changes?audience=facilitator&since=0").status_code == 403
    assert complaints(Seen("lead", watch.look("co-facilitator").answers), Stage.CHECK_IN, watch.room) == []

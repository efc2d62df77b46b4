"""A piece has one name in four places: here, in the frame, its template, its element's id. All four are compared."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest

from app.board.pieces.painter import PIECES, Painter, skeleton
from app.board.reactions import EVERYTHING, PIECES_OF, pieces_of
from app.board.rules import Audience
from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.live.frames import frame
from app.retros.events import RetroChanged
from app.retros.rules.names import STAGES, Stage
from app.topics.events import TopicsChanged
from app.web.templating import folder
from tests.builders import Room, a_retro, move, sit_down, topics_of
from tests.cast import Cast

FRAGMENTS = folder("templates") / "fragments" / "board"


@pytest.fixture
def painter(house: Database, settings: Settings, clock: SetClock) -> Painter:
    return Painter(house, settings, clock)


def test_every_piece_has_its_template() -> None:
    for name in PIECES:
        assert (FRAGMENTS / f"{name}.html").is_file(), name
    assert (FRAGMENTS / "topic.html").is_file()


@pytest.mark.parametrize("stage", STAGES)
def test_a_drawn_piece_is_the_element_of_its_name(
    painter: Painter, house: Database, cast: Cast, clock: SetClock, stage: Stage
) -> None:
    room = a_retro(house, cast, clock, stage)
    for audience in Audience:
        drawing = painter.draw(room.id, (audience,))
        assert drawing is not None
        pieces = drawing.pieces[audience]
        assert list(pieces) == skeleton(audience)
        for name, html in pieces.items():
            assert re.match(rf'\s*<[a-z]+ id="{name}"', html), f"{name} for {audience}: {html[:120]}"
            assert frame(1, {name: html}).startswith(f'id: 1\ndata: <hx-partial hx-target="#{name}"'.encode())


@pytest.mark.parametrize(
    "page",
    [
        ("room", Audience.PARTICIPANT),
        ("board", Audience.FACILITATOR),
        ("screen", Audience.SCREEN),
        ("observer", Audience.OBSERVER),
        ("reading", Audience.READER),
    ],
)
def test_a_page_holds_every_piece_of_its_audience(page: tuple[str, Audience]) -> None:
    name, audience = page
    source = (Path(folder("templates")) / "pages" / "board" / f"{name}.html").read_text()
    assert sorted(re.findall(r"\{\{ pieces\.(\w+) \}\}", source)) == sorted(skeleton(audience))


def test_a_piece_for_each_topic(painter: Painter, house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, Stage.GROUP)
    chosen = topics_of(house, room)[0]
    drawing = painter.draw(room.id, ("facilitator", "participant"), [f"topic-{chosen}"])
    assert drawing is not None
    for audience in ("facilitator", "participant"):
        assert list(drawing.pieces[audience]) == [f"topic-{chosen}"]
        assert f'id="topic-{chosen}"' in drawing.pieces[audience][f"topic-{chosen}"]


def test_topics_swallow_the_single_ones(painter: Painter, house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, Stage.GROUP)
    chosen = topics_of(house, room)[0]
    drawing = painter.draw(room.id, ("screen",), ["topics", f"topic-{chosen}", "no such piece"])
    assert drawing is not None
    assert list(drawing.pieces["screen"]) == ["topics"]


def test_names_nobody_knows_are_left_out(painter: Painter, house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, Stage.CHECK_IN)
    drawing = painter.draw(room.id, ("participant",), ["mover", "nonsense", f"topic-{UUID(int=7)}", "presence"])
    assert drawing is not None
    assert list(drawing.pieces["participant"]) == ["presence"], "the mover is not for the room"


def test_no_board_no_drawing(painter: Painter) -> None:
    assert painter.draw(UUID(int=1), ("screen",)) is None
    assert painter.draw(UUID(int=1), ("screen",), ()) is None


def test_a_whole_board_is_drawn_once_a_version(
    painter: Painter, house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_retro(house, cast, clock, Stage.CHECK_IN)
    drawn: list[object] = []
    real = painter._draw_now
    monkeypatch.setattr(painter, "_draw_now", lambda *parts: drawn.append(parts) or real(*parts))
    first, second = painter.draw(room.id, ("participant",)), painter.draw(room.id, ("participant",))
    assert first is not None
    assert second is not None
    assert first.pieces == second.pieces
    assert len(drawn) == 1
    sit_down(house, room, "Editorial", clock)
    third = painter.draw(room.id, ("participant",))
    assert third is not None
    assert third.version > first.version
    assert len(drawn) == 2


def test_asking_for_nothing_reads_the_version_only(
    painter: Painter, house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_retro(house, cast, clock, Stage.CHECK_IN)
    monkeypatch.setattr("app.board.pieces.painter.picture", lambda *_: pytest.fail("the board was read"))
    drawing = painter.draw(room.id, ("participant",), ())
    assert drawing is not None
    assert drawing.version == room.view().version
    assert drawing.pieces == {"participant": {}}


def test_every_fact_marks_pieces_that_exist() -> None:
    known = set(PIECES)
    for fact, pieces in PIECES_OF.items():
        assert set(pieces) <= known, fact
    assert pieces_of(RetroChanged(UUID(int=1), 1)) == EVERYTHING, "a fact nobody thought of redraws everything"
    moved = TopicsChanged(UUID(int=1), 1, frozenset({UUID(int=2)}), order_changed=False)
    assert pieces_of(moved) == {f"topic-{UUID(int=2)}", "mover"}


def test_nothing_of_an_entry_is_drawn_before_the_reveal(
    painter: Painter, house: Database, cast: Cast, clock: SetClock
) -> None:
    """Six of Editorial and two of Production have written; no audience gets a word of it, nor who many of whom."""
    from tests.builders import write

    room: Room = a_retro(house, cast, clock, Stage.WRITE, seats={"Editorial": 6, "Production": 2})
    for number, secret in enumerate(room.all_secrets()):
        write(house, room.seat_of(secret), f"A secret sentence number {number}")
    drawing = painter.draw(room.id, tuple(Audience))
    assert drawing is not None
    for audience, pieces in drawing.pieces.items():
        everything = "".join(pieces.values())
        assert "secret sentence" not in everything, audience
        assert "Editorial" not in everything, audience
    move(house, cast.frieda, room, Stage.GROUP, clock)
    revealed = painter.draw(room.id, ("screen",))
    assert revealed is not None
    assert "secret sentence" in "".join(revealed.pieces["screen"].values()), "the test can see what it looks for"

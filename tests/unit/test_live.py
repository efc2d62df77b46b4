"""Live screens: nothing missed, nothing promised too early, slow listeners resynced, one drawing for all."""

import asyncio
import functools
import re
from collections.abc import Collection, Hashable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.live.frames import PING, frame
from app.live.hub import CLOSED, INBOX, RESYNC, Hub
from app.live.redraw import Drawing, Redraw
from app.live.stream import stream

BOARD = "board"


def in_a_loop(test):
    """Runs an asynchronous test in a loop and a thread of its own: the browser tests keep one in the main thread."""

    @functools.wraps(test)
    def run(**arguments):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(test(**arguments))).result()

    return run


class Wall:
    """A board of two pieces whose text is the version that changed it last."""

    def __init__(self):
        self.version = 1
        self.pieces = {"clock": 1, "topics": 1}
        self.drawn: list[Collection[str] | None] = []

    def change(self, *pieces: str) -> int:
        self.version += 1
        for piece in pieces:
            self.pieces[piece] = self.version
        return self.version

    def draw(self, board: Hashable, audiences: Collection[str], pieces: Collection[str] | None) -> Drawing | None:
        if board != BOARD:
            return None
        self.drawn.append(pieces)
        chosen = self.pieces if pieces is None else {p: v for p, v in self.pieces.items() if p in pieces}
        return Drawing(self.version, {a: {p: f"<p>{a} {v}</p>" for p, v in chosen.items()} for a in audiences})


@pytest.fixture
def wall():
    return Wall()


def open_live(wall, pause=0.01):
    """Inside the loop of a test."""
    hub = Hub()
    redraw = Redraw(hub, wall.draw, pause=pause)
    redraw.start()
    return hub, redraw


def versions(frame_bytes: bytes) -> tuple[int, set[str]]:
    text = frame_bytes.decode()
    return int(re.search(r"id: (\d+)", text)[1]), set(re.findall(r'hx-target="#([\w-]+)"', text))


@in_a_loop
async def test_a_change_reaches_all_listeners_of_each_audience_as_the_same_bytes(wall):
    hub, redraw = open_live(wall)
    phones = [hub.subscribe(BOARD, "participant") for _ in range(3)]
    wide = hub.subscribe(BOARD, "screen")
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    frames = [await asyncio.wait_for(phone.inbox.get(), 2) for phone in phones]
    assert len({id(f) for f in frames}) == 1
    assert versions(frames[0]) == (2, {"clock"})
    assert b"screen 2" in await asyncio.wait_for(wide.inbox.get(), 2)


@in_a_loop
async def test_changes_in_quick_succession_are_one_frame(wall):
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    for _ in range(20):
        redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (21, {"clock"})
    await asyncio.sleep(0.05)
    assert phone.inbox.empty()


@in_a_loop
async def test_the_first_change_waits_for_nothing_and_the_next_one_for_company(wall):
    hub, redraw = open_live(wall, pause=60)
    phone = hub.subscribe(BOARD, "participant")
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (2, {"clock"})
    redraw.mark_dirty(BOARD, wall.change("topics"), ["topics"])
    await asyncio.sleep(0.05)
    assert phone.inbox.empty()


@in_a_loop
async def test_what_is_announced_while_it_is_drawn_is_drawn_with_it_and_not_the_whole_board(wall):
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    draw, meanwhile = wall.draw, []

    def interrupted(board, audiences, pieces):
        if not meanwhile:
            meanwhile.append(wall.change("topics"))
            redraw.mark_dirty(BOARD, meanwhile[0], ["topics"])
        return draw(board, audiences, pieces)

    redraw._draw = interrupted
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (3, {"clock", "topics"})
    assert wall.drawn == [{"clock"}, {"clock", "topics"}]
    await asyncio.sleep(0.05)
    assert phone.inbox.empty()


@in_a_loop
async def test_what_was_shown_before_it_was_announced_is_not_drawn_again(wall):
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    late = wall.change("topics")
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (3, {"clock", "topics"})
    redraw.mark_dirty(BOARD, late, ["topics"])
    await asyncio.sleep(0.05)
    assert phone.inbox.empty()


@in_a_loop
async def test_a_change_of_everything_is_a_whole_frame(wall):
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    redraw.mark_dirty(BOARD, wall.change("clock"), None)
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (2, {"clock", "topics"})


@in_a_loop
async def test_a_commit_not_yet_announced_makes_the_frame_whole(wall):
    """Version 3 changed `topics` and is read, but its announcement comes late: its piece must not be skipped."""
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    wall.change("topics")
    version, pieces = versions(await asyncio.wait_for(phone.inbox.get(), 2))
    assert (version, pieces) == (3, {"clock", "topics"})


@in_a_loop
async def test_announcements_out_of_order_are_no_gap(wall):
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    second, third = wall.change("clock"), wall.change("topics")
    redraw.mark_dirty(BOARD, third, ["topics"])
    redraw.mark_dirty(BOARD, second, ["clock"])
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (3, {"clock", "topics"})


@in_a_loop
async def test_a_slow_listener_is_resynced_not_waited_for(wall):
    hub, _ = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    for number in range(INBOX + 1):
        phone.offer(b"%d" % number)
    assert phone.inbox.get_nowait() == RESYNC
    assert phone.inbox.empty()


@in_a_loop
async def test_a_stream_begins_with_everything_when_the_page_is_behind(wall):
    hub, redraw = open_live(wall)
    opened = stream(hub, redraw, BOARD, "participant", since=0, lasts_seconds=5)
    assert (await anext(opened)).startswith(b"retry:")
    assert versions(await anext(opened)) == (1, {"clock", "topics"})
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    assert versions(await asyncio.wait_for(anext(opened), 2)) == (2, {"clock"})
    await opened.aclose()
    assert hub.audiences(BOARD) == ()


@in_a_loop
async def test_a_stream_that_is_current_begins_with_its_version_only(wall):
    hub, redraw = open_live(wall)
    opened = stream(hub, redraw, BOARD, "participant", since=1, lasts_seconds=5)
    await anext(opened)
    assert versions(await anext(opened)) == (1, set())
    assert wall.drawn == [()]
    await opened.aclose()


@in_a_loop
async def test_a_change_between_page_and_stream_is_not_lost(wall):
    """The page was drawn at 1, the change came before the stream was opened and before anybody listened."""
    hub, redraw = open_live(wall)
    redraw.mark_dirty(BOARD, wall.change("topics"), ["topics"])
    await asyncio.sleep(0.05)
    opened = stream(hub, redraw, BOARD, "participant", since=1, lasts_seconds=5)
    await anext(opened)
    assert versions(await anext(opened)) == (2, {"clock", "topics"})
    await opened.aclose()


@in_a_loop
async def test_three_hundred_who_come_back_at_once_are_drawn_once(wall):
    _, redraw = open_live(wall)
    answers = await asyncio.gather(*(redraw.whole(BOARD, "participant", since=0) for _ in range(300)))
    assert len({id(a[1]) for a in answers}) == 1
    assert wall.drawn.count(None) == 1


@in_a_loop
async def test_the_frame_that_ends_every_seat_comes_to_all_who_were_there(wall):
    """Frames shortly before it must not put the question off until that frame, when the seat is gone already."""
    hub, redraw = open_live(wall)
    seated = [True]

    async def may() -> bool:
        return seated[0]

    opened = stream(hub, redraw, BOARD, "participant", since=1, lasts_seconds=30, still_allowed=may, asks_every=2)
    await anext(opened)
    await anext(opened)
    await asyncio.sleep(1.5)
    hub.deliver(BOARD, "participant", b"a frame before")
    assert await anext(opened) == b"a frame before"
    waiting = asyncio.ensure_future(anext(opened))
    done, _ = await asyncio.wait({waiting}, timeout=5)
    assert done, "it does not ask by itself"
    assert waiting.result() == PING
    seated[0] = False
    hub.deliver(BOARD, "participant", b"the last frame")
    assert await anext(opened) == b"the last frame"
    assert await asyncio.wait_for(anext(opened, None), 5) is None, "nothing more comes to who has no seat"


@in_a_loop
async def test_closing_ends_streams_at_once(wall):
    hub, redraw = open_live(wall)
    opened = stream(hub, redraw, BOARD, "participant", since=1, lasts_seconds=60)
    await anext(opened)
    await anext(opened)
    waiting = asyncio.ensure_future(anext(opened, None))
    await asyncio.sleep(0)
    hub.close()
    assert await asyncio.wait_for(waiting, 1) is None


@in_a_loop
async def test_closing_reaches_a_full_inbox_too(wall):
    hub, _ = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    for _ in range(INBOX):
        phone.offer(b"frame")
    hub.close()
    assert phone.inbox.get_nowait() == CLOSED


@in_a_loop
async def test_a_board_that_is_no_more_ends_its_stream(wall):
    hub, redraw = open_live(wall)
    opened = stream(hub, redraw, "another", "participant", since=None, lasts_seconds=5)
    await anext(opened)
    assert await anext(opened, None) is None


@in_a_loop
async def test_a_redraw_that_fails_is_made_good_by_the_next(wall):
    hub, redraw = open_live(wall)
    phone = hub.subscribe(BOARD, "participant")
    draw = wall.draw
    redraw._draw = lambda *_: 1 / 0
    redraw.mark_dirty(BOARD, wall.change("topics"), ["topics"])
    await asyncio.sleep(0.05)
    redraw._draw = draw
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    assert versions(await asyncio.wait_for(phone.inbox.get(), 2)) == (3, {"clock", "topics"})


def test_a_frame_survives_line_breaks_in_its_pieces():
    text = frame(7, {"notes": "one\r\ntwo\n\nthree"}).decode()
    assert text.startswith("id: 7\n")
    assert text.endswith("\n\n")
    body = [line.removeprefix("data: ") for line in text.strip().split("\n")[1:]]
    assert "\n".join(body) == '<hx-partial hx-target="#notes" hx-swap="outerMorph">one\ntwo\n\nthree</hx-partial>'


@in_a_loop
async def test_a_frame_that_waited_while_everything_was_drawn_never_follows_the_newer_whole(wall):
    hub, redraw = open_live(wall)
    draw = wall.draw

    def slowly(board, audiences, pieces):
        if pieces is None and wall.version == 1:
            old = frame(1, {"topics": "<p>old</p>"})
            wall.change("topics")
            hub.deliver(BOARD, "screen", old)
        return draw(board, audiences, pieces)

    redraw._draw = slowly
    running = stream(hub, redraw, BOARD, "screen", None, lasts_seconds=5)
    assert (await anext(running)).endswith(PING)
    assert versions(await anext(running)) == (2, {"clock", "topics"})
    redraw.mark_dirty(BOARD, wall.change("clock"), ["clock"])
    assert versions(await asyncio.wait_for(anext(running), 2)) == (3, {"clock"}), "the older frame was sent"
    await running.aclose()

"""The live streams over a real server: who gets them, what is in them, and that writing is never heard in them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from app.web.security_headers import HEADERS
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.serving import LiveServer

SOON = 5.0  # generous: machines under test are shared


class Stream:
    """An open stream, read in a thread as a browser does."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.text = ""
        self.ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for piece in self.response.iter_text():
                self.text += piece
        except (httpx.HTTPError, httpx.StreamError):
            pass
        finally:
            self.ended.set()

    @property
    def ids(self) -> list[int]:
        return [int(found) for found in re.findall(r"^id: (\d+)$", self.text, re.MULTILINE)]

    def wait_for(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + SOON
        while not holds():
            assert time.monotonic() < until, f"never came; so far: {self.text[-400:]!r}"
            time.sleep(0.02)


class Doors:
    """Opens streams of the three audiences."""

    def __init__(self, server: LiveServer, room: Room) -> None:
        self.server, self.room = server, room
        self.client = httpx.Client(base_url=server.url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10)

    @contextmanager
    def phone(self, department: str = "Editorial", number: int = 0, **headers: str) -> Iterator[Stream]:
        with self._open(f"/r/{self.room.code}/stream", self.seat(department, number) | headers) as stream:
            yield stream

    @contextmanager
    def desk(self, audience: str, person: Person | None = None, **headers: str) -> Iterator[Stream]:
        visit = {"Cookie": f"visit={(person or self.room.cast.frieda).token}"}
        address = f"/desk/retros/{self.room.id}/stream?audience={audience}"
        with self._open(address, visit | headers) as stream:
            yield stream

    def seat(self, department: str = "Editorial", number: int = 0) -> dict[str, str]:
        return {"Cookie": f"seat={self.room.secret(department, number)}"}

    def post(self, path: str, number: int = 0, **fields: str) -> httpx.Response:
        """What a phone sends, through HTTP like everything else."""
        return self.client.post(f"/r/{self.room.code}/{path}", data=fields, headers=self.seat(number=number))

    @contextmanager
    def _open(self, address: str, headers: dict[str, str]) -> Iterator[Stream]:
        with self.client.stream("GET", address, headers=headers) as response:
            assert response.status_code == 200, response.status_code
            stream = Stream(response)
            stream.wait_for(lambda: bool(stream.ids))
            yield stream


@pytest.fixture
def room(live_server: LiveServer, database: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(database, cast, clock, stage=Stage.WRITE)


@pytest.fixture
def doors(live_server: LiveServer, room: Room) -> Iterator[Doors]:
    opened = Doors(live_server, room)
    yield opened
    opened.client.close()


def test_a_stream_speaks_at_once_and_is_kept_by_nobody(doors: Doors) -> None:
    with doors.phone() as stream:
        headers = stream.response.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert headers["cache-control"] == "no-store"
        assert headers["x-accel-buffering"] == "no"
        assert all(headers.get(name) == value for name, value in HEADERS.items())
        assert stream.text.startswith("retry: 1000\n: still here")
        assert stream.ids == [doors.room.view().version]


def test_all_three_audiences_hear_of_a_change(doors: Doors) -> None:
    with doors.phone("Production", 3) as phone, doors.desk("facilitator") as desk, doors.desk("screen") as screen:
        assert doors.post("ready", ready="yes").status_code == 303
        for stream in (phone, desk, screen):
            stream.wait_for(lambda stream=stream: doors.room.view().version in stream.ids)
            assert re.search(r"1\b.{0,40}\bof\b.{0,40}\b12", stream.text, re.DOTALL), "the total is not in it"


def test_nothing_of_writing_is_heard_before_the_reveal(doors: Doors, database: Database, clock: SetClock) -> None:
    """Typing, sending, editing and deleting wake nobody: neither text nor rhythm reaches another browser."""
    before = doors.room.view().version
    with doors.phone("Production", 1) as phone, doors.desk("facilitator") as desk, doors.desk("screen") as screen:
        quiet = {id(stream): len(stream.text) for stream in (phone, desk, screen)}
        for number in range(6):
            text = f"Heliotrope corrections number {number} came too late"
            key = f"key-of-{number}-that-is-long-enough"
            assert doors.post("draft", number, key=key, kind="went_wrong", text=text[:20]).status_code < 400
            assert doors.post("entries", number, key=key, kind="went_wrong", text=text).status_code < 400
        assert doors.post("entries/removal", 0, slot="1").status_code < 400
        time.sleep(1.0)
        for stream in (phone, desk, screen):
            assert len(stream.text) == quiet[id(stream)], f"a frame was sent: {stream.text[quiet[id(stream)] :]!r}"
        assert doors.room.view().version == before
        # And the frames that do come are silent about it, too.
        assert doors.post("ready", 2, ready="yes").status_code == 303
        for stream in (phone, desk, screen):
            stream.wait_for(lambda stream=stream: len(stream.ids) > 1)
            assert "heliotrope" not in stream.text.lower()
        pages = [
            doors.client.get(f"/r/{doors.room.code}", headers=doors.seat("Production", 1)).text,
            doors.client.get(f"/r/{doors.room.code}/mine", headers=doors.seat("Production", 1)).text,
        ]
        visit = {"Cookie": f"visit={doors.room.cast.frieda.token}"}
        for path in ("", "/screen", "/changes?since=0", "/changes?since=0&audience=screen", "/outcome"):
            pages.append(doors.client.get(f"/desk/retros/{doors.room.id}{path}", headers=visit).text)
        assert not [page for page in pages if "heliotrope" in page.lower()]
        # The reveal shows them to all, at once.
        move(database, doors.room.cast.frieda, doors.room, Stage.GROUP, clock)
        for stream in (phone, desk):
            stream.wait_for(lambda stream=stream: stream.text.lower().count("heliotrope corrections number") >= 5)


def test_a_stream_that_missed_something_begins_with_everything(doors: Doors) -> None:
    version = doors.room.view().version
    with doors.phone(**{"Last-Event-ID": str(version)}) as current:
        assert "hx-partial" not in current.text
    with doors.phone(**{"Last-Event-ID": str(version - 1)}) as behind:
        behind.wait_for(lambda: 'hx-target="#stage"' in behind.text)
    with doors.phone(**{"Last-Event-ID": "nonsense"}) as unclear:
        unclear.wait_for(lambda: 'hx-target="#stage"' in unclear.text)


def test_who_may_not_look_gets_no_stream(doors: Doors, cast: Cast) -> None:
    client, code, retro_id = doors.client, doors.room.code, doors.room.id
    stranger = {"Cookie": f"visit={cast.sven.token}"}
    as_seat = {"Cookie": f"seat={cast.frieda.token}"}
    assert client.get(f"/r/{code}/stream").status_code == 404
    assert client.get(f"/r/{code}/stream", headers=as_seat).status_code == 404
    assert client.get("/r/ABCDEFGH/stream", headers=doors.seat()).status_code == 404
    assert client.get(f"/desk/retros/{retro_id}/stream").status_code == 303
    assert client.get(f"/desk/retros/{retro_id}/stream", headers=stranger).status_code == 404
    assert client.get(f"/desk/retros/{retro_id}/stream", headers=doors.seat()).status_code == 303


def test_asking_now_and_then_brings_the_same(doors: Doors) -> None:
    version = doors.room.view().version
    address = f"/r/{doors.room.code}/changes"
    assert doors.client.get(f"{address}?since={version}", headers=doors.seat()).status_code == 204
    changed = doors.client.get(f"{address}?since={version - 1}", headers=doors.seat())
    assert changed.status_code == 200
    assert changed.headers["fencepost-version"] == str(version)
    with doors.phone(**{"Last-Event-ID": str(version - 1)}) as behind:
        behind.wait_for(lambda: behind.text.count("hx-partial") >= changed.text.count("hx-partial"))
        targets = set(re.findall(r'hx-target="(#[\w-]+)"', behind.text))
    assert targets == set(re.findall(r'hx-target="(#[\w-]+)"', changed.text))


def test_the_server_ends_with_streams_open(doors: Doors) -> None:
    with doors.phone() as phone, doors.desk("screen") as screen:
        started = time.monotonic()
        doors.server.stop()
        assert time.monotonic() - started < 3
        assert phone.ended.wait(SOON)
        assert screen.ended.wait(SOON)

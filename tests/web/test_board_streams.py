"""The live streams as a browser reads them: real frames from a real server, of all three audiences."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import Room, a_retro, move, sit_down, topics_of, write
from tests.cast import Cast
from tests.serving import LiveServer

FRAME = re.compile(r"(?:^id: (\d+)\n)?((?:^data:.*\n)+)", re.MULTILINE)


class Ear:
    """An open stream and all that came through it."""

    def __init__(self, url: str, cookies: dict[str, str], last: int | None = None) -> None:
        self.text = ""
        self.status = 0
        self.headers: httpx.Headers = httpx.Headers()
        self._url, self._cookies, self._last = url, cookies, last
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        headers = {"Accept": "text/html, text/event-stream", "HX-Request": "true"}
        if self._last is not None:
            headers["Last-Event-ID"] = str(self._last)
        with httpx.stream("GET", self._url, cookies=self._cookies, headers=headers, timeout=15) as answer:
            self.status, self.headers = answer.status_code, answer.headers
            for chunk in answer.iter_text():
                self.text += chunk
                if self._ends.is_set():
                    return

    @property
    def version(self) -> int:
        return max((int(number) for number in re.findall(r"^id: (\d+)$", self.text, re.MULTILINE)), default=0)

    def wait_for(self, version: int) -> str:
        """Everything that came until the stream reached `version`."""
        until = time.monotonic() + 8
        while self.version < version:
            assert time.monotonic() < until, f"only at {self.version} of {version}: {self.text[-300:]}"
            time.sleep(0.02)
        return self.text

    def forget(self) -> None:
        """From now on only what comes new."""
        self.text = re.sub(r"[\s\S]*(^id: \d+$)[\s\S]*", r"\1\n", self.text, count=1, flags=re.MULTILINE)

    def close(self) -> None:
        self._ends.set()


@contextmanager
def listening(server: LiveServer, room: Room, cast: Cast, secret: str) -> Iterator[dict[str, Ear]]:
    """A phone, the board and the big screen."""
    desk = f"{server.url}/desk/retros/{room.id}/stream?audience="
    ears = {
        "phone": Ear(f"{server.url}/r/{room.code}/stream", {"seat": secret}),
        "board": Ear(f"{desk}facilitator", {"visit": cast.frieda.token}),
        "screen": Ear(f"{desk}screen", {"visit": cast.frieda.token}),
    }
    try:
        for ear in ears.values():
            ear.wait_for(1)
        yield ears
    finally:
        for ear in ears.values():
            ear.close()


def test_nothing_of_an_entry_comes_through_before_the_reveal(
    live_server: LiveServer, house: Database, cast: Cast, clock: SetClock
) -> None:
    """Others write, edit, save and delete: no frame carries a word, a count by department, or even comes."""
    room = a_retro(house, cast, clock, Stage.WRITE, seats={"Editorial": 6, "Production": 5})
    with listening(live_server, room, cast, room.secret("Editorial")) as ears:
        start = room.view().version
        for ear in ears.values():
            ear.wait_for(start)
            ear.forget()
        for number, secret in enumerate(room.all_secrets()):
            write(house, room.seat_of(secret), f"Hidden words of number {number}")
        time.sleep(0.6)
        for name, ear in ears.items():
            assert "hx-partial" not in ear.text, f"{name}: writing wakes no screen"
        sit_down(house, room, "Marketing", clock)
        for name, ear in ears.items():
            text = ear.wait_for(start + 1)
            assert "12</strong> seated" in text, name
            assert "Hidden words" not in text
            assert not re.search(r"Editorial|Production|Marketing", text), f"{name}: no department named"
        move(house, cast.frieda, room, Stage.GROUP, clock)
        for name, ear in ears.items():
            text = ear.wait_for(room.view().version)
            assert all(f"Hidden words of number {number}" in text for number in range(11)), f"{name}: all at once"


def test_the_first_frame_resyncs(live_server: LiveServer, house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, Stage.CHECK_IN)
    version, url = room.view().version, f"{live_server.url}/r/{room.code}/stream"
    cookies = {"seat": room.secret()}
    current, behind = Ear(url, cookies, last=version), Ear(f"{url}?version={version - 1}", cookies)
    assert "hx-partial" not in current.wait_for(version)
    assert 'id="stage"' in behind.wait_for(version)
    assert behind.headers["content-type"].startswith("text/event-stream")
    assert behind.headers["cache-control"] == "no-store"
    assert behind.headers["x-accel-buffering"] == "no"
    for ear in (current, behind):
        ear.close()


def test_a_moved_entry_redraws_only_its_topics(
    live_server: LiveServer, house: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(house, cast, clock, Stage.GROUP, entries=2)
    first, second, third = topics_of(house, room)[:3]
    with listening(live_server, room, cast, room.secret()) as ears:
        before = room.view().version
        for ear in ears.values():
            ear.wait_for(before)
            ear.forget()
        board = httpx.get(f"{live_server.url}/desk/retros/{room.id}", cookies={"visit": cast.frieda.token}).text
        within = board.split(f'id="topic-{first}"')[1]
        entry = re.search(r'data-entry="([^"]+)"', within)
        assert entry is not None
        answer = httpx.post(
            f"{live_server.url}/desk/retros/{room.id}/moves",
            data={"entry": entry[1], "topic": str(second)},
            cookies={"visit": cast.frieda.token},
            headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"},
        )
        assert answer.status_code == 204
        text = ears["phone"].wait_for(before + 1)
        assert f'hx-target="#topic-{first}"' in text
        assert f'hx-target="#topic-{second}"' in text
        assert f"topic-{third}" not in text
        assert 'hx-target="#stage"' not in text


@pytest.mark.parametrize("stage", [Stage.WRITE, Stage.DISCUSS])
def test_polling_gives_the_same_news(
    live_server: LiveServer, house: Database, cast: Cast, clock: SetClock, stage: Stage
) -> None:
    room = a_retro(house, cast, clock, stage)
    version, cookies = room.view().version, {"seat": room.secret()}
    url = f"{live_server.url}/r/{room.code}/changes?since="
    assert httpx.get(f"{url}{version}", cookies=cookies).status_code == 204
    news = httpx.get(f"{url}{version - 1}", cookies=cookies)
    assert news.status_code == 200
    assert news.headers["fencepost-version"] == str(version)
    assert news.text.startswith('<hx-partial hx-target="#track"')


def test_who_has_no_seat_hears_nothing(live_server: LiveServer, house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, Stage.WRITE)
    for cookies in ({}, {"seat": "x" * 43}, {"visit": cast.frieda.token}):
        for way in ("stream", "changes"):
            assert httpx.get(f"{live_server.url}/r/{room.code}/{way}", cookies=cookies).status_code == 404
    desk = f"{live_server.url}/desk/retros/{room.id}/stream"
    assert httpx.get(desk, cookies={"visit": cast.sven.token}).status_code == 404
    assert httpx.get(desk).status_code == 303


def test_the_open_board_tells_that_its_facilitator_is_here(
    live_server: LiveServer, house: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(house, cast, clock, Stage.WRITE)
    with listening(live_server, room, cast, room.secret()):
        assert room.view().facilitator_seen_at == clock.now()

"""Half-sent requests end, and so does an answer that nobody takes; a seat has three streams. Over a real server."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from itertools import repeat

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import StorageIsBusy
from app.retros.rules.names import Stage
from app.web import patience
from app.web.patience import Patient
from tests.builders import a_retro
from tests.cast import Cast
from tests.serving import LiveServer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SOON = 20.0


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "TAKEN_WITHIN"):
        monkeypatch.setattr(patience, name, 0.5)
    return


def address_of(server: LiveServer) -> tuple[str, int]:
    return "127.0.0.1", server.app.state.settings.port


def ends_within(sent: bytes, server: LiveServer) -> float:
    """Seconds until the server ends the connection by itself."""
    with socket.create_connection(address_of(server), timeout=SOON) as wire:
        wire.sendall(sent)
        started = time.monotonic()
        wire.settimeout(0.1)
        while time.monotonic() - started < SOON:
            try:
                if not wire.recv(4096):
                    return time.monotonic() - started
            except TimeoutError:
                continue
            except ConnectionError:
                return time.monotonic() - started
    raise AssertionError("the server waits for ever")


def is_cut_off(wire: socket.socket, parts: Iterable[bytes], pause: float = 0.0) -> bool:
    """Whether the other side ends the connection while these are sent."""
    try:
        for part in parts:
            wire.sendall(part)
            time.sleep(pause)
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\ncode=",
        b"POST /join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ncode=",
    ],
)
def test_a_request_that_is_never_finished_ends(hurried: None, live_server: LiveServer, sent: bytes) -> None:
    assert ends_within(sent, live_server) < SOON


def test_letters_that_trickle_in_do_not_begin_its_time_anew(hurried: None, live_server: LiveServer) -> None:
    started = time.monotonic()
    with socket.create_connection(address_of(live_server), timeout=SOON) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\n")
        assert is_cut_off(wire, repeat(b"X-a: b\r\n", 400), pause=0.05)
    assert time.monotonic() - started < SOON


def test_a_head_without_end_is_cut_off(live_server: LiveServer) -> None:
    with socket.create_connection(address_of(live_server), timeout=SOON) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert is_cut_off(wire, (b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(100_000)))


def test_who_takes_no_answer_is_let_go(hurried: None, live_server: LiveServer) -> None:
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.settimeout(SOON)
        wire.connect(address_of(live_server))
        asks = b"GET /static/vendor/htmx-sse.js HTTP/1.1\r\nHost: x\r\n\r\n"
        assert is_cut_off(wire, repeat(asks, 2000), pause=0.01)


def test_a_usual_request_and_a_quiet_stream_are_left_alone(
    hurried: None, live_server: LiveServer, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.WRITE)
    with httpx.Client(base_url=live_server.url, timeout=SOON) as phone:
        phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
        with phone.stream("GET", f"/r/{room.code}/stream") as stream:
            came = stream.iter_raw()
            next(came)
            time.sleep(1.5)
            assert phone.get("/").status_code == 200
            assert not stream.is_closed


def test_a_fourth_stream_of_a_seat_ends_the_first_with_the_word_to_ask_instead(
    live_server: LiveServer, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.WRITE)
    with httpx.Client(base_url=live_server.url, timeout=SOON) as phone:
        phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
        opened = [phone.send(phone.build_request("GET", f"/r/{room.code}/stream"), stream=True) for _ in range(4)]
        said = b"".join(opened[0].iter_raw())
        assert said.endswith(b"event: poll\ndata:\n\n")
        assert phone.get(f"/r/{room.code}/changes").status_code == 200, "and asking brings the news"
        for one in opened:
            one.close()


def test_beyond_the_limit_one_is_told_to_ask_instead(
    live_server: LiveServer, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, stage=Stage.WRITE)
    live_server.app.state.hub.most = 0
    with httpx.Client(base_url=live_server.url, timeout=SOON) as phone:
        phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
        answer = phone.get(f"/r/{room.code}/stream")
        assert answer.status_code == 200
        assert answer.text.endswith("event: poll\ndata:\n\n")


def test_the_house_is_served_with_patience_that_ends(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.cli import running

    served: dict[str, object] = {}

    def not_now(*_: object, **chosen: object) -> None:
        served.update(chosen)
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn, "Config", not_now)
    with pytest.raises(KeyboardInterrupt):
        running.run(settings, [], 1)
    assert served["http"] is Patient
    assert served["ws"] == "none", "what is upgraded would leave our protocol"


def test_a_database_that_is_busy_is_not_taken_for_a_seat_that_is_gone(
    client: TestClient, database: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is told "not here" leaves; one that is told "busy" asks again."""
    room = a_retro(database, cast, clock, stage=Stage.WRITE)
    client.cookies.set("seat", room.secret(), path=f"/r/{room.code}")

    def busy(*_: object) -> None:
        raise StorageIsBusy

    monkeypatch.setattr("app.board.routes.streams.seat_here", busy)
    assert client.get(f"/r/{room.code}/changes").status_code == 503
    assert client.get(f"/r/{room.code}/stream").status_code == 503

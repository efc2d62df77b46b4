"""A whole retro over HTTP against a real server: what its log, its frames, its errors and its files give away.

The server is `fencepost serve` in a process of its own, so the log is all that an operator would find in a journal.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import threading
import time
from datetime import date
from random import Random
from urllib.parse import urlencode, urlsplit

import pytest
import uvicorn

from app.anonymity.service.keys import KeyStore
from app.core.clock import Clock
from app.core.db import Database
from app.main import create_app, register_reactions
from app.retros.rules.names import Stage
from tests import builders
from tests.attack.statistics import LIMIT, Pooled, neighbours_share_an_author, order_knows
from tests.cast import settle_in
from tests.conftest import settings_for
from tests.databases import create_tables, only_sqlite
from tests.serving import LiveServer, ServerProcess

pytestmark = pytest.mark.timeout(180)
AGENT = "Mozilla/5.0 (Sven's own telephone)"
SEATS = {"Editorial": 5, "Production": 5}
ROUTE = re.compile(r"route=(/r/\{code\}[\w/{}.-]*|/join|/shared/\{token\}[\w/{}.-]*|/|-)(?= |$)")
PARTICIPANT = ("/r/", "/join", "/shared/")


class Browser:
    """A plain HTTP client with one seat's cookie, an agent of its own and a form's headers."""

    def __init__(self, url: str, cookie: str = "") -> None:
        self.address = urlsplit(url)
        self.cookie = cookie

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **more: str) -> tuple[int, str, str]:
        """Status, Set-Cookie and body."""
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=20)
        headers = {"User-Agent": AGENT, "Sec-Fetch-Site": "same-origin", "Accept": "text/html", **more}
        if self.cookie:
            headers["Cookie"] = self.cookie
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        read = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Set-Cookie") or "", read


def too_talkative(log: str, hidden: set[str]) -> list[str]:
    """Lines of a log that say more of a participant than route, status and day; also for the planted line."""
    found = []
    for line in log.splitlines():
        of_a_seat = "seat_request" in line or any(path in line for path in PARTICIPANT)
        if any(word in line for word in hidden) or (of_a_seat and not _is_plain(line)):
            found.append(line)
    return found


def placed_in_time(log: str) -> list[str]:
    """Lines of seats that stand before a line with a time: theirs is between its and that of the line before."""
    lines = log.splitlines()
    timed = [number for number, line in enumerate(lines) if re.match(r"\d{4}-\d\d-\d\d.\d\d:\d\d", line)]
    return [line for line in lines[: timed[-1] if timed else 0] if "seat_" in line]


def _is_plain(line: str) -> bool:
    """`[info] seat_request day=... route=... status=... times=...`: no address, no time of day, nothing else."""
    fields = set(re.findall(r"(\w+)=", line))
    is_sum = fields == {"day", "route", "status", "times"}
    return is_sum and ROUTE.search(line) is not None and not re.search(r"\d\d:\d\d", line)


@pytest.fixture
def place(tmp_path):
    """A server with one retro in check-in, and the same database seen from the test."""
    server = ServerProcess(tmp_path / "data", RUN_JOBS="false", PUBLIC_URL="http://127.0.0.1")
    server.start()
    house = Database(f"sqlite:///{tmp_path / 'data' / 'fencepost.db'}", keys=KeyStore(tmp_path / "data" / "secrets"))
    register_reactions(house.bus)
    clock = Clock()
    cast = settle_in(house, clock.now())
    room = builders.a_retro(house, cast, clock, stage=Stage.CHECK_IN, seats={}, k=3)
    yield server, house, cast, clock, room
    house.dispose()
    server.stop()


def sit_down(server, cast, room):
    browsers = []
    for name, number in SEATS.items():
        for _ in range(number):
            browser = Browser(server.url)
            _, cookie, _ = browser.ask("POST", f"/r/{room.code}/seat", {"department": str(cast.departments[name])})
            browser.cookie = cookie.split(";")[0]
            browsers.append(browser)
    return browsers


def write_all(browsers, room, each=3):
    """text -> (author, place in the order of writing): in turns, as people do."""
    truth, place = {}, 0
    for turn in range(each):
        for author, browser in enumerate(browsers):
            words = f"Observation {turn * 31 + author * 7 + 100} of quiet matters"
            form = {"key": f"k{turn}x{author}", "kind": "went_wrong", "text": words}
            assert browser.ask("POST", f"/r/{room.code}/entries", form)[0] == 303
            truth[words] = (str(author), place)
            place += 1
    return truth


def listen(url, room, cookie, frames, stop):
    """Collects the bytes of a live stream until told to stop."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=1)
    connection.request("GET", f"/r/{room.code}/stream", headers={"Cookie": cookie, "User-Agent": AGENT})
    answer = connection.getresponse()
    assert answer.status == 200
    while not stop.is_set():
        try:
            piece = answer.read1(65536)
        except TimeoutError:
            # The client library cannot go on after a timeout in the middle of a chunk.
            break
        if not piece:
            break
        frames.append(piece)
    connection.close()


def test_a_whole_retro_leaves_no_trace_of_a_participant_in_the_log(place):
    server, house, cast, clock, room = place
    visitor = Browser(server.url)
    visitor.ask("GET", f"/?tracker={room.code}")
    visitor.ask("POST", "/join", {"code": room.code})
    visitor.ask("GET", f"/r/{room.code}?from=mail")
    browsers = sit_down(server, cast, room)
    for browser in browsers:
        browser.ask("POST", f"/r/{room.code}/answers", {"question": "safety", "value": "4"})
    builders.move(house, cast.frieda, room, Stage.WRITE, clock)
    frames: list[bytes] = []
    stop = threading.Event()
    listening = threading.Thread(target=listen, args=(server.url, room, browsers[0].cookie, frames, stop))
    listening.start()
    browsers[1].ask("POST", f"/r/{room.code}/draft", {"key": "typing", "kind": "idea", "text": "Half a thought"})
    truth = write_all(browsers, room)
    polled = [browser.ask("GET", f"/r/{room.code}/changes?since=0")[2] for browser in browsers[:3]]
    time.sleep(0.5)
    stop.set()
    listening.join(10)
    _frames_hold_no_text(frames, polled, truth)
    builders.move(house, cast.frieda, room, Stage.GROUP, clock)
    shown = browsers[2].ask("GET", f"/r/{room.code}")[2]
    assert all(words in shown for words in truth)
    assert browsers[3].ask("GET", "/r/ZZZZZZZZ")[0] == 404
    assert browsers[3].ask("GET", f"/r/{room.code}/nothing-here")[0] == 404
    assert browsers[3].ask("POST", f"/r/{room.code}/entries", {"text": "x" * 100_000})[0] == 413
    server.stop()  # what seats did is written when the server stops, or the day is over
    _the_log_is_silent(server.log.read_text(), room, browsers, truth)


def _frames_hold_no_text(frames, polled, truth):
    told = b"".join(frames).decode() + "".join(polled)
    assert "seated" in told, "the frames do say what everybody may know"
    assert not [words for words in truth if words in told]
    assert "Half a thought" not in told


def _the_log_is_silent(log, room, browsers, truth):
    secrets = {browser.cookie.split("=", 1)[1] for browser in browsers}
    hidden = {*truth, *secrets, room.code, AGENT, "telephone", "127.0.0.1:", "tracker", "from=mail", "Half a thought"}
    # What `serve` says of itself at the start is no request.
    lines = [line for line in log.splitlines() if not line.startswith(("Fencepost is at", "  http", "Set up"))]
    assert sum(int(re.search(r"times=(\d+)", line)[1]) for line in lines if "seat_request" in line) > 60
    assert placed_in_time("\n".join(lines)) == []
    assert too_talkative("\n".join(lines), hidden) == []
    today = date.today().isoformat()[:7]
    assert all(today in line for line in lines if "seat_request" in line)


@pytest.mark.parametrize(
    "line",
    [
        '127.0.0.1:51234 - "GET /r/ABCD1234 HTTP/1.1" 200 OK',
        "2026-03-17 12:00:01 [info] seat_request day=2026-03-17 route=/r/{code} status=200 times=2",
        "[info] seat_request day=2026-03-17 route=/r/{code} status=200 address=10.0.0.7",
        "[info] seat_request day=2026-03-17 route=/r/ABCD1234 status=200 times=2",
        "[info] seat_request day=2026-03-17 route=/r/{code}/entries status=303 ms=4.2",
        "[info] seat_request day=2026-03-17 route=/r/{code}/entries status=303 bytes=118",
    ],
)
def test_a_planted_line_is_caught_by_the_same_check(line):
    plain = "[info] seat_request day=2026-03-17 route=/r/{code} status=200 times=31"
    assert too_talkative(plain, set()) == []
    assert too_talkative(f"{plain}\n{line}", set()) == [line]


def test_a_line_of_a_seat_among_timed_ones_is_caught_by_the_same_check():
    timed = "2026-03-17T12:00:0{}Z [info] request method=GET route=/desk status=200"
    plain = "[info] seat_request day=2026-03-17 route=/r/{code}/entries status=303 times=1"
    assert placed_in_time("\n".join((timed.format(1), plain, timed.format(4)))) == [plain]
    assert placed_in_time("\n".join((timed.format(1), timed.format(4), plain))) == []


@only_sqlite
def test_uvicorns_own_access_log_would_be_caught(settings, database, cast, clock, caplog, monkeypatch):
    """The leak itself, planted in a running server: its access log with addresses and whole paths is on."""
    room = builders.a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={})
    config = uvicorn.Config

    def talkative(app, **options):
        return config(app, **{**options, "access_log": True, "log_level": "info", "log_config": None})

    monkeypatch.setattr(uvicorn, "Config", talkative)
    server = LiveServer(create_app(settings, database=database, clock=clock))
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "disabled", False)
    caplog.set_level("INFO", logger="uvicorn.access")
    server.start()
    try:
        Browser(server.url).ask("GET", f"/r/{room.code}?from=mail")
    finally:
        server.stop()
    caught = too_talkative(caplog.text, {room.code})
    assert caught
    assert room.code in caught[0]


@only_sqlite
def test_an_error_in_a_participants_request_tells_neither_the_log_nor_the_answer(
    settings, database, cast, clock, monkeypatch, capfd, caplog
):
    """A defect whose message holds what somebody typed: uvicorn would print its whole trace."""
    room = builders.a_retro(database, cast, clock, stage=Stage.WRITE)
    secret_words = "The printer belongs to Sven"

    def broken(_db, _seat, _key, _kind, text, *_more, **_options):
        raise RuntimeError(f"cannot keep {text!r} of {room.secret()}")

    monkeypatch.setattr("app.entries.service.writing.send", broken)
    server = LiveServer(create_app(settings, database=database, clock=clock))
    server.start()
    try:
        browser = Browser(server.url, f"seat={room.secret()}")
        form = {"key": "k1", "kind": "went_wrong", "text": secret_words}
        answers = [
            browser.ask("POST", f"/r/{room.code}/entries", form, Accept=kind)
            for kind in ("text/html", "application/json")
        ]
    finally:
        server.stop()
    said = "".join(capfd.readouterr()) + caplog.text
    assert [status for status, _, _ in answers] == [500, 500]
    assert "broken" in said
    assert "RuntimeError" in said, "the operator learns the kind of error and where it was"
    reference = json.loads(answers[1][2])["instance"].rsplit(":", 1)[1]
    assert reference in said
    for hidden in (secret_words, room.secret(), room.code, AGENT):
        assert hidden not in said
        if hidden != room.code:
            assert all(hidden not in body for _, _, body in answers)


def test_the_order_in_files_and_on_pages_does_not_know_the_order_of_writing(tmp_path, now):
    """Exports of several retros, each order held against the true one and pooled; fixed seeds for the turns."""
    from fastapi.testclient import TestClient

    orders = {name: Pooled() for name in ("json", "csv", "md", "page", "authors")}
    url = f"sqlite:///{tmp_path / 'fencepost.db'}"
    create_tables(url)
    house = Database(url, keys=KeyStore(tmp_path / "secrets"))
    clock = Clock()
    cast = settle_in(house, clock.now())
    app = create_app(settings_for(url, tmp_path), database=house, clock=clock)
    with TestClient(app, headers={"Accept": "text/html"}) as desk:
        desk.cookies.set("visit", cast.frieda.token, path="/desk")
        for number in range(12):
            room = builders.a_retro(house, cast, clock, stage=Stage.WRITE, seats=SEATS, k=3)
            truth = _write_in_turns(house, room, Random(number))
            for stage in (Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
                builders.move(house, cast.frieda, room, stage, clock)
            for name, path in (("json", ".json"), ("csv", ".csv"), ("md", ".md"), ("page", "")):
                shown = desk.get(f"/desk/retros/{room.id}/outcome{path}").text
                found = sorted((shown.index(words), words) for words in truth if words in shown)
                assert len(found) == len(truth), f"{name} shows all entries"
                places = [truth[words][1] for _, words in found]
                orders[name].values.append(order_knows(list(range(len(places))), places))
                if name == "json":
                    score = neighbours_share_an_author([truth[words][0] for _, words in found])
                    orders["authors"].values.append(score)
    house.dispose()
    assert {name for name, pooled in orders.items() if abs(pooled.z) > LIMIT} == set()
    planted = Pooled([order_knows(list(range(30)), list(range(30))) for _ in range(12)])
    assert planted.is_above_chance


def _write_in_turns(house, room, source):
    truth, turns = {}, [secret for secret in room.all_secrets() for _ in range(3)]
    if source.random() < 0.5:
        source.shuffle(turns)
    for place, secret in enumerate(turns):
        # Distinct words: whatever groups entries must not learn from them who wrote.
        words = (
            " ".join(source.sample(builders.SENTENCES[place % 8].split(), 4)) + f", matter {source.randrange(10**9)}"
        )
        builders.write(house, room.seat_of(secret), words)
        truth[words] = (secret, place)
    return truth

"""The load script measures with its own tools: a wrong tool would make every figure wrong."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.load import servers
from tests.load.figures import Report, percentile
from tests.load.forms import NoSuchForm, form
from tests.load.streams import everyone_current, open_stream
from tests.load.wire import Browser

PAGE = """
<form action="/r/AB/entries" method="post">
  <input type="hidden" name="key" value="k1"><textarea name="text">as
typed</textarea>
  <select name="about"><option value="">Nobody</option><option value="7" selected>IT &amp; more</option></select>
  <label><input type="radio" name="kind" value="idea" checked> An idea</label>
  <input type="radio" name="kind" value="thanks" id="t"><label for="t">Thank you</label>
  <button name="what" value="send">Send it</button><button type="button" name="no" value="x">No</button>
</form>
<form action="/r/AB/ready" method="post"><button name="ready" value="yes">I am done</button></form>
"""


def test_a_form_is_filled_in_like_a_person_would() -> None:
    found = form(PAGE, "/entries")
    assert found.filled() == [("key", "k1"), ("text", "as\ntyped"), ("about", "7"), ("kind", "idea")]
    assert found.choice("kind", "thank you") == "thanks"
    assert found.choice("about", "IT & more") == "7"
    sent = found.filled("Send it", text="new", kind="thanks")
    assert sent == [("key", "k1"), ("about", "7"), ("text", "new"), ("kind", "thanks"), ("what", "send")]
    assert form(PAGE, "/ready").filled("I am done") == [("ready", "yes")]
    assert form(PAGE, "/entries").button("send") == ("what", "send")


def test_what_the_page_does_not_offer_cannot_be_sent() -> None:
    with pytest.raises(NoSuchForm):
        form(PAGE, "/vote")
    with pytest.raises(NoSuchForm):
        form(PAGE, "/ready").filled(text="x")
    with pytest.raises(NoSuchForm):
        form(PAGE, "/entries").choice("kind", "complaint")


def test_cookies_stay_below_their_path() -> None:
    browser = Browser("127.0.0.1", 1)
    browser._keep("seat=abc; HttpOnly; Path=/r/AB; SameSite=lax")
    browser._keep("visit=xyz; Path=/desk")
    assert browser.cookie_for("/r/AB/stream") == "seat=abc"
    assert browser.cookie_for("/r/ABC") == ""
    assert browser.cookie_for("/desk") == "visit=xyz"
    browser._keep('seat=""; Max-Age=0; Path=/r/AB')
    assert browser.cookie_for("/r/AB") == ""


def test_percentiles_and_table() -> None:
    assert percentile([0.1 * n for n in range(1, 101)], 0.95) == pytest.approx(9.6)
    report = Report(people=3)
    figure = report.figure("ready", goal_p95=1.0)
    figure.seconds += [0.2, 1.5]
    figure.lost = 2
    assert report.lost == 2
    assert "over" in report.as_table()
    assert '"p95_ms": 1500.0' in report.as_json()


def test_every_stream_gets_every_frame_once(tmp_path: Path) -> None:
    asyncio.run(_forty_streams(tmp_path))


async def _forty_streams(folder: Path) -> None:
    with servers.bare(folder) as server:
        people = [Browser(servers.HOST, server.port) for _ in range(40)]
        streams = [await open_stream(one, "/stream", keep=True) for one in people]
        for version in (1, 2, 3):
            rest = f"\ndata: {'x' * 70_000}\n\n"
            started = time.perf_counter()
            await _publish(server.port, rest.encode())
            moments = await everyone_current(streams, version, patience=5)
            assert all(when is not None and when > started for when in moments)
        assert all([number for _, number, _, _ in stream.frames] == [1, 2, 3] for stream in streams)
        assert all(stream.kept and stream.kept[2] == f"id: 3{rest}".encode() for stream in streams)
        missing = await everyone_current(streams, 9, patience=0.05)
        assert missing == [None] * 40
        for stream in streams:
            stream.close()
        assert server.memory_mb() > 5


async def _publish(port: int, frame: bytes) -> None:
    reader, writer = await asyncio.open_connection(servers.HOST, port)
    writer.write(b"POST /frame HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(frame) + frame)
    assert b"204" in await reader.readline()
    writer.close()

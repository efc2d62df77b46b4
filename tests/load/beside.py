"""Beside the room: the bare broadcaster with the same frames, and the server time of every kind of page."""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tests.load import servers
from tests.load.figures import Figure, Ratio, Report
from tests.load.forms import form
from tests.load.measuring import PATIENCE, ROUNDS, Shown
from tests.load.people import Participant
from tests.load.streams import Stream, everyone_current, open_stream
from tests.load.wire import Browser

COALESCING_SECONDS = 0.150
PAGE_GOAL = 0.100
TIMES_A_KIND = 30
PAGES_OF_A_KIND = 3
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/r/)[0-9A-Z]{8}")


async def beside_bare(folder: Path, people: int, report: Report, shown: Sequence[Shown]) -> None:
    """The same frames to as many listeners of a bare Starlette broadcaster, one post at a time."""
    with servers.bare(folder) as server:
        streams = [await open_stream(Browser(servers.HOST, server.port), "/stream") for _ in range(people)]
        desks = [Browser(servers.HOST, server.port) for _ in range(people)]
        for measured in shown:
            figure = report.figure(f"bare broadcaster: {measured.what}")
            if measured.together == 1:
                for _ in range(ROUNDS):
                    await _post_together(figure, streams, desks[:1], measured.frame)
            else:
                await _post_together(figure, streams, desks[: measured.together], measured.frame)
            ours = max(0.0, measured.ours - COALESCING_SECONDS)
            report.ratios.append(Ratio(measured.what, ours, figure.p95, len(measured.frame)))
        report.notes["memory of the bare broadcaster, MB"] = round(server.memory_mb())
        for stream in streams:
            stream.close()


async def _post_together(figure: Figure, streams: list[Stream], desks: list[Browser], frame: bytes) -> None:
    """One frame from each desk at once; for each, when every stream had it or a later one, timed as ours."""
    rest = frame[frame.index(b"\n") :]
    base = max(stream.version for stream in streams)
    posted: list[float] = []

    async def post(desk: Browser) -> None:
        started = time.perf_counter()
        await desk.post_bytes("/frame", rest)
        posted.append(started)

    await asyncio.gather(*(post(desk) for desk in desks))
    moments = await everyone_current(streams, base + len(desks), PATIENCE)
    figure.lost += moments.count(None)
    if len(desks) == 1:
        figure.seconds += [when - posted[0] for when in moments if when is not None]
        return
    there = [stream for stream, when in zip(streams, moments, strict=True) if when is not None]
    for number, started in enumerate(posted, start=1):
        figure.seconds.append(max(stream.first_at(base + number) for stream in there) - started)


async def pages_of_the_demo(folder: Path, report: Report) -> None:
    """Every kind of page that can be reached by links, with the demo data, one request at a time."""
    with servers.fencepost(folder / "demo", "demo", patience=120.0) as server:
        said = server.said.read_text()
        doors = re.findall(r"/desk/invitations/[\w-]+", said)
        code = re.findall(r"/r/([0-9A-Z]{8})", said)[0]
        known: dict[str, list[str]] = {}
        for door in doors:
            desk = await _signed_in(server.port, door)
            kinds = await _kinds_of_pages(desk, ["/desk", "/", "/style"])
            await _time_pages(report, desk, {kind: paths for kind, paths in kinds.items() if kind not in known})
            known |= kinds
        seat = Participant(servers.HOST, server.port, 1, code, "Production")
        await seat.take_a_seat()
        await _time_pages(report, seat.browser, {"/r/{code}, seated, in write": [f"/r/{code}"]})


async def _signed_in(port: int, door: str) -> Browser:
    """A browser at the desk by one of the links that the demo prints."""
    desk = Browser(servers.HOST, port)
    page = await desk.get(door)
    if page.path == door:
        # A link from a mail shows a button first, so that mail scanners do not use it up.
        await desk.post(door, form(page.text, door).filled())
    return desk


async def _kinds_of_pages(desk: Browser, starts: Sequence[str]) -> dict[str, list[str]]:
    """Kind of page -> some of its addresses, found by following links."""
    found: dict[str, list[str]] = defaultdict(list)
    seen, waiting = set(starts), list(starts)
    while waiting:
        path = waiting.pop(0)
        kind = _ID.sub("{id}", path.partition("?")[0])
        if len(found[kind]) >= PAGES_OF_A_KIND:
            continue
        answer = await desk.get(path)
        if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        found[kind].append(path)
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text):
            target = urlsplit(html.unescape(link))
            address = target.path + (f"?{target.query}" if target.query else "")
            if address not in seen and not target.path.startswith("/static"):
                seen.add(address)
                waiting.append(address)
    return {kind: paths for kind, paths in found.items() if paths}


async def _time_pages(report: Report, browser: Browser, kinds: dict[str, list[str]]) -> None:
    for kind, paths in sorted(kinds.items()):
        figure = report.figure(f"page {kind}"[:58], PAGE_GOAL)
        for path in paths:
            await browser.get(path)
        for number in range(TIMES_A_KIND):
            started = time.perf_counter()
            answer = await browser.get(paths[number % len(paths)])
            figure.errors += answer.is_refused
            figure.seconds.append(time.perf_counter() - started)
            await asyncio.sleep(0)

"""50,000 actions in 60 departments on embedded SQLite: `python -m tests.load.fifty_thousand [actions]`.

Builds the house (tests/load/crowd.py), serves it by `fencepost serve` in a process of its own, and asks each page of
PAGES one after the other, as a lead and as an admin. Prints a table; `--json FILE` writes the same figures. Talks to
127.0.0.1 only. Another page joins by one line in PAGES.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.core.config import Settings
from app.core.migrate import upgrade
from app.main import open_database
from tests.load import servers
from tests.load.crowd import Crowd, settle
from tests.load.figures import Report
from tests.load.wire import Browser

GOAL = 0.150
WARM_UP = 3
TIMES = 40
LONGEST_SECONDS = 900

Address = Callable[[Crowd], str]
Page = tuple[str, Address]
"""What it is called, and where it is in this house."""


def _at(path: str) -> Address:
    return lambda _: path


DESK = "/desk/actions"
PAGES: tuple[Page, ...] = (
    ("desk, at a glance", _at(DESK)),
    ("desk, asked of us", _at(f"{DESK}?part=asked_of_us")),
    ("desk, promised by us", _at(f"{DESK}?part=promised_by_us")),
    ("desk, promised by us, late", _at(f"{DESK}?part=promised_by_us&state=late")),
    ("desk, asked by us, newest first", _at(f"{DESK}?part=asked_by_us&sort=newest")),
    ("desk, with one department", lambda crowd: f"{DESK}?part=asked_by_us&with={crowd.departments[1]}"),
    ("desk, search", _at(f"{DESK}?q=plates+spring")),
    ("desk, settled", _at(f"{DESK}?part=promised_by_us&state=settled")),
    ("desk, an action", lambda crowd: f"{DESK}/{crowd.an_action}"),
    ("the start of the desk", _at("/desk")),
    ("agreements", _at("/desk/agreements")),
    ("scorecards", _at("/desk/scorecards")),
    ("scorecard of a department", lambda crowd: f"/desk/scorecards/{crowd.departments[0]}"),
    ("scorecard of a pair", lambda crowd: f"/desk/scorecards/{crowd.departments[0]}/{crowd.departments[1]}"),
)
ADMINS_PAGES: tuple[Page, ...] = (
    ("desk, everything", _at(DESK)),
    ("desk, everything, late", _at(f"{DESK}?state=late")),
    ("desk, everything, search", _at(f"{DESK}?q=plates+spring")),
    ("desk, everything, newest first", _at(f"{DESK}?sort=newest")),
    ("desk, everything, settled", _at(f"{DESK}?state=settled")),
    ("scorecards, 12 months", _at("/desk/scorecards")),
    ("scorecards, 24 months", _at("/desk/scorecards?span=24")),
    ("scorecards, all", _at("/desk/scorecards?span=all")),
    ("scorecard of a department, all", lambda crowd: f"/desk/scorecards/{crowd.departments[0]}?span=all"),
    (
        "scorecard of a pair, all",
        lambda crowd: f"/desk/scorecards/{crowd.departments[0]}/{crowd.departments[1]}?span=all",
    ),
)


async def measure(
    actions: int, pages: Sequence[Page] = PAGES, admins_pages: Sequence[Page] = ADMINS_PAGES, times: int = TIMES
) -> Report:
    """The whole run. Raises TimeoutError after fifteen minutes."""
    report = Report(actions)
    report.notes["cores, and the load of the machine before"] = f"{os.cpu_count()}, {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory(prefix="fencepost-load-") as name:
        folder = Path(name)
        crowd = _build(folder / "data", actions, report)
        async with asyncio.timeout(LONGEST_SECONDS):
            with servers.fencepost(folder) as server:
                for who, token, asked in (
                    ("lead", crowd.lead_token, pages),
                    ("admin", crowd.admin_token, admins_pages),
                ):
                    browser = Browser(servers.HOST, server.port)
                    browser.cookies["visit", "/desk"] = token
                    for what, address in asked:
                        await _time(report, browser, f"{what} ({who})", address(crowd), times)
                    await browser.close()
                report.notes["memory of the server at the end, MB"] = round(server.memory_mb())
    return report


def _build(data: Path, actions: int, report: Report) -> Crowd:
    data.mkdir(parents=True)
    settings = Settings(data_dir=data, _env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own
    upgrade(settings.url)
    database = open_database(settings)
    started = time.perf_counter()
    try:
        crowd = settle(database, actions, now=datetime.now(UTC))
    finally:
        database.dispose()
    report.notes["seconds to build the house"] = round(time.perf_counter() - started, 1)
    return crowd


async def _time(report: Report, browser: Browser, what: str, path: str, times: int) -> None:
    figure = report.figure(what, GOAL)
    for number in range(WARM_UP + times):
        started = time.perf_counter()
        answer = await browser.get(path)
        took = time.perf_counter() - started
        if answer.status != 200 or answer.path.startswith("/desk/sign-in"):
            figure.errors += 1
        elif number >= WARM_UP:
            figure.seconds.append(took)


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.load.fifty_thousand", description=__doc__)
    reader.add_argument("actions", nargs="?", type=int, default=50_000)
    reader.add_argument("--json", type=Path, help="write the figures to this file, too")
    chosen = reader.parse_args()
    report = asyncio.run(measure(chosen.actions))
    print(report.as_table())
    if chosen.json:
        chosen.json.write_text(report.as_json())
    return 1 if report.errors or not all(figure.is_within_goal for figure in report.figures) else 0


if __name__ == "__main__":
    sys.exit(main())

"""5,000 closed retros, 200,000 entries, 60 departments on embedded SQLite: `python -m tests.load.five_thousand`.

Builds the house and its past (tests/load/crowd.py, tests/load/long_history.py), serves it by `fencepost serve` in a
process of its own, and asks each page of PAGES one after the other, as a lead and as an admin. Then times how long
one closed retro takes to be taken in. Prints a table with the processor time of the server beside what the clock
says; `--json FILE` writes the same figures; `--keep FOLDER` builds there once and measures a copy each time. Talks to
127.0.0.1 only and stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from app.core.config import Settings
from app.core.db import Database
from app.core.migrate import upgrade
from app.main import leave_what_stays_alone, open_database, register_reactions
from tests.load import servers
from tests.load.crowd import Crowd, settle
from tests.load.figures import Figure, Report
from tests.load.long_history import History, close_one_more, live_through
from tests.load.wire import Browser

GOAL = 0.150
TAKING_IN_GOAL = 5.0
WARM_UP = 3
TIMES = 40
ACTIONS = 5_000
ENOUGH_SECONDS = 20.0
"""A page that is far too slow is asked less often: the run ends all the same."""
START_SECONDS = 180.0
LONGEST_SECONDS = 900
JOBS = ("app.themes.jobs", "app.evidence.jobs")
"""What takes in a closed retro, and what writes the findings anew."""


@dataclass(frozen=True, slots=True)
class House:
    crowd: Crowd
    past: History


Job = Callable[[Database, datetime], object]
Address = Callable[[House], str]
Page = tuple[str, Address]


def _at(path: str) -> Address:
    return lambda _: path


PAGES: tuple[Page, ...] = (
    ("the start of the desk", _at("/desk")),
    ("retros", _at("/desk/retros")),
    ("projects", _at("/desk/projects")),
    ("friction map", _at("/desk/friction")),
    ("friction map, all years, as ratings", _at("/desk/friction?span=all&show=pulse")),
    ("friction map, compared", _at("/desk/friction?compare=yes")),
    ("friction map, as a table", _at("/desk/friction.csv?span=all")),
    ("friction of a pair", lambda house: f"/desk/friction/{house.past.pair[0]}/{house.past.pair[1]}"),
    (
        "friction of a pair, all years",
        lambda house: f"/desk/friction/{house.past.pair[0]}/{house.past.pair[1]}?span=all",
    ),
    ("themes", _at("/desk/themes")),
    ("the largest theme", lambda house: f"/desk/themes/{house.past.theme}"),
    ("the largest theme, to put in order", lambda house: f"/desk/themes/{house.past.theme}/edit"),
    ("themes to review", _at("/desk/themes/review")),
    ("kick-off brief", lambda house: f"/desk/projects/{house.past.project}/brief"),
    ("report of briefs", _at("/desk/briefs")),
    ("history", _at("/desk/history")),
    ("imported retros", _at("/desk/history/retros")),
)
FOR_ADMINS = frozenset({"history"})


async def measure(
    retros: int, entries: int, pages: Sequence[Page] = PAGES, times: int = TIMES, keep: Path | None = None
) -> Report:
    """The whole run. Raises TimeoutError after fifteen minutes."""
    report = Report(retros)
    report.notes["cores, and the load of the machine before"] = f"{os.cpu_count()}, {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory(prefix="fencepost-load-") as name:
        folder = Path(name)
        house = _ready(keep or folder / "built", folder / "data", retros, entries, report)
        async with asyncio.timeout(LONGEST_SECONDS):
            with servers.fencepost(folder, patience=START_SECONDS) as server:
                for who, token in (("lead", house.crowd.lead_token), ("admin", house.crowd.admin_token)):
                    browser = Browser(servers.HOST, server.port)
                    browser.cookies["visit", "/desk"] = token
                    for what, address in pages:
                        if who == "lead" and what in FOR_ADMINS:
                            continue
                        began, figure = server.cpu_seconds(), report.figure(f"{what} ({who})", GOAL)
                        asked = await _time(figure, browser, address(house), times)
                        figure.worked = (server.cpu_seconds() - began) / asked
                    await browser.close()
                report.notes["memory of the server at the end, MB"] = round(server.memory_mb())
        _take_in(_settings(folder / "data"), house, report)
    return report


def _ready(built: Path, data: Path, retros: int, entries: int, report: Report) -> House:
    """A copy of what was built, so that measuring it leaves it as it was."""
    kept = TypeAdapter(House)
    if not (built / "house.json").exists():
        house = _build(_settings(built / "data"), retros, entries, report)
        (built / "house.json").write_bytes(kept.dump_json(house))
    shutil.copytree(built / "data", data)
    house = kept.validate_json((built / "house.json").read_bytes())
    report.notes["rows"] = ", ".join(f"{count:,} {table}" for table, count in house.past.rows.items())
    return house


def _settings(data: Path) -> Settings:
    return Settings(data_dir=data, _env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own


def _build(settings: Settings, retros: int, entries: int, report: Report) -> House:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.url)
    database, now = open_database(settings), datetime.now(UTC)
    started = time.perf_counter()
    try:
        crowd = settle(database, ACTIONS, now=now)
        past = live_through(database, crowd.departments, crowd.accounts[0], now, retros, entries)
        report.notes["seconds to build the house and its past"] = round(time.perf_counter() - started, 1)
        for name in JOBS:
            began = time.process_time()
            _job(name)(database, now)
            report.notes[f"processor seconds for the whole past: {name}"] = round(time.process_time() - began, 1)
    finally:
        database.dispose()
    return House(crowd, past)


async def _time(figure: Figure, browser: Browser, path: str, times: int) -> int:
    """How often it was asked."""
    ends = time.perf_counter() + ENOUGH_SECONDS
    for number in range(WARM_UP + times):
        started = time.perf_counter()
        answer = await browser.get(path)
        took = time.perf_counter() - started
        if answer.status != 200 or answer.path.startswith("/desk/sign-in"):
            figure.errors += 1
        elif number >= WARM_UP:
            figure.seconds.append(took)
        if figure.seconds and time.perf_counter() > ends:
            return number + 1
    return WARM_UP + times


def _take_in(settings: Settings, house: House, report: Report) -> None:
    """One retro closed a moment ago; what else was due is done before the clock runs."""
    database = open_database(settings)
    register_reactions(database.bus)
    jobs = {name: _job(name) for name in JOBS}
    try:
        for job in jobs.values():
            job(database, datetime.now(UTC))
        close_one_more(database, house.crowd.departments[:4], house.crowd.accounts[0], datetime.now(UTC))
        leave_what_stays_alone()
        for name, job in jobs.items():
            figure = report.figure(f"one closed retro: {name}", TAKING_IN_GOAL)
            started, began = time.perf_counter(), time.process_time()
            job(database, datetime.now(UTC) + timedelta(minutes=5))
            figure.seconds.append(time.perf_counter() - started)
            figure.worked = time.process_time() - began
    finally:
        database.dispose()


def _job(name: str) -> Job:
    found: Job = importlib.import_module(name).run_due
    return found


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.load.five_thousand", description=__doc__)
    reader.add_argument("retros", nargs="?", type=int, default=5_000)
    reader.add_argument("entries", nargs="?", type=int, default=200_000)
    reader.add_argument("--json", type=Path, help="write the figures to this file, too")
    reader.add_argument("--keep", type=Path, help="build in this folder once, and measure copies of it from then on")
    chosen = reader.parse_args()
    report = asyncio.run(measure(chosen.retros, chosen.entries, keep=chosen.keep))
    print(report.as_table())
    if chosen.json:
        chosen.json.write_text(report.as_json())
    return 1 if report.errors or not all(figure.is_within_goal for figure in report.figures) else 0


if __name__ == "__main__":
    sys.exit(main())

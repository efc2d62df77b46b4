"""How long the scorecards take with 50,000 promises in 60 departments, on SQLite and PostgreSQL:

    python -m tests.load.fifty_thousand_figures [--promises 50000] [--departments 60] [--rounds 20]

Goal: p95 under 150 ms for every page. Ends with 1 if one takes longer. In this process, without a network. The
processor time of this process stands beside it: on a busy machine that is what can be compared.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.core.clock import SetClock
from app.core.db import Database
from app.main import create_app
from tests.cast import settle_in
from tests.conftest import NOON, OWN_PAGE, open_database, settings_for
from tests.databases import SQLiteTemplate, postgres_or_skip
from tests.load.many_actions import many_actions, many_departments

GOAL_MS = 150.0


def main() -> int:
    asked = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    good = True
    for kind in asked.on:
        with tempfile.TemporaryDirectory() as folder, _database(kind, Path(folder)) as house:
            good &= _measure(kind, house, Path(folder), asked)
    return 0 if good else 1


def _measure(kind: str, house: Database, folder: Path, asked: argparse.Namespace) -> bool:
    cast = settle_in(house, NOON)
    departments = [*cast.departments.values(), *many_departments(house, asked.departments - 6, NOON)]
    many_actions(house, departments, asked.promises, NOON)
    app = create_app(settings_for(house.url, folder), database=house, clock=SetClock(NOON))
    one, other = departments[0], departments[1]
    good = True
    with TestClient(app, headers=OWN_PAGE) as browser:
        browser.cookies.set("visit", cast.ada.token, path="/desk")
        for span in ("12", "24", "all"):
            for name, path in (("organisation", ""), ("department", f"/{one}"), ("pair", f"/{one}/{other}")):
                took, busy, statements, size = _timed(
                    browser, house, f"/desk/scorecards{path}?span={span}", asked.rounds
                )
                p50, p95 = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.95))]
                good &= p95 < GOAL_MS
                print(
                    f"{kind:9} {name:13} {span:>3}: p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, processor {busy:6.1f} ms, "
                    f"{statements} statements, {size / 1000:.0f} kB{'' if p95 < GOAL_MS else '  TOO SLOW'}"
                )
    return good


def _timed(browser: TestClient, house: Database, address: str, rounds: int) -> tuple[list[float], float, int, int]:
    seen: list[str] = []

    def count(*found: object) -> None:
        seen.append(str(found[2]))

    event.listen(house.engine, "before_cursor_execute", count)
    answer = browser.get(address)
    event.remove(house.engine, "before_cursor_execute", count)
    assert answer.status_code == 200, answer.status_code
    took, busy = [], []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        browser.get(address)
        took.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    return sorted(took), sorted(busy)[len(busy) // 2], len(seen), len(answer.content)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Database]:
    server = postgres_or_skip() if kind == "postgres" else None
    url = server.emptied() if server else SQLiteTemplate(folder).copy_to(folder)
    house = open_database(url, folder)
    try:
        yield house
    finally:
        house.dispose()
        if server:
            server.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--promises", type=int, default=50_000)
    parser.add_argument("--departments", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--on", nargs="+", default=["sqlite", "postgres"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

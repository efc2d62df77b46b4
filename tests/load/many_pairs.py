"""5,000 closed retros of 60 departments, as counts and summaries: `python -m tests.load.many_pairs [retros]`.

Builds the house in bulk, asks the friction map and a pair's page as the app would (no network), and prints for each
the first answer and the 95th percentile of those after it; "working" is this process alone, whatever else the machine
does meanwhile.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import insert

from app.core.config import Settings
from app.core.db import Database
from app.core.ids import new_code, new_id
from app.core.migrate import upgrade
from app.entries.rules import Dimension
from app.main import _leave_what_stays_alone, create_app, open_database
from app.people.service.accounts import create_account
from app.people.service.sign_ins import open_sign_in
from app.projects.models import Project
from app.pulse.models import PulseSummary
from app.retros.models import Retro, RetroDepartment
from app.retros.rules import Labels, Stage
from app.themes.models import PairCount, RetroTakenIn
from tests.load.many_actions import many_actions, many_departments

YEARS = 5
TIMES = 40
ROWS_AT_ONCE = 5_000


def many_pairs(
    house: Database, departments: list[UUID], retros: int, facilitator: UUID, now: datetime, seed: int = 5
) -> None:
    """`retros` closed ones over YEARS, each of four or five departments that wrote about and rated each other."""
    random = Random(seed)
    rows: dict[type, list[dict[str, Any]]] = {
        table: [] for table in (Project, Retro, RetroDepartment, PairCount, PulseSummary, RetroTakenIn)
    }
    for number in range(retros):
        _one(rows, random, number, departments, facilitator, now)
    with house.transaction() as db:
        for table, made in rows.items():
            for start in range(0, len(made), ROWS_AT_ONCE):
                db.execute(insert(table), made[start : start + ROWS_AT_ONCE])


def _one(
    rows: dict[type, list[dict[str, Any]]],
    random: Random,
    number: int,
    departments: list[UUID],
    facilitator: UUID,
    now: datetime,
) -> None:
    closed = now - timedelta(days=random.randint(1, 365 * YEARS))
    project_id, retro_id = new_id(), new_id()
    rows[Project].append({"id": project_id, "name": f"Project {number}", "kind": "", "created_at": closed})
    rows[Retro].append(
        {
            "id": retro_id, "project_id": project_id, "code": new_code(), "title": f"Project {number}",
            "stage": Stage.CLOSED, "facilitator_id": facilitator, "created_at": closed, "revealed_at": closed,
            "closed_at": closed, "labels": Labels.KEPT, "warnings_overridden": [],
        }
    )  # fmt: skip
    rows[RetroTakenIn].append({"retro_id": retro_id, "encoder": "none", "taken_in_at": closed})
    chosen = random.sample(departments, random.choice((4, 5)))
    for one in chosen:
        seats = random.randint(5, 9)
        rows[RetroDepartment].append({"retro_id": retro_id, "department_id": one, "pooled": False, "seats": seats})
    for consumer, provider in permutations(chosen, 2):
        counts = {"wrong": random.choice((0, 1, 1, 2)), "right": random.choice((0, 1, 1, 2)), "thanks": 0}
        rows[PairCount].append({"retro_id": retro_id, "provider": str(provider), "consumer": str(consumer), **counts})
        if random.random() < 0.5:
            rows[PulseSummary] += [
                {
                    "id": new_id(), "retro_id": retro_id, "provider_id": provider, "consumer": str(consumer),
                    "dimension": one, "band": "5-9", "mean": random.randint(15, 48) / 10, "spread": 0.8,
                }
                for one in Dimension
            ]  # fmt: skip


def main() -> int:
    retros = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="fencepost-load-") as name:
        settings = Settings(data_dir=Path(name), run_jobs=False, _env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own
        upgrade(settings.url)
        house = open_database(settings)
        departments = many_departments(house, 60, now)
        with house.transaction() as db:
            account = create_account(db, "ada@house.example", "Ada", None, now, True, True, {})
            token = open_sign_in(db, account, now, "load")
        many_pairs(house, departments, retros, account, now)
        many_actions(house, departments, 10_000, now)
        with TestClient(create_app(settings, database=house), headers={"Accept": "text/html"}) as browser:
            _leave_what_stays_alone()  # as the server does when it starts
            browser.cookies.set("visit", token, path="/desk")
            worst = max(_time(browser, address) for address in _addresses(departments))
        house.dispose()
    return 1 if worst > 0.150 else 0


def _addresses(departments: list[UUID]) -> list[str]:
    map_, one, other = "/desk/friction", departments[0], departments[1]
    return [
        map_, f"{map_}?span=all", f"{map_}?span=24&show=rate", f"{map_}?span=all&show=pulse",
        f"{map_}?span=all&show=both", f"{map_}?compare=yes", f"{map_}?span=all&view=list",
        f"{map_}?span=all&department={one}", f"{map_}/{one}/{other}", f"{map_}/{one}/{other}?span=all",
        f"{map_}.csv?span=all",
    ]  # fmt: skip


def _time(browser: TestClient, address: str) -> float:
    took, worked = [], []
    for _ in range(TIMES + 1):
        started, began = time.perf_counter(), time.process_time()
        answer = browser.get(address)
        took.append(time.perf_counter() - started)
        worked.append(time.process_time() - began)
        assert answer.status_code == 200, address
    p95 = quantiles(took[1:], n=20)[-1]
    shown = address if len(address) < 60 else address[:14] + "/one/other" + address[87:]
    busy = quantiles(worked[1:], n=20)[-1]
    print(
        f"{shown:42} first {1000 * took[0]:5.0f} ms (working {1000 * worked[0]:5.0f})   "
        f"p95 {1000 * p95:4.0f} ms (working {1000 * busy:4.0f})   {len(answer.content) // 1024} kB"
    )
    return p95


if __name__ == "__main__":
    sys.exit(main())

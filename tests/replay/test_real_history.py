"""All seven real series are imported by the command's service: every entry in, a second time changes nothing, undone
they leave no row behind."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, func, select

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.models import Entry
from app.outcomes.models import HistoryImport, ImportedRetro
from app.outcomes.service import at_the_shell
from app.outcomes.service.at_the_shell import ImportOptions
from app.retros.models import Retro
from app.topics.models import TopicEntry
from tests.cast import Cast
from tests.replay.sources import OPEN_SET

# Sessions and entries as SOURCES.md states them.
STATED = {
    "k8s": (7, 516),
    "kubeflow": (3, 197),
    "eapd": (47, 141),
    "scipy": (4, 217),
    "coderefinery": (8, 379),
    "dfds": (39, 354),
    "mybinder": (23, 201),
}
ASKED = ImportOptions("", "", [], [], "", "", with_actions=True, dry_run=False)

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(not OPEN_SET.exists(), reason="the shared open set of retros is not here"),
]


def loaded(database: Database, clock: SetClock, name: str) -> list[str]:
    said: list[str] = []
    at_the_shell.run(database, OPEN_SET / f"{name}.jsonl", ASKED, clock.now(), said.append)
    return said


def rows(database: Database) -> dict[str, int]:
    """How many rows every table has, but for the log of imports."""
    with database.reading() as db:
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
            if table.name != "history_import"
        }


def test_all_seven_series_come_in_and_go_again(house: Database, cast: Cast, clock: SetClock) -> None:
    names = list(STATED) if house.is_sqlite else ["kubeflow", "eapd"]
    before = rows(house)
    for name in names:
        loaded(house, clock, name)
    with house.reading() as db:
        here = dict(db.exec(select(ImportedRetro.name, ImportedRetro.retro_id)).all())
        kinds = Counter(db.exec(select(Entry.kind)).all())
        series = set(db.exec(select(Retro.series).where(col(Retro.imported))).all())
        loose = db.exec(select(func.count()).where(col(Entry.id).not_in(select(TopicEntry.entry_id)))).one()
    records = [json.loads(line) for name in names for line in (OPEN_SET / f"{name}.jsonl").read_text().splitlines()]
    assert len(here) == sum(STATED[name][0] for name in names)
    assert kinds == Counter(one["kind"] or "unsorted" for one in records)
    assert kinds.total() == sum(STATED[name][1] for name in names)
    assert series == {one["series"] for one in records}
    assert loose == 0
    once = rows(house)
    for name in names:
        assert any(line.startswith("Loaded: 0 entries") for line in loaded(house, clock, name))
    assert rows(house) == once
    undo_everything(house, clock)
    assert rows(house) == before


def test_who_said_it_is_nowhere_in_the_entries(house: Database, cast: Cast, clock: SetClock) -> None:
    loaded(house, clock, "kubeflow")
    with house.reading() as db:
        said = Counter(db.exec(select(Entry.text)).all())
        held = dict(db.exec(select(Retro.title, Retro.held_on).where(col(Retro.imported))).all())
    records = [json.loads(line) for line in (OPEN_SET / "kubeflow.jsonl").read_text().splitlines()]
    assert said == Counter(one["text"] for one in records)
    # Its month is all that the source says of one of them: the title keeps it so.
    assert {len(title.rpartition("(")[2]) for title in held} == {len("2021-05-25)"), len("2021-12)")}


def undo_everything(house: Database, clock: SetClock) -> None:
    with house.reading() as db:
        numbers = db.exec(select(HistoryImport.id)).all()
    for number in numbers:
        at_the_shell.list_or_undo(house, str(number), clock.now(), lambda line: None)


def test_a_dry_run_writes_nothing(house: Database, cast: Cast, clock: SetClock, tmp_path: Path) -> None:
    before = rows(house)
    said: list[str] = []
    dry = ImportOptions("", "", [], [], "", "", with_actions=True, dry_run=True)
    at_the_shell.run(house, OPEN_SET / "scipy.jsonl", dry, clock.now(), said.append)
    assert said[-1] == (
        "Would be loaded: 217 entries (33 idea, 184 unsorted) in 4 new, 0 changed, 0 unchanged, 0 worked on retros."
    )
    assert rows(house) == before

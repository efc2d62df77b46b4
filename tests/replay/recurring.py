"""What recurs in the seven real series: `python -m tests.replay.recurring [name ...]`, a few minutes.

Each series is imported as the command does it into a house of its own, then all seven into one. Printed are the
themes that recur or may come to, with their evidence and the titles of the topics nearest to their middle. Thresholds
are those of the code: nothing here is tuned, and nothing knows what anybody expects to be found.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
from sqlmodel import col, func, select

from app.core import migrate
from app.core.config import Settings
from app.core.db import Database
from app.evidence.queries.theme_lines import FindingView, ThemeFilter, theme_list
from app.evidence.rules.recurrence import RecurrenceState
from app.evidence.service import command_line as at_the_shell_service
from app.main import open_database, register_reactions
from app.meaning.service import encoders
from app.outcomes.service import at_the_shell
from app.outcomes.service.at_the_shell import ImportOptions
from app.people.service import accounts
from app.retros.models import Retro
from app.themes.models import Theme, ThemeTopic
from app.themes.queries.history import vectors_of
from app.themes.rules.assigning import mean_of
from app.topics.models import Topic
from tests.replay.sources import OPEN_SET

SERIES = ("k8s", "kubeflow", "eapd", "scipy", "coderefinery", "dfds", "mybinder")
"""File names in the open set, in the order of its SOURCES.md."""
ASKED = ImportOptions("", "", [], [], "", "", with_actions=True, dry_run=False)
SHOWN = (RecurrenceState.CHRONIC, RecurrenceState.RECURRING, RecurrenceState.EMERGING)
EMERGING_MOST = 8
TITLES = 3
WIDE = 96


@dataclass(frozen=True, slots=True)
class House:
    """A house that some series were imported into. `seconds`: of importing, taking in and counting."""

    names: tuple[str, ...]
    retros: int
    topics: int
    themes: int
    counts: str
    encoder: str
    seconds: float
    lines: tuple[FindingView, ...]
    titles: dict[UUID, list[str]]


def main(names: Sequence[str]) -> int:
    if not OPEN_SET.exists():
        print("The shared open set of retros is not here.")
        return 1
    chosen = tuple(names) or SERIES
    for some in [*((one,) for one in chosen), *([chosen] if len(chosen) > 1 else [])]:
        with a_house(some) as database:
            for line in table(looked_at(database, some)):
                print(line, flush=True)
    return 0


@contextmanager
def a_house(names: Sequence[str]) -> Iterator[Database]:
    """An empty house with one account, into which the command imports these series, in a folder of its own."""
    with TemporaryDirectory(prefix="fencepost-recurring-") as folder:
        settings = Settings(data_dir=Path(folder))
        migrate.upgrade(settings.url)
        database = open_database(settings)
        register_reactions(database.bus)
        with database.transaction() as db:
            accounts.create_account(db, "reader@house.example", "Reader", None, is_admin=True, now=datetime.now(UTC))
        try:
            began = time.monotonic()
            for name in names:
                at_the_shell.run(database, OPEN_SET / f"{name}.jsonl", ASKED, datetime.now(UTC), lambda line: None)
            at_the_shell_service.take_in_and_say(database, datetime.now(UTC), lambda line: None)
            database.info["imported_in"] = time.monotonic() - began
            yield database
        finally:
            database.dispose()


def looked_at(database: Database, names: Sequence[str]) -> House:
    with database.reading() as db:
        found = theme_list(db, ThemeFilter(), most=100_000, for_=None)
        encoder = encoders.encoder_of(db)
        emerging = [one for one in found.lines if one.state == RecurrenceState.EMERGING]
        strongest = sorted(emerging, key=lambda one: (-one.low, one.name))[:EMERGING_MOST]
        lines = [
            one for one in found.lines if one.state in SHOWN and one.state != RecurrenceState.EMERGING
        ] + strongest
        in_themes = select(func.count()).select_from(ThemeTopic)
        return House(
            tuple(names),
            db.exec(select(func.count()).where(col(Retro.imported))).one(),
            db.exec(in_themes).one(),
            db.exec(select(func.count(func.distinct(ThemeTopic.theme_id)))).one(),
            ", ".join(f"{found.counts[state]} {state}" for state in RecurrenceState if found.counts.get(state))
            or "no friction",
            encoder.name,
            database.info["imported_in"],
            tuple(sorted(lines, key=lambda one: (SHOWN.index(RecurrenceState(one.state)), -one.low, one.name))),
            {one.theme_id: _typical(database, one.theme_id) for one in lines},
        )


def _typical(database: Database, theme_id: UUID) -> list[str]:
    """Titles of the topics nearest to the middle of a theme."""
    with database.reading() as db:
        aliases = select(Theme.id).where(col(Theme.merged_into_id) == theme_id)
        ids = [theme_id, *db.exec(aliases)]
        titled = db.exec(
            select(Topic.id, Topic.title)
            .join(ThemeTopic, col(ThemeTopic.topic_id) == col(Topic.id))
            .where(col(ThemeTopic.theme_id).in_(ids))
        ).all()
        vectors = vectors_of(db, [one for one, _ in titled], encoders.encoder_of(db).name)
    titled = [one for one in titled if one[0] in vectors]
    middle = mean_of(np.array([vectors[one] for one, _ in titled]))
    ranked = sorted(titled, key=lambda one: (-float(vectors[one[0]] @ middle), one[1]))
    return [title for _, title in ranked[:TITLES]]


def table(house: House) -> Iterator[str]:
    name = house.names[0] if len(house.names) == 1 else "all in one house"
    yield ""
    yield f"== {name}: {house.retros} retros, {house.topics} topics in {house.themes} themes ({house.counts})"
    yield f"   {house.seconds:.0f} s to import, take in and count, encoder {house.encoder}"
    for one in house.lines:
        where = f"  [{one.series}]" if len(house.names) > 1 and one.series else ""
        numbers = f"{one.present:>2} of {one.eligible:<3} low {one.low:.2f} {one.entries:>3} entries"
        yield f"{one.state:<10} {numbers}  {one.name}{where}"
        for title in house.titles[one.theme_id]:
            yield f"{'':<24}{title[:WIDE]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

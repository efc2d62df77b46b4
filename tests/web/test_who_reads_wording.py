"""Who reads what single people wrote, on every page across retros: one table of roles, pages and retros.

Each retro has one entry whose words occur nowhere else, so that a leak is found by searching for them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select, update

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.entries.models import Entry
from app.entries.rules.names import EntryKind
from app.evidence.jobs import run_due
from app.retros.models import Retro, RetroFacilitator
from app.retros.queries.wording import known_to, may_read_wording, unnamed_in
from app.retros.rules.names import Labels, Stage
from app.themes.models import ThemeTopic, TopicCount
from app.topics.models import Topic
from tests.cast import Cast, Person
from tests.history import Observed, a_theme, as_kind, past_retro, wrong

AtDesk = Callable[[Person], TestClient]
READERS = ("ada", "frieda", "carla", "stefan", "edda", "mia", "paul", "sven")
EVERYBODY = frozenset(READERS)
HELPERS = frozenset({"ada", "frieda", "carla", "stefan"})
TOOK_PART = HELPERS | {"edda", "mia", "paul"}
NOBODY: frozenset[str] = frozenset()

# Whose words they are -> who reads them behind a theme. Editorial (Edda, Mia) and Production (Paul) took part, Sven
# belongs to another department; Frieda ran every retro, Carla and Stefan none of them, Ada is an admin.
MAY_READ = {
    "labelled": TOOK_PART,
    "pooled": TOOK_PART,
    "of-an-old-version": TOOK_PART,
    "under-k": NOBODY,
    "pooled-of-an-old-version": NOBODY,
    "imported": TOOK_PART,
    "imported-without-seats": TOOK_PART,
    "imported-under-k": NOBODY,
    "hidden": NOBODY,
    "others": HELPERS | {"sven"},
}
TITLES = {**dict.fromkeys(MAY_READ, TOOK_PART), "others": HELPERS | {"sven"}}


@dataclass(frozen=True)
class Told:
    """A theme of all these retros, by what they are called above; `action` is about the labelled one's topic."""

    theme: UUID
    retros: dict[str, UUID]
    action: UUID


def words(name: str) -> str:
    return f"quagga-{name}-words"


def title(name: str) -> str:
    return f"title-of-{name}"


@pytest.fixture
def told(database: Database, cast: Cast, clock: SetClock) -> Told:
    theme = a_theme(database, "Files come late")
    both: dict[str, int | None] = {"Editorial": 8, "Production": 8}
    none: dict[str, int | None] = {"Editorial": None, "Production": None}
    retros = {}
    day = date(2025, 3, 3)

    def held(name: str, seats: dict[str, int | None], writer: str | None = "Editorial", **more: object) -> None:
        nonlocal day
        day += timedelta(days=30)
        about = "Production" if "Production" in seats else "IT"
        said: list[Observed] = [wrong(words(name), writer, about, theme)]
        said.append(as_kind(EntryKind.THANKS, wrong(f"{words(name)}-thanks", writer, about)))
        retros[name] = past_retro(database, cast, day, said, seats, name=title(name), **more)  # type: ignore[arg-type]

    held("labelled", both)
    held("pooled", none, writer=None, pooled_seats=6)
    held("of-an-old-version", both)
    held("under-k", none, writer=None)
    held("pooled-of-an-old-version", none, writer=None)
    held("imported", both, imported=True)
    held("imported-without-seats", none, imported=True)
    held("imported-under-k", {"Editorial": 2, "Production": 2}, imported=True)
    held("hidden", both)
    held("others", {"Marketing": 8, "IT": 8}, writer="Marketing")
    _as_they_were(database, retros)
    action = _promised(database, cast, retros["labelled"])
    run_due(database, clock.now())
    return Told(theme, retros, action)


def _as_they_were(database: Database, retros: dict[str, UUID]) -> None:
    """What the builder does not know: old versions, a room that was too small, an entry that was hidden."""
    from app.retros.models import RetroDepartment

    old = (retros["of-an-old-version"], retros["imported-without-seats"])
    with database.transaction() as db:
        db.execute(
            update(RetroDepartment).where(col(RetroDepartment.retro_id).in_(old)).values(seats=None, pooled=False)
        )
        db.execute(update(Retro).where(col(Retro.id).in_(old)).values(labels=Labels.KEPT))
        db.execute(update(Retro).where(col(Retro.id) == retros["under-k"]).values(labels=Labels.DROPPED))
        db.execute(
            update(Entry).where(col(Entry.text).startswith(words("hidden"))).values(hidden_reason="names_a_person")
        )
        db.execute(update(Topic).where(col(Topic.retro_id) == retros["hidden"]).values(title="Topic"))


def _promised(database: Database, cast: Cast, retro_id: UUID) -> UUID:
    """IT owns a promise that the room asked for: Sven sees the promise, and did not sit in that room."""
    with database.transaction() as db:
        topic = db.exec(select(Topic).where(Topic.retro_id == retro_id).order_by(col(Topic.position))).first()
        assert topic is not None
        row = Action(
            retro_id=retro_id,
            topic_id=topic.id,
            title="Send files two days earlier",
            done_when="Files are there",
            providing_department_id=cast.production,
            requesting_department_id=cast.editorial,
            owner_id=cast.sven.id,
            owner_name="Sven",
            state=ActionState.PROMISED,
            requested_on=date(2025, 4, 2),
            created_at=datetime(2025, 4, 2, 12, tzinfo=UTC),
        )
        db.add(row)
        db.flush()
        return row.id


def read_by(browser: TestClient, paths: list[str]) -> str:
    found = []
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code in (200, 403, 404), path
        if answer.status_code == 200:
            found.append(answer.text)
    return "\n".join(found)


def pages_of(told: Told, cast: Cast) -> list[str]:
    pair = f"/desk/friction/{cast.production}/{cast.editorial}"
    return [
        "/desk/friction?span=all", "/desk/friction?span=all&view=list&show=rate", "/desk/friction.csv?span=all",
        f"{pair}?span=all", f"/desk/friction/{cast.departments['IT']}/{cast.departments['Marketing']}?span=all",
        "/desk/themes", "/desk/themes.csv", f"/desk/themes/{told.theme}", f"/desk/themes/{told.theme}/edit",
        "/desk/themes/review", f"/desk/actions/{told.action}", "/desk/actions.csv", "/desk/briefs.csv",
    ]  # fmt: skip


def test_the_rule(told: Told, database: Database, cast: Cast) -> None:
    """The one function that every page asks, for each role and each kind of retro."""
    names = {id_: name for name, id_ in told.retros.items()}
    with database.reading() as db:
        for reader in READERS:
            visitor = getattr(cast, reader).visitor
            readable = {names[one] for one in may_read_wording(db, visitor, told.retros.values())}
            wanted = {name for name, those in MAY_READ.items() if reader in those and name != "hidden"}
            assert readable - {"hidden"} == wanted, reader
            known = {names[one] for one in known_to(db, visitor, told.retros.values())}
            assert known == {name for name, those in TITLES.items() if reader in those}, reader


def test_an_open_retro_is_read_nowhere_else(told: Told, database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        db.execute(update(Retro).where(col(Retro.id) == told.retros["labelled"]).values(stage=Stage.DISCUSS))
    with database.reading() as db:
        assert may_read_wording(db, cast.ada.visitor, [told.retros["labelled"]]) == set()


def test_helping_once_gives_nothing_for_good(told: Told, database: Database, cast: Cast) -> None:
    """Somebody who helped once and is no facilitator any more reads like everybody else."""
    with database.transaction() as db:
        db.add(RetroFacilitator(retro_id=told.retros["labelled"], account_id=cast.sven.id))
    with database.reading() as db:
        assert told.retros["labelled"] not in may_read_wording(db, cast.sven.visitor, told.retros.values())
        nobody = replace(cast.sven.visitor, member_of=frozenset(), leads=frozenset())
        assert may_read_wording(db, nobody, told.retros.values()) == set()
        assert known_to(db, nobody, told.retros.values()) == set()


@pytest.mark.parametrize("reader", READERS)
def test_every_page_keeps_to_it(told: Told, cast: Cast, at_desk: AtDesk, reader: str) -> None:
    shown = read_by(at_desk(getattr(cast, reader)), pages_of(told, cast))
    assert "Files come late" in shown, "names of themes and counts are for everybody"
    for name, those in MAY_READ.items():
        if reader not in those:
            assert words(name) not in shown, f"{reader} read {name}"
        elif name != "hidden":
            assert words(name) in shown, f"{reader} should read {name}"
    for name, those in TITLES.items():
        owes_something = reader == "sven" and name == "labelled"  # the promise says where it was made
        assert (title(name) in shown) <= (reader in those or owes_something), f"{reader} learned of {name}"


def test_a_promise_names_the_theme_where_its_topic_may_not_be_read(
    told: Told, cast: Cast, at_desk: AtDesk, database: Database
) -> None:
    path = f"/desk/actions/{told.action}"
    sven = at_desk(cast.sven).get(path).text
    assert "Send files two days earlier" in sven
    assert "Files come late" in sven
    assert words("labelled") not in sven
    assert words("labelled") in at_desk(cast.paul).get(path).text
    with database.transaction() as db:
        db.execute(update(Topic).where(col(Topic.retro_id) == told.retros["labelled"]).values(titled_by_person=True))
    assert words("labelled") in at_desk(cast.sven).get(path).text, "what a person wrote as a title is no entry"


def test_a_small_department_of_imported_history_is_never_named(database: Database, cast: Cast, at_desk: AtDesk,
                                                                 clock: SetClock) -> None:  # fmt: skip
    """Two of Rights and eight of Editorial: together they are a group of k, so neither is named beside a theme.

    Two more keep their names: with fewer, nobody would be named at all."""
    theme = a_theme(database, "Proofs go astray")
    seats: dict[str, int | None] = {"Rights": 2, "Editorial": 8, "Production": 9, "Marketing": 10}
    said = [wrong("lost", "Rights", "Production", theme), wrong("gone", "Editorial", "Production", theme),
            wrong("away", "Production", "Editorial", theme),
            wrong("off", "Marketing", "Production", theme)]  # fmt: skip
    retro = past_retro(database, cast, date(2025, 5, 5), said, seats, imported=True)
    run_due(database, clock.now())
    with database.reading() as db:
        assert unnamed_in(db) == {retro: {cast.departments["Rights"], cast.editorial}}
        consumers = set(db.exec(select(TopicCount.consumer).where(TopicCount.retro_id == retro)))
        assert db.exec(select(ThemeTopic.retro_id)).all() == [retro]
    assert consumers == {"", str(cast.production), str(cast.marketing)}
    page = at_desk(cast.edda).get(f"/desk/themes/{theme}").text
    assert "lost" in page
    assert "Rights about Production" not in " ".join(page.split())
    desk = at_desk(cast.sven)
    asked = [f"{side}={one}" for side in ("provider", "consumer") for one in (*cast.departments.values(), "several")]
    for query in ("", *asked):
        lines = list(csv.DictReader(io.StringIO(desk.get(f"/desk/themes.csv?{query}").text)))
        assert not {"Rights", "Editorial"} & {line["consumer"] for line in lines}, query
    assert "Rights" not in desk.get("/desk/themes.csv").text

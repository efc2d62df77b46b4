"""Joint projects: what makes one, and who sees and changes it, on both databases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.projects import queries, service
from app.projects.rules import dates_problem, departments_problem, kind_problem, name_problem
from tests.cast import Cast

START, END = date(2026, 1, 12), date(2026, 3, 6)


def make(
    database: Database,
    cast: Cast,
    now: datetime,
    name: str = "Spring catalogue",
    departments: Collection[UUID] = (),
    ended_on: date | None = END,
) -> UUID:
    chosen = departments or [cast.editorial, cast.production]
    with database.transaction() as db:
        return service.create(db, cast.frieda.visitor, name, "catalogue", START, ended_on, chosen, now)


def test_what_makes_a_joint_project() -> None:
    one, other = uuid4(), uuid4()
    assert departments_problem([one, other]) is None
    assert departments_problem([one])
    assert departments_problem([one, one])
    assert dates_problem(START, END) is None
    assert dates_problem(START, START) is None
    assert dates_problem(END, START)
    assert dates_problem(None, END) is None
    assert name_problem("Frühjahr 🌷") is None
    assert name_problem("")
    assert name_problem("x" * 121)
    assert kind_problem("") is None
    assert kind_problem("x" * 61)


def test_a_project_is_seen_as_it_was_made(database: Database, cast: Cast, now: datetime) -> None:
    project_id = make(database, cast, now, name="  Spring   catalogue ")
    with database.reading() as db:
        found = queries.project(db, project_id, for_=cast.frieda.visitor)
        assert queries.kinds(db) == ["catalogue"]
    assert (found.name, found.kind, found.started_on, found.ended_on) == ("Spring catalogue", "catalogue", START, END)
    assert [one.name for one in found.departments] == ["Editorial", "Production"]
    assert found.retros == ()


def test_looking_up_is_the_right_to_see(database: Database, cast: Cast, now: datetime) -> None:
    project_id = make(database, cast, now)
    may = dict.fromkeys(cast.everybody(), False)
    for name, person in cast.everybody().items():
        with database.reading() as db:
            listed = [one.id for one in queries.projects_for(db, person.visitor)]
            try:
                queries.project(db, project_id, for_=person.visitor)
                may[name] = True
            except NotFound:
                may[name] = False
        assert (project_id in listed) == may[name]
    assert may == {
        "ada": True, "frieda": True, "carla": True, "stefan": True,
        "edda": True, "paul": True, "mia": True, "sven": False,
    }  # fmt: skip


def test_admins_and_facilitators_set_projects_up(database: Database, cast: Cast, now: datetime) -> None:
    project_id = make(database, cast, now)
    both = [cast.editorial, cast.production]
    for person in (cast.edda, cast.mia):
        with pytest.raises(service.OnlyFacilitatorsChangeProjects), database.transaction() as db:
            service.create(db, person.visitor, "Mine", "", None, None, both, now)
        with pytest.raises(service.OnlyFacilitatorsChangeProjects), database.transaction() as db:
            service.change(db, person.visitor, project_id, "Mine", "", None, None, both)
    with pytest.raises(NotFound), database.transaction() as db:
        service.change(db, cast.sven.visitor, project_id, "Mine", "", None, None, both)


def test_changing_replaces_what_is_known(database: Database, cast: Cast, now: datetime) -> None:
    project_id = make(database, cast, now)
    with database.transaction() as db:
        service.change(db, cast.ada.visitor, project_id, "Autumn", "", None, None, [cast.marketing, cast.production])
        found = queries.project(db, project_id, for_=cast.ada.visitor)
    assert (found.name, found.kind, found.started_on, found.ended_on) == ("Autumn", "", None, None)
    assert [one.name for one in found.departments] == ["Marketing", "Production"]
    with pytest.raises(NotFound), database.reading() as db:
        queries.project(db, project_id, for_=cast.edda.visitor)


@pytest.mark.parametrize("field", ["name", "ended_on", "departments"])
def test_what_cannot_be_is_refused_and_changes_nothing(
    field: str, database: Database, cast: Cast, now: datetime
) -> None:
    name = "" if field == "name" else "Spring"
    ended = date(2025, 1, 1) if field == "ended_on" else END
    departments = [cast.editorial] if field == "departments" else [cast.editorial, cast.production]
    with pytest.raises(Invalid) as refusal, database.transaction() as db:
        service.create(db, cast.ada.visitor, name, "", START, ended, departments, now)
    assert refusal.value.field == field
    with database.reading() as db:
        assert queries.projects_for(db, cast.ada.visitor) == []


def test_an_unknown_department_is_not_found(database: Database, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotFound):
        make(database, cast, now, departments=[cast.editorial, uuid4()])
    with database.reading() as db:
        assert queries.projects_for(db, cast.ada.visitor) == []


def test_projects_that_go_on_come_first_then_the_latest(database: Database, cast: Cast, now: datetime) -> None:
    make(database, cast, now, "Old", ended_on=date(2026, 1, 20))
    make(database, cast, now, "Open", ended_on=None)
    make(database, cast, now, "New", ended_on=date(2026, 3, 1))
    with database.reading() as db:
        assert [one.name for one in queries.projects_for(db, cast.ada.visitor)] == ["Open", "New", "Old"]


def test_a_project_names_its_retros(house: Database, cast: Cast, now: datetime) -> None:
    from app.retros.models import Retro

    project_id = make(house, cast, now)
    with house.transaction() as db:
        retro = Retro(
            project_id=project_id,
            code="ABCD2345",
            title="Looking back",
            facilitator_id=cast.frieda.id,
            created_at=now,
        )
        db.add(retro)
    with house.reading() as db:
        found = queries.project(db, project_id, for_=cast.edda.visitor)
    assert found.retros == ((retro.id, "Looking back", "prepare"),)

"""Departments and their organisation: names, badges, tones, rights, on both databases."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.departments import queries, service
from app.departments.rules import (
    TONES,
    Spoken,
    badge_for,
    badge_problem,
    is_small,
    least_used_tone,
    line_of_setup,
    name_problem,
    tidy,
)
from tests.cast import DEPARTMENTS, Cast


@pytest.mark.parametrize(
    ("name", "taken", "badge"),
    [
        ("Editorial", [], "ED"),
        ("Press & Events", [], "PE"),
        ("Press-Events", [], "PE"),
        ("Edition", ["ED"], "EI"),
        ("Press Events", ["PE"], "PR"),
        ("Sales and Service", ["SA"], "SAS"),
        ("X", ["X"], "X2"),
        ("ש", [], "ש"),
        ("&", [], "?"),
    ],
)
def test_a_badge_comes_from_the_name(name: str, taken: list[str], badge: str) -> None:
    assert badge_for(name, taken) == badge


@given(st.text(min_size=1, max_size=80), st.sets(st.text(max_size=3)))
def test_a_badge_always_has_one_to_three_letters(name: str, taken: set[str]) -> None:
    assert 1 <= len(badge_for(name, taken)) <= 3


def test_the_tone_is_the_least_used() -> None:
    assert least_used_tone([]) == 0
    assert least_used_tone([0, 1, 1]) == 2
    assert least_used_tone(range(TONES)) == 0
    assert least_used_tone([*range(TONES), *range(5)]) == 5


@given(st.lists(st.integers(0, 40), max_size=40))
def test_twelve_departments_have_twelve_tones(start: list[int]) -> None:
    tones: list[int] = []
    for _ in range(TONES):
        tones.append(least_used_tone(tones))
    assert sorted(tones) == list(range(TONES))
    assert 0 <= least_used_tone(start) < TONES


def test_names_and_badges_that_cannot_be() -> None:
    assert name_problem("") == "Type a name."
    assert name_problem("x" * 81)
    assert name_problem("a\x00b")
    assert name_problem(tidy("  Press \n & Events ")) is None
    assert badge_problem("ABCD")
    assert badge_problem("A!")
    assert badge_problem("") is None


def test_departments_are_listed_by_name_with_their_own_badge_and_tone(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        found = queries.all_departments(db)
    assert [one.name for one in found] == sorted(DEPARTMENTS)
    assert len({one.tone for one in found}) == len({one.badge for one in found}) == len(DEPARTMENTS)


def test_admins_and_facilitators_look_after_departments(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        legal = service.create(db, cast.frieda.visitor, " Legal ", "", now=now)
        service.rename(db, cast.ada.visitor, legal, "Law", "l w".replace(" ", ""))
        assert (queries.department(db, legal).name, queries.department(db, legal).badge) == ("Law", "LW")
    for person in (cast.edda, cast.mia, cast.sven):
        with pytest.raises(service.OnlyFacilitators), database.transaction() as db:
            service.create(db, person.visitor, "Mine", "", now=now)
        with pytest.raises(service.OnlyFacilitators), database.transaction() as db:
            service.rename(db, person.visitor, cast.editorial, "Mine")
        with pytest.raises(service.OnlyFacilitators), database.transaction() as db:
            service.archive(db, person.visitor, cast.editorial, now)


def test_a_name_is_used_once(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        service.archive(db, None, cast.marketing, now)
    for taken in ("Editorial", "EDITORIAL", " editorial", "Marketing"):
        with pytest.raises(service.NameIsTaken), database.transaction() as db:
            service.create(db, None, taken, now=now)
    with database.transaction() as db:
        service.rename(db, None, cast.editorial, "Editorial", "EL")
        service.create_unless_there(db, "Editorial", now=now)
        assert queries.department(db, cast.editorial).badge == "EL"
    with pytest.raises(service.NameIsTaken), database.transaction() as db:
        service.rename(db, None, cast.editorial, "Production")


def test_what_cannot_be_is_refused(database: Database, cast: Cast, now: datetime) -> None:
    for name, badge, field in (("", "", "name"), ("Legal", "TOOLONG", "badge")):
        with pytest.raises(Invalid) as refusal, database.transaction() as db:
            service.create(db, None, name, badge, now=now)
        assert refusal.value.field == field
    with pytest.raises(NotFound), database.transaction() as db:
        service.rename(db, None, uuid4(), "Nothing")


def test_an_archived_department_is_not_offered_and_comes_back(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        service.archive(db, cast.ada.visitor, cast.marketing, now)
    with database.reading() as db:
        assert cast.marketing not in [one.id for one in queries.all_departments(db)]
        assert queries.names(db)[cast.marketing].is_archived
    with database.transaction() as db:
        service.restore_department(db, cast.ada.visitor, cast.marketing)
        assert cast.marketing in [one.id for one in queries.all_departments(db)]


def test_the_organisation_has_a_name(database: Database, cast: Cast) -> None:
    with database.transaction() as db:
        assert queries.organisation(db).name == "Lantern & Quill"
        service.name_organisation(db, cast.ada.visitor, "Lantern", is_demo=True, time_zone="Europe/Berlin")
        service.name_organisation(db, None, "Lantern & Daughters")
        found = queries.organisation(db)
    assert (found.name, found.is_demo, found.time_zone) == ("Lantern & Daughters", True, "Europe/Berlin")
    with pytest.raises(service.OnlyFacilitators), database.transaction() as db:
        service.name_organisation(db, cast.frieda.visitor, "Mine")
    with pytest.raises(Invalid), database.transaction() as db:
        service.name_organisation(db, None, "  ")


def test_before_the_setup_there_is_no_name(database: Database) -> None:
    with database.reading() as db:
        assert queries.organisation(db).name == "Fencepost"
        assert queries.all_departments(db) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Legal, 2", ("Legal", 2)),
        (" Sales and Service ", ("Sales and Service", None)),
        ("Art, Music", ("Art, Music", None)),
        ("Art, Music, 12", ("Art, Music", 12)),
        ("Legal, 0", ("Legal, 0", None)),
        (", 3", (", 3", None)),
    ],
)
def test_a_line_of_the_setup_may_say_how_many_people(line: str, found: tuple[str, int | None]) -> None:
    assert line_of_setup(line) == found


def test_one_or_two_people_are_a_small_department_and_a_size_nobody_said_is_not() -> None:
    assert [is_small(people) for people in (1, 2, 3, 40, None)] == [True, True, False, False, False]


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_of_small_departments_two_stand_together_and_one_alone_nowhere(small: set[int], among: set[int]) -> None:
    spoken = Spoken(frozenset(UUID(int=one) for one in small))
    there = frozenset(UUID(int=one) for one in among)
    hidden = spoken.unnamed & there
    assert spoken.together(there) | spoken.left_out(there) == hidden
    assert len(spoken.together(there)) != 1
    assert len(spoken.left_out(there)) <= 1
    assert spoken.names(*there) == (not hidden)


def test_a_department_is_spoken_of_by_name_to_its_own_people_alone(house: Database, cast: Cast) -> None:
    it = cast.departments["IT"]
    with house.transaction() as db:
        service.say_how_many(db, cast.ada.visitor, it, 1)
    with house.reading() as db:
        assert queries.spoken_of(db, cast.sven.visitor).names(it)
        for reader in (cast.ada.visitor, cast.frieda.visitor, cast.edda.visitor, None):
            assert not queries.spoken_of(db, reader).names(it)
    with house.transaction() as db, pytest.raises(service.OnlyFacilitators):
        service.say_how_many(db, cast.edda.visitor, it, 30)
    with house.transaction() as db, pytest.raises(Invalid):
        service.say_how_many(db, cast.ada.visitor, it, 0)

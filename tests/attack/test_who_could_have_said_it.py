"""Who could have said it: of every revealed entry, the people who may have written it, from what is shown and stored.

Fewer than k is a leak. Rooms are drawn at random: departments of nought to six, pairs that did not work together,
everybody writing about everybody, some entries signed. The same attack must find the planted leaks.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from random import Random
from uuid import UUID

import pytest
from sqlmodel import Session, select

from app.anonymity.rules.tags import new_seat_secret
from app.core.db import Database
from app.entries.models import Entry
from app.entries.service import signing, writing
from app.main import register_reactions
from app.projects import service as projects
from app.retros.models import RetroDepartment, RetroPairApart
from app.retros.queries import retros
from app.retros.queries.providers import Providers
from app.retros.rules.names import Stage
from app.retros.rules.preparation import Preparation
from app.retros.service import preparation, stage_moves
from app.retros.service import seats as seats_service
from tests.cast import Cast, settle_in

ROOMS = 60 if os.environ.get("FENCEPOST_FULL") == "1" else 8
K = 3
pytestmark = pytest.mark.timeout(3600 if ROOMS == 60 else 400)


@pytest.fixture
def cast(database: Database, now) -> Cast:
    register_reactions(database.bus)
    return settle_in(database, now)


@dataclass(frozen=True)
class Shown:
    """What anybody can see or read in the database of one entry, beside its text."""

    label: UUID | None
    about: UUID | None
    about_pool: bool
    signed: UUID | None


@dataclass(frozen=True)
class Room:
    """People by department, as they truly sit; what the reveal made public."""

    people: dict[UUID, int]
    apart: frozenset[frozenset[UUID]]
    nameless: frozenset[UUID]
    hidden: frozenset[UUID]
    shown: tuple[Shown, ...]

    def candidates(self, one: Shown) -> int:
        """People who could have written it. A label stands for everybody of that department."""
        if one.label is not None:
            return self.people.get(one.label, 0)
        if one.about_pool:
            writers = {d for d in self.nameless if any(self.speaks_of(d, about) for about in self.hidden)}
        elif one.about is not None:
            writers = {d for d in self.nameless if self.speaks_of(d, one.about)}
        else:
            writers = set(self.nameless)
        return sum(self.people.get(d, 0) for d in writers)

    def speaks_of(self, department: UUID, about: UUID) -> bool:
        return department != about and frozenset((department, about)) not in self.apart

    def leaks(self) -> list[str]:
        found = [
            f"{one}: {self.candidates(one)}" for one in self.shown if not one.signed and self.candidates(one) < K
        ]
        signers = {one.signed for one in self.shown if one.signed}
        rest = sum(self.people.get(d, 0) for d in self.nameless - signers)
        return found + ([f"beside {len(signers)} that signed only {rest} are left"] if signers and rest < K else [])


def played(database: Database, cast: Cast, now, number: int) -> Room | None:
    """A room up to its reveal; None where too few came."""
    source = Random(number)
    chosen = source.sample(list(cast.departments.values()), source.randint(3, 6))
    people = {d: source.choice([0, 1, 1, 2, 2, 3, 4, 5, 6]) for d in chosen}
    pairs = [pair for pair in combinations(chosen, 2) if source.random() < 0.15]
    if sum(people.values()) < K:
        return None
    visitor = cast.frieda.visitor

    def go(stage: Stage) -> None:
        with database.transaction() as db:
            assert stage_moves.move_to(db, visitor, retro_id, stage, now, source) is stage

    with database.transaction() as db:
        project = projects.create(db, visitor, f"Atlas {number}", "book", None, None, chosen, now)
        asked = Preparation(title="Atlas", department_ids=tuple(chosen), k=K, override_warnings=True)
        retro_id = preparation.prepare(db, visitor, project, asked, now)
        code = retros.get(db, retro_id, visitor).code
        for one, other in pairs:
            db.add(RetroPairApart(retro_id=retro_id, one_id=min(one, other), other_id=max(one, other)))
    go(Stage.CHECK_IN)
    with database.transaction() as db:
        for row in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == retro_id)):
            setattr(row, "expected" if hasattr(row, "expected") else "headcount", people[row.department_id])
        seats = [
            (d, seats_service.join(db, code, new_seat_secret(), d, now)) for d in chosen for _ in range(people[d])
        ]
    go(Stage.WRITE)
    _write(database, chosen, seats, source)
    go(Stage.GROUP)
    with database.reading() as db:
        return _seen(db, retro_id, people)


def _write(database: Database, chosen: list[UUID], seats, source: Random) -> None:
    """Everybody about everybody, and once about nobody."""
    with database.transaction() as db:
        for place, (department, seat) in enumerate(seats):
            for about in (*(one for one in chosen if one != department), None):
                writing.send(db, seat, f"{place}-{about}", "went_wrong", f"Entry of {place} on {about}", about)
            if source.random() < 0.3:
                _sign(db, seat)


def _sign(db: Session, seat) -> None:
    try:
        signing.sign(db, seat, 1, True)
    except signing.CannotSign:
        return


def _seen(db: Session, retro_id: UUID, people: dict[UUID, int]) -> Room:
    parts = db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == retro_id)).all()
    apart = db.exec(select(RetroPairApart).where(RetroPairApart.retro_id == retro_id)).all()
    rows = db.exec(select(Entry).where(Entry.retro_id == retro_id)).all()
    return Room(
        people,
        frozenset(frozenset((one.one_id, one.other_id)) for one in apart),
        frozenset(one.department_id for one in parts if one.pooled),
        frozenset(one.department_id for one in parts if one.about_pooled),
        tuple(
            Shown(one.department_id, one.about_department_id, one.about_pooled, one.signed_department_id)
            for one in rows
        ),
    )


def rooms(database: Database, cast: Cast, now) -> list[Room]:
    found = [played(database, cast, now, number) for number in range(ROOMS)]
    return [one for one in found if one is not None]


def test_k_people_could_have_said_every_entry(database, cast, now):
    seen = rooms(database, cast, now)
    assert [leak for room in seen for leak in room.leaks()] == []
    kinds = Counter(
        "signed" if one.signed else "pool" if one.about_pool else "about" if one.about else "nobody"
        for room in seen for one in room.shown if one.label is None
    )  # fmt: skip
    assert {"pool", "about", "nobody", "signed"} <= kinds.keys(), "the rooms are too much alike"
    print(f"{len(seen)} rooms, entries without a label: {dict(kinds)}")


def test_the_attack_finds_what_an_entry_is_about_where_it_is_kept_for_everybody(database, cast, now, monkeypatch):
    monkeypatch.setattr(Providers, "shown", lambda self, writer, about: (about, False))
    assert any(room.leaks() for room in rooms(database, cast, now))


def test_the_attack_finds_a_pool_that_is_named_although_few_could_have_meant_it(database, cast, now, monkeypatch):
    def told(self, writer, about):
        hidden = about is not None and writer not in self.labelled and about in self.hidden
        return (None, True) if hidden and about == min(self.hidden) else (about, False)

    monkeypatch.setattr(Providers, "shown", told)
    assert any(room.leaks() for room in rooms(database, cast, now))


def test_the_attack_finds_signatures_that_give_others_away(database, cast, now, monkeypatch):
    monkeypatch.setattr(signing, "signing_stands", lambda room, pool, signed, k: frozenset(signed) & frozenset(pool))
    assert any("signed" in leak for room in rooms(database, cast, now) for leak in room.leaks())

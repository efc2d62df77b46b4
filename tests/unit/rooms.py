"""Rooms for tests of retros and entries alone: no slice above reacts (`tests/builders.py` has the whole house)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from app.anonymity.rules.tags import new_seat_secret
from app.core.db import Database
from app.core.events import Bus
from app.entries import reactions as entry_reactions
from app.entries.service import writing
from app.people.rules import Visitor
from app.projects import service as projects
from app.retros.queries import retros, seats
from app.retros.queries.views import RetroView, SeatVisitor
from app.retros.rules.names import STAGES, Stage
from app.retros.rules.preparation import Preparation
from app.retros.service import preparation as preparation_service
from app.retros.service import seats as seats_service
from app.retros.service import stage_moves
from tests.cast import Cast
from tests.late_round import skip_before

ENDED_DAYS_AGO = 9
"""Within the 3 to 15 working days after which a retro is held without a warning."""


@dataclass
class Room:
    """A retro and the secrets of its seats, as cookies would hold them."""

    database: Database
    cast: Cast
    retro_id: UUID
    code: str
    now: datetime
    facilitator: Visitor
    secrets: list[str] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(7))

    def view(self) -> RetroView:
        with self.database.reading() as db:
            return retros.get(db, self.retro_id, self.facilitator)

    def join(self, department_id: UUID, secret: str | None = None) -> SeatVisitor:
        secret = secret or new_seat_secret()
        with self.database.transaction() as db:
            seat = seats_service.join(db, self.code, secret, department_id, self.now)
        self.secrets.append(secret)
        return seat

    def seat(self, number: int = 0) -> SeatVisitor:
        with self.database.reading() as db:
            _, seat = seats.seat_for(db, self.code, self.secrets[number])
        assert seat is not None
        return seat

    def fill(self, *numbers: int) -> None:
        """So many people into the retro's departments, in the order of the cast's list."""
        departments = [self.cast.departments[name] for name in self.cast.departments]
        for department_id, number in zip(departments, numbers, strict=False):
            for _ in range(number):
                self.join(department_id)

    def move(self, stage: Stage, visitor: Visitor | None = None) -> Stage:
        with self.database.transaction() as db:
            skip_before(db, self.facilitator, self.retro_id, stage)
            return stage_moves.move_to(db, visitor or self.facilitator, self.retro_id, stage, self.now, self.random)

    def go_to(self, stage: Stage) -> None:
        """Forward, stage by stage."""
        here = STAGES.index(self.view().stage)
        for step in STAGES[here + 1 : STAGES.index(stage) + 1]:
            self.move(step)

    def write(
        self, seat: SeatVisitor, text: str, kind: str = "went_wrong", key: str | None = None, **more: Any
    ) -> Any:
        with self.database.transaction() as db:
            return writing.send(db, seat, key or uuid4().hex, kind, text, **more)


def with_reactions(database: Database) -> Database:
    """The database with the reactions of retros and entries; main adds those of the slices above."""
    if database.bus is not None and not getattr(database, "has_reactions", False):
        entry_reactions.register(database.bus)
        database.has_reactions = True  # type: ignore[attr-defined]
    return database


def prepare_room(
    database: Database,
    cast: Cast,
    now: datetime,
    departments: Sequence[str] = ("Editorial", "Production"),
    **settings: Any,
) -> Room:
    """A retro in stage prepare, facilitated by Frieda."""
    with_reactions(database)
    visitor = cast.frieda.visitor
    ids = tuple(cast.departments[name] for name in departments)
    with database.transaction() as db:
        ended = now.date() - timedelta(days=ENDED_DAYS_AGO)
        project_id = projects.create(db, visitor, "The Lighthouse Atlas", "book", None, ended, ids, now)
        preparation = Preparation(title="The Lighthouse Atlas, looking back", department_ids=ids, **settings)
        retro_id = preparation_service.prepare(db, visitor, project_id, preparation, now)
        code = retros.get(db, retro_id, visitor).code
    return Room(database, cast, retro_id, code, now, visitor)


def open_room(database: Database, cast: Cast, now: datetime, *people: int, **settings: Any) -> Room:
    """A retro in check-in with so many people per department."""
    room = prepare_room(database, cast, now, **settings)
    room.move(Stage.CHECK_IN)
    room.fill(*people)
    return room


def heard(bus: Bus, *kinds: type[Any]) -> list[Any]:
    """A list that fills with the facts of these kinds that are committed from now on."""
    facts: list[Any] = []
    for kind in kinds:
        bus.after(kind, facts.append)
    return facts

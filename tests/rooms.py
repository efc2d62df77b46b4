"""A room of real seats for tests of what happens between the reveal and the close; through the real services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from uuid import UUID

from app.anonymity.rules.tags import new_seat_secret
from app.core.db import Database
from app.entries.rules.names import EntryKind
from app.entries.service import writing
from app.projects import service as projects
from app.retros.queries import retros
from app.retros.queries import seats as seats_queries
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.preparation import Preparation
from app.retros.service import pairs as pairs_service
from app.retros.service import preparation, stage_moves
from app.retros.service import seats as seats_service
from app.topics.queries import topic_board
from app.topics.queries.topic_board import TopicBoard
from tests.cast import Cast
from tests.late_round import skip_before


@dataclass
class VotingRoom:
    """A retro whose seats are known to the test, by department."""

    database: Database
    cast: Cast
    now: datetime
    retro_id: UUID
    code: str
    secrets: dict[str, list[str]] = field(default_factory=dict)

    def move(self, *stages: Stage) -> None:
        for stage in stages:
            with self.database.transaction() as db:
                skip_before(db, self.cast.frieda.visitor, self.retro_id, stage)
                stage_moves.move_to(db, self.cast.frieda.visitor, self.retro_id, stage, self.now, Random(1))

    def seats(self, department: str) -> list[SeatVisitor]:
        with self.database.reading() as db:
            found = [seats_queries.seat_for(db, self.code, secret)[1] for secret in self.secrets[department]]
        return [seat for seat in found if seat is not None]

    def everybody(self) -> list[SeatVisitor]:
        return [seat for department in self.secrets for seat in self.seats(department)]

    def write(
        self, seat: SeatVisitor, text: str, kind: EntryKind = EntryKind.WENT_WRONG, about: UUID | None = None
    ) -> None:
        with self.database.transaction() as db:
            writing.send(db, seat, new_seat_secret(), kind, text, about)

    def board(self) -> TopicBoard:
        with self.database.reading() as db:
            return topic_board.board(db, self.retro_id)


def a_room(
    database: Database,
    cast: Cast,
    now: datetime,
    people: Mapping[str, int],
    k: int = 3,
    limit: int = 8,
    apart: Sequence[tuple[str, str]] = (),
) -> VotingRoom:
    """In stage write, with so many seats in each department. `apart`: pairs that did not work together."""
    ids = tuple(cast.departments[name] for name in people)
    with database.transaction() as db:
        project = projects.create(
            db, cast.frieda.visitor, "The Lighthouse Atlas", "book", date(2026, 1, 5), date(2026, 3, 9), ids, now
        )
        prepared = Preparation(
            title="Atlas", department_ids=ids, k=k, entry_limit=limit, co_facilitator_ids=(cast.carla.id,)
        )
        retro_id = preparation.prepare(db, cast.frieda.visitor, project, prepared, now)
        if apart:
            pairs = [frozenset(cast.departments[name] for name in pair) for pair in apart]
            pairs_service.set_pairs_apart(db, cast.frieda.visitor, retro_id, pairs)
        code = retros.get(db, retro_id, cast.frieda.visitor).code
    room = VotingRoom(database, cast, now, retro_id, code)
    room.move(Stage.CHECK_IN)
    for name, number in people.items():
        room.secrets[name] = [new_seat_secret() for _ in range(number)]
        for secret in room.secrets[name]:
            with database.transaction() as db:
                seats_service.join(db, code, secret, cast.departments[name], now)
    room.move(Stage.WRITE)
    return room


def with_topics(room: VotingRoom, texts: Sequence[str]) -> VotingRoom:
    """Everybody's entries are revealed: the texts are dealt to the seats in turn."""
    seats = room.everybody()
    for number, text in enumerate(texts):
        room.write(seats[number % len(seats)], text)
    room.move(Stage.GROUP)
    return room

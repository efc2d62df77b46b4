"""Short builders on the real services, so that a test reads as a sentence:

    room = a_retro(house, cast, clock, stage=Stage.WRITE, seats={"Editorial": 6, "Production": 6})
    write(house, room.seat("Editorial"), "The files came late again")
    move(house, cast.frieda, room, Stage.GROUP, clock)

`house` is the database with every slice's reactions (the fixture of that name, or the app's database). What a person
at a phone does goes through the same services as in the app. A room that was built so once in this process is put
back as it was (tests/snapshots.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID, uuid4

from sqlmodel import Session

from app.anonymity.rules.tags import new_seat_secret
from app.core.clock import Clock
from app.core.db import Database
from app.entries.rules.names import EntryKind
from app.projects import service as projects
from app.retros.queries import retros
from app.retros.queries import seats as seats_queries
from app.retros.queries.views import RetroView, SeatVisitor
from app.retros.rules.names import STAGES, Stage
from app.retros.rules.preparation import Preparation
from app.retros.service import preparation as preparation_service
from app.retros.service import seats as seats_service
from app.retros.service import stage_moves
from tests import snapshots
from tests.cast import Cast, Person
from tests.late_round import skip_before

ENDED_A_WEEK_AGO = date(2026, 3, 10)
SENTENCES = (
    "The files came two days late and nobody said so before the deadline",
    "We found out about the new cover from a customer",
    "Production answered every question within the hour",
    "Nobody told us that the print date had moved",
    "The shared checklist saved us twice",
    "Corrections arrived after the plates were made",
    "The briefing was clear and on one page",
    "We waited a week for a decision on the paper",
)


@dataclass(slots=True)
class Room:
    """A retro under test: its id, its code and the secrets that the phones in it hold."""

    id: UUID
    code: str
    cast: Cast
    secrets: dict[str, list[str]] = field(default_factory=dict)
    house: Database | None = None

    def secret(self, department: str = "Editorial", number: int = 0) -> str:
        """The cookie of the phone with this number (0-based) in this department."""
        return self.secrets[department][number]

    def seat(self, department: str = "Editorial", number: int = 0) -> SeatVisitor:
        """That phone's seat, as a request with its cookie would find it now."""
        return self.seat_of(self.secret(department, number))

    def seat_of(self, secret: str) -> SeatVisitor:
        assert self.house is not None
        with self.house.reading() as db:
            _, seat = seats_queries.seat_for(db, self.code, secret)
        assert seat is not None, "this phone has no seat"
        return seat

    def all_secrets(self) -> list[str]:
        return [secret for secrets in self.secrets.values() for secret in secrets]

    def view(self, person: Person | None = None) -> RetroView:
        """The retro as this person sees it now (Frieda if nobody is named)."""
        assert self.house is not None
        with self.house.reading() as db:
            return retros.get(db, self.id, for_=(person or self.cast.frieda).visitor)


def a_project(
    house: Database,
    cast: Cast,
    clock: Clock,
    departments: Iterable[str] = ("Editorial", "Production", "Marketing"),
    name: str = "The Orchard Atlas",
) -> UUID:
    """A joint project that ended a week ago, set up by Frieda."""
    ids = [cast.departments[department] for department in departments]
    with house.transaction() as db:
        return projects.create(
            db, cast.frieda.visitor, name, "Illustrated book", None, ENDED_A_WEEK_AGO, ids, clock.now()
        )


def a_retro(
    house: Database,
    cast: Cast,
    clock: Clock,
    stage: Stage = Stage.PREPARE,
    seats: Mapping[str, int] | None = None,
    entries: int = 1,
    project_id: UUID | None = None,
    **preparation: object,
) -> Room:
    """A retro in `stage`, led by Frieda, with Carla as co-facilitator and Stefan as stand-in.

    `seats`: phones per department (6 in Editorial and 6 in Production unless said otherwise). Each has sent `entries`
    entries if the retro is past `write`, and has voted if it is past `vote`.
    """
    seats = {"Editorial": 6, "Production": 6} if seats is None else seats
    recipe = (
        cast.frieda.id,
        clock.now(),
        len(house.bus._inside),
        stage,
        repr((seats, entries, project_id, preparation)),
    )
    before = snapshots.counts(house)
    found = snapshots.kept(recipe, before)
    if found is not None:
        found.put_back(house)
        retro_id, code, secrets = found.beside
        return Room(retro_id, code, cast, {name: list(held) for name, held in secrets.items()}, house)
    room = _lead_to(house, cast, clock, stage, seats, entries, project_id, preparation)
    snapshots.keep(
        recipe, house, before, (room.id, room.code, {name: list(held) for name, held in room.secrets.items()})
    )
    return room


def _lead_to(
    house: Database,
    cast: Cast,
    clock: Clock,
    stage: Stage,
    seats: Mapping[str, int],
    entries: int,
    project_id: UUID | None,
    preparation: Mapping[str, object],
) -> Room:
    project_id = project_id or a_project(house, cast, clock)
    chosen = Preparation(
        **{  # type: ignore[arg-type]
            "co_facilitator_ids": (cast.carla.id,),
            "stand_in_id": cast.stefan.id,
            "override_warnings": True,
            **preparation,
        }
    )
    with house.transaction() as db:
        retro_id = preparation_service.prepare(db, cast.frieda.visitor, project_id, chosen, clock.now())
        code = retros.get(db, retro_id, for_=cast.frieda.visitor).code
    room = Room(retro_id, code, cast, house=house)
    for step in STAGES[1 : STAGES.index(stage) + 1]:
        _before(house, room, step, seats, entries, clock)
        move(house, cast.frieda, room, step, clock)
    if stage is Stage.CHECK_IN:
        _sit_down(house, room, seats, clock)
    return room


def move(house: Database, person: Person, room: Room, stage: Stage, clock: Clock) -> Stage:
    """The facilitator goes on. Returns where the retro is afterwards."""
    with house.transaction() as db:
        skip_before(db, person.visitor, room.id, stage)
        return stage_moves.move_to(db, person.visitor, room.id, stage, clock.now(), Random(room.id.int))


def sit_down(house: Database, room: Room, department: str, clock: Clock, secret: str | None = None) -> str:
    """One more phone takes a seat; returns its secret."""
    with house.transaction() as db:
        return _take_seat(db, room, department, clock, secret)


def write(
    house: Database,
    seat: SeatVisitor,
    text: str = SENTENCES[0],
    kind: EntryKind = EntryKind.WENT_WRONG,
    about: UUID | None = None,
    dimension: str | None = None,
) -> None:
    """One entry is sent from this phone."""
    with house.transaction() as db:
        _send(db, seat, text, kind, about, dimension)


def vote(house: Database, seat: SeatVisitor, topic_id: UUID, stance: str = "agree", dots: int = 0) -> None:
    """A stance, and so many dots, from this phone."""
    with house.transaction() as db:
        _vote(db, seat, topic_id, stance, dots)


def a_webhook(house: Database, cast: Cast, clock: Clock, url: str = "https://93.184.216.34/hook") -> UUID:
    """A webhook that Ada set up, with one delivery taken, one that failed and one that waits."""
    from app.notifications.rules.news import of_test
    from app.notifications.service import deliveries, webhooks
    from app.notifications.service.deliveries import DeliveryResponse

    now = clock.now()
    with house.transaction() as db:
        made = webhooks.add_webhook(db, cast.ada.visitor, "Promises in Production", url, "slack", "", now)
    for answer in (DeliveryResponse(200, "ok"), DeliveryResponse(503, "The other side is tired"), None):
        with house.transaction() as db:
            webhooks.send_test(db, cast.ada.visitor, made, of_test("Promises in Production", "", now))
            parcel = deliveries.claim_delivery(db, now) if answer else None
        if parcel and answer:
            with house.transaction() as db:
                deliveries.note_answer(db, parcel, answer, now)
    return made


def topics_of(house: Database, room: Room) -> list[UUID]:
    """Ids of the retro's topics, in their order on the board."""
    from app.topics.queries.topic_board import board

    with house.reading() as db:
        return [topic.id for topic in board(db, room.id).topics]


def _before(house: Database, room: Room, step: Stage, seats: Mapping[str, int], entries: int, clock: Clock) -> None:
    """What people do before the facilitator goes on to `step`."""
    if step is Stage.WRITE:
        _sit_down(house, room, seats, clock)
    if step is Stage.GROUP:
        _everybody_writes(house, room, entries)
    if step is Stage.DISCUSS:
        _everybody_votes(house, room)


# Whole rooms act in one transaction each: only speed, and no test looks at the order of such rows (the attack plays
# its own rooms over HTTP).


def _sit_down(house: Database, room: Room, seats: Mapping[str, int], clock: Clock) -> None:
    with house.transaction() as db:
        for department, count in seats.items():
            for _ in range(count):
                _take_seat(db, room, department, clock)


def _everybody_writes(house: Database, room: Room, entries: int) -> None:
    kinds = [EntryKind.WENT_WRONG, EntryKind.WENT_RIGHT, EntryKind.IDEA, EntryKind.THANKS]
    with house.transaction() as db:
        for number, seat in enumerate(_seats(db, room)):
            for again in range(entries):
                text = SENTENCES[(number + again) % len(SENTENCES)]
                _send(db, seat, text, kinds[(number + again) % len(kinds)])


def _everybody_votes(house: Database, room: Room) -> None:
    from app.topics.queries.topic_board import board

    with house.transaction() as db:
        ballot = [topic.id for topic in board(db, room.id).topics if topic.voted_on]
        for number, seat in enumerate(_seats(db, room)):
            for place, topic_id in enumerate(ballot):
                stance = ("agree", "agree", "disagree", "pass")[(number + place) % 4]
                _vote(db, seat, topic_id, stance, dots=1 if place == number % len(ballot) else 0)


def _seats(db: Session, room: Room) -> list[SeatVisitor]:
    found = [seats_queries.seat_for(db, room.code, secret)[1] for secret in room.all_secrets()]
    return [seat for seat in found if seat is not None]


def _take_seat(db: Session, room: Room, department: str, clock: Clock, secret: str | None = None) -> str:
    secret = secret or new_seat_secret()
    seats_service.join(db, room.code, secret, room.cast.departments[department], clock.now())
    room.secrets.setdefault(department, []).append(secret)
    return secret


def _send(
    db: Session,
    seat: SeatVisitor,
    text: str,
    kind: EntryKind,
    about: UUID | None = None,
    dimension: str | None = None,
) -> None:
    from app.entries.service import writing

    writing.send(db, seat, key=uuid4().hex, kind=kind, text=text, about=about, dimension=dimension, slot=None)


def _vote(db: Session, seat: SeatVisitor, topic_id: UUID, stance: str, dots: int) -> None:
    from app.votes.rules.ballot import Stance
    from app.votes.service import casting

    casting.cast_stance(db, seat, topic_id, Stance(stance))
    for _ in range(dots):
        casting.place_dot(db, seat, topic_id)

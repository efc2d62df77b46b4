"""Reads a seat's own ballot while voting is open, and the standings afterwards. Cannot tell whose a vote is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from app.anonymity.rules.sealing import unseal
from app.anonymity.rules.tags import tag
from app.anonymity.service import keys
from app.anonymity.service import rows as rows_service
from app.core.tables import table_of
from app.retros.models import Retro, Seat
from app.retros.queries.views import SeatVisitor
from app.topics.models import Topic
from app.votes.models import DotVote, StanceVote, Tally, TopicStanding
from app.votes.rules.ballot import DOTS_MAX, DOTS_ON_ONE_TOPIC, Stance, Standing, dot_budget, group_of

STANCE, DOT, PLACE = "stance", "dot", "dot-place"
"""Purposes of the tags that votes are found by."""

# Made once: a vote runs each of them, and three hundred people vote at once.
_TOPIC, _DOT = table_of(Topic), table_of(DotVote)
_VOTED_ON = sa.select(_TOPIC.c.id).where(_TOPIC.c.retro_id == bindparam("of"), _TOPIC.c.voted_on.is_(True))
_DOTS_TAKEN = sa.select(_DOT.c.tag).where(_DOT.c.tag.in_(bindparam("tags", expanding=True)))
_PLACES_TAKEN = sa.select(_DOT.c.place_tag).where(_DOT.c.place_tag.in_(bindparam("tags", expanding=True)))


@dataclass(frozen=True, slots=True)
class Ballot:
    """What this seat has cast so far: for its own page only, never in shared HTML. `budget` dots in all."""

    stances: Mapping[UUID, Stance]
    dots: Mapping[UUID, int]
    dots_left: int
    budget: int


@dataclass(frozen=True, slots=True)
class TallyView:
    """What one group of k or more said of a topic. `group`: a department's id, 'several' or 'everyone'.

    `agree` and `disagree`: figures as they may be said ('4 of 6', 'nearly all'); anonymity.rules.figures reads them.
    """

    group: str
    seats: int
    agree: str
    disagree: str


@dataclass(frozen=True, slots=True)
class StandingView:
    """The result of one topic. `not_voting`: groups that stayed away or mostly passed, left out of agreement and of
    `tallies`. `dots_are_about`: not exactly so many, because a group of fewer than ten is among them."""

    topic_id: UUID
    standing: Standing
    position: int
    dots: int
    dots_are_about: bool
    rank_cast: int
    rank_weighed: int
    tallies: tuple[TallyView, ...]
    blind_spot_department_id: UUID | None
    not_voting: tuple[str, ...]


def own_ballot(db: Session, seat: SeatVisitor, topic_ids: Collection[UUID], *, of: int | None = None) -> Ballot:
    """This seat's stances and dots on these topics. `of`: how many are put to the vote, when these are not all."""
    tags = {stance_tag(seat, topic_id): topic_id for topic_id in topic_ids}
    rows = rows_service.sealed_rows(db, StanceVote, tags)
    key = keys.keys_of(db).get(seat.retro_id) if rows else b""
    stances = {tags[found]: Stance(unseal(key, found, sealed)["stance"]) for found, sealed in rows}
    places = {place_tag(seat, topic_id, n): topic_id for topic_id in topic_ids for n in _places()}
    dots: dict[UUID, int] = defaultdict(int)
    for taken in db.execute(_PLACES_TAKEN, {"tags": list(places)}).scalars():
        dots[places[taken]] += 1
    budget = dot_budget(len(topic_ids) if of is None else of)
    used = len(used_dots(db, seat))
    return Ballot(stances=stances, dots=dict(dots), dots_left=max(0, budget - used), budget=budget)


def standings(db: Session, retro_id: UUID) -> list[StandingView]:
    """The results in the order of discussion; empty until voting has ended."""
    by_topic: dict[UUID, list[Tally]] = defaultdict(list)
    for tally in db.exec(select(Tally).where(col(Tally.retro_id) == retro_id).order_by(col(Tally.group))):
        by_topic[tally.topic_id].append(tally)
    ranked = select(TopicStanding).where(col(TopicStanding.retro_id) == retro_id)
    rows = db.exec(ranked.order_by(col(TopicStanding.position))).all()
    return [_standing(row, by_topic[row.topic_id]) for row in rows]


def has_standings(db: Session, retro_id: UUID) -> bool:
    """Whether voting has ended once in this retro."""
    found = select(TopicStanding.topic_id).where(col(TopicStanding.retro_id) == retro_id)
    return db.exec(found).first() is not None


def voted_topic_ids(db: Session, retro_id: UUID) -> list[UUID]:
    """Topics put to the vote."""
    return list(db.execute(_VOTED_ON, {"of": retro_id}).scalars())


def seats_by_group(db: Session, retro: Retro) -> dict[str, int]:
    """Seats of each group frozen at the reveal; who was let in later and belongs to none is in no group."""
    counted = (
        select(Seat.department_id, func.count())
        .where(col(Seat.retro_id) == retro.id, col(Seat.ejected).is_(False))
        .group_by(col(Seat.department_id))
    )
    sizes: dict[str, int] = defaultdict(int)
    for department_id, seats in db.exec(counted):
        group = group_of(str(department_id) if department_id else None, retro.labels)
        if group is not None:
            sizes[group] += seats
    return dict(sizes)


def used_dots(db: Session, seat: SeatVisitor) -> set[int]:
    """Numbers (1-based) of the dots this seat has placed."""
    numbers = {dot_tag(seat, number): number for number in range(1, DOTS_MAX + 1)}
    return {numbers[used] for used in db.execute(_DOTS_TAKEN, {"tags": list(numbers)}).scalars()}


def used_places(db: Session, seat: SeatVisitor, topic_id: UUID) -> set[int]:
    """Which of the places (1-based) on this topic hold a dot of this seat."""
    tags = {place_tag(seat, topic_id, n): n for n in _places()}
    return {tags[used] for used in db.execute(_PLACES_TAKEN, {"tags": list(tags)}).scalars()}


def things_stanced(db: Session, retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every stance that a seat may have taken in this retro."""
    return [(STANCE, topic_id.hex) for topic_id in _topic_ids(db, retro_id)]


def things_dotted(_db: Session, _retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every numbered dot that a seat may have."""
    return [(DOT, str(number)) for number in range(1, DOTS_MAX + 1)]


def places_dotted(db: Session, retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every place where a seat may have put a dot in this retro."""
    return [(PLACE, f"{topic_id.hex}|{n}") for topic_id in _topic_ids(db, retro_id) for n in _places()]


def stance_tag(seat: SeatVisitor, topic_id: UUID) -> str:
    return tag(seat.secret, STANCE, seat.retro_id, topic_id.hex)


def dot_tag(seat: SeatVisitor, number: int) -> str:
    return tag(seat.secret, DOT, seat.retro_id, str(number))


def place_tag(seat: SeatVisitor, topic_id: UUID, number: int) -> str:
    return tag(seat.secret, PLACE, seat.retro_id, f"{topic_id.hex}|{number}")


def _topic_ids(db: Session, retro_id: UUID) -> list[UUID]:
    # All of them: a topic may have been taken off the ballot after somebody voted on it.
    return list(db.exec(select(Topic.id).where(col(Topic.retro_id) == retro_id)))


def _places() -> range:
    return range(1, DOTS_ON_ONE_TOPIC + 1)


def _standing(row: TopicStanding, tallies: Sequence[Tally]) -> StandingView:
    return StandingView(
        topic_id=row.topic_id,
        standing=Standing(row.standing),
        position=row.position,
        dots=row.dots,
        dots_are_about=row.dots_are_about,
        rank_cast=row.rank_cast,
        rank_weighed=row.rank_weighed,
        tallies=tuple(TallyView(one.group, one.seats, one.agree, one.disagree) for one in tallies),
        blind_spot_department_id=row.blind_spot_department_id,
        not_voting=tuple(row.not_voting),
    )

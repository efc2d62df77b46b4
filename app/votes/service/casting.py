"""Takes a seat's stances and dots. A vote's row names no person: only the tag made from the seat's secret finds it.

Limits are kept by unique keys, whatever arrives at once: one stance for each seat and topic (`tag`), each numbered
dot once (`tag`), two places on a topic (`place_tag`). Casting raises no public version and wakes no screen.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from app.anonymity.rules.sealing import VOTE_SIZE, seal
from app.anonymity.service import keys, rows
from app.core.errors import Invalid, StorageIsBusy
from app.retros.queries.retros import hold
from app.retros.queries.views import HeldRetro, SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NoVoteHere, WrongStage
from app.votes import queries
from app.votes.models import DotVote, StanceVote
from app.votes.rules.ballot import DOTS_ON_ONE_TOPIC, Stance, dot_budget, group_of

ATTEMPTS = 10


class VotingIsOver(WrongStage):
    sentence = "Voting is not open just now, so this vote was not counted. The page shows where the retro is."


class TopicIsNotVotedOn(WrongStage):
    sentence = "This topic is not among those put to the vote. The page shows the ones that are."


class NotAStance(Invalid):
    sentence = "Please choose agree, disagree or pass."
    field = "stance"


class AllDotsArePlaced(WrongStage):
    sentence = "All your dots are placed. Take one back first, then you can place it here."


class TooManyDotsHere(WrongStage):
    sentence = f"You have {DOTS_ON_ONE_TOPIC} dots on this topic already; no more fit on one topic."


def cast_stance(db: Session, seat: SeatVisitor, topic_id: UUID, stance: Stance | str) -> None:
    """Agree, disagree or pass; a later stance replaces the earlier one.

    Raises VotingIsOver, NoVoteHere, TopicIsNotVotedOn, NotAStance.
    """
    if stance not in set(Stance):
        raise NotAStance
    retro = _open_for(db, seat)
    _ballot_with(db, seat, topic_id)
    tag = queries.stance_tag(seat, topic_id)
    contents = _contents(retro, seat, topic_id) | {"stance": str(stance)}
    rows.put(db, StanceVote, {"tag": tag, "retro_id": seat.retro_id, "sealed": _sealed(db, seat, tag, contents)})


def place_dot(db: Session, seat: SeatVisitor, topic_id: UUID, had: int | None = None) -> None:
    """One more dot on this topic. `had`: how many this seat had there when the button was drawn; with another number
    by now the press has come through before, and nothing happens. Raises VotingIsOver, TopicIsNotVotedOn,
    AllDotsArePlaced, TooManyDotsHere."""
    retro = _open_for(db, seat)
    budget = dot_budget(len(_ballot_with(db, seat, topic_id)))
    contents = _contents(retro, seat, topic_id)
    for _ in range(ATTEMPTS):
        places = queries.used_places(db, seat, topic_id)
        if had not in (None, len(places)):
            return
        number = _first_free(budget, queries.used_dots(db, seat))
        if number is None:
            raise AllDotsArePlaced
        place = _first_free(DOTS_ON_ONE_TOPIC, places)
        if place is None:
            raise TooManyDotsHere
        if _place(db, seat, topic_id, number, place, contents):
            return
    # Somebody with this very secret took each free dot between our look and our insert, ten times over.
    raise StorageIsBusy


def take_dot(db: Session, seat: SeatVisitor, topic_id: UUID, had: int | None = None) -> None:
    """Take one dot back from this topic; without one there, nothing happens, nor with another number of them than it
    `had` when the button was drawn. Raises VotingIsOver."""
    _open_for(db, seat)
    places = queries.used_places(db, seat, topic_id)
    if places and had in (None, len(places)):
        last = queries.place_tag(seat, topic_id, max(places))
        db.execute(delete(DotVote).where(col(DotVote.place_tag) == last))


def _open_for(db: Session, seat: SeatVisitor) -> HeldRetro:
    """The retro, its stage held still: no vote slips in beside the count."""
    retro = hold(db, seat.retro_id)
    if retro.stage != Stage.VOTE:
        raise VotingIsOver
    return retro


def _ballot_with(db: Session, seat: SeatVisitor, topic_id: UUID) -> list[UUID]:
    ballot = queries.voted_topic_ids(db, seat.retro_id)
    if topic_id not in ballot:
        raise TopicIsNotVotedOn
    return ballot


def _contents(retro: HeldRetro, seat: SeatVisitor, topic_id: UUID) -> dict[str, str]:
    """Votes cannot be joined to seats, so each carries the group (frozen at the reveal) that it counts in."""
    department = str(seat.department_id) if seat.department_id else None
    group = group_of(department, retro.labels)
    if group is None:
        raise NoVoteHere
    return {"topic": str(topic_id), "group": group}


def _place(
    db: Session, seat: SeatVisitor, topic_id: UUID, number: int, place: int, contents: Mapping[str, str]
) -> bool:
    """Whether the dot was placed; not when a unique key was taken meanwhile."""
    tag = queries.dot_tag(seat, number)
    row = {
        "tag": tag,
        "place_tag": queries.place_tag(seat, topic_id, place),
        "retro_id": seat.retro_id,
        "sealed": _sealed(db, seat, tag, contents),
    }
    return rows.put_if_free(db, DotVote, row)


def _first_free(most: int, used: set[int]) -> int | None:
    return next((number for number in range(1, most + 1) if number not in used), None)


def _sealed(db: Session, seat: SeatVisitor, tag: str, contents: Mapping[str, str]) -> bytes:
    return seal(keys.keys_of(db).get(seat.retro_id), tag, contents, VOTE_SIZE)

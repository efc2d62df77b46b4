"""Counts the votes when voting ends: what remains are tallies of groups frozen at the reveal, and the ranking.

A group of fewer than k voters on a topic leaves no tally there, nor does one that mostly passed. Classes, ranks and
the order are made of what may be said of each group (anonymity.rules.figures), so they tell nothing that it does not.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.anonymity.rules.figures import Crowded, crowded, dots_in_all, is_few, said
from app.anonymity.rules.sealing import unseal
from app.anonymity.service import keys
from app.anonymity.service.keys import KeyIsGone
from app.departments.models import Department
from app.retros.models import Retro
from app.retros.queries.seats import people_expected, people_of_groups
from app.retros.service import notices
from app.topics.models import Topic
from app.topics.queries.topic_board import topics, voted_topics
from app.votes import queries
from app.votes.models import DotVote, StanceVote, Tally, TopicStanding
from app.votes.rules.agreement import Votes, as_said, counts, dividing, has_blind_spot, is_agreed
from app.votes.rules.ballot import Stance, Standing
from app.votes.rules.ranking import TopicResult, discussion_order, parts, ranks, weighed


@dataclass
class VoteCount:
    """Votes of one topic by group."""

    topic: Topic
    stances: dict[str, Counter[Stance]] = field(default_factory=lambda: defaultdict(Counter))
    dots: Counter[str] = field(default_factory=Counter)

    def votes(self, group: str, people: int | None) -> Votes:
        cast = self.stances.get(group, Counter())
        return Votes(cast[Stance.AGREE], cast[Stance.DISAGREE], cast[Stance.PASS], people)


VOTES_ARE_LOST = (
    "The votes could not be opened: the key of this retro is gone from the server. Topics are in their plain order."
)


CROWDED_SAID = {
    Crowded.MARKED: "{name}: a few more seats than people expected, up to a tenth. Its votes are shown all the same.",
    Crowded.ROOM_ONLY: "{name}: more seats than people expected, so its votes count in the total of the room only.",
}


def count(db: Session, retro: Retro, random: np.random.Generator) -> None:
    """Turn the votes into tallies and standings, and delete them. `retro` is the locked row.

    Where the retro's key was lost, that is announced and topics are left in their plain order: the room can go on.
    """
    discard_results(db, retro.id)
    seats = queries.seats_by_group(db, retro)
    try:
        counted = _unsealed(db, retro.id)
    except KeyIsGone:
        rank_unvoted(db, retro.id)
        notices.give_notice(db, retro, VOTES_ARE_LOST)
    else:
        _keep(db, retro, counted, seats, random)
    discard(db, retro.id)


def rank_unvoted(db: Session, retro_id: UUID) -> None:
    """The plain order of the board, where no vote was needed (a single topic) or none can be read."""
    discard_results(db, retro_id)
    for position, topic in enumerate(topics(db, retro_id)):
        db.add(
            TopicStanding(
                topic_id=topic.id,
                retro_id=retro_id,
                standing=Standing.REST,
                position=position,
                dots=0,
                rank_cast=1,
                rank_weighed=1,
            )
        )
    db.flush()


def discard(db: Session, retro_id: UUID) -> None:
    """Delete the votes of a retro uncounted (it goes back to grouping), or once they are counted."""
    for model in (StanceVote, DotVote):
        db.execute(delete(model).where(col(model.retro_id) == retro_id))


def discard_results(db: Session, retro_id: UUID) -> None:
    """Delete earlier tallies and standings: they belong to topics as they were."""
    for model in (Tally, TopicStanding):
        db.execute(delete(model).where(col(model.retro_id) == retro_id))


def _unsealed(db: Session, retro_id: UUID) -> list[VoteCount]:
    by_topic = {str(topic.id): VoteCount(topic) for topic in voted_topics(db, retro_id)}
    stances = db.exec(select(StanceVote).where(col(StanceVote.retro_id) == retro_id)).all()
    dots = db.exec(select(DotVote).where(col(DotVote.retro_id) == retro_id)).all()
    key = keys.keys_of(db).get(retro_id) if stances or dots else b""
    for stance in stances:
        cast = unseal(key, stance.tag, stance.sealed)
        if cast["topic"] in by_topic:
            by_topic[cast["topic"]].stances[cast["group"]][Stance(cast["stance"])] += 1
    for dot in dots:
        cast = unseal(key, dot.tag, dot.sealed)
        if cast["topic"] in by_topic:
            by_topic[cast["topic"]].dots[cast["group"]] += 1
    # The identity map holds sealed rows that are about to be deleted.
    for row in (*stances, *dots):
        db.expunge(row)
    return list(by_topic.values())


def _keep(
    db: Session, retro: Retro, counted: list[VoteCount], seats: dict[str, int], random: np.random.Generator
) -> None:
    people = people_of_groups(db, retro)
    own = _told_as_their_own(db, retro, seats, people)
    speaking = {one.topic.id: _speaking(one, own, people, retro.k) for one in counted}
    reckoned = {topic_id: {name: as_said(votes) for name, votes in by.items()} for topic_id, by in speaking.items()}
    divides = dividing([list(speaking[one.topic.id].values()) for one in counted], random)
    placed = [
        _placed(one, _standing_of(list(reckoned[one.topic.id].values()), divided), seats, people, own)
        for one, divided in zip(counted, divides, strict=True)
    ]
    order = {topic_id: position for position, topic_id in enumerate(discussion_order(placed))}
    as_cast = ranks({one.topic_id: one.dots for one in placed})
    as_weighed = ranks({one.topic_id: one.weighed for one in placed})
    for one, result in zip(counted, placed, strict=True):
        row = _standing_row(one, result, reckoned[one.topic.id], sorted(own))
        row.position, row.rank_cast = order[one.topic.id], as_cast[one.topic.id]
        row.rank_weighed = as_weighed[one.topic.id]
        row.dots_are_about = any(is_few(number, people.get(group)) for group, number in seats.items())
        db.add(row)
        for group, votes in speaking[one.topic.id].items():
            db.add(_tally(one.topic, group, seats[group], votes))
    db.flush()


def _told_as_their_own(db: Session, retro: Retro, seats: dict[str, int], people: dict[str, int]) -> dict[str, int]:
    """The groups whose votes are told as theirs. Where far more seats than people are in a department, nobody knows
    whose votes they are: they count in the total of the room only, and that is said."""
    expected = {str(department_id): number for department_id, number in people_expected(db, retro.id).items()}
    found = {group: crowded(seats[group], expected.get(group), people.get(group)) for group in seats}
    for group, how in sorted(found.items()):
        if how is not Crowded.SHOWN:
            name = db.get_one(Department, UUID(group)).name
            notices.give_notice(db, retro, CROWDED_SAID[how].format(name=name))
    return {group: number for group, number in seats.items() if found[group] is not Crowded.ROOM_ONLY}


def _placed(
    one: VoteCount, standing: Standing, seats: dict[str, int], people: dict[str, int], own: dict[str, int]
) -> TopicResult:
    dots = parts(one.dots, seats, people)
    # Rounded, so that equal shares summed in another order stay equal.
    return TopicResult(
        one.topic.id, standing, dots_in_all(dots.values()), round(weighed(dots, own), 9), one.topic.position
    )


def _standing_row(one: VoteCount, result: TopicResult, groups: dict[str, Votes], names: list[str]) -> TopicStanding:
    """What the votes say of a topic; its ranks are filled in by the caller."""
    about = one.topic.about_department_id
    return TopicStanding(
        topic_id=one.topic.id,
        retro_id=one.topic.retro_id,
        standing=result.standing,
        position=0,
        dots=result.dots,
        rank_cast=1,
        rank_weighed=1,
        blind_spot_department_id=about if has_blind_spot(groups, str(about) if about else None) else None,
        not_voting=[name for name in names if name not in groups],
    )


def _speaking(one: VoteCount, seats: dict[str, int], people: dict[str, int], k: int) -> dict[str, Votes]:
    """The groups that count for agreement on this topic."""
    votes = {group: one.votes(group, people.get(group)) for group in sorted(seats) if seats[group] >= k}
    return {group: cast for group, cast in votes.items() if counts(cast, k)}


def _standing_of(groups: list[Votes], divides: bool) -> Standing:
    if is_agreed(groups):
        return Standing.AGREED
    return Standing.DIVIDES if divides else Standing.REST


def _tally(topic: Topic, group: str, seats: int, votes: Votes) -> Tally:
    return Tally(
        retro_id=topic.retro_id,
        topic_id=topic.id,
        group=group,
        seats=seats,
        agree=said(votes.agree, votes.voters, votes.people),
        disagree=said(votes.disagree, votes.voters, votes.people),
    )

"""Nobody's vote, rating or answer follows from all that is shown and stored of small groups: every world is tried.

Planted ways of telling (exact counts, "nearly none" for none alone, means to a tenth, exact totals) are caught: else
the decoder would prove nothing. What it decodes is what the services store; rooms of real seats at the end show that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from random import Random
from statistics import mean
from uuid import UUID

import numpy as np
import pytest
from sqlmodel import select

from app.core.db import Database
from app.entries.rules.names import Dimension
from app.pulse import service as pulse
from app.pulse.models import PulseSummary
from app.retros.models import AnswerCount
from app.retros.rules.names import Stage
from app.retros.rules.questions import ROTI, SAFETY, answers_to
from app.retros.rules.results import result_of, to_stored
from app.retros.service import questions
from app.votes.models import Tally, TopicStanding
from app.votes.rules.agreement import Votes, counts, permutation_p, spread
from app.votes.rules.ballot import Stance
from app.votes.rules.ranking import TopicResult
from app.votes.service import casting
from tests.attack.decoder import (
    _parts,
    answer_worlds,
    dot_worlds,
    dots_told,
    finds,
    rating_worlds,
    ratings_told,
    stance_worlds,
    stances_told,
    standings_of,
)
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room, with_topics

ROOMS = [((3, 3), 3), ((3, 4), 3), ((4, 5), 4), ((5, 6), 5), ((3, 3, 3), 3), ((3, 9), 3)]


@pytest.mark.parametrize(("sizes", "k"), ROOMS)
def test_no_stance_follows_from_tallies_class_and_blind_spot(sizes: Sequence[int], k: int) -> None:
    assert finds(stance_worlds(sizes), stances_told(k)) == []


def exactly(world: tuple[Votes, ...]) -> Hashable:
    return tuple((f"{one.agree} of {one.voters}", f"{one.disagree} of {one.voters}") for one in world)


def nearly_is_all_or_none(world: tuple[Votes, ...]) -> Hashable:
    def word(count: int, of: int) -> str:
        return "nearly none" if not count else "nearly all" if count == of else f"{count} of {of}"

    return tuple((word(one.agree, one.voters), word(one.disagree, one.voters)) for one in world if one.voters >= 3)


def classes_of_exact_votes(world: tuple[Votes, ...]) -> Hashable:
    return stances_told(3)(world), divides_exactly(tuple(one for one in world if counts(one, 3)))


@cache
def divides_exactly(groups: tuple[Votes, ...]) -> bool:
    if len(groups) < 2:
        return False
    return spread(groups) >= 0.4 and permutation_p(groups, np.random.default_rng(1), 2000) <= 0.1


@pytest.mark.parametrize("planted", [exactly, nearly_is_all_or_none])
def test_a_planted_way_to_tell_votes_is_caught(planted: object) -> None:
    assert finds(stance_worlds((3, 4)), planted)  # type: ignore[arg-type]


def test_classes_made_of_exact_votes_are_caught() -> None:
    """ "Divides", with 2 of 4 who agree, could be nothing but all three of the others."""
    assert finds(stance_worlds((3, 4)), classes_of_exact_votes)


ROOMS_OF_DOTS = [((3, 3), 2), ((3, 4), 2), ((5,), 3), ((9,), 2), ((3, 9), 2)]


@pytest.mark.parametrize(("sizes", "topics"), ROOMS_OF_DOTS)
def test_no_ballot_of_dots_follows_from_totals_ranks_and_order(sizes: Sequence[int], topics: int) -> None:
    assert finds(dot_worlds(sizes, topics), dots_told(sizes)) == []


@pytest.mark.parametrize(("sizes", "topics"), [*ROOMS_OF_DOTS, ((3, 3), 3)])
def test_nobody_is_known_to_have_given_a_dot(sizes: Sequence[int], topics: int) -> None:
    """That a topic got none from anybody may be known: its rank is the last one, and all dots lie elsewhere."""
    for topic in range(topics):
        found = finds(dot_worlds(sizes, topics, lambda ballot, topic=topic: ballot[topic]), dots_told(sizes))  # type: ignore[misc]
        assert {one.answer for one in found} <= {0}


def test_exact_totals_and_weighed_figures_are_caught() -> None:
    sizes = (3, 4)

    def exact(world: tuple[tuple[int, ...], ...]) -> Hashable:
        return tuple(
            (sum(dots), sum(Fraction(number, size) for number, size in zip(dots, sizes, strict=True)))
            for dots in zip(*world, strict=True)
        )

    assert finds(dot_worlds(sizes, 2), exact)
    assert {one.answer for one in finds(dot_worlds(sizes, 2, lambda ballot: ballot[0]), exact)} > {0}


@pytest.mark.parametrize("sizes", [(3, 3), (1, 3, 3), (3, 5)])
def test_no_rating_follows_from_the_pulse(sizes: Sequence[int]) -> None:
    """Not even that nobody of a department rated at all."""
    assert finds(rating_worlds(sizes), ratings_told(3)) == []


def test_means_to_a_tenth_are_caught() -> None:
    def to_a_tenth(world: tuple[tuple[int, ...], ...]) -> Hashable:
        return tuple(round(min(max(mean(group), 1.1), 4.9), 1) if len(group) >= 3 else 0.0 for group in world)

    assert finds(rating_worlds((3, 3)), to_a_tenth)


def test_a_total_of_all_ratings_is_caught() -> None:
    """A mean of everybody, made of the ratings and not of the means beside it."""

    def with_a_total(world: tuple[tuple[int, ...], ...]) -> Hashable:
        together = [rating for group in world[1:] for rating in group]
        return ratings_told(3)(world), round(2 * mean(together)) / 2 if together else 0.0

    assert finds(rating_worlds((1, 3, 3)), with_a_total)


@pytest.mark.parametrize("question", [SAFETY, ROTI, f"more:{UUID(int=1)}:1"])
@pytest.mark.parametrize("people", [3, 5, 9, 12])
def test_no_answer_follows_from_a_result(question: str, people: int) -> None:
    worlds = answer_worlds(answers_to(question), people)
    assert finds(worlds, lambda world: str(to_stored(result_of(question, world, k=3)))) == []  # type: ignore[arg-type]


def test_answers_that_are_counted_out_are_caught() -> None:
    assert finds(answer_worlds(answers_to(ROTI), 9), lambda world: tuple(sorted(Counter(world).items())))


# What the services store is what was decoded.

TEXTS = ("Cover proofs arrived late", "Budget approval waited for weeks", "Coffee machine is broken")
GROUPS = {"Editorial": 4, "Production": 3}
AT_THE_TALLY = {"id", "retro_id", "topic_id", "group", "seats", "agree", "disagree"}
AT_THE_STANDING = {"topic_id", "retro_id", "standing", "position", "dots", "dots_are_about", "rank_cast",
                   "rank_weighed", "blind_spot_department_id", "not_voting"}  # fmt: skip
AT_THE_PULSE = {"id", "retro_id", "provider_id", "consumer", "dimension", "band", "mean"}


def a_vote(room: VotingRoom, random: Random) -> dict[UUID, dict[str, Votes]]:
    """Everybody votes at random, in some groups nearly everybody alike."""
    cast: dict[UUID, dict[str, Votes]] = {}
    for topic in room.board().topics:
        for name in GROUPS:
            weights = random.choice([(1, 1, 1, 1), (9, 1, 1, 1), (1, 9, 1, 1)])
            stances = random.choices((*Stance, None), weights, k=GROUPS[name])
            for seat, stance in zip(room.seats(name), stances, strict=True):
                with room.database.transaction() as db:
                    if stance is not None:
                        casting.cast_stance(db, seat, topic.id, stance)
            group = str(room.cast.departments[name])
            cast.setdefault(topic.id, {})[group] = Votes(*(stances.count(one) for one in Stance))
    return cast


def dots_of(room: VotingRoom, random: Random) -> dict[UUID, dict[str, int]]:
    given: dict[UUID, dict[str, int]] = {topic.id: {} for topic in room.board().topics}
    for name in GROUPS:
        group = str(room.cast.departments[name])
        for seat in room.seats(name):
            for topic_id in random.sample(sorted(given), random.randint(0, 3)):
                with room.database.transaction() as db:
                    casting.place_dot(db, seat, topic_id)
                given[topic_id][group] = given[topic_id].get(group, 0) + 1
    return given


@pytest.mark.parametrize("seed", range(3))
def test_what_a_vote_leaves_behind_is_what_was_decoded(house: Database, cast: Cast, now: datetime, seed: int) -> None:
    random = Random(seed)
    room = with_topics(a_room(house, cast, now, GROUPS), TEXTS)
    room.move(Stage.VOTE)
    stances, dots = a_vote(room, random), dots_of(room, random)
    room.move(Stage.DISCUSS)
    assert {*Tally.model_fields} == AT_THE_TALLY, "a new column has to be decoded, too"
    assert {*TopicStanding.model_fields} == AT_THE_STANDING
    order = [str(cast.departments[name]) for name in GROUPS]
    tell = stances_told(3, about=None)
    placed = []
    with house.reading() as db:
        rows = {row.topic_id: row for row in db.exec(select(TopicStanding))}
        for position, topic in enumerate(room.board().topics):
            stored = {
                row.group: (row.agree, row.disagree) for row in db.exec(select(Tally)) if row.topic_id == topic.id
            }
            told: tuple[tuple[str, object], ...]
            told, (standing, _) = tell(tuple(stances[topic.id][group] for group in order))  # type: ignore[misc]
            assert stored == {order[int(name)]: figures for name, figures in told}
            assert rows[topic.id].standing == standing
            given = tuple(dots[topic.id].get(group, 0) for group in order)
            placed.append(TopicResult(topic.id, standing, *_parts(given, tuple(GROUPS.values())), position))
        kept = [rows[one.topic_id] for one in placed]
        assert standings_of(placed) == tuple(
            (one.dots, one.rank_cast, one.rank_weighed, one.position) for one in kept
        )


@pytest.mark.parametrize("seed", range(2))
def test_what_ratings_and_questions_leave_behind_is_what_was_decoded(
    house: Database, cast: Cast, now: datetime, seed: int
) -> None:
    random = Random(seed)
    room = a_room(house, cast, now, {**GROUPS, "Marketing": 3})
    given = {name: [random.randint(0, 5) for _ in room.seats(name)] for name in (*GROUPS, "Marketing")}
    for name, ratings in given.items():
        for seat, rating in zip(room.seats(name), ratings, strict=True):
            if rating:
                with house.transaction() as db:
                    pulse.rate(db, seat, cast.editorial, Dimension.QUALITY, rating)
    room.move(Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP)
    values = [random.choice("01234") for _ in room.everybody()[:6]]
    for seat, value in zip(room.everybody(), values, strict=False):
        with house.transaction() as db:
            questions.answer(db, seat, ROTI, value)
    room.move(Stage.CLOSED)
    world = tuple(tuple(rating for rating in ratings if rating) for ratings in given.values())
    names = {str(UUID(int=1)): str(cast.editorial), "group 1": str(cast.production), "group 2": str(cast.marketing)}
    assert {*PulseSummary.model_fields} == AT_THE_PULSE
    with house.reading() as db:
        stored = sorted((row.consumer, row.band, row.mean) for row in db.exec(select(PulseSummary)))
        told: Sequence[tuple[str, str, float]] = ratings_told(3)(world)  # type: ignore[assignment]
        assert stored == sorted((names.get(name, name), band, figure) for name, band, figure in told)
        expected = result_of(ROTI, values, 3)
        assert expected is not None
        assert db.get_one(AnswerCount, (room.retro_id, ROTI)).counts == to_stored(expected)

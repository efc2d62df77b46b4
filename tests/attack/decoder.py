"""The decoder: from what is shown and stored of small groups, which votes, dots, ratings and answers are possible?

It knows the whole program, the size of every group and everything that is kept (tallies, standings, pulse, results of
questions). It tries all worlds, keeps those that come to the same figures, and asks of every member: how many answers
are left? One is a find. A way of telling is a function from a world to what it leaves behind; the real ones are made
of the rules that the services use, and tests/attack/test_decoder.py shows that the services store just that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement, product
from typing import Any
from uuid import UUID

import numpy as np

from app.anonymity.rules.figures import dots_in_all, said
from app.pulse.rules import shown_cells
from app.votes.rules.agreement import Votes, as_said, counts, dividing, has_blind_spot, is_agreed
from app.votes.rules.ballot import DOTS_ON_ONE_TOPIC, Stance, Standing, dot_budget
from app.votes.rules.ranking import TopicResult, discussion_order, parts, ranks, weighed

Telling = Callable[[Any], Hashable]
"""From a world to all that is left of it."""
STANCES = (*Stance, None)
"""What a member may have said of a topic; None: nothing."""


@dataclass(frozen=True, slots=True)
class Find:
    """In this group everybody gave the same answer, and the figures say which: `told` fits no other world."""

    group: int
    told: Hashable
    answer: object


def finds(worlds: Iterator[tuple[Any, Sequence[frozenset[Any]]]], tell: Telling) -> list[Find]:
    """Of all worlds, each with the answers that members of each group may have given in it: what is solved."""
    left: dict[Hashable, list[set[Any]]] = {}
    for world, given in worlds:
        told = tell(world)
        answers = left.setdefault(told, [set() for _ in given])
        for group, possible in zip(answers, given, strict=True):
            group |= possible
    return [
        Find(index, told, next(iter(group)))
        for told, groups in left.items()
        for index, group in enumerate(groups)
        if len(group) < 2
    ]


# Stances on one topic: a world is the votes of each group.


def stance_worlds(sizes: Sequence[int]) -> Iterator[tuple[tuple[Votes, ...], list[frozenset[Any]]]]:
    for world in product(*(_votes_of(size) for size in sizes)):
        yield tuple(votes for votes, _ in world), [given for _, given in world]


def stances_told(k: int, about: int | None = 0) -> Telling:
    """The tallies of the groups that speak, the class, the blind spot. `about`: the group that the topic is about."""

    def tell(world: tuple[Votes, ...]) -> Hashable:
        speaking = {str(name): votes for name, votes in enumerate(world) if counts(votes, k)}
        tallies = {name: (said(votes.agree, votes.voters), said(votes.disagree, votes.voters))
                   for name, votes in speaking.items()}  # fmt: skip
        reckoned = {name: as_said(votes) for name, votes in speaking.items()}
        return tuple(tallies.items()), class_of(tuple(reckoned.items()), str(about) if about is not None else None)

    return tell


@cache
def class_of(groups: tuple[tuple[str, Votes], ...], about: str | None) -> tuple[Standing, bool]:
    """The class, and whether it is a blind spot of the group that the topic is about."""
    votes = [one for _, one in groups]
    blind = has_blind_spot(dict(groups), about)
    if is_agreed(votes):
        return Standing.AGREED, blind
    return Standing.DIVIDES if dividing([votes], np.random.default_rng(1))[0] else Standing.REST, blind


@cache
def _votes_of(size: int) -> tuple[tuple[Votes, frozenset[Any]], ...]:
    found = []
    for given in combinations_with_replacement(range(len(STANCES)), size):
        agree, disagree, passed = (given.count(index) for index in range(3))
        found.append((Votes(agree, disagree, passed), frozenset(STANCES[index] for index in given)))
    return tuple(found)


# Dots on all topics: a world is, for each group, its dots on each topic. A member's answer is a whole ballot.


def dot_worlds(
    sizes: Sequence[int], topics: int, answer: Callable[[tuple[int, ...]], Any] = lambda ballot: ballot
) -> Iterator[tuple[tuple[tuple[int, ...], ...], list[frozenset[Any]]]]:
    """`answer`: what of a ballot is asked for."""
    for world in product(*(_dots_of(size, topics).items() for size in sizes)):
        yield tuple(dots for dots, _ in world), [frozenset(map(answer, ballots)) for _, ballots in world]


def dots_told(sizes: Sequence[int]) -> Telling:
    """Dots of the whole room on each topic, both ranks, the order of discussion (of topics of one class)."""
    seats = {str(name): size for name, size in enumerate(sizes)}

    def tell(world: tuple[tuple[int, ...], ...]) -> Hashable:
        placed = []
        for number, dots in enumerate(zip(*world, strict=True)):
            shares = _parts(tuple(dots), tuple(seats.values()))
            placed.append(TopicResult(UUID(int=number), Standing.REST, *shares, number))
        return standings_of(placed)

    return tell


@cache
def _parts(dots: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[int, float]:
    seats = {str(name): size for name, size in enumerate(sizes)}
    found = parts({str(name): number for name, number in enumerate(dots)}, seats)
    return dots_in_all(found.values()), round(weighed(found, seats), 9)


def standings_of(placed: Sequence[TopicResult]) -> Hashable:
    """What is kept of topics that are placed so: dots, both ranks and the position of each."""
    order = {topic: position for position, topic in enumerate(discussion_order(placed))}
    cast = ranks({one.topic_id: one.dots for one in placed})
    share = ranks({one.topic_id: one.weighed for one in placed})
    return tuple((one.dots, cast[one.topic_id], share[one.topic_id], order[one.topic_id]) for one in placed)


@cache
def _dots_of(size: int, topics: int) -> dict[tuple[int, ...], frozenset[tuple[int, ...]]]:
    """Sums that a group may come to, each with the ballots that a member may then have cast."""
    budget = dot_budget(topics)
    ballots = [one for one in product(range(DOTS_ON_ONE_TOPIC + 1), repeat=topics) if sum(one) <= budget]
    if size == 1:
        return {ballot: frozenset({ballot}) for ballot in ballots}
    found: dict[tuple[int, ...], set[tuple[int, ...]]] = defaultdict(set)
    for others in _dots_of(size - 1, topics):
        for ballot in ballots:
            found[tuple(map(sum, zip(others, ballot, strict=True)))].add(ballot)
    return {dots: frozenset(cast) for dots, cast in found.items()}


# Ratings of one provider in one dimension: a world is the ratings of each group; a member may not have rated.


def rating_worlds(sizes: Sequence[int]) -> Iterator[tuple[tuple[tuple[int, ...], ...], list[frozenset[Any]]]]:
    for world in product(*(tuple(combinations_with_replacement(range(6), size)) for size in sizes)):
        rated = tuple(tuple(rating for rating in group if rating) for group in world)
        yield rated, [frozenset(group) for group in world]


def ratings_told(k: int) -> Telling:
    """The cells of the pulse; the first group is the provider itself."""
    provider = UUID(int=1)

    def tell(world: tuple[tuple[int, ...], ...]) -> Hashable:
        names = (str(provider), *(f"group {index}" for index in range(1, len(world))))
        cells = shown_cells(provider, "quality", dict(zip(names, world, strict=True)), k)
        return tuple(sorted((one.consumer, one.figures.band, one.figures.mean or 0.0) for one in cells))

    return tell


# Answers to a secret question of the whole room: a world is everybody's answer.


def answer_worlds(answers: Sequence[str], people: int) -> Iterator[tuple[tuple[str, ...], list[frozenset[Any]]]]:
    for world in combinations_with_replacement(answers, people):
        yield world, [frozenset(world)]

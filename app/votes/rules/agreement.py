"""What the departments agree on (evidence.md; the counting model is Polis' group-aware consensus with known groups).

S = all who took a stance, passes too. p_a = (A+1)/(S+2), p_d = (D+1)/(S+2). Randomness is an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from app.anonymity.rules.figures import alike, inner
from app.core.statistics import adjusted_chances

AGREED_FROM = 0.6
DIVIDES_FROM = 0.4
BLIND_UP_TO = 0.4
SIGNIFICANT = 0.1
SHUFFLES = 5_000
WORLDS = 50


@dataclass(frozen=True, slots=True)
class Votes:
    """Stances of one group on one topic. `people`: how many the group is, as the reveal weighed it."""

    agree: int
    disagree: int
    passed: int
    people: int | None = None

    @property
    def voters(self) -> int:
        """S: passes included."""
        return self.agree + self.disagree + self.passed

    @property
    def p_agree(self) -> float:
        return (self.agree + 1) / (self.voters + 2)

    @property
    def p_disagree(self) -> float:
        return (self.disagree + 1) / (self.voters + 2)

    @property
    def leaning(self) -> float:
        """Agreement among those who took a side: (A+1)/(A+D+2)."""
        return (self.agree + 1) / (self.agree + self.disagree + 2)


def as_said(votes: Votes) -> Votes:
    """The votes to reckon with: no finer than they are said. What is decided from them tells nothing more."""
    agree = inner(votes.agree, votes.voters, votes.people)
    disagree = inner(votes.disagree, votes.voters, votes.people)
    return Votes(agree, disagree, votes.voters - agree - disagree, votes.people)


def counts(votes: Votes, k: int) -> bool:
    """Whether a group counts for agreement: k or more took a stance, and no more than half of them passed."""
    return votes.voters >= k and 2 * votes.passed <= votes.voters


def common_ground(groups: Sequence[Votes]) -> float:
    """(product over groups of p_a (1 - p_d))^(1/G), 0..1: comparable whatever the number of groups G >= 1."""
    return float(prod(g.p_agree * (1 - g.p_disagree) for g in groups) ** (1 / len(groups)))


def is_agreed(groups: Sequence[Votes]) -> bool:
    """Agreed by all: the smallest p_a is .6 or more. Never with fewer than two groups."""
    return len(groups) >= 2 and min(g.p_agree for g in groups) >= AGREED_FROM


def spread(groups: Sequence[Votes]) -> float:
    """Largest less smallest leaning of the groups, 0..1."""
    leanings = [g.leaning for g in groups]
    return max(leanings) - min(leanings)


def could_be(votes: Votes) -> list[Votes]:
    """All votes that are said like these (and no more than half of them passed): of ten and more only themselves."""
    agree = alike(votes.agree, votes.voters, votes.people)
    disagree = alike(votes.disagree, votes.voters, votes.people)
    every = [
        Votes(a, d, votes.voters - a - d, votes.people) for a in agree for d in disagree if a + d <= votes.voters
    ]
    return [one for one in every if 2 * one.passed <= one.voters] or every


def permutation_p(groups: Sequence[Votes], random: np.random.Generator, shuffles: int = SHUFFLES) -> float:
    """How often chance alone spreads the groups as far: all stances, passes too, dealt anew to groups of the same
    sizes; (hits + 1)/(shuffles + 1)."""
    return (_hits(groups, random, shuffles) + 1) / (shuffles + 1)


def as_said_divides(groups: Sequence[Votes], random: np.random.Generator) -> tuple[float, float]:
    """Spread and permutation p of votes that are said like these, WORLDS of them drawn: no finer than what is
    said, so that the class tells nothing more. Where nothing is said in a band both are those of the votes."""
    possible = [could_be(group) for group in groups]
    if all(len(one) == 1 for one in possible):
        return spread(groups), permutation_p(groups, random)
    worlds = [[one[int(random.integers(len(one)))] for one in possible] for _ in range(WORLDS)]
    hits = sum(_hits(world, random, SHUFFLES // WORLDS) for world in worlds)
    return sum(map(spread, worlds)) / WORLDS, (hits + 1) / (SHUFFLES + 1)


def dividing(topics: Sequence[Sequence[Votes]], random: np.random.Generator) -> list[bool]:
    """For each topic: does it divide the groups? Spread .4 or more, and not by chance (Benjamini-Hochberg q = .1 over
    all topics that two or more groups voted on)."""
    tested = [index for index, groups in enumerate(topics) if len(groups) >= 2]
    if not tested:
        return [False] * len(topics)
    found = {index: as_said_divides(topics[index], random) for index in tested}
    adjusted = adjusted_chances([found[index][1] for index in tested])
    by_index = dict(zip(tested, adjusted, strict=True))
    return [
        index in by_index and found[index][0] >= DIVIDES_FROM and by_index[index] <= SIGNIFICANT
        for index in range(len(topics))
    ]


def _hits(groups: Sequence[Votes], random: np.random.Generator, shuffles: int) -> int:
    agree = np.full(shuffles, sum(g.agree for g in groups))
    disagree = np.full(shuffles, sum(g.disagree for g in groups))
    passed = np.full(shuffles, sum(g.passed for g in groups))
    highest, lowest = np.zeros(shuffles), np.ones(shuffles)
    for group in groups:
        # Drawing a group's stances from what is left is the same as shuffling, and far quicker.
        agreed = random.hypergeometric(agree, disagree + passed, group.voters)
        disagreed = random.hypergeometric(disagree, passed, group.voters - agreed)
        agree, disagree = agree - agreed, disagree - disagreed
        passed = passed - (group.voters - agreed - disagreed)
        leaning = (agreed + 1) / (agreed + disagreed + 2)
        highest, lowest = np.maximum(highest, leaning), np.minimum(lowest, leaning)
    # A hair below, so that equal spreads count as equal in floating point.
    return int((highest - lowest >= spread(groups) - 1e-12).sum())


def own_view(groups: Mapping[str, Votes], group: str) -> float | None:
    """p_a of this group less the mean p_a of the others, -1..1; None when there is nobody to compare with."""
    others = [votes.p_agree for name, votes in groups.items() if name != group]
    if group not in groups or not others:
        return None
    return groups[group].p_agree - sum(others) / len(others)


def has_blind_spot(groups: Mapping[str, Votes], provider: str | None) -> bool:
    """Whether the provider does not see what the others agree on: their mean p_a >= .6, its own <= .4."""
    if provider is None or provider not in groups or len(groups) < 2:
        return False
    others = [votes.p_agree for name, votes in groups.items() if name != provider]
    return sum(others) / len(others) >= AGREED_FROM and groups[provider].p_agree <= BLIND_UP_TO

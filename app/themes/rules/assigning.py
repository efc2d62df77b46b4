"""Which group each of many topics joins, one after the other; pure. A topic that is like no group founds one.

Nearest centroid (join at a cosine of .33; `app.themes.rules.embedding_space` where kinds of friction lie beside it):
after a first batch (`app.themes.rules.seeding`) 98 % of grouping everything at once, from nothing 90 %; and no
group ever changes its identity. Everything here depends on the vectors and their order only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.frames import unit

JOIN = 0.33
PLAIN_COUNT_AS = 50
MARGIN = 0.10
NEAR = 4
ROWS_AT_ONCE = 8192
TOGETHER = 128
DIGITS = 5
"""Sums are made in other orders at other times: cosines that differ less than this are the same."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`group`: its index. `likeness`: cosine with it before joining; of a founder 1. `others`: (index, cosine) of the
    nearest groups beside it, the nearest first. `join`: the cosine from which it would have joined."""

    group: int
    founded: bool
    likeness: float
    others: tuple[tuple[int, float], ...]
    join: float = JOIN

    def doubt(self, other: float | None) -> float:
        """0 sure to 1 a coin toss: how little it leads before `other` (the cosine of the best other theme), and how
        near the best cosine is to the border of joining."""
        if self.founded:
            nearest = self.others[0][1] if self.others else 0.0
            return _between(1 - (self.join - nearest) / MARGIN)
        lead = 0.0 if other is None or other < self.join else 1 - (self.likeness - other) / MARGIN
        return _between(max(1 - (self.likeness - self.join) / MARGIN, lead))


class Groups:
    """Groups of topics, each known by the mean of its topics, and the middle of all topics so far.

    Texts of one house share a direction that says nothing (its trade, its tools). Likeness is the cosine as seen from
    the middle of what was placed before, held by plain sentences of the field that count as 50 topics: so it depends
    on the topics and their one order, on nothing else.
    """

    def __init__(self, middle: Vectors, join: float = JOIN) -> None:
        """`middle` (width,): the mean of the plain sentences. `join`: the cosine from which a topic joins."""
        self.join = join
        self.size = 0
        self.topics = 0
        self.held = middle.astype(np.float64) * PLAIN_COUNT_AS
        self.total: NDArray[np.float64] = np.zeros(len(middle), dtype=np.float64)
        self._sums: NDArray[np.float64] = np.zeros((64, len(middle)), dtype=np.float64)
        self._counts: NDArray[np.float64] = np.ones(64, dtype=np.float64)
        self.means: Vectors = np.zeros((64, len(middle)), dtype=np.float32)
        self.squares: NDArray[np.float64] = np.zeros(64, dtype=np.float64)

    def fill(self, vectors: Vectors, group_of: Sequence[int], size: int) -> None:
        """Groups that are there already: `vectors` (n, width), `group_of` (n,) the index of each one's group."""
        from scipy.sparse import csr_array

        self.make_room(size)
        indexes = np.asarray(group_of, dtype=np.int64)
        for start in range(0, len(vectors), ROWS_AT_ONCE):
            own = indexes[start : start + ROWS_AT_ONCE]
            which = csr_array((np.ones(len(own)), (own, np.arange(len(own)))), shape=(len(self._sums), len(own)))
            self._sums += which @ vectors[start : start + ROWS_AT_ONCE].astype(np.float64)
        self._counts[:size] = np.bincount(indexes, minlength=size)
        self.means[:size] = self._sums[:size] / self._counts[:size, None]
        self.squares[:size] = (self.means[:size].astype(np.float64) ** 2).sum(axis=1)
        self.total += vectors.sum(axis=0, dtype=np.float64)
        self.size, self.topics = size, len(vectors)

    def place(self, vectors: Vectors) -> list[Assignment]:
        """Put topics (unit vectors, (n, width)) into their groups, one after the other: the middles of the groups,
        and the middle of all, move with each of them."""
        found: list[Assignment] = []
        for start in range(0, len(vectors), TOGETHER):
            block = _Block(self, vectors[start : start + TOGETHER])
            found.extend(block.place(at) for at in range(len(block.vectors)))
        return found

    def see(self, vectors: Vectors) -> Vectors:
        """Rows (n, width) as seen from the present middle, of length one; a row of zeros stays one."""
        return _seen_from(self._middle(), vectors)

    def see_together(self, vectors: Vectors) -> Vectors:
        """The same, as if these rows were among the topics already."""
        whole = self.held + self.total + vectors.sum(axis=0, dtype=np.float64)
        return _seen_from(whole / (self.weight + len(vectors)), vectors)

    def centroids(self) -> Vectors:
        """(size, width): the means of the groups as seen from the present middle."""
        return self.see(self.means[: self.size])

    @property
    def weight(self) -> int:
        """How many topics the middle is made of, plain sentences included."""
        return PLAIN_COUNT_AS + self.topics

    def _middle(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = (self.held + self.total) / self.weight
        return found

    def take(self, group: int, vector: Vectors) -> None:
        self._sums[group] += vector
        self._counts[group] += 1
        self.means[group] = self._sums[group] / self._counts[group]
        self.squares[group] = float((self.means[group].astype(np.float64) ** 2).sum())
        self.total += vector
        self.topics += 1

    def new(self) -> int:
        self.make_room(self.size + 1)
        self._counts[self.size] = 0
        self.size += 1
        return self.size - 1

    def make_room(self, least: int) -> None:
        """For so many groups."""
        have, width = self._sums.shape
        if least > have:
            more = max(least, 2 * have) - have
            self._sums = np.vstack([self._sums, np.zeros((more, width))])
            self._counts = np.append(self._counts, np.ones(more))
            self.means = np.vstack([self.means, np.zeros((more, width), dtype=np.float32)])
            self.squares = np.append(self.squares, np.zeros(more))


class _Block:
    """Some topics that are placed after each other. What all of them have to do with all groups is multiplied out at
    once; of what one topic then changes, its own group and the middle, only the products with the others are made
    anew. So placing 60,000 topics is a matter of seconds: one at a time every mean is read again for each.
    """

    def __init__(self, groups: Groups, vectors: Vectors) -> None:
        groups.make_room(groups.size + len(vectors))
        self.groups, self.vectors = groups, vectors
        means, whole = groups.means[: groups.size + len(vectors)], groups.held + groups.total
        middle = (whole / groups.weight).astype(np.float32)
        self.among = (vectors @ vectors.T).astype(np.float64)
        self.with_means: Vectors = vectors @ means.T
        self.means_with_whole = (means @ middle).astype(np.float64) * groups.weight
        self.with_whole = vectors @ whole
        self.square = float(whole @ whole)

    def place(self, at: int) -> Assignment:
        alike = np.round(self._likeness(at), DIGITS)
        near = largest(alike, NEAR + 1)
        founded = not len(near) or bool(alike[near[0]] < self.groups.join)
        best = self.groups.new() if founded else int(near[0])
        others = near[:NEAR] if founded else near[1:]
        likeness = 1.0 if founded else float(alike[best])
        self._take(at, best)
        found = tuple((int(index), float(alike[index])) for index in others)
        return Assignment(best, founded, likeness, found, self.groups.join)

    def _likeness(self, at: int) -> Vectors:
        """Cosines (size,) of vector - middle with each mean - middle, multiplied out so that the means stay as they
        are while the middle moves."""
        groups, size = self.groups, self.groups.size
        if not self.vectors[at].any():
            return np.full(size, -1, dtype=np.float32)
        weight, squares = groups.weight, groups.squares[:size]
        means = self.means_with_whole[:size] / weight
        own, square = self.with_whole[at] / weight, self.square / weight**2
        top = self.with_means[at, :size] - means - own + square
        lengths = np.sqrt(np.maximum(squares - 2 * means + square, 1e-9))
        length = sqrt(max(self.among[at, at] - 2 * own + square, 0.0)) or 1.0
        found: Vectors = np.where(squares > 0, top / (lengths * length), -1).astype(np.float32)
        return found

    def _take(self, at: int, group: int) -> None:
        groups, vector = self.groups, self.vectors[at]
        groups.take(group, vector)
        self.square += float(2 * self.with_whole[at] + self.among[at, at])
        self.with_whole += self.among[at]
        self.means_with_whole += self.with_means[at]
        mean = groups.means[group]
        self.means_with_whole[group] = float(mean @ (groups.held + groups.total))
        self.with_means[:, group] = self.vectors @ mean


def mean_of(vectors: Vectors) -> Vectors:
    """Unit mean (width,) of rows (n, width): what a topic means by its entries, a theme by its topics."""
    found: Vectors = unit(vectors.astype(np.float64).mean(axis=0)[None])[0]
    return found


def _seen_from(middle: NDArray[np.float64], vectors: Vectors) -> Vectors:
    says = np.abs(vectors).sum(axis=1, keepdims=True) > 0
    return unit(np.where(says, vectors - middle, 0))


def largest(values: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Indexes of the largest values, the largest first, of equals the older."""
    if len(values) > 4 * most:
        border = np.partition(values, -most)[-most]
        chosen = np.flatnonzero(values >= border)
    else:
        chosen = np.arange(len(values))
    ordered: NDArray[np.int64] = chosen[np.argsort(-values[chosen], kind="stable")][:most]
    return ordered


def _between(value: float) -> float:
    return float(min(1.0, max(0.0, value)))

"""Which group each of many topics joins, one after the other; pure. A topic that is like no group founds one.

Nearest centroid (join at a cosine of .33, of .43 with kinds of friction beside it): measured in the design as 98 % of
grouping everything at once, and no group ever changes its identity. Everything here depends on the vectors and their
order only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

JOIN = 0.33
PLAIN_COUNT_AS = 50
MARGIN = 0.10
NEAR = 4
ROWS_AT_ONCE = 8192
_DIGITS = 5
"""Sums are made in other orders at other times: cosines that differ less than this are the same."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Joined:
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
        self._held = middle.astype(np.float64) * PLAIN_COUNT_AS
        self._total: NDArray[np.float64] = np.zeros(len(middle), dtype=np.float64)
        self._sums: NDArray[np.float64] = np.zeros((64, len(middle)), dtype=np.float64)
        self._counts: NDArray[np.float64] = np.ones(64, dtype=np.float64)
        self._means: Vectors = np.zeros((64, len(middle)), dtype=np.float32)
        self._squares: NDArray[np.float64] = np.zeros(64, dtype=np.float64)

    def fill(self, vectors: Vectors, group_of: Sequence[int], size: int) -> None:
        """Groups that are there already: `vectors` (n, width), `group_of` (n,) the index of each one's group."""
        self._grow(size)
        indexes = np.asarray(group_of, dtype=np.int64)
        for start in range(0, len(vectors), ROWS_AT_ONCE):
            own = indexes[start : start + ROWS_AT_ONCE]
            which = csr_array((np.ones(len(own)), (own, np.arange(len(own)))), shape=(len(self._sums), len(own)))
            self._sums += which @ vectors[start : start + ROWS_AT_ONCE].astype(np.float64)
        self._counts[:size] = np.bincount(indexes, minlength=size)
        self._means[:size] = self._sums[:size] / self._counts[:size, None]
        self._squares[:size] = (self._means[:size].astype(np.float64) ** 2).sum(axis=1)
        self._total += vectors.sum(axis=0, dtype=np.float64)
        self.size, self.topics = size, len(vectors)

    def place(self, vector: Vectors) -> Joined:
        """Put one topic (unit vector, width) into its group; the group's middle moves with it."""
        alike = np.round(self._likeness(vector), _DIGITS)
        near = _largest(alike, NEAR + 1)
        founded = not len(near) or bool(alike[near[0]] < self.join)
        best = self._new() if founded else int(near[0])
        others = near[:NEAR] if founded else near[1:]
        likeness = 1.0 if founded else float(alike[best])
        self._take(best, vector)
        found = tuple((int(index), float(alike[index])) for index in others)
        return Joined(best, founded, likeness, found, self.join)

    def see(self, vectors: Vectors) -> Vectors:
        """Rows (n, width) as seen from the present middle, of length one; a row of zeros stays one."""
        says = np.abs(vectors).sum(axis=1, keepdims=True) > 0
        return _unit(np.where(says, vectors - self._middle(), 0))

    def centroids(self) -> Vectors:
        """(size, width): the means of the groups as seen from the present middle."""
        return self.see(self._means[: self.size])

    def _middle(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = (self._held + self._total) / (PLAIN_COUNT_AS + self.topics)
        return found

    def _likeness(self, vector: Vectors) -> Vectors:
        """Cosines (size,) of vector - middle with each mean - middle, multiplied out so that the means stay as they
        are while the middle moves."""
        if not vector.any():
            return np.full(self.size, -1, dtype=np.float32)
        middle = self._middle()
        means = self._means[: self.size]
        both = means @ np.stack([vector, middle]).astype(np.float32).T
        square = float(middle @ middle)
        top = both[:, 0] - both[:, 1] - float(vector @ middle) + square
        lengths = np.sqrt(np.maximum(self._squares[: self.size] - 2 * both[:, 1] + square, 1e-9))
        own = float(np.linalg.norm(vector - middle)) or 1.0
        found: Vectors = np.where(self._squares[: self.size] > 0, top / (lengths * own), -1).astype(np.float32)
        return found

    def _take(self, group: int, vector: Vectors) -> None:
        self._sums[group] += vector
        self._counts[group] += 1
        self._means[group] = self._sums[group] / self._counts[group]
        self._squares[group] = float((self._means[group].astype(np.float64) ** 2).sum())
        self._total += vector
        self.topics += 1

    def _new(self) -> int:
        self._grow(self.size + 1)
        self._counts[self.size] = 0
        self.size += 1
        return self.size - 1

    def _grow(self, least: int) -> None:
        have, width = self._sums.shape
        if least > have:
            more = max(least, 2 * have) - have
            self._sums = np.vstack([self._sums, np.zeros((more, width))])
            self._counts = np.append(self._counts, np.ones(more))
            self._means = np.vstack([self._means, np.zeros((more, width), dtype=np.float32)])
            self._squares = np.append(self._squares, np.zeros(more))


def mean_of(vectors: Vectors) -> Vectors:
    """Unit mean (width,) of rows (n, width): what a topic means by its entries, a theme by its topics."""
    found: Vectors = _unit(vectors.astype(np.float64).mean(axis=0)[None])[0]
    return found


def _unit(rows: NDArray[np.float64]) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return found


def _largest(values: NDArray[np.float32], most: int) -> NDArray[np.int64]:
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

"""Which group each of many topics joins, one after the other; pure. A topic that is like no group founds one.

Nearest centroid (join at a cosine of .33): measured in the design as 98 % of grouping everything at once, and no
group ever changes its identity. Everything here depends on the vectors and their order only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

JOIN = 0.33
MARGIN = 0.10
NEAR = 4
_DIGITS = 5
"""Sums are made in other orders at other times: cosines that differ less than this are the same."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Joined:
    """`group`: its index. `likeness`: cosine with it before joining; of a founder 1. `others`: (index, cosine) of the
    nearest groups beside it, the nearest first."""

    group: int
    founded: bool
    likeness: float
    others: tuple[tuple[int, float], ...]

    def doubt(self, other: float | None) -> float:
        """0 sure to 1 a coin toss: how little it leads before `other` (the cosine of the best other theme), and how
        near the best cosine is to the border of joining."""
        if self.founded:
            nearest = self.others[0][1] if self.others else 0.0
            return _between(1 - (JOIN - nearest) / MARGIN)
        lead = 0.0 if other is None or other < JOIN else 1 - (self.likeness - other) / MARGIN
        return _between(max(1 - (self.likeness - JOIN) / MARGIN, lead))


class Groups:
    """Groups of topics: their sums, and their unit centroids ready to compare with."""

    def __init__(self, width: int) -> None:
        self.size = 0
        self._sums: NDArray[np.float64] = np.zeros((64, width), dtype=np.float64)
        self._units: Vectors = np.zeros((64, width), dtype=np.float32)

    @classmethod
    def of(cls, vectors: Vectors, group_of: Sequence[int], size: int) -> Groups:
        """Groups that are there: `vectors` (n, width), `group_of` (n,) the index of each one's group."""
        made = cls(vectors.shape[1])
        made._grow(size)
        np.add.at(made._sums, np.asarray(group_of, dtype=np.int64), vectors)
        made._units[:size] = _unit(made._sums[:size])
        made.size = size
        return made

    def place(self, vector: Vectors) -> Joined:
        """Put one topic (unit vector, width) into its group; the group's centroid moves with it."""
        alike = np.round(self._units[: self.size] @ vector, _DIGITS)
        near = _largest(alike, NEAR + 1)
        founded = not len(near) or bool(alike[near[0]] < JOIN)
        best = self._new() if founded else int(near[0])
        others = near[:NEAR] if founded else near[1:]
        likeness = 1.0 if founded else float(alike[best])
        self._sums[best] += vector
        self._units[best] = _unit(self._sums[best : best + 1])[0]
        found = tuple((int(index), float(alike[index])) for index in others)
        return Joined(best, founded, likeness, found)

    def centroids(self) -> Vectors:
        """(size, width), rows of length one."""
        return self._units[: self.size]

    def _new(self) -> int:
        self._grow(self.size + 1)
        self.size += 1
        return self.size - 1

    def _grow(self, least: int) -> None:
        have = len(self._sums)
        if least > have:
            more = max(least, 2 * have) - have
            self._sums = np.vstack([self._sums, np.zeros((more, self._sums.shape[1]))])
            self._units = np.vstack([self._units, np.zeros((more, self._units.shape[1]), dtype=np.float32)])


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

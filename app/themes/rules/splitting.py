"""Whether a theme falls clearly in two parts; pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.meaning.rules.frames import unit
from app.themes.rules.assigning import Vectors

PART_LEAST = 3
"""Of fewer topics nobody can say that they are a friction of their own."""
ROWS_MOST = 400


class Parts(NamedTuple):
    """Two parts of a theme: rows of each, the most typical first. `likeness`: cosine of their middles."""

    leaves: list[int]
    stays: list[int]
    likeness: float


def two_parts(rows: Vectors, join: float) -> Parts | None:
    """The two largest groups of an average-link tree over unit rows (n, d), cut at `join`, if each has three rows and
    their middles are less alike than `join`: newly come, one would not have joined the other. The smaller leaves."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if not 2 * PART_LEAST <= len(rows) <= ROWS_MOST:
        return None
    numbers = fcluster(linkage(rows, "average", metric="cosine"), 1 - join, "distance")
    sizes = np.bincount(numbers)
    larger, smaller = np.argsort(-sizes, kind="stable")[:2]
    if sizes[smaller] < PART_LEAST:
        return None
    stays, leaves = (np.flatnonzero(numbers == number) for number in (larger, smaller))
    middles = unit(np.array([rows[stays].mean(axis=0), rows[leaves].mean(axis=0)]))
    likeness = float(middles[0] @ middles[1])
    if likeness >= join:
        return None
    return Parts(_typical_first(rows, leaves, middles[1]), _typical_first(rows, stays, middles[0]), likeness)


def _typical_first(rows: Vectors, places: np.ndarray, middle: Vectors) -> list[int]:
    return [int(places[at]) for at in np.argsort(-(rows[places] @ middle), kind="stable")]

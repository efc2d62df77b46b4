"""Groups many topics at once: the first batch of a history, which later topics then join one by one; pure.

One after the other, from nothing, the first topics decide and know least: on two public sets of 5,000 texts B-cubed
is 0.06 to 0.10 higher when they are grouped together. As at a reveal: each is drawn to its nearest, then an
average-link tree. It is cut at one likeness: the silhouette that finds the cut there draws together too much here.
"""

from __future__ import annotations

from math import log10

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.grouping import smoothed
from app.themes.rules.assigning import DIGITS, NEAR, Assignment, Groups, Vectors, largest

CUT, CUT_AT, CUT_FALLS = 0.64, 500, 0.14
CUT_MOST = 0.66
ROWS_AT_ONCE = 512


def place_at_once(groups: Groups, vectors: Vectors) -> list[Assignment]:
    """Put topics (unit vectors, (n, width)) into `groups`, which has none yet, as one batch. The first of each group,
    in their order, is its founder."""
    if not len(vectors):
        return []
    group_of = grouped_at_once(groups.see_together(vectors))
    groups.fill(vectors, group_of, max(group_of) + 1)
    middles, found, known = groups.centroids(), list[Assignment](), set[int]()
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        alike = np.round(groups.see(vectors[start : start + ROWS_AT_ONCE]) @ middles.T, DIGITS)
        for own, group in zip(alike, group_of[start : start + ROWS_AT_ONCE], strict=True):
            others = [int(index) for index in largest(own, NEAR + 1) if index != group][:NEAR]
            founded = group not in known
            likeness = 1.0 if founded else float(own[group])
            found.append(
                Assignment(group, founded, likeness, tuple((at, float(own[at])) for at in others), groups.join)
            )
            known.add(group)
    return found


def grouped_at_once(seen: Vectors) -> list[int]:
    """A group number for each row of `seen` (n, width; unit, as seen from their middle), by first appearance.

    5,000 rows take three seconds and 250 MB for a moment.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    count = len(seen)
    if count < 2:
        return [0] * count
    tree = linkage(_distances(smoothed(seen)), "average")
    return _by_appearance(fcluster(tree, 1 - cut_for(count), "distance"))


def cut_for(count: int) -> float:
    """The likeness down to which `count` topics are one group: .64 for 500, .14 less for ten times as many.

    Among few the nearest five are of other themes too, and draw everything together; among many of their own.
    """
    return min(CUT_MOST, CUT - CUT_FALLS * log10(count / CUT_AT))


def _distances(rows: Vectors) -> NDArray[np.float64]:
    """1 - cosine of each pair, in the order that SciPy's trees are built from; a part of the rows at a time."""
    count = len(rows)
    found, at = np.empty(count * (count - 1) // 2), 0
    for start in range(0, count, ROWS_AT_ONCE):
        alike = rows[start : start + ROWS_AT_ONCE] @ rows.T
        for row, own in enumerate(alike, start):
            found[at : at + count - row - 1] = own[row + 1 :]
            at += count - row - 1
    np.subtract(1, found, out=found)
    return np.clip(found, 0, 2, out=found)


def _by_appearance(found: NDArray[np.integer]) -> list[int]:
    number: dict[int, int] = {}
    return [number.setdefault(int(one), len(number)) for one in found]

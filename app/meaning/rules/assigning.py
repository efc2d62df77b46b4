"""To which of many groups one more text belongs, when no group may change its identity by that; pure.

Nearest centroid first; a text that is close to none is voted for by the texts most like it; one that nothing is like
stays alone. Vectors are those that were grouped: centred (`app.meaning.rules.frames`), not as an encoder gives them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Vectors
from app.meaning.rules.frames import unit

JOIN = 0.33
GATE = 0.30
NEIGHBOURS = 10
NEAR_GROUPS = 32
DOUBTFUL_MARGIN = 0.10

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a text goes. `index`: the group, None for a new one. `likeness`: cosine with the nearest centroid.

    `runner_up`: the next best group, None where there is none. `doubt`: 0 sure to 1 a coin toss, from how close the
    runner-up is and how close the likeness is to the border of joining.
    """

    index: int | None
    likeness: float
    runner_up: int | None
    doubt: float


def assign(
    vector: NDArray[np.floating],
    centroids: NDArray[np.floating],
    members: NDArray[np.floating] | None = None,
    member_of: Numbers | None = None,
    *,
    join: float = JOIN,
    gate: float = GATE,
    neighbours: int = NEIGHBOURS,
) -> Placement:
    """Place one text among groups.

    `vector` (d,), `centroids` (groups, d): means or sums, any length. `members` (n, d), float16 or float32, unit
    rows, and `member_of` (n,), the group of each: without them nobody votes. Asked are the members of the 32 nearest
    groups only: of 100,000 members that reads some thousands.
    """
    if not len(centroids):
        return Placement(None, 0.0, None, 0.0)
    own = unit(np.asarray(vector, dtype=np.float32)[None])[0]
    likeness = unit(np.asarray(centroids, dtype=np.float32)) @ own
    best, runner_up = _two_best(likeness)
    nearest = float(likeness[best])
    doubt = _doubt(nearest, float(likeness[runner_up]) if runner_up is not None else None, join)
    if nearest >= join:
        return Placement(best, nearest, runner_up, doubt)
    if members is not None and member_of is not None:
        voted = _vote(own, likeness, members, member_of, gate, neighbours)
        if voted is not None:
            other = best if best != voted else runner_up
            return Placement(voted, float(likeness[voted]), other, max(doubt, 0.5))
    return Placement(None, nearest, best, doubt)


def _vote(
    own: Vectors,
    likeness: Vectors,
    members: NDArray[np.floating],
    member_of: Numbers,
    gate: float,
    neighbours: int,
) -> int | None:
    """The group for which the nearest members speak most, each with its likeness; None when none is like it."""
    near = np.zeros(len(likeness), dtype=bool)
    near[_largest(likeness, NEAR_GROUPS)] = True
    asked = np.flatnonzero(near[member_of])
    alike = np.asarray(members[asked], dtype=np.float32) @ own
    chosen = _largest(alike, neighbours)
    chosen = chosen[alike[chosen] >= gate]
    if not len(chosen):
        return None
    votes = np.bincount(member_of[asked[chosen]], weights=alike[chosen])
    return int(votes.argmax())


def _two_best(likeness: Vectors) -> tuple[int, int | None]:
    order = _largest(likeness, 2)
    order = order[np.argsort(-likeness[order], kind="stable")]
    return int(order[0]), int(order[1]) if len(order) > 1 else None


def _largest(values: Vectors, most: int) -> Numbers:
    """Places of the largest values, in no order."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.argpartition(-values, most)[:most]


def _doubt(nearest: float, next_best: float | None, join: float) -> float:
    """The larger of two: how little the best leads, and how near the likeness is to the border of joining."""
    border = 1 - abs(nearest - join) / DOUBTFUL_MARGIN
    lead = 0.0 if next_best is None or next_best < join else 1 - (nearest - next_best) / DOUBTFUL_MARGIN
    return float(np.clip(max(border, lead), 0, 1))

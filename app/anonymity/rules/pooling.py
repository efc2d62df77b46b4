"""Decides, once, at the reveal, which departments keep their label and which are pooled (anonymity.md, small groups).

small = departments with 0 < seats < k; none: labels stay
pool  = union(small); while size(pool) < k and departments remain: add the smallest labelled one
still < k: no labels and no tallies by department in this retro
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

SEVERAL = "several"
EVERYONE = "everyone"

KEPT = "kept"
POOLED = "pooled"
DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Pooling:
    """`labelled` keep their name; `pooled` are spoken of as 'several'. `enough` is false below k in all."""

    labels: str
    labelled: frozenset[UUID]
    pooled: frozenset[UUID]
    enough: bool

    def group_of(self, department_id: UUID | None) -> str:
        """Name of the group that a seat of this department counts in."""
        if self.labels == DROPPED:
            return EVERYONE
        return str(department_id) if department_id in self.labelled else SEVERAL


def counted(seats: int, headcount: int | None) -> int:
    """A department's size: private windows cannot lift it over the people counted in the room."""
    return seats if headcount is None else min(seats, headcount)


def decide(seats: Mapping[UUID, int], headcounts: Mapping[UUID, int | None], k: int) -> Pooling:
    """`seats` per department (people), `headcounts` as the facilitator counted them, `k` the minimum group size."""
    sizes = {d: counted(n, headcounts.get(d)) for d, n in seats.items() if n > 0}
    enough = sum(sizes.values()) >= k
    small = {d for d, size in sizes.items() if size < k}
    if not small:
        return Pooling(KEPT if enough else DROPPED, frozenset(sizes), frozenset(), enough)
    pool = set(small)
    # Sorted by size, then id: the same input gives the same pool on every machine.
    remaining = sorted((d for d in sizes if d not in pool), key=lambda d: (sizes[d], d.hex))
    while sum(sizes[d] for d in pool) < k and remaining:
        pool.add(remaining.pop(0))
    if sum(sizes[d] for d in pool) < k or not remaining:
        return Pooling(DROPPED, frozenset(), frozenset(sizes), enough)
    return Pooling(POOLED, frozenset(sizes) - pool, frozenset(pool), enough)

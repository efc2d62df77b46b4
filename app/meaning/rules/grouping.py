"""Groups texts that say the same when nobody knows how many groups there are; pure.

Centre the vectors; draw each towards its nearest neighbours, those in dense places more; build an average-link tree;
cut it where the silhouette is best near one similarity. What people decided (together, apart) always holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Vectors
from app.meaning.rules.frames import centred, unit
from app.meaning.rules.kinds import Anchors, with_kinds

NEIGHBOURS = 5
NEIGHBOUR_POWER = 1.5
CUT_LEAST = 0.15
CUT_MIDDLE = 0.35
CUT_MOST = 0.48
CUTS = 34
CUT_PULL = 0.1
ROWS_AT_ONCE = 1024

Pair = tuple[int, int]
Groups = NDArray[np.int64]


def group(
    vectors: NDArray[np.floating],
    *,
    anchors: Anchors | None = None,
    middle: NDArray[np.floating] | None = None,
    must_link: Iterable[Pair] = (),
    cannot_link: Iterable[Pair] = (),
) -> list[int]:
    """A group number for each row of `vectors` (n, d), as an encoder gives them: 0 for the largest group, and so on.

    `anchors`: friction kinds that lend vectors a direction. `middle` (d,): what the encoder's vectors of plain
    sentences have in common (that of the anchors, where these are given): few texts need it. `must_link`,
    `cannot_link`: pairs of rows that a person put together or apart; where the two contradict each other, together
    wins. 500 rows take about 40 ms; memory grows with the square: 3,000 rows take 150 MB for a moment.
    """
    count = len(vectors)
    if count == 0:
        return []
    blocks = _blocks(count, must_link)
    apart = _apart(blocks, cannot_link)
    seen = centred(vectors, middle) if anchors is None else with_kinds(centred(vectors, anchors.middle), anchors)
    rows = _means(smoothed(seen), blocks)
    found = _cut_at_best(rows, apart)
    return _numbered(found[blocks])


def smoothed(rows: Vectors) -> Vectors:
    """Unit rows (n, d) one step towards the five nearest, each counted with its likeness^1.5: a text in a dense place
    moves far towards what its neighbours share, one that nothing is like stays (a plain mean draws small themes into
    large)."""
    count = len(rows)
    if count < 3:
        return rows
    found = np.empty_like(rows)
    neighbours = min(NEIGHBOURS, count - 1)
    for start in range(0, count, ROWS_AT_ONCE):
        own = rows[start : start + ROWS_AT_ONCE]
        alike = own @ rows.T
        alike[np.arange(len(own)), np.arange(start, start + len(own))] = -2
        nearest = np.argpartition(-alike, neighbours - 1, axis=1)[:, :neighbours]
        weights = np.clip(np.take_along_axis(alike, nearest, axis=1), 0, None) ** NEIGHBOUR_POWER
        found[start : start + len(own)] = own + np.einsum("nk,nkd->nd", weights, rows[nearest])
    return unit(found)


def _cut_at_best(rows: Vectors, apart: set[Pair]) -> Groups:
    """Cut the average-link tree where the silhouette (Rousseeuw 1987) is best; near .35 is favoured."""
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(rows) < 2:
        return np.zeros(len(rows), dtype=np.int64)
    distances = np.clip(1 - rows @ rows.T, 0, 2)
    np.fill_diagonal(distances, 0)
    tree = _kept_apart(linkage(squareform(distances, checks=False), "average"), apart, len(rows))
    # In the order of the tree's leaves every group of every cut lies side by side: sums are read off in one pass.
    order = leaves_list(tree)
    distances = np.ascontiguousarray(distances[np.ix_(order, order)])
    best, best_worth, groups_before = np.zeros(len(rows), dtype=np.int64), -np.inf, 0
    for similarity in np.linspace(CUT_LEAST, CUT_MOST, CUTS):
        found = fcluster(tree, 1 - similarity, "distance")
        if found.max() == groups_before:
            continue
        groups_before = int(found.max())
        worth = silhouette(distances, found[order]) - CUT_PULL * abs(similarity - CUT_MIDDLE)
        if worth > best_worth:
            best, best_worth = found, worth
    return best


def silhouette(distances: Vectors, found: Groups) -> float:
    """Mean silhouette of groups `found` (n,) on `distances` (n, n): -1 to 1, higher is clearer; alone counts 0.

    The rows of a group must lie side by side.
    """
    starts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
    if len(starts) < 2:
        return 0.0
    sizes = np.diff(np.append(starts, len(found)))
    own = np.repeat(np.arange(len(starts)), sizes)
    sums = np.add.reduceat(distances, starts, axis=1)
    every = np.arange(len(found))
    inside = sums[every, own] / np.maximum(sizes[own] - 1, 1)
    sums /= sizes.astype(np.float32)
    sums[every, own] = np.inf
    outside = sums.min(axis=1)
    clear = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9)
    return float(np.where(sizes[own] > 1, clear, 0).mean())


def _kept_apart(tree: NDArray[np.float64], apart: set[Pair], count: int) -> NDArray[np.float64]:
    """The tree with every joint that would join two kept apart, and all above it, raised out of reach of any cut."""
    if not apart:
        return tree
    enemies = {row: set[int]() for row in range(count)}
    for first, second in apart:
        enemies[first].add(second)
        enemies[second].add(first)
    members: dict[int, set[int]] = {row: {row} for row in range(count)}
    raised = tree.copy()
    for step, (left, right, height, _) in enumerate(tree):
        one, other = members.pop(int(left)), members.pop(int(right))
        small, large = sorted((one, other), key=len)
        if any(enemies[row] & large for row in small):
            raised[step, 2] = max(height, 10.0)
        members[count + step] = large | small
    return _rising(raised)


def _rising(tree: NDArray[np.float64]) -> NDArray[np.float64]:
    """Heights that never fall towards the root: a joint is at least as high as those below it."""
    count = len(tree) + 1
    for step in range(len(tree)):
        for child in (int(tree[step, 0]), int(tree[step, 1])):
            if child >= count:
                tree[step, 2] = max(tree[step, 2], tree[child - count, 2])
    return tree


def _blocks(count: int, must_link: Iterable[Pair]) -> Groups:
    """For each row the number of its block: rows that people put together, directly or by others, are one block."""
    leader = list(range(count))

    def lead(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for first, second in must_link:
        leader[lead(first)] = lead(second)
    return np.unique([lead(row) for row in range(count)], return_inverse=True)[1]


def _apart(blocks: Groups, cannot_link: Iterable[Pair]) -> set[Pair]:
    pairs = {(int(blocks[first]), int(blocks[second])) for first, second in cannot_link}
    return {pair for pair in pairs if pair[0] != pair[1]}


def _means(rows: Vectors, blocks: Groups) -> Vectors:
    """One row for each block."""
    sums = np.zeros((int(blocks.max()) + 1, rows.shape[1]), dtype=np.float32)
    np.add.at(sums, blocks, rows)
    return unit(sums)


def _numbered(found: Sequence[int] | Groups) -> list[int]:
    """Groups numbered by size, the first seen first among equals."""
    numbers, first, own, sizes = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    place = np.empty(len(numbers), dtype=np.int64)
    place[order] = np.arange(len(numbers))
    return [int(number) for number in place[own]]

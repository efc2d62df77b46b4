"""Hides small cells of tables so that they cannot be solved from what is shown (complementary suppression).

A table of people counted by two things (consumer x provider) is shown with its row and column totals. A cell of fewer
than k is hidden; where the totals would still give it away, further cells are hidden, the smallest ones first. Cells
are whole numbers from zero up, and that is all that a reader knows of a hidden one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

Cell = tuple[int, int]
Node = tuple[str, int]
Table = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Suppression:
    """Which cells (row, column) are hidden, and whether the totals may be shown beside the rest.

    Totals are withheld where no further cell could protect a hidden one (a table of a single row, say).
    """

    hidden: frozenset[Cell]
    totals_shown: bool


def suppress(table: Table, k: int) -> Suppression:
    """Hide cells with 0 < count < k, and as few others as needed that no hidden cell can be solved for."""
    small = frozenset(cell for cell in _cells(table) if 0 < _at(table, cell) < k)
    hidden = small
    while solved := sorted(solvable(table, hidden)):
        cover = _cheapest_cover(table, hidden, solved[0])
        if cover is None:
            return Suppression(small, totals_shown=False)
        hidden |= cover
    return Suppression(hidden, totals_shown=True)


def solvable(table: Table, hidden: Collection[Cell]) -> frozenset[Cell]:
    """Hidden cells whose value follows from the shown cells and all row and column totals.

    A hidden cell is open if the hidden counts can be shifted around a closed chain of hidden cells through it, one
    up, the next down, none below zero: then two tables fit what is shown. Otherwise it is solved.
    """
    closed = frozenset(hidden)
    return frozenset(cell for cell in closed if not _can_vary(table, closed, cell))


def total_is_safe(counts: Sequence[int], hidden: Collection[int], k: int) -> bool:
    """Whether the total of one row may be shown beside its shown cells: what subtraction leaves (the hidden cells
    together) is nothing at all, or at least two cells and at least k people."""
    left = [counts[index] for index in hidden if counts[index] > 0]
    return not left or (len(left) >= 2 and sum(left) >= k)


def _cheapest_cover(table: Table, hidden: frozenset[Cell], cell: Cell) -> frozenset[Cell] | None:
    """The rectangle through `cell` that opens it and hides the fewest people more."""
    row, column = cell
    best: tuple[int, int, frozenset[Cell]] | None = None
    for other_row, other_column in _cells(table):
        if other_row == row or other_column == column:
            continue
        added = frozenset({(row, other_column), (other_row, column), (other_row, other_column)}) - hidden
        cost = (sum(_at(table, one) for one in added), len(added))
        if (best is None or cost < best[:2]) and _can_vary(table, hidden | added, cell):
            best = (*cost, added)
    return best[2] if best else None


def _can_vary(table: Table, hidden: frozenset[Cell], cell: Cell) -> bool:
    row, column = cell
    rest = hidden - {cell}
    up = _reaches(table, rest, start=("column", column), goal=("row", row))
    down = _at(table, cell) > 0 and _reaches(table, rest, start=("row", row), goal=("column", column))
    return up or down


def _reaches(table: Table, hidden: frozenset[Cell], start: Node, goal: Node) -> bool:
    """Whether one count can be handed on from `start` to `goal`: a row raises a hidden cell, a column lowers one."""
    seen, open_nodes = {start}, [start]
    while open_nodes:
        node = open_nodes.pop()
        if node == goal:
            return True
        for following in _next_nodes(table, hidden, node):
            if following not in seen:
                seen.add(following)
                open_nodes.append(following)
    return False


def _next_nodes(table: Table, hidden: frozenset[Cell], node: Node) -> Iterator[Node]:
    kind, index = node
    for row, column in hidden:
        if kind == "row" and row == index:
            yield "column", column
        elif kind == "column" and column == index and _at(table, (row, column)) > 0:
            yield "row", row


def _cells(table: Table) -> Iterator[Cell]:
    return ((row, column) for row, counts in enumerate(table) for column in range(len(counts)))


def _at(table: Table, cell: Cell) -> int:
    return table[cell[0]][cell[1]]

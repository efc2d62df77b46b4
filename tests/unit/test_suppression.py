"""Small cells are hidden so that nobody can solve for them; checked by a way of its own (linear programming)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.anonymity.rules.suppression import Cell, Table, solvable, suppress, total_is_safe

K = 5


@st.composite
def tables(draw: st.DrawFn, rows: int = 5, columns: int = 5, most: int = 14) -> list[list[int]]:
    height, width = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    return [[draw(st.integers(0, most)) for _ in range(width)] for _ in range(height)]


def bounds_by_program(table: Table, hidden: frozenset[Cell], cell: Cell) -> tuple[float, float]:
    """Least and most that a hidden cell can be, given all shown cells and all row and column totals."""
    cells = sorted(hidden)
    rows = [[float(cell[0] == row) for cell in cells] for row in range(len(table))]
    columns = [[float(cell[1] == column) for cell in cells] for column in range(len(table[0]))]
    left_in_rows = [sum(table[r][c] for r, c in cells if r == row) for row in range(len(table))]
    left_in_columns = [sum(table[r][c] for r, c in cells if c == column) for column in range(len(table[0]))]
    goal = np.array([float(one == cell) for one in cells])
    known = {"A_eq": np.array(rows + columns), "b_eq": np.array(left_in_rows + left_in_columns), "bounds": (0, None)}
    low, high = linprog(goal, **known), linprog(-goal, **known)
    assert low.status == 0
    return float(low.fun), float(-high.fun) if high.status == 0 else float("inf")


@settings(max_examples=150, deadline=None)
@given(tables())
@pytest.mark.simulation
def test_no_suppressed_cell_can_be_solved_for(table: list[list[int]]) -> None:
    result = suppress(table, K)
    small = {(r, c) for r, row in enumerate(table) for c, count in enumerate(row) if 0 < count < K}
    assert small <= result.hidden
    if not result.totals_shown:
        return
    for cell in result.hidden:
        low, high = bounds_by_program(table, result.hidden, cell)
        assert high - low > 0.5, f"{cell} of {table} is {low}"


@settings(max_examples=150, deadline=None)
@given(tables(rows=4, columns=4, most=3), st.data())
@pytest.mark.simulation
def test_solvable_agrees_with_the_program(table: list[list[int]], data: st.DataObject) -> None:
    cells = [(r, c) for r in range(len(table)) for c in range(len(table[0]))]
    hidden = frozenset(data.draw(st.lists(st.sampled_from(cells), min_size=1, unique=True)))
    expected = set()
    for cell in hidden:
        low, high = bounds_by_program(table, hidden, cell)
        if high - low < 1e-6:
            expected.add(cell)
    assert solvable(table, hidden) == expected


def test_one_small_cell_is_covered_by_a_rectangle() -> None:
    table = [[2, 9, 9], [9, 6, 9], [9, 9, 9]]
    result = suppress(table, K)
    assert result.totals_shown
    assert result.hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_nothing_small_hides_nothing() -> None:
    assert suppress([[5, 0], [7, 12]], K) == suppress([[5, 0], [7, 12]], K)
    assert suppress([[5, 0], [7, 12]], K).hidden == frozenset()


def test_a_single_row_withholds_its_totals() -> None:
    result = suppress([[2, 9, 9]], K)
    assert result.hidden == {(0, 0)}
    assert not result.totals_shown


def test_without_complementary_cells_it_would_be_solved() -> None:
    table = [[2, 9], [9, 6]]
    assert solvable(table, {(0, 0)}) == {(0, 0)}


def test_zeros_that_add_up_to_zero_are_solved() -> None:
    assert solvable([[0, 0], [0, 0]], {(0, 0), (0, 1), (1, 0), (1, 1)}) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(3, 6))
def test_a_total_leaves_k_people_or_nobody(counts: list[int], k: int) -> None:
    hidden = [index for index, count in enumerate(counts) if count < k]
    left = sum(counts) - sum(count for index, count in enumerate(counts) if index not in hidden)
    if total_is_safe(counts, hidden, k):
        assert left == 0 or left >= k
        assert sum(counts[index] > 0 for index in hidden) != 1


def test_a_single_hidden_group_withholds_the_total() -> None:
    assert not total_is_safe([8, 4], [1], 5)
    assert not total_is_safe([8, 2, 2], [1, 2], 5)
    assert total_is_safe([8, 3, 2], [1, 2], 5)
    assert total_is_safe([8, 0], [1], 5)

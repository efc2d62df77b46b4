"""Levels of the map: the numbers of the design, which colour, how sure, and what may be said of two of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.friction.rules.map import (
    Against,
    FrictionTally,
    Level,
    pulse_level,
    rate_levels,
    share_level,
    total,
    without,
)
from app.friction.rules.pair_drawing import MIDDLE, MOST, pair_bars
from app.friction.rules.pulse import Score

COUNTS = st.integers(0, 12)
TALLIES = st.builds(FrictionTally, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.just(1))
NAMES = st.tuples(st.sampled_from("abc"), st.sampled_from("abc"))


def test_rates_are_the_designs() -> None:
    few, many = rate_levels([(3, 10), (20, 72)], 0.08)
    assert [round(one, 1) for one in (few.value, few.low, few.high)] == [1.8, 0.6, 3.5]
    assert [round(one, 1) for one in (many.value, many.low, many.high)] == [2.5, 1.7, 3.5]
    assert (few.n, many.n) == (10, 72)
    assert rate_levels([], 0.08) == []


def test_a_share_has_wilsons_interval_and_few_have_no_figure() -> None:
    level = share_level(FrictionTally(wrong=9, right=1))
    assert level is not None
    assert (level.value, level.n, level.bucket, level.is_few) == (0.9, 10, 4, False)
    assert level.low == pytest.approx(0.652, abs=1e-3)
    few = share_level(FrictionTally(wrong=3, right=1))
    assert few is not None
    assert few.is_few
    assert share_level(FrictionTally(unsorted=4, thanks=2)) is None


def test_a_cell_is_filled_only_where_it_stays_within_two_colours() -> None:
    sure, unsure = share_level(FrictionTally(wrong=45, right=5)), share_level(FrictionTally(wrong=3, right=3))
    assert sure is not None
    assert sure.is_sure
    assert unsure is not None
    assert not unsure.is_sure


@pytest.mark.parametrize(("mean", "bucket"), [(4.5, 0), (4.2, 0), (3.7, 1), (3.2, 2), (2.5, 3), (2.4, 3), (1.4, 4)])
def test_the_better_the_pulse_the_easier(mean: float, bucket: int) -> None:
    level = pulse_level(Score(mean, mean - 0.1, mean + 0.1, mean, 9))
    assert (level.bucket, level.is_sure) == (bucket, True)


def a_level(low: float, high: float, more_is_harder: bool = True, is_few: bool = False) -> Level:
    return Level((low + high) / 2, low, high, 9, 2, True, is_few, more_is_harder)


@pytest.mark.parametrize(
    ("level", "house", "said"),
    [
        (a_level(0.5, 0.8), 0.4, Against.HARDER),
        (a_level(0.1, 0.3), 0.4, Against.EASIER),
        (a_level(0.3, 0.5), 0.4, Against.UNCLEAR),
        (a_level(0.5, 0.8, is_few=True), 0.4, Against.UNCLEAR),
        (a_level(0.5, 0.8), None, Against.UNCLEAR),
        (a_level(4, 5, more_is_harder=False), 3.4, Against.EASIER),
        (a_level(1, 2, more_is_harder=False), 3.4, Against.HARDER),
    ],
)
def test_a_pair_stands_apart_only_with_its_whole_interval(level: Level, house: float | None, said: Against) -> None:
    assert level.against(house) is said


def test_better_or_worse_only_where_intervals_do_not_touch() -> None:
    assert a_level(0.5, 0.8).since(a_level(0.1, 0.4)) is Against.HARDER
    assert a_level(0.1, 0.4).since(a_level(0.5, 0.8)) is Against.EASIER
    assert a_level(0.1, 0.5).since(a_level(0.5, 0.8)) is Against.UNCLEAR
    assert a_level(0.1, 0.4).since(None) is Against.UNCLEAR
    assert a_level(0.1, 0.4).since(a_level(0.5, 0.8, is_few=True)) is Against.UNCLEAR
    assert a_level(4, 5, more_is_harder=False).since(a_level(2, 3, more_is_harder=False)) is Against.EASIER


@given(
    st.dictionaries(NAMES, TALLIES, max_size=6),
    st.dictionaries(NAMES, TALLIES, max_size=4),
    st.dictionaries(NAMES, TALLIES, max_size=4),
)
def test_nothing_hidden_is_in_any_total(
    shown: dict[tuple[str, str], FrictionTally],
    small: dict[tuple[str, str], FrictionTally],
    other_small: dict[tuple[str, str], FrictionTally],
) -> None:
    """Whatever the small groups wrote, what is left is the same: there is nothing to solve for."""

    def left(hidden: dict[tuple[str, str], FrictionTally]) -> dict[tuple[str, str], FrictionTally]:
        every = {
            pair: shown.get(pair, FrictionTally()) + hidden.get(pair, FrictionTally()) for pair in {*shown, *hidden}
        }
        return without(every, hidden.items())

    assert left(small) == left(other_small) == {pair: tally for pair, tally in shown.items() if tally.said}
    assert total(left(small).values()) == total(left(other_small).values())


def test_bars_grow_from_the_middle_and_the_latest_are_drawn() -> None:
    days = [(date(2024, 1 + n % 12, 3), n, 2) for n in range(20)]
    bars = pair_bars(days)
    assert len(bars) == MOST
    assert bars[-1].right == 19
    assert all(bar.top + bar.right_height == pytest.approx(MIDDLE) for bar in bars)
    assert all(bar.left >= 0 and bar.left + bar.width <= 100 for bar in bars)
    assert pair_bars([]) == ()
    assert pair_bars([(date(2024, 1, 1), 0, 0)])[0].wrong_height == 0
    assert [bar.year for bar in pair_bars([(date(2024, 1, 1), 1, 0), (date(2024, 9, 1), 0, 1)])] == ["2024", ""]

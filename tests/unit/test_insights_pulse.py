"""Shrunk ratings, with the numbers of the design; and how they behave."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insights.rules.pulse import (
    KAPPA_OF_FEW,
    Sample,
    prior,
    sample_of,
    score,
    together,
)

PAIRS = ([4, 5, 4, 4, 5], [2, 3, 2, 3], [3, 3, 4, 3, 4, 3], [5, 4, 4], [3, 2, 3, 3, 2])
RATINGS = st.lists(st.integers(1, 5), min_size=1, max_size=12)


def test_the_numbers_of_the_design() -> None:
    groups = [sample_of(ratings) for ratings in PAIRS]
    known = prior(groups)
    assert known.mean == pytest.approx(3.391, abs=5e-4)
    assert known.within == pytest.approx(0.300, abs=5e-4)
    assert known.between == pytest.approx(0.709, abs=5e-4)
    assert known.kappa == pytest.approx(0.42, abs=5e-3)
    first = score(groups[0], known)
    assert first is not None
    assert first.raw == pytest.approx(4.40)
    assert first.mean == pytest.approx(4.32, abs=5e-3)
    half = 1.645 * (5 / known.within + 1 / known.between) ** -0.5
    assert (first.low, first.high) == (pytest.approx(first.mean - half), pytest.approx(first.mean + half))


def test_agreement_is_the_designs_and_below_half_they_are_split() -> None:
    assert sample_of([4, 4, 5, 4]).agreement == pytest.approx(0.875)
    known = prior([sample_of(ratings) for ratings in PAIRS])
    torn, of_one_mind = score(sample_of([1, 5, 1, 5, 3]), known), score(sample_of([4, 4, 5, 4]), known)
    assert torn is not None
    assert torn.is_split
    assert of_one_mind is not None
    assert not of_one_mind.is_split


def test_with_few_pairs_five_raters_of_the_whole_are_added() -> None:
    groups = [sample_of(ratings) for ratings in PAIRS[:3]]
    known = prior(groups)
    assert known.kappa == KAPPA_OF_FEW
    assert known.mean == pytest.approx(52 / 15)
    found = score(groups[0], known)
    assert found is not None
    assert found.mean == pytest.approx((22 + 5 * 52 / 15) / 10)


def test_where_pairs_do_not_differ_all_are_the_mean_and_none_is_certain() -> None:
    known = prior([sample_of([3, 4]) for _ in range(6)])
    assert known.between == 0
    assert known.kappa == inf
    found = score(sample_of([3, 4]), known)
    assert found is not None
    assert found.mean == pytest.approx(3.5)
    assert found.low < 3.5 < found.high


def test_without_any_rating_the_middle_is_as_good_as_anything() -> None:
    assert prior([]).mean == 3
    assert prior([Sample()]).mean == 3
    assert score(Sample(), prior([])) is None


def test_fewer_than_k_are_hidden() -> None:
    known = prior([sample_of(ratings) for ratings in PAIRS])
    assert score(sample_of([4, 4, 4, 4]), known, k=5) is None
    assert score(sample_of([4, 4, 4, 4, 4]), known, k=5) is not None


@given(st.lists(RATINGS, min_size=1, max_size=9))
def test_a_score_lies_between_its_own_mean_and_the_house_and_on_the_scale(pairs: list[list[int]]) -> None:
    groups = [sample_of(ratings) for ratings in pairs]
    known = prior(groups)
    for group in groups:
        found = score(group, known)
        assert found is not None
        low, high = sorted((found.raw, known.mean))
        assert low - 1e-9 <= found.mean <= high + 1e-9
        assert 1 <= found.low <= found.mean + 1e-9
        assert found.mean - 1e-9 <= found.high <= 5
        assert found.high > found.low or found.mean in (1, 5)


@given(RATINGS, RATINGS)
def test_samples_add_up(one: list[int], other: list[int]) -> None:
    both = sample_of([*one, *other])
    added = sample_of(one) + sample_of(other)
    assert (added.n, added.mean, added.within) == (both.n, both.mean, pytest.approx(both.within))


@given(RATINGS)
def test_more_people_who_say_the_same_move_it_less_towards_the_house(ratings: list[int]) -> None:
    known = prior([sample_of(pair) for pair in PAIRS])
    few, many = score(sample_of(ratings), known), score(sample_of(ratings * 5), known)
    assert few is not None
    assert many is not None
    assert abs(many.mean - many.raw) <= abs(few.mean - few.raw) + 1e-9
    assert many.high - many.low <= few.high - few.low + 1e-9


def test_dimensions_together_are_as_uncertain_as_they_are_alone() -> None:
    known = prior([sample_of(ratings) for ratings in PAIRS])
    scores = [score(sample_of(ratings), known) for ratings in ([4, 4, 5, 4], [2, 3, 2, 3], [1, 5, 1, 5])]
    agreed = [one for one in scores if one is not None]
    whole = together(agreed)
    assert whole is not None
    assert whole.mean == pytest.approx((agreed[0].mean + agreed[1].mean) / 2), "the split one has no mean"
    widths = [one.high - one.low for one in agreed[:2]]
    assert whole.high - whole.low == pytest.approx(sum(widths) / 2)
    assert whole.n == 4
    assert together(agreed[2:]) is None

"""Shrunk ratings, with the numbers of the design; and how they behave."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.friction.rules.pulse import WITHIN_UNSEEN, Sample, prior, sample_of, score, together
from app.pulse.rules import figures

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


def test_with_few_pairs_nothing_is_shrunk() -> None:
    groups = [sample_of(ratings) for ratings in PAIRS[:4]]
    known = prior(groups, WITHIN_UNSEEN)
    assert known.mean == pytest.approx(65 / 18)
    found = score(groups[0], known)
    assert found is not None
    assert found.mean == found.raw == pytest.approx(4.4)
    half = 1.645 * (0.7 / 5) ** 0.5
    assert found.low == pytest.approx(4.4 - half)
    assert found.high == 5


def test_where_no_spread_is_stored_it_is_taken_to_be_seven_tenths() -> None:
    def told(n: int, mean: float) -> Sample:
        return Sample(n, n * mean, n * mean * mean)

    known = prior([told(5, mean) for mean in (4.5, 2.5, 3.5, 4.5, 2.5)], WITHIN_UNSEEN)
    assert known.within == 0.7
    assert known.mean == pytest.approx(3.5)
    # MSB = 5 * 4 * 1 / 4 = 5, n0 = 5, t² = (5 - .7) / 5.
    assert known.between == pytest.approx(0.86)
    assert known.kappa == pytest.approx(0.7 / 0.86)


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
    scores = [score(sample_of(ratings), known) for ratings in ([4, 4, 5, 4], [2, 3, 2, 3])]
    found = [one for one in scores if one is not None]
    whole = together(found)
    assert whole is not None
    assert whole.mean == pytest.approx((found[0].mean + found[1].mean) / 2)
    assert whole.high - whole.low == pytest.approx(sum(one.high - one.low for one in found) / 2)
    assert whole.n == 4
    assert together([]) is None


def covered(pairs: int, random: np.random.Generator, rounds: int = 400) -> float:
    """How often the range of a pair holds its true mean, when all that is kept is a mean to halves and a band."""
    held = total = 0
    for _ in range(rounds):
        true = np.clip(random.normal(3.5, 0.6, pairs), 1.2, 4.8)
        raters = random.integers(5, 10, pairs)
        ratings = [
            np.clip(np.rint(random.normal(at, 0.84, n)), 1, 5).astype(int) for at, n in zip(true, raters, strict=True)
        ]
        means = [figures(given.tolist(), 5).mean or 0.0 for given in ratings]
        samples = [Sample(5, 5 * mean, 5 * mean * mean) for mean in means]
        known = prior(samples, WITHIN_UNSEEN)
        for at, sample in zip(true, samples, strict=True):
            found = score(sample, known)
            assert found is not None
            held += found.low <= at <= found.high
            total += 1
    return held / total


@pytest.mark.parametrize("pairs", [3, 5, 8, 20])
def test_the_ranges_hold_although_only_halves_and_bands_are_kept(pairs: int) -> None:
    assert covered(pairs, np.random.default_rng(pairs)) >= 0.78

"""Groups of texts: what says the same comes together, and what people decided always holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.meaning.rules.built_in_kinds import BUILT_IN
from app.meaning.rules.encoding import HashedWords
from app.meaning.rules.grouping import group, silhouette
from app.meaning.rules.kinds import anchors_of
from app.meaning.service import encoders
from tests.unit.meaning_texts import SIX_TOPICS

pair = st.tuples(st.integers(0, 19), st.integers(0, 19))


def b_cubed(gold: Sequence[object], found: Sequence[int]) -> float:
    """Bagga & Baldwin 1998."""
    pairs, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(count * count / founds[own] for (_, own), count in pairs.items()) / len(gold)
    recall = sum(count * count / golds[own] for (own, _), count in pairs.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def clouds(sizes: Sequence[int], seed: int = 3) -> tuple[np.ndarray, list[int]]:
    """Points around far middles, and whose cloud each is of."""
    random = np.random.default_rng(seed)
    gold = [number for number, size in enumerate(sizes) for _ in range(size)]
    middles = random.normal(size=(len(sizes), 64))
    return middles[gold] + 0.5 * random.normal(size=(len(gold), 64)), gold


def test_six_topics_written_by_hand_are_found() -> None:
    texts = [text for topic in SIX_TOPICS for text in topic]
    gold = [number for number, topic in enumerate(SIX_TOPICS) for _ in topic]
    encoder = encoders.chosen("light")
    vectors = encoder.encode(texts)
    assert b_cubed(gold, group(vectors)) > 0.5
    assert b_cubed(gold, group(vectors, anchors=anchors_of(BUILT_IN, encoder))) > 0.5
    assert b_cubed(gold, group(HashedWords().encode(texts))) < 0.4, "words alone would do"


@pytest.mark.parametrize("sizes", [(20, 20, 20), (40, 12, 5, 3, 2, 1, 1)])
def test_clouds_are_found_whether_equal_or_a_few_big_and_many_small(sizes: tuple[int, ...]) -> None:
    vectors, gold = clouds(sizes)
    assert b_cubed(gold, group(vectors)) > 0.9


def test_the_largest_group_is_number_nought_and_twice_is_the_same() -> None:
    vectors, _ = clouds((3, 30, 10))
    found = group(vectors)
    sizes = [count for _, count in sorted(Counter(found).items())]
    assert sizes == sorted(sizes, reverse=True)
    assert found == group(vectors)


def test_few_texts_and_texts_that_say_nothing_do_no_harm() -> None:
    assert group(np.zeros((0, 8))) == []
    assert group(np.zeros((1, 8))) == [0]
    assert len(group(np.zeros((5, 8)))) == 5
    assert group(np.ones((2, 8))) == [0, 0]
    assert len(set(group(np.eye(2, 8)))) == 2
    assert set(group(np.ones((6, 8)), middle=np.zeros(8))) == {0}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.lists(pair, max_size=12), st.lists(pair, max_size=12))
def test_what_people_decided_holds(seed: int, together: list[tuple[int, int]], apart: list[tuple[int, int]]) -> None:
    vectors, _ = clouds((10, 6, 4), seed)
    found = group(vectors, must_link=together, cannot_link=apart)
    assert all(found[first] == found[second] for first, second in together)
    joined = _blocks(together)
    assert all(found[first] != found[second] for first, second in apart if joined[first] != joined[second])


def test_kept_apart_are_apart_even_in_one_cloud() -> None:
    vectors, _ = clouds((12, 12))
    found = group(vectors, cannot_link=[(0, 1)])
    assert found[0] != found[1]
    assert b_cubed([0] * 12 + [1] * 12, found) > 0.6


def test_a_group_that_people_made_draws_no_stranger_in() -> None:
    vectors, gold = clouds((10, 10, 10))
    found = group(vectors, must_link=[(0, 10)])
    assert found[0] == found[10]
    assert b_cubed(gold, found) > 0.6


def test_silhouette_is_high_for_what_is_there_and_low_for_what_is_not() -> None:
    distances = np.array([[0, 0.1, 1, 1], [0.1, 0, 1, 1], [1, 1, 0, 0.1], [1, 1, 0.1, 0]], dtype=np.float32)
    assert silhouette(distances, np.array([0, 0, 1, 1])) == pytest.approx(0.9)
    other = distances[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])]
    assert silhouette(other, np.array([0, 0, 1, 1])) < 0
    assert silhouette(distances, np.array([0, 0, 0, 0])) == 0
    assert silhouette(distances, np.array([0, 1, 2, 3])) == 0


def test_words_alone_still_group_the_same_words() -> None:
    texts = ["Cover proofs came late"] * 3 + ["Budget approval waits for a signature"] * 3 + ["The coffee machine"]
    found = group(HashedWords().encode(texts))
    assert found == [0, 0, 0, 1, 1, 1, 2]


def _blocks(together: list[tuple[int, int]]) -> list[int]:
    block = list(range(20))
    for first, second in together:
        old, new = block[first], block[second]
        block = [new if one == old else one for one in block]
    return block

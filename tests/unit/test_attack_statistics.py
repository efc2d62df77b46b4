"""The attack's own arithmetic: right under chance, loud under a leak."""

import random

from tests.attack.statistics import LIMIT, Pooled, neighbours_share_an_author, order_knows


def test_a_random_order_knows_nothing():
    source = random.Random(11)
    pooled = Pooled()
    for _ in range(2000):
        found = list(range(12))
        source.shuffle(found)
        pooled.values.append(order_knows(found, range(12)))
    assert abs(pooled.z) < 4
    spread = sum(v * v for v in pooled.values) / len(pooled.values)
    assert 0.85 < spread < 1.15


def test_twenty_small_retros_in_the_true_order_are_caught():
    pooled = Pooled([order_knows(range(9), range(9)) for _ in range(20)])
    assert pooled.is_above_chance
    assert pooled.z > LIMIT


def test_neighbours_of_a_random_order_are_standardised():
    source = random.Random(5)
    values = []
    for _ in range(4000):
        authors = list("aaabbbbccdddde")
        source.shuffle(authors)
        values.append(neighbours_share_an_author(authors))
    mean = sum(values) / len(values)
    assert abs(mean) < 0.08
    assert 0.9 < sum(v * v for v in values) / len(values) < 1.1


def test_authors_in_a_row_are_caught():
    pooled = Pooled([neighbours_share_an_author(list("aaabbbbccdddd")) for _ in range(10)])
    assert pooled.is_above_chance

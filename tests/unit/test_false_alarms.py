"""How often the evidence speaks when nothing is going on: seeded simulations through the rules themselves.

The limits are the design's; app/decisions/0015 has the rates that came out. The full run takes more histories.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID

import numpy
import pytest

from app.evidence.rules.action_effect import EffectVerdict, Windows, judge
from app.evidence.rules.observations import Observation
from app.evidence.rules.recurrence import is_recurring
from app.evidence.rules.thresholds import FALSE_SHARE
from app.evidence.rules.trend import called_up_to, trend_of
from tests.unit.test_evidence_rules import DAY

LOOKS = 12
SIZES = [pytest.param(1, id="quick"), pytest.param(10, id="large", marks=pytest.mark.full)]
recurs = cache(is_recurring)
Counts = numpy.typing.NDArray[numpy.int64]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("presence", "at_most"), [(0.05, 0.01), (0.10, 0.05), (0.25, 0.30)])
def test_recurring_over_twelve_looks(presence: float, at_most: float, size: int) -> None:
    """Looked at after each of twelve retros. At .10 the limit is 5 %; .25 is reported, it is no longer nothing."""
    random = numpy.random.default_rng(15)
    histories = (random.random((20_000 * size, LOOKS)) < presence).cumsum(axis=1)
    called = [any(recurs(int(k), s) for s, k in enumerate(one, 1)) for one in histories]
    assert numpy.mean(called) <= at_most


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("keys", "at_most"), [(3, 0.07), (10, 0.20)])
def test_the_strongest_of_several_keys_over_twelve_looks(keys: int, at_most: float, size: int) -> None:
    """A theme stands where its strongest pair or series stands: with more of them it errs more often. Reported."""
    random = numpy.random.default_rng(15)
    histories = (random.random((3_000 * size, keys, LOOKS)) < 0.10).cumsum(axis=2)
    called = [any(recurs(int(k), s) for own in one for s, k in enumerate(own, 1)) for one in histories]
    assert numpy.mean(called) <= at_most


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scatter", [0.0, 1.0])
@pytest.mark.parametrize("retros", [5, 8, 20])
def test_a_trend_where_nothing_changes(retros: int, scatter: float, size: int) -> None:
    """At most 10 %, also where retros differ from one another far more than chance (`scatter`)."""
    random = numpy.random.default_rng(16)
    called = tested = 0
    for usual in (0.1, 0.3, 1.0):
        for seats, entries in zip(*_entries(random, 1_000 * size, retros, usual, scatter), strict=True):
            found = trend_of(entries.tolist(), seats.tolist())
            if found is not None:
                tested, called = tested + 1, called + (found.p <= FALSE_SHARE)
    assert tested > 1_000 * size
    assert called / tested <= 0.10 + 2 * (0.1 * 0.9 / tested) ** 0.5


def test_a_trend_among_many_where_nothing_changes() -> None:
    """Forty themes looked at together: in at most one of ten organisations is any of them called a trend."""
    random = numpy.random.default_rng(17)
    organisations = 300
    false = 0
    for _ in range(organisations):
        found = [
            trend_of(entries.tolist(), seats.tolist())
            for seats, entries in zip(*_entries(random, 40, 10, 0.3, 0.0), strict=True)
        ]
        false += called_up_to([one.p for one in found if one is not None]) > 0
    assert false / organisations <= 0.10


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("after", [2, 3, 6, 12])
@pytest.mark.parametrize("usual", [0.08, 0.3, 1.0])
def test_a_useless_action_that_is_called_held(usual: float, after: int, size: int) -> None:
    """At most 8 % on the day somebody looks, be it after two retros or after twelve."""
    random = numpy.random.default_rng(18)
    held = sum(
        _verdict(random, usual, before, after) is EffectVerdict.HELD
        for before in (1, 2, 3)
        for _ in range(500 * size)
    )
    cases = 3 * 500 * size
    assert held / cases <= 0.08 + 2 * (0.08 * 0.92 / cases) ** 0.5


def test_with_the_retro_that_asked_it_would_be_far_more() -> None:
    """Why the baseline leaves it out: a retro is asked to act because it was bad."""
    random = numpy.random.default_rng(19)
    without = with_it = 0
    for _ in range(1_500):
        seats = random.integers(5, 15, 7)
        entries = random.poisson(0.3 * seats)
        while entries[2] < 1.6 * 0.3 * seats[2]:
            entries[2] = random.poisson(0.3 * seats[2])
        seen = _looks(entries, seats)
        without += judge(Windows(seen[:2], seen[3:4], seen[4:])).verdict is EffectVerdict.HELD
        with_it += judge(Windows(seen[:3], seen[3:4], seen[4:])).verdict is EffectVerdict.HELD
    assert without / 1_500 <= 0.08
    assert with_it > 1.8 * without


def test_an_action_that_works_is_often_not_yet_proved() -> None:
    """Three retros each side and 60 % fewer: the design measured 44 %. Hence "no proof yet", never "failed"."""
    random = numpy.random.default_rng(20)
    held = sum(_verdict(random, 0.3, 3, 3, effect=0.4) is EffectVerdict.HELD for _ in range(1_500))
    assert 0.38 <= held / 1_500 <= 0.52


def _entries(
    random: numpy.random.Generator, histories: int, retros: int, usual: float, scatter: float
) -> tuple[Counts, Counts]:
    """Seats and entries, (histories, retros) each, with the same rate throughout; `scatter`: variance of the rate."""
    seats = random.integers(5, 15, (histories, retros))
    rates = usual * random.gamma(1 / scatter, scatter, seats.shape) if scatter else usual
    return seats, random.poisson(rates * seats)


def _verdict(
    random: numpy.random.Generator, usual: float, before: int, after: int, effect: float = 1.0
) -> EffectVerdict:
    seats = random.integers(5, 15, before + 1 + after)
    rates = numpy.where(numpy.arange(len(seats)) < before, usual, usual * effect)
    seen = _looks(random.poisson(rates * seats), seats)
    return judge(Windows(seen[:before], seen[before : before + 1], seen[before + 1 :])).verdict


def _looks(entries: Counts, seats: Counts) -> tuple[Observation, ...]:
    return tuple(
        Observation(UUID(int=at), DAY, int(y), int(n)) for at, (y, n) in enumerate(zip(entries, seats, strict=True))
    )

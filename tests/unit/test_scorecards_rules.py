"""The arithmetic of scorecards, against published numbers, against SciPy, and for any input."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.scorecards.rules.counting import AGES, ageing, in_buckets, pareto
from app.scorecards.rules.drawing import WIDE, curve, whiskers
from app.scorecards.rules.figures import Carried, Counts, LeftOut, carried_over, figures
from app.scorecards.rules.periods import MOST_QUARTERS, Quarter, Span, period, quarter_of
from app.scorecards.rules.shares import Kept, Share, wilson
from app.scorecards.rules.survival import kaplan_meier
from app.scorecards.rules.tables import COLUMNS, lines

DAY = date(2026, 3, 17)
counts_by_day = st.dictionaries(st.integers(0, 400), st.integers(0, 9), max_size=25)
shares = st.integers(0, 500).flatmap(lambda due: st.tuples(st.integers(0, due), st.just(due)))


@pytest.mark.parametrize(
    ("kept", "due", "low", "high"), [(3, 4, 0.301, 0.954), (5, 5, 0.566, 1.0), (0, 5, 0.0, 0.434), (0, 0, 0.0, 1.0)]
)
def test_the_interval_of_the_design(kept: int, due: int, low: float, high: float) -> None:
    assert wilson(kept, due) == pytest.approx((low, high), abs=5e-4)


@given(shares)
def test_the_interval_agrees_with_scipy(share: tuple[int, int]) -> None:
    kept, due = share
    if due:
        theirs = stats.binomtest(kept, due).proportion_ci(0.95, "wilson")
        assert wilson(kept, due, stats.norm.ppf(0.975)) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(shares)
def test_the_interval_holds_the_share_and_stays_a_share(share: tuple[int, int]) -> None:
    kept, due = share
    low, high = wilson(kept, due)
    assert 0 <= low <= Share(kept, due).value <= high <= 1 or due == 0
    mirrored = wilson(due - kept, due)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


def test_no_share_of_less_than_nothing() -> None:
    for kept, due in ((-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="no share"):
            wilson(kept, due)


def test_few_is_fewer_than_five() -> None:
    assert Share(4, 4).is_too_few
    assert not Share(4, 5).is_too_few


def test_a_curve_counted_by_hand() -> None:
    """Ten asked: done after 5, 5, 12; one seen open for 12 and one for 20; done after 20; four open for 30."""
    found = kaplan_meier({5: 2, 12: 1, 20: 1}, {12: 1, 20: 1, 30: 4})
    assert [(one.day, one.at_risk, one.ended) for one in found.steps] == [(5, 10, 2), (12, 8, 1), (20, 6, 1)]
    assert [one.survival for one in found.steps] == pytest.approx([0.8, 0.7, 0.7 * 5 / 6])
    assert (found.ended, found.censored, found.cases, found.longest) == (4, 6, 10, 30)
    assert found.median is None, "more than half are open: too early to say"
    assert found.steps[0].low == pytest.approx(0.409, abs=5e-4)
    assert found.median_interval == (5, None)
    assert found.quantile(0.2) == 5
    assert [found.open_after(day) for day in (0, 5, 19)] == pytest.approx([1.0, 0.8, 0.7])


def test_nothing_at_all_is_no_curve() -> None:
    found = kaplan_meier({}, {})
    assert (found.steps, found.cases, found.median, found.is_too_few) == ((), 0, None, True)


# SciPy warns where its formula has no value: there ours is not compared.
@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@settings(max_examples=40)
@given(counts_by_day, counts_by_day)
def test_the_curve_agrees_with_scipy(ended: dict[int, int], censored: dict[int, int]) -> None:
    exact, open_for = _each(ended), _each(censored)
    found = kaplan_meier(ended, censored, z=stats.norm.ppf(0.975))
    if not exact:
        assert found.steps == ()
        return
    theirs = stats.ecdf(stats.CensoredData(uncensored=exact, right=open_for)).sf
    ours = {one.day: one for one in found.steps}
    with numpy.errstate(all="ignore"):
        interval = theirs.confidence_interval(0.95, method="log-log")
    for place, day in enumerate(theirs.quantiles):
        assert found.open_after(int(day)) == pytest.approx(theirs.probabilities[place], abs=1e-9)
        if int(day) in ours and 0 < theirs.probabilities[place] < 1:
            assert ours[int(day)].low == pytest.approx(interval.low.probabilities[place], abs=1e-9)
            assert ours[int(day)].high == pytest.approx(interval.high.probabilities[place], abs=1e-9)


@given(counts_by_day, counts_by_day)
def test_a_curve_only_falls_and_lies_in_its_band(ended: dict[int, int], censored: dict[int, int]) -> None:
    steps = kaplan_meier(ended, censored).steps
    before = 1.0
    for one in steps:
        assert 0 <= one.low <= one.survival + 1e-12
        assert one.survival <= one.high + 1e-12 <= 1 + 1e-9
        assert one.survival <= before
        before = one.survival


@given(counts_by_day, counts_by_day, st.randoms())
def test_the_order_of_counting_changes_nothing(
    ended: dict[int, int], censored: dict[int, int], chance: random.Random
) -> None:
    turned = list(ended.items())
    chance.shuffle(turned)
    assert kaplan_meier(dict(turned), censored) == kaplan_meier(ended, censored)


@given(st.lists(st.integers(0, 60), min_size=1), st.floats(0.01, 1))
def test_without_open_ones_a_quantile_is_the_plain_one(days: list[int], share: float) -> None:
    """Definition 1 of Hyndman and Fan: the inverse of the empirical distribution."""
    found = kaplan_meier(Counter(days), {}).quantile(share)
    theirs = numpy.quantile(days, share, method="inverted_cdf")
    near = {
        int(numpy.quantile(days, min(1.0, max(0.0, share + nudge)), method="inverted_cdf")) for nudge in (-1e-8, 1e-8)
    }
    assert found in {int(theirs), *near}


def test_reasons_stand_by_their_weight_and_no_reason_last() -> None:
    bars = pareto({"outside": 1, "": 9, "unclear": 4, "else": 4, "too_much": 0})
    assert [(one.name, one.count) for one in bars] == [("else", 4), ("unclear", 4), ("outside", 1), ("", 9)]
    assert [one.running for one in bars] == pytest.approx([4 / 18, 8 / 18, 9 / 18, 1.0])
    assert pareto({}) == ()


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50)))
def test_reasons_add_up(counts: dict[str, int]) -> None:
    bars = pareto(counts)
    assert sum(one.count for one in bars) == sum(counts.values())
    assert not bars or bars[-1].running == pytest.approx(1)


def test_ages_fall_into_their_buckets() -> None:
    bars = ageing({0: 1, 14: 1, 15: 2, 30: 1, 60: 1, 61: 1, 90: 1, 91: 1, 400: 1}, {15: 1, 400: 1})
    assert [(one.count, one.part) for one in bars] == [(2, 0), (3, 1), (1, 0), (2, 0), (2, 1)]


@given(counts_by_day)
def test_no_age_is_lost(days: dict[int, int]) -> None:
    assert sum(one.count for one in in_buckets(days, AGES)) == sum(days.values())


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_day_lies_in_its_quarter(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.shifted(1).first == quarter.last + timedelta(days=1)
    assert quarter.shifted(5).shifted(-5) == quarter


def test_a_period_is_whole_quarters_up_to_the_one_that_runs() -> None:
    year = period(Span.YEAR, DAY)
    assert [one.name for one in year.quarters] == ["Q1 2025", "Q2 2025", "Q3 2025", "Q4 2025", "Q1 2026"]
    assert (year.first, year.last, year.has_no_start) == (date(2025, 1, 1), date(2026, 3, 31), False)
    assert len(period(Span.TWO_YEARS, DAY).quarters) == 9
    every = period(Span.ALL, DAY)
    assert every.has_no_start
    assert len(every.quarters) == MOST_QUARTERS


def test_carried_over_counted_by_hand() -> None:
    """Three asked in Q4 and two in Q1; two settled in Q4, one in Q1; two are open."""
    quarters = (Quarter(2025, 4), Quarter(2026, 1))
    asked = {date(2025, 11, 3): 3, date(2026, 1, 10): 2}
    settled = {date(2025, 12, 1): 2, date(2026, 2, 2): 1}
    assert carried_over(asked, settled, 2, quarters) == (
        Carried(quarters[0], still_open=1, of=3),
        Carried(quarters[1], still_open=2, of=3),
    )


@given(st.lists(st.tuples(st.integers(0, 800), st.none() | st.integers(0, 400))))
def test_carried_over_is_what_looking_at_each_would_say(lives: list[tuple[int, int | None]]) -> None:
    """A life: asked so many days ago, and settled so many days later or not yet."""
    chosen = period(Span.YEAR, DAY)
    asked = [DAY - timedelta(days=ago) for ago, _ in lives]
    settled = [
        one + timedelta(days=took) if took is not None and one + timedelta(days=took) <= DAY else None
        for one, (_, took) in zip(asked, lives, strict=True)
    ]
    found = carried_over(
        Counter(one for one in asked if one >= chosen.first),
        Counter(one for one in settled if one and one >= chosen.first),
        settled.count(None),
        chosen.quarters,
    )
    for one in found:
        both = [(a, s) for a, s in zip(asked, settled, strict=True) if a <= one.quarter.last]
        assert one.still_open == sum(s is None or s > one.quarter.last for _, s in both)
        assert one.of == sum(s is None or s >= one.quarter.first for _, s in both)


def some_counts(**changed: object) -> Counts:
    values: dict[str, object] = {
        "kept": {Quarter(2025, 4): Kept(4, 1, 0, 1), Quarter(2026, 1): Kept(1, 1, 2), None: Kept(2)},
        "reasons": {"unclear": 1, "": 1},
        "slips": {0: 6, 1: 2, 3: 1},
        "answered_in": {0: 1, 1: 5, 4: 2},
        "unanswered_for": {1: 1, 9: 2},
        "closed_in": {10: 3, 30: 4},
        "dropped_after": {5: 1},
        "open_for": {40: 2},
        "open_now": {40: 2, 120: 1},
        "late_now": {120: 1},
        "left_out": LeftOut(12, 12, 11),
    }
    return Counts(**{**values, **changed})  # type: ignore[arg-type]


def test_quarters_before_the_first_promise_are_dropped_and_the_running_one_never_is() -> None:
    q3, q4, q1 = Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1)
    empty, busy, over = Carried(q3, 0, 0), Carried(q4, 1, 2), Carried(q1, 0, 0)
    assert figures(some_counts(carried=(empty, busy, over)), (q3, q4, q1), 2).carried_since_the_first == (busy, over)
    assert figures(some_counts(carried=(empty, empty)), (q3, q4), 2).carried_since_the_first == ()


def test_figures_are_put_together() -> None:
    found = figures(some_counts(), (Quarter(2025, 4), Quarter(2026, 1)), within=2)
    assert found.kept == Kept(7, 2, 2, 1)
    assert found.kept.share == Share(7, 9)
    assert found.earlier == Kept(2)
    assert found.slipped == Share(3, 9)
    assert [one.count for one in found.slips] == [6, 2, 0, 1]
    assert (found.answers.waiting, found.answers.unanswered) == (3, 2)
    assert found.answers.time.median == 1
    assert found.answers.time.quantile(0.9) is None
    assert (found.closing.dropped, found.closing.still_open, found.closing.time.cases) == (1, 2, 10)
    assert (found.open_now, found.late_now) == (3, 1)
    assert not found.is_empty


def test_a_table_has_a_line_for_each_number_and_no_share_of_few() -> None:
    rows = list(lines("Editorial to others", figures(some_counts(), (Quarter(2025, 4), Quarter(2026, 1)), within=2)))
    assert all(set(row) <= set(COLUMNS) for row in rows)
    kept = {row["of"]: row for row in rows if row["figure"] == "kept by the original day"}
    assert kept["whole period"] | {"low": "", "high": ""} == {
        "promises": "Editorial to others", "figure": "kept by the original day", "of": "whole period",
        "count": "7", "cases": "9", "share": "0.778", "low": "", "high": "",
    }  # fmt: skip
    assert "share" not in kept["Q1 2026"], "two are too few"


def test_a_few_have_no_dot_and_the_last_quarter_is_still_running() -> None:
    quarters = [Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1)]
    drawn = whiskers(list(zip(quarters, [Kept(), Kept(4, 1), Kept(1, 1)], strict=True)))
    assert [one.quarter for one in drawn] == quarters[1:], "it begins where something was due"
    assert [(one.is_few, one.is_running) for one in drawn] == [(False, False), (True, True)]
    assert [one.year for one in drawn] == ["2025", "2026"]


@given(st.lists(st.builds(Kept, st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=MOST_QUARTERS))
def test_marks_stay_in_their_picture(kept: list[Kept]) -> None:
    for one in whiskers([(Quarter(2020, 1).shifted(n), each) for n, each in enumerate(kept)]):
        assert 0 < one.x < 100
        assert 8 <= one.high <= one.y <= one.low <= 72


@given(counts_by_day, counts_by_day)
def test_a_curve_stays_in_its_square(ended: dict[int, int], censored: dict[int, int]) -> None:
    drawn = curve(kaplan_meier(ended, censored))
    numbers = [int(one) for one in drawn.line.replace("M", " ").replace("H", " ").replace("V", " ").split()]
    assert all(0 <= one <= WIDE for one in numbers)
    assert all(0 <= at <= 100 for at, _ in drawn.ticks)
    assert drawn.band.endswith("Z")
    assert drawn.median_at is None or 0 <= drawn.median_at <= 100


def _each(counts: dict[int, int]) -> list[int]:
    return [day for day, count in counts.items() for _ in range(count)]

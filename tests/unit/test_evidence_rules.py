"""The formulas of the evidence against every number of the design, and for any input."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from app.evidence.rules import thresholds
from app.evidence.rules.action_effect import Comparison, EffectVerdict, Missing, Windows, has_held, judge, windows
from app.evidence.rules.assessment import (
    POINTS,
    Accepted,
    answer,
    came_to,
    keys_of,
    leading,
    looks_everywhere,
    looks_of,
    of_pairs,
    weigh,
    weigh_together,
)
from app.evidence.rules.calendar import WHOLE_THEME, ClosedRetro, FrictionSides, RetroCalendar, of_series
from app.evidence.rules.observations import Observation, exposure
from app.evidence.rules.pictures import BOTTOM, TOP, PlottedAction, panel, scale_of
from app.evidence.rules.rates import rate, rates, usual_rate
from app.evidence.rules.recurrence import RecurrenceState, by_chance, is_dormant, is_recurring, low_bound, state_of
from app.evidence.rules.time_to_recurrence import Followed, time_to_return
from app.evidence.rules.trend import TrendDirection, called_up_to, direction, many_at_once, trend, trend_of
from app.scorecards.rules.shares import wilson

DAY = date(2025, 1, 6)
counts = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 20)), min_size=1, max_size=30)


def looks(*entries: int, seats: int | None = 12, actions: int = 0) -> list[Observation]:
    """One eligible retro a month."""
    return [
        Observation(UUID(int=at), DAY + timedelta(days=28 * at), y, seats, actions) for at, y in enumerate(entries)
    ]


# --- shares and recurrence


@pytest.mark.parametrize(("kept", "due", "low", "high"), [(3, 4, 0.301, 0.954), (5, 5, 0.566, 1.0)])
def test_wilson_as_in_the_design(kept: int, due: int, low: float, high: float) -> None:
    assert wilson(kept, due) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("present", "eligible"), [(3, 3), (3, 4), (3, 5), (3, 6)])
def test_these_recur(present: int, eligible: int) -> None:
    assert is_recurring(present, eligible)


@pytest.mark.parametrize(("present", "eligible"), [(3, 8), (4, 10), (2, 2), (1, 1), (0, 5)])
def test_these_do_not(present: int, eligible: int) -> None:
    assert not is_recurring(present, eligible)


@given(st.integers(1, 60).flatmap(lambda s: st.tuples(st.integers(0, s - 1), st.just(s))))
def test_one_more_sighting_never_weakens_it(share: tuple[int, int]) -> None:
    present, eligible = share
    assert low_bound(present + 1, eligible) > low_bound(present, eligible)
    assert is_recurring(present + 1, eligible) >= is_recurring(present, eligible)
    assert is_recurring(present, eligible) >= is_recurring(present, eligible + 1)


def test_by_chance_alone() -> None:
    assert by_chance(4, 6) == pytest.approx(float(stats.binomtest(4, 6, 0.1, "greater").pvalue))


def test_states_follow_the_retros() -> None:
    expected = [RecurrenceState.NEW, RecurrenceState.EMERGING, RecurrenceState.RECURRING, RecurrenceState.RECURRING]
    assert [state_of(looks(1, 1, 1, 1)[:at], has_returned=False) for at in range(1, 5)] == expected
    assert state_of(looks(1, 1, 1), has_returned=True) is RecurrenceState.CHRONIC
    assert state_of(looks(1, 1), has_returned=True) is RecurrenceState.EMERGING, "chronic is what recurs"
    with pytest.raises(ValueError, match="nobody"):
        state_of(looks(0, 0), has_returned=False)


def test_imported_actions_count_towards_presence_only() -> None:
    assert state_of(looks(0, 0, 0, actions=1), has_returned=False) is RecurrenceState.RECURRING
    assert trend(looks(0, 0, 0, 0, 0, 0, actions=3)) is None


def test_quiet_for_long_enough_is_dormant() -> None:
    """(1 - p)^m < .1: three of three need two quiet retros, one of one needs four, and no calendar is asked."""
    assert [is_dormant(3, 3, m) for m in (0, 1, 2)] == [False, False, True]
    assert [is_dormant(1, 1, m) for m in (3, 4)] == [False, True]
    assert state_of(looks(1, 1, 1, 0), has_returned=False) is RecurrenceState.RECURRING
    assert state_of(looks(1, 1, 1, 0, 0), has_returned=True) is RecurrenceState.DORMANT
    assert state_of(looks(1, 1, 1, 0, 0, 1), has_returned=False) is RecurrenceState.RECURRING, "and it wakes up"


@given(st.integers(1, 20), st.integers(0, 20), st.integers(0, 30))
def test_silence_only_grows(present: int, absent: int, silent: int) -> None:
    assert is_dormant(present, present + absent, silent + 1) >= is_dormant(present, present + absent, silent)


def test_closed_until_it_comes_back() -> None:
    seen = looks(1, 1, 1, 0)
    assert state_of(seen, has_returned=False, closed_on=seen[2].on) is RecurrenceState.CLOSED
    assert state_of(seen, has_returned=False, closed_on=seen[1].on) is RecurrenceState.RECURRING


# --- rates


@pytest.mark.parametrize(("y", "n", "value", "low", "high"), [(3, 10, 1.8, 0.6, 3.5), (20, 72, 2.5, 1.7, 3.5)])
def test_rates_of_the_design(y: int, n: int, value: float, low: float, high: float) -> None:
    found = rate(y, n, 0.08)
    assert (round(found.value, 1), round(found.low, 1), round(found.high, 1)) == (value, low, high)


@given(counts)
def test_a_rate_lies_in_its_interval(found: list[tuple[int, int]]) -> None:
    for one in rates([y for y, _ in found], [n for _, n in found]):
        assert 0 <= one.low <= one.value <= one.high


def test_the_usual_rate_moves_seldom() -> None:
    assert (usual_rate(812, 10_000), usual_rate(814, 10_000), usual_rate(0, 5)) == (0.081, 0.081, 0.08)


# --- trend


def test_the_trend_of_the_design() -> None:
    found = trend_of([1, 2, 2, 4, 5, 6], [12, 10, 14, 12, 11, 13])
    assert found is not None
    assert (round(found.t, 3), round(found.v, 3)) == (17.167, 58.299)
    assert round(found.t / found.v**0.5, 3) == 2.248
    assert round(found.z, 2) == 2.10
    assert direction(found) is TrendDirection.RISING


@pytest.mark.parametrize("entries", [[1, 2, 2, 4], [0, 1, 1, 1, 1]])
def test_too_early_for_a_trend(entries: list[int]) -> None:
    assert trend_of(entries, [10] * len(entries)) is None
    assert direction(None) is TrendDirection.TOO_EARLY


def test_retros_without_seats_say_nothing_of_a_trend() -> None:
    assert trend(looks(3, 3, 3, 3, 3, 3, seats=None)) is None


@given(counts)
def test_a_trend_backwards_is_the_opposite(found: list[tuple[int, int]]) -> None:
    there = trend_of([y for y, _ in found], [n for _, n in found])
    back = trend_of([y for y, _ in reversed(found)], [n for _, n in reversed(found)])
    assert (there is None) == (back is None)
    if there and back:
        assert there.z == pytest.approx(-back.z, abs=1e-9)
        assert there.p == pytest.approx(back.p)
        assert 0 <= there.p <= 1


def test_scatter_makes_a_trend_less_sure() -> None:
    smooth, rough = trend_of([2, 3, 2, 4, 3, 4], [10] * 6), trend_of([0, 5, 0, 6, 1, 9], [10] * 6)
    assert smooth is not None
    assert rough is not None
    assert rough.phi > 1 > smooth.phi
    assert rough.p == pytest.approx(2 * stats.t.sf(abs(rough.z), 5))
    assert smooth.p == pytest.approx(2 * stats.norm.sf(abs(smooth.z)))


@given(st.lists(st.floats(0, 1), max_size=40))
def test_many_at_once_after_benjamini_and_hochberg(chances: list[float]) -> None:
    """By the definition: the largest i with p_(i) <= q i/m, and all smaller ones."""
    ordered = sorted(chances)
    passing = [p for i, p in enumerate(ordered, 1) if p <= thresholds.FALSE_SHARE * i / len(ordered) - 1e-12]
    called = many_at_once(chances)
    assert called_up_to(chances) >= max(passing, default=-1.0)
    assert all(a >= b for a, b in pairwise(is_called for _, is_called in sorted(zip(chances, called, strict=True))))


def test_one_trend_among_many_needs_to_be_clearer() -> None:
    assert called_up_to([0.05]) == 0.05
    assert called_up_to([0.05, *[0.5] * 20]) == -1.0
    found = trend_of([1, 2, 2, 4, 5, 6], [12, 10, 14, 12, 11, 13])
    assert found is not None
    assert (direction(found), direction(found, -1.0)) == (TrendDirection.RISING, TrendDirection.STEADY)


# --- did the action work


@pytest.mark.parametrize(
    ("counted", "ratio", "exact", "chance"),
    [
        ((9, 36, 1, 24), 0.167, 0.046, 0.981),
        ((4, 24, 1, 24), 0.25, 0.1875, 0.912),
        ((9, 36, 7, 24), 1.167, None, 0.374),
    ],
)
def test_comparisons_of_the_design(
    counted: tuple[int, int, int, int], ratio: float, exact: float | None, chance: float
) -> None:
    found = Comparison(*counted)
    assert found.ratio == pytest.approx(ratio, abs=5e-4)
    assert found.chance == pytest.approx(chance, abs=5e-4)
    y0, n0, y1, n1 = counted
    assert found.chance == pytest.approx(stats.beta.cdf(n1 / (n0 + n1), y1 + 0.5, y0 + 0.5))
    assert found.exact == pytest.approx(stats.binom.cdf(y1, y0 + y1, n1 / (n0 + n1)))
    if exact is not None:
        assert found.exact == pytest.approx(exact, abs=5e-4)


def judged(before: list[int], after: list[int], seats: int = 12) -> tuple[EffectVerdict, Missing, int]:
    found = judge(Windows(tuple(looks(*before, seats=seats)), tuple(looks(1)), tuple(looks(*after, seats=seats))))
    return found.verdict, found.missing, found.lacking


def test_verdicts_of_the_design() -> None:
    assert judged([3, 3, 3], [1, 0]) == (EffectVerdict.HELD, Missing.NOTHING, 0)
    assert judged([3, 3, 3], [4, 3]) == (EffectVerdict.RETURNED, Missing.NOTHING, 0)
    assert judged([2, 2], [1, 0]) == (EffectVerdict.TOO_EARLY, Missing.PROOF, 0), "likely, yet no proof: decision 15"


def test_what_is_still_missing() -> None:
    assert judged([3, 3, 3], []) == (EffectVerdict.TOO_EARLY, Missing.RETROS, 2)
    assert judged([3, 3, 3], [0]) == (EffectVerdict.TOO_EARLY, Missing.RETROS, 1)
    assert judged([], [0, 0]) == (EffectVerdict.TOO_EARLY, Missing.NO_BASELINE, 0)
    assert judged([0, 0, 0], [0, 0]) == (EffectVerdict.TOO_EARLY, Missing.NO_BASELINE, 0)
    needed = ceil(36 * (0.1 ** (-1 / 1) - 1))
    assert (Comparison(1, 36, 0, 24).people_needed, needed) == (324, 324)
    assert judged([1, 0, 0], [0, 0]) == (EffectVerdict.TOO_EARLY, Missing.PEOPLE, 324 - 24)
    assert Comparison(0, 36, 0, 24).people_needed is None
    unknown = Windows(tuple(looks(3)), (), tuple(looks(0, 0, seats=None)))
    assert judge(unknown).missing is Missing.NO_SEATS


@given(st.integers(1, 30), st.integers(5, 60))
def test_with_the_people_that_were_missing_silence_is_proof(y0: int, n0: int) -> None:
    needed = Comparison(y0, n0, 0, 1).people_needed
    assert needed is not None
    assert has_held(Comparison(y0, n0, 0, needed))
    if needed > 1:
        assert Comparison(y0, n0, 0, needed - 1).exact > thresholds.HELD_EXACT


def test_the_retro_that_asked_is_on_neither_side() -> None:
    seen = looks(1, 2, 3, 4, 9, 5, 6, 7)
    found = windows(seen, seen[4].retro_id, seen[4].on, seen[4].on + timedelta(days=3))
    assert [one.entries for one in found.before] == [2, 3, 4], "up to three, without the one that asked"
    assert [one.entries for one in found.grace] == [5]
    assert [one.entries for one in found.after] == [6, 7]
    not_in_a_retro = windows(seen, None, seen[4].on, seen[4].on)
    assert [one.entries for one in not_in_a_retro.before] == [2, 3, 4]


def an_action(at: int, said: EffectVerdict | None = None, sides: FrictionSides = WHOLE_THEME) -> Accepted:
    day = DAY + timedelta(days=28 * at)
    return Accepted(UUID(int=100 + at), 1, UUID(int=at), day, day, sides, said)


def test_a_persons_word_stands_and_inconclusive_is_only_a_persons() -> None:
    seen = {WHOLE_THEME: looks(3, 3, 3, 5, 2, 1, 0)}
    assert answer(an_action(3), seen).verdict is EffectVerdict.HELD
    assert answer(an_action(3, EffectVerdict.INCONCLUSIVE), seen).verdict is EffectVerdict.INCONCLUSIVE
    assert (
        came_to([answer(an_action(3), seen), answer(an_action(4, EffectVerdict.RETURNED), seen)])
        == EffectVerdict.RETURNED
    )
    assert came_to([answer(an_action(3, EffectVerdict.INCONCLUSIVE), seen)]) == ""
    assert came_to([answer(an_action(6), seen)]) == EffectVerdict.TOO_EARLY


def test_time_to_return_counts_quiet_ones_as_still_quiet() -> None:
    cases = [Followed(DAY, DAY + timedelta(days=days), None) for days in (30, 60, 90)]
    cases += [Followed(DAY, None, DAY + timedelta(days=75))] * 2 + [Followed(DAY, None, None)]
    found = time_to_return(cases)
    assert (found.ended, found.censored, found.median) == (3, 2, 90)


# --- who could have spoken of it


def past(at: int, seats: dict[str, int | None], departments: str = "", **more: object) -> ClosedRetro:
    return ClosedRetro(UUID(int=at), DAY + timedelta(days=at), frozenset(departments or seats), seats, **more)  # type: ignore[arg-type]


def test_eligible_is_where_the_pair_worked_together() -> None:
    known = RetroCalendar(
        [
            past(3, {"E": 8, "P": 6}, people=14),
            past(1, {"E": 8, "M": 6}, people=14),
            past(2, {"E": 9, "P": 6}, apart=frozenset({frozenset(("E", "P"))})),
            past(4, {"E": 7, "several": 5}, "EPM"),
        ]
    )
    assert [known.retros[at].id.int for at in known.took_part(FrictionSides("P", "E"))] == [3, 4]
    assert [known.retros[at].id.int for at in known.took_part(FrictionSides("P", "several"))] == [4]
    assert [one.seats for one in looks_of(known, FrictionSides("P", "E"), {2: (1, 0)})] == [8, 7]
    assert [one.entries for one in looks_everywhere(known, {FrictionSides("P", "E"): {2: (2, 0)}})] == [2, 0]


def test_where_the_pair_is_unknown_the_series_is_eligible() -> None:
    known = RetroCalendar([past(at, {}, is_imported=True, series="ab"[at % 2], people=9) for at in range(6)])
    assert [one.retro_id.int for one in looks_of(known, of_series("a"), {2: (1, 0)})] == [0, 2, 4]
    assert {one.seats for one in looks_of(known, of_series("a"), {2: (1, 0)})} == {9}


def test_a_series_is_a_key_of_its_own_once_a_pair_is_unknown() -> None:
    retros = [past(at, {"E": 8}, "EP", is_imported=at < 4, series="aabb"[at] if at < 4 else "") for at in range(6)]
    known = RetroCalendar(retros)
    seen = {
        FrictionSides("P", "E"): {0: (1, 0), 2: (1, 0), 5: (1, 0)},  # who served whom is said, wherever it comes from
        FrictionSides("", "E"): {
            1: (2, 0),
            4: (1, 0),
        },  # not said for whom: in the imported one (1) the pair is unknown
    }
    assert keys_of(known, seen) == {**seen, of_series("a"): {0: (1, 0), 1: (2, 0)}}
    assert of_pairs(known, seen) == {
        FrictionSides("P", "E"): seen[FrictionSides("P", "E")],
        FrictionSides("", "E"): {4: (1, 0)},
    }


GROUPS = "EPM"
a_retro = st.builds(
    lambda groups, people, series: (dict.fromkeys(groups, 8), people, series),
    st.sets(st.sampled_from(GROUPS), min_size=1), st.none() | st.integers(0, 12), st.sampled_from(["", "", "a"]),
)  # fmt: skip
said_there = st.lists(st.tuples(
    st.sampled_from([FrictionSides(one, other) for one in ("", *GROUPS) for other in (*GROUPS, "")]),
    st.integers(0, 39), st.integers(0, 3), st.integers(0, 1),
), min_size=1, max_size=25)  # fmt: skip


@given(st.lists(a_retro, min_size=1, max_size=40), said_there)
def test_a_theme_as_a_whole_is_weighed_as_its_retros_one_by_one(
    rooms: list[tuple[dict[str, int | None], int | None, str]], said: list[tuple[FrictionSides, int, int, int]]
) -> None:
    """In columns, for thousands of retros: what comes out is what the formulas say of each look."""
    known = RetroCalendar(
        past(at, seats, people=people, series=series, is_imported=bool(series))
        for at, (seats, people, series) in enumerate(rooms)
    )
    seen: dict[FrictionSides, dict[int, tuple[int, int]]] = {}
    for sides, at, entries, actions in said:
        if entries + actions and at < len(rooms):
            series = known.retros[at].series if sides.consumer == "" else ""
            seen.setdefault(sides._replace(series=series), {})[at] = (entries, actions)
    assume(seen)
    one_by_one = looks_everywhere(known, seen)
    found = weigh_together(known, seen, [], None)
    assert found == weigh(WHOLE_THEME, one_by_one, [], None)
    assert found.state is state_of(one_by_one, has_returned=False)
    assert found.trend == trend(one_by_one)
    there = [one for one in one_by_one if one.is_present]
    assert (found.present, found.eligible, found.last_on) == (len(there), len(one_by_one), there[-1].on)
    entries, seats = exposure(one_by_one)
    assert (found.entries, found.seats) == ((entries, seats) if seats else (sum(one.entries for one in there), None))
    assert found.latest == one_by_one[-POINTS:]


def test_the_strongest_statement_leads() -> None:
    pair, other = FrictionSides("P", "E"), FrictionSides("P", "M")
    assert leading([(WHOLE_THEME, "emerging", 4), (pair, "recurring", 3), (other, "new", 1)]) == pair
    assert leading([(WHOLE_THEME, "recurring", 4), (pair, "recurring", 3), (other, "new", 1)]) == WHOLE_THEME
    assert leading([(pair, "dormant", 5), (other, "closed", 9)]) == pair
    series = of_series("Workshops")
    assert leading([(FrictionSides("", "a", ""), "recurring", 3), (series, "recurring", 3)]) == series
    assert leading([(pair, "recurring", 4), (series, "recurring", 3)]) == pair
    assert leading([(WHOLE_THEME, "new", 1), (pair, "new", 1)]) == pair, "its only pair says more"
    assert leading([(WHOLE_THEME, "dormant", 7), (pair, "emerging", 2), (other, "new", 1)]) == WHOLE_THEME
    assert leading([(WHOLE_THEME, "dormant", 7), (pair, "recurring", 3), (other, "new", 1)]) == pair


# --- pictures


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, 6, 12])), min_size=1, max_size=24))
def test_marks_stay_in_the_picture(found: list[tuple[int, int | None]]) -> None:
    seen = [Observation(UUID(int=at), DAY + timedelta(days=at), y, n) for at, (y, n) in enumerate(found)]
    drawn = panel(seen, [PlottedAction(1, "Send files earlier", DAY, DAY + timedelta(days=1))], scale_of([seen]))
    assert len(drawn.dots) == len(seen)
    assert all(0 < dot.x < 100 and TOP <= dot.y <= BOTTOM for dot in drawn.dots)
    (mark,) = drawn.marks
    assert 0 < (mark.asked or 0) <= (mark.accepted or 0) <= 100
    assert (mark.grace is None) == (len(seen) < 3), "the first retro after the acceptance"

"""Budgets, agreement and order of discussion, against the numbers of the design."""

from __future__ import annotations

from collections import defaultdict
from math import prod
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.anonymity.rules.figures import said
from app.votes.rules.agreement import (
    Votes,
    as_said,
    common_ground,
    could_be,
    counts,
    dividing,
    has_blind_spot,
    is_agreed,
    own_view,
    permutation_p,
    spread,
)
from app.votes.rules.ballot import Standing, dot_budget, group_of
from app.votes.rules.ranking import (
    TopicResult,
    discussion_order,
    dots_in_words,
    parts,
    ranks,
    ranks_in_words,
    weighed,
)

MARKETING, LEGAL, FULFILMENT, IT = Votes(6, 0, 1), Votes(4, 1, 0), Votes(7, 1, 0), Votes(1, 4, 1)
CHECK = (MARKETING, LEGAL, FULFILMENT, IT)


@pytest.mark.parametrize(
    ("topics", "dots"), [(0, 3), (1, 3), (12, 3), (13, 4), (16, 4), (17, 5), (28, 7), (29, 7), (500, 7)]
)
def test_a_quarter_of_the_topics_three_to_seven_dots(topics: int, dots: int) -> None:
    assert dot_budget(topics) == dots


def test_the_worked_example_of_the_design() -> None:
    assert [round(group.p_agree, 3) for group in CHECK] == [0.778, 0.714, 0.8, 0.25]
    assert round(prod(group.p_agree for group in CHECK), 3) == 0.111
    assert round(spread(CHECK), 3) == 0.589
    p = permutation_p(CHECK, np.random.default_rng(20260317))
    assert p == pytest.approx(0.007, abs=0.003)
    assert dividing([CHECK], np.random.default_rng(1)) == [True]
    assert not is_agreed(CHECK)


def test_common_ground_is_comparable_across_numbers_of_groups() -> None:
    one = MARKETING.p_agree * (1 - MARKETING.p_disagree)
    assert common_ground([MARKETING]) == pytest.approx(one)
    assert common_ground([MARKETING] * 5) == pytest.approx(one)
    assert common_ground(CHECK) == pytest.approx(prod(g.p_agree * (1 - g.p_disagree) for g in CHECK) ** 0.25)


def test_the_shuffle_finds_nothing_where_groups_vote_alike() -> None:
    alike = [Votes(5, 4, 0), Votes(5, 4, 0), Votes(5, 4, 0)]
    assert permutation_p(alike, np.random.default_rng(3)) == 1.0
    assert dividing([alike], np.random.default_rng(3)) == [False]


@pytest.mark.simulation
def test_chance_alone_rarely_divides() -> None:
    """Two groups of eight who toss coins, twelve topics at a time: labels stay rare (Benjamini-Hochberg)."""
    random = np.random.default_rng(11)
    labels = 0
    for _ in range(40):
        tossed = random.binomial(8, 0.5, size=(12, 2))
        labels += sum(dividing([[Votes(int(a), 8 - int(a), 0) for a in pair] for pair in tossed], random))
    assert labels / 480 <= 0.05


def test_a_sharp_divide_is_seen_among_many_topics() -> None:
    quiet = [Votes(5, 3, 0), Votes(5, 3, 0)]
    sharp = [Votes(8, 0, 0), Votes(0, 8, 0)]
    assert (
        dividing([quiet] * 5 + [sharp] + [quiet] * 6, np.random.default_rng(5)) == [False] * 5 + [True] + [False] * 6
    )


def test_fewer_than_two_groups_get_no_label() -> None:
    assert not is_agreed([Votes(9, 0, 0)])
    assert dividing([[Votes(9, 0, 0)], []], np.random.default_rng(1)) == [False, False]
    assert own_view({"a": Votes(9, 0, 0)}, "a") is None


def test_a_department_that_stays_away_or_mostly_passes_is_not_voting() -> None:
    assert counts(Votes(3, 1, 1), k=5)
    assert not counts(Votes(3, 1, 0), k=5), "four of five took a stance"
    assert not counts(Votes(1, 1, 3), k=5), "three of five passed"
    assert counts(Votes(2, 1, 3), k=5), "half of them passed: not most"


def test_agreed_by_all_means_each_department() -> None:
    assert is_agreed([Votes(6, 0, 1), Votes(5, 1, 0)])
    assert not is_agreed([Votes(60, 0, 0), Votes(2, 3, 0)])


def test_the_blind_spot_of_a_provider() -> None:
    groups = {"marketing": MARKETING, "legal": LEGAL, "fulfilment": FULFILMENT, "it": IT}
    assert has_blind_spot(groups, "it")
    assert not has_blind_spot(groups, "legal")
    assert not has_blind_spot(groups, "rights")
    assert not has_blind_spot(groups, None)
    assert own_view(groups, "it") == pytest.approx(0.25 - (7 / 9 + 5 / 7 + 8 / 10) / 3)


def test_forty_from_it_do_not_drown_five_from_legal() -> None:
    seats = {"it": 40, "legal": 5}
    printers = {"it": 30, "legal": 0}
    contracts = {"it": 0, "legal": 8}
    assert sum(printers.values()) > sum(contracts.values()), "as cast, the printers win"
    assert weighed(contracts, seats) > weighed(printers, seats), "with each department weighing the same, they do not"


def test_weighing_is_dots_a_seat_averaged_over_departments() -> None:
    assert weighed({"it": 20, "legal": 5}, {"it": 40, "legal": 5}) == pytest.approx((0.5 + 1.0) / 2)
    assert weighed({}, {}) == 0.0


def test_equals_share_the_better_rank() -> None:
    a, b, c, d = (UUID(int=number) for number in range(4))
    assert ranks({a: 9, b: 4, c: 4, d: 1}) == {a: 1, b: 2, c: 2, d: 4}


def placed(number: int, standing: Standing, dots: int) -> TopicResult:
    return TopicResult(UUID(int=number), standing, dots, dots / 10, number)


def test_every_third_slot_goes_to_what_divides() -> None:
    topics = [placed(n, Standing.AGREED, 10 - n) for n in range(5)]
    topics += [placed(n, Standing.DIVIDES, 20 - n) for n in range(5, 7)]
    topics += [placed(n, Standing.REST, 30 - n) for n in range(7, 9)]
    order = [topic.int for topic in discussion_order(topics)]
    assert order == [0, 1, 5, 2, 3, 6, 4, 7, 8]


def test_dots_order_each_class() -> None:
    topics = [placed(0, Standing.REST, 1), placed(1, Standing.REST, 5), placed(2, Standing.AGREED, 2)]
    assert [topic.int for topic in discussion_order(topics)] == [2, 1, 0]


@given(st.lists(st.tuples(st.sampled_from(list(Standing)), st.integers(0, 40)), max_size=12))
def test_every_topic_is_discussed_once_and_the_divides_never_wait_longer(drawn: list[tuple[Standing, int]]) -> None:
    topics = [placed(number, standing, dots) for number, (standing, dots) in enumerate(drawn)]
    order = discussion_order(topics)
    assert sorted(order) == sorted(topic.topic_id for topic in topics)
    standing_of = {topic.topic_id: topic.standing for topic in topics}
    for slot in range(2, len(order), 3):
        waiting = [standing_of[topic] for topic in order[slot + 1 :]]
        if standing_of[order[slot]] is not Standing.DIVIDES:
            assert Standing.DIVIDES not in waiting


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_shares_stay_inside_their_bounds(agree: int, disagree: int, passed: int) -> None:
    votes = Votes(agree, disagree, passed)
    assert 0 < votes.p_agree < 1
    assert 0 < votes.p_disagree < 1
    assert 0 < votes.leaning < 1


def votes_of(voters: int) -> list[Votes]:
    return [
        Votes(agree, disagree, voters - agree - disagree)
        for agree in range(voters + 1)
        for disagree in range(voters + 1 - agree)
    ]


def told(votes: Votes) -> tuple[str, str]:
    return said(votes.agree, votes.voters), said(votes.disagree, votes.voters)


@pytest.mark.parametrize("voters", range(3, 10))
def test_what_is_reckoned_with_is_no_finer_than_what_is_said(voters: int) -> None:
    """So a class or a blind spot, which is made of nothing else, tells nothing that the figures do not."""
    reckoned = defaultdict(set)
    for votes in votes_of(voters):
        reckoned[told(votes)].add(as_said(votes))
        assert as_said(votes).voters == voters
        assert {told(one) for one in could_be(votes)} == {told(votes)}
        assert could_be(votes) == could_be(as_said(votes))
        assert min(as_said(votes).agree, as_said(votes).disagree, as_said(votes).passed) >= 0
    assert all(len(found) == 1 for found in reckoned.values())


def test_of_ten_and_more_the_votes_themselves_are_reckoned_with() -> None:
    assert as_said(Votes(12, 0, 0)) == Votes(12, 0, 0)


def test_four_against_four_are_too_few_to_call_it_divided_six_are_enough() -> None:
    """Of the exact votes, "divides" told whether all of a group or all but one had said so."""
    four, six = [Votes(4, 0, 0), Votes(0, 4, 0)], [Votes(6, 0, 0), Votes(0, 6, 0)]
    assert permutation_p(four, np.random.default_rng(5)) < 0.05
    assert dividing([four], np.random.default_rng(5)) == [False]
    assert dividing([six], np.random.default_rng(5)) == [True]
    assert dividing([[Votes(5, 1, 0), Votes(1, 5, 0)]], np.random.default_rng(5)) == [True], "and is said alike"


def test_one_of_five_small_departments_that_sees_it_otherwise_divides() -> None:
    groups = [Votes(5, 0, 0), Votes(5, 0, 0), Votes(4, 1, 0), Votes(0, 6, 0), Votes(3, 0, 2)]
    assert dividing([groups, [Votes(3, 2, 0)] * 5, [Votes(2, 2, 1)] * 5], np.random.default_rng(5)) == [
        True, False, False
    ]  # fmt: skip


@pytest.mark.simulation
def test_chance_alone_rarely_divides_small_groups() -> None:
    random, labels = np.random.default_rng(11), 0
    for _ in range(60):
        tossed = random.binomial((6, 6, 5), 0.5, size=(7, 3))
        topics = [[Votes(int(a), n - int(a), 0) for a, n in zip(one, (6, 6, 5), strict=True)] for one in tossed]
        labels += sum(dividing(topics, random))
    assert labels <= 60 * 7 * 0.04


@pytest.mark.parametrize("people", range(3, 10))
def test_agreement_of_all_is_seen_in_groups_of_any_size(people: int) -> None:
    assert is_agreed([as_said(Votes(people, 0, 0)), as_said(Votes(people, 0, 0))])
    assert has_blind_spot({"one": as_said(Votes(people, 0, 0)), "it": as_said(Votes(0, people, 0))}, "it")


def test_dots_enter_a_total_no_finer_than_their_group_may_say() -> None:
    seats = {"a": 4, "b": 12}
    assert parts({"a": 0}, seats) == parts({"a": 1}, seats)
    assert parts({"a": 8}, seats) == parts({"a": 7}, seats)
    assert len({parts({"a": dots}, seats)["a"] for dots in range(9)}) == 7
    assert parts({"b": 24}, seats)["b"] == 24


def test_dots_and_ranks_in_words() -> None:
    assert dots_in_words(0, are_about=True) == dots_in_words(1, are_about=True) == "hardly any dots"
    assert dots_in_words(6, are_about=True) == "about 6 dots"
    assert dots_in_words(1, are_about=False) == "1 dot"
    assert [ranks_in_words(one, 2).split()[0] for one in (1, 2, 3, 4, 11, 12, 21)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st"
    ]  # fmt: skip


def test_the_group_of_a_seat() -> None:
    assert group_of("d1", "kept") == "d1"
    assert group_of(None, "pooled") == "several"
    assert group_of(None, "dropped") == "everyone"
    assert group_of("d1", "dropped") == "everyone"

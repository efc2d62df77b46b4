"""Stages, time boxes, warnings and secret questions: the decisions, without a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations_with_replacement, pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid, Refusal
from app.core.places import Place
from app.entries.rules.names import WRITTEN_KINDS
from app.retros.rules.formats import FORMATS
from app.retros.rules.names import K_FLOOR, STAGES, Stage
from app.retros.rules.preparation import Preparation, checked, split_minutes, warnings_for
from app.retros.rules.questions import (
    ROTI,
    SAFETY,
    answers_to,
    check_answer,
    more_time_question,
    question_is_open,
    safety_is_open,
)
from app.retros.rules.refusals import (
    RetroIsClosed,
    RevealCannotBeUndone,
    SeatsAreTaken,
    StageIsNotReached,
    VotesAreCounted,
    WrongStage,
)
from app.retros.rules.results import (
    SAFETY_FOR_THE_ROOM,
    Result,
    Safety,
    from_stored,
    result_of,
    safety_word,
    to_stored,
)
from app.retros.rules.stages import allowed_moves, is_after_reveal, may_move

any_stage = st.sampled_from(STAGES)


@pytest.mark.parametrize("number", range(len(STAGES) - 1))
def test_the_way_forward_is_one_step(number):
    may_move(STAGES[number], STAGES[number + 1])


@given(any_stage, any_stage, st.integers(0, 3))
def test_nothing_revealed_is_ever_hidden_again(here, to, seats):
    try:
        may_move(here, to, seats=seats)
    except Refusal:
        return
    assert is_after_reveal(to) or not is_after_reveal(here)
    assert to is not here


@given(st.lists(any_stage, max_size=40))
def test_whatever_is_asked_the_stages_before_writing_are_passed_in_order(asked):
    here, visited = Stage.PREPARE, [Stage.PREPARE]
    for to in asked:
        try:
            may_move(here, to, seats=1)
        except Refusal:
            continue
        here = to
        visited.append(to)
    for earlier, later in pairwise(STAGES[:5]):
        assert later not in visited or visited.index(earlier) < visited.index(later)


@pytest.mark.parametrize("here", STAGES)
def test_every_move_that_is_offered_is_allowed(here):
    for to in allowed_moves(here):
        may_move(here, to, seats=0)


@pytest.mark.parametrize(
    ("here", "to", "reason"),
    [
        (Stage.GROUP, Stage.WRITE, RevealCannotBeUndone),
        (Stage.DISCUSS, Stage.CHECK_IN, RevealCannotBeUndone),
        (Stage.DISCUSS, Stage.VOTE, VotesAreCounted),
        (Stage.WRAP_UP, Stage.GROUP, VotesAreCounted),
        (Stage.PREPARE, Stage.WRITE, StageIsNotReached),
        (Stage.WRITE, Stage.VOTE, StageIsNotReached),
        (Stage.WRITE, Stage.PREPARE, WrongStage),
        (Stage.WRITE, Stage.WRITE, WrongStage),
        (Stage.CLOSED, Stage.WRAP_UP, RetroIsClosed),
    ],
)
def test_a_refused_move_says_why(here, to, reason):
    with pytest.raises(reason) as refusal:
        may_move(here, to)
    assert refusal.value.sentence.endswith(".")


def test_back_to_preparing_only_while_nobody_is_seated():
    may_move(Stage.CHECK_IN, Stage.PREPARE, seats=0)
    with pytest.raises(SeatsAreTaken):
        may_move(Stage.CHECK_IN, Stage.PREPARE, seats=1)


@given(st.integers(15, 480), st.booleans())
def test_the_minutes_of_the_stages_sum_to_the_meeting(total, asynchronous):
    minutes = split_minutes(total, asynchronous=asynchronous)
    assert sum(minutes.values()) == total
    assert all(one >= 1 for one in minutes.values())
    assert (Stage.WRITE in minutes) is not asynchronous


def test_an_hour_is_split_as_the_design_says():
    assert split_minutes(60) == {
        Stage.CHECK_IN: 3,
        Stage.WRITE: 12,
        Stage.GROUP: 12,
        Stage.VOTE: 6,
        Stage.DISCUSS: 21,
        Stage.WRAP_UP: 6,
    }


@pytest.mark.parametrize(
    ("ended", "keys"),
    [
        (date(2026, 3, 13), ["too_soon"]),  # the Friday before
        (date(2026, 3, 12), []),  # three working days
        (date(2026, 2, 24), []),  # fifteen
        (date(2026, 2, 23), ["too_late"]),
        (date(2026, 4, 1), ["not_ended"]),
        (None, []),
    ],
)
def test_warns_when_the_project_ended_too_recently_or_too_long_ago(ended, keys):
    warnings = warnings_for(ended, date(2026, 3, 17), [], [uuid4()], Place())
    assert [warning.key for warning in warnings] == keys


def test_warns_when_the_facilitator_takes_part():
    department = uuid4()
    warnings = warnings_for(date(2026, 3, 6), date(2026, 3, 17), [department], [department, uuid4()], Place())
    assert [warning.key for warning in warnings] == ["facilitator_takes_part"]


def test_every_format_asks_for_every_kind():
    assert len(FORMATS) >= 3
    for one in FORMATS.values():
        assert set(one.prompts) == set(WRITTEN_KINDS)
        assert all(prompt.endswith("?") or "." in prompt for prompt in one.prompts.values())


PEOPLE_OF = UUID(int=7)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"k": K_FLOOR - 1}, "k"),
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"format": "unheard of"}, "format"),
        ({"entry_limit": 13}, "entry_limit"),
        ({"meeting_minutes": 5}, "meeting_minutes"),
        ({"expected": {PEOPLE_OF: 0}}, f"expected_{PEOPLE_OF}"),
        ({"minutes": ((Stage.VOTE, 0),)}, "minutes_vote"),
        ({"department_ids": (uuid4(),)}, "departments"),
        ({"write_asynchronously": True, "writing_days": 22}, "writing_days"),
    ],
)
def test_a_preparation_out_of_bounds_is_refused_at_its_field(change, field):
    good = {"title": "A look back", "department_ids": (uuid4(), uuid4())}
    assert checked(Preparation(**good)) == Preparation(**good)
    with pytest.raises(Invalid) as refusal:
        checked(Preparation(**{**good, **change}))
    assert refusal.value.field == field


def answers(ones=0, twos=0, threes=0, fours=0, fives=0):
    return {"1": ones, "2": twos, "3": threes, "4": fours, "5": fives}


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (answers(ones=2, fives=20), Safety.LOW),
        (answers(ones=1, fives=6), Safety.MIXED),
        (answers(twos=3, fours=2), Safety.LOW),
        (answers(twos=3, threes=3), Safety.MIXED),
        (answers(threes=5), Safety.GOOD),
        (answers(threes=1, fives=9), Safety.GOOD),
    ],
)
def test_the_safety_check_comes_to_one_of_three_words(counts, word):
    assert safety_word(counts) is word


def test_below_k_a_question_has_no_result():
    assert result_of(SAFETY, ["1", "1", "1"], k=5) is None
    assert result_of(ROTI, ["4", "4", "0"], k=3) == Result(about=2.5)


def test_from_ten_on_answers_are_counted_out_unless_nearly_all_are_alike():
    mixed = result_of(ROTI, ["4"] * 8 + ["3"] * 2, k=5)
    assert mixed == Result({"0": 0, "1": 0, "2": 0, "3": 2, "4": 8})
    assert result_of(ROTI, ["4"] * 10, k=5) == result_of(ROTI, ["4"] * 9 + ["3"], k=5) == Result(about=3.5)
    assert result_of(SAFETY, ["5"] * 8 + ["4"] * 2, k=5) == Result(answers(fours=2, fives=8), Safety.GOOD)
    assert result_of(SAFETY, ["5"] * 12, k=5) == Result(word=Safety.GOOD)
    counted_out = ["4"] * 6 + ["1"] * 6
    assert result_of(ROTI, counted_out, k=5, people=12) == result_of(ROTI, counted_out, k=5)
    assert result_of(ROTI, counted_out, k=5, people=9) == Result(about=2.5), "seats are not people"
    assert result_of(ROTI, counted_out, k=5, people=4) is None


@pytest.mark.parametrize("question", [SAFETY, ROTI, more_time_question(UUID(int=8), 1)])
@pytest.mark.parametrize("people", [3, 5, 9, 11])
def test_nobody_s_answer_follows_from_a_result(question, people):
    """All that could have been answered, by what would be said of it: each result leaves everybody two answers."""
    possible = defaultdict(set)
    for values in combinations_with_replacement(answers_to(question), people):
        possible[str(to_stored(result_of(question, values, k=3)))].update(values)
    assert all(len(given) >= 2 for given in possible.values())


@given(st.sampled_from([SAFETY, ROTI]), st.lists(st.sampled_from("1234"), min_size=3, max_size=14))
def test_a_result_is_stored_as_it_is(question, values):
    result = result_of(question, values, k=3)
    assert from_stored(to_stored(result)) == result


def test_questions_are_open_in_their_stage_only():
    topic = uuid4()
    assert question_is_open(SAFETY, Stage.CHECK_IN, None, 0, safety_now=True)
    assert not question_is_open(SAFETY, Stage.WRITE, None, 0, safety_now=False)
    assert question_is_open(ROTI, Stage.WRAP_UP, None, 0, safety_now=False)
    second = more_time_question(topic, 2)
    assert question_is_open(second, Stage.DISCUSS, topic, 2, safety_now=False)
    assert not question_is_open(second, Stage.DISCUSS, topic, 3, safety_now=False)
    assert not question_is_open(second, Stage.DISCUSS, uuid4(), 2, safety_now=False)
    assert not question_is_open("anything", Stage.DISCUSS, topic, 1, safety_now=True)


def test_the_safety_check_is_asked_at_check_in_or_over_days_as_the_meeting_begins():
    asked = [
        (stage, over_days, began)
        for stage in Stage
        for over_days in (False, True)
        for began in (False, True)
        if safety_is_open(stage, over_days, began)
    ]
    assert asked == [(Stage.CHECK_IN, False, False), (Stage.CHECK_IN, False, True), (Stage.WRITE, True, True)]


def test_a_low_result_has_no_words_for_the_room():
    assert Safety.LOW not in SAFETY_FOR_THE_ROOM


@pytest.mark.parametrize(("question", "value"), [(SAFETY, "0"), (ROTI, "5"), ("more:x:1", "perhaps"), ("else", "1")])
def test_an_answer_that_the_question_does_not_have_is_refused(question, value):
    with pytest.raises(Invalid):
        check_answer(question, value)

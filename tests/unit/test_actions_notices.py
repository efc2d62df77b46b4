"""What falls due while a promise waits: on which days, in which order, and never twice after a long sleep."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.rules.kinds import ActionState, Notice
from app.actions.rules.notices import REMINDERS, Wait, fall_due, newest_of_each, next_day
from app.actions.rules.policy import Policy
from app.core.places import Place

MONDAY = date(2026, 3, 2)
DUE = date(2026, 3, 20)  # a Friday
HERE, BAVARIA = Place(), Place("Europe/Berlin", "DE", "BY")
LONG_AGO, LATER = date(2025, 1, 1), date(2026, 12, 31)


def wait(state: ActionState, due_on: date | None = DUE, policy: Policy | None = None, place: Place = HERE) -> Wait:
    return Wait(state, MONDAY, due_on, place, policy or Policy())


def first(waiting: Wait, notice: Notice) -> date:
    return next(day for day, kind in fall_due(waiting, LONG_AGO) if kind is notice)


def test_who_does_not_answer_is_asked_again_after_two_working_days_then_weekly() -> None:
    days = [
        day for day, kind in islice(fall_due(wait(ActionState.REQUESTED), MONDAY), 3) if kind is Notice.ACKNOWLEDGE
    ]
    assert days == [date(2026, 3, 5), date(2026, 3, 12), date(2026, 3, 19)], "the whole Wednesday is waited for"
    assert first(wait(ActionState.ACKNOWLEDGED), Notice.ACKNOWLEDGE) == date(2026, 3, 5)


def test_a_promise_is_reminded_before_on_the_day_and_weekly_and_then_told_to_lead_and_sponsor() -> None:
    found = list(islice(fall_due(wait(ActionState.PROMISED), MONDAY), 6))
    assert found == [
        (date(2026, 3, 18), Notice.DUE_SOON),
        (date(2026, 3, 20), Notice.DUE_TODAY),
        (date(2026, 3, 27), Notice.LATE),
        (date(2026, 3, 27), Notice.LATE_TO_LEAD),
        (date(2026, 4, 3), Notice.LATE),
        (date(2026, 4, 3), Notice.LATE_TO_SPONSOR),
    ]


def test_holidays_of_the_place_are_no_working_days() -> None:
    easter = wait(ActionState.PROMISED, date(2026, 4, 7), place=BAVARIA)
    assert first(easter, Notice.DUE_SOON) == date(2026, 4, 1), "Good Friday and Easter Monday lie between"


def test_a_report_is_asked_about_before_silence_accepts_it() -> None:
    found = list(fall_due(wait(ActionState.REPORTED_DONE), LONG_AGO))
    assert found == [(date(2026, 3, 6), Notice.ACCEPT), (date(2026, 3, 10), Notice.SILENCE_ACCEPTS)]


def test_silence_accepts_even_if_its_day_went_by_while_the_rules_changed() -> None:
    assert newest_of_each(wait(ActionState.REPORTED_DONE), date(2026, 3, 12), date(2026, 3, 13)) == [
        (date(2026, 3, 10), Notice.SILENCE_ACCEPTS)
    ]
    assert next_day(wait(ActionState.REPORTED_DONE), date(2026, 3, 12)) == date(2026, 3, 10)


def test_who_blocks_hears_of_it_weekly_beside_the_reminders() -> None:
    found = list(islice(fall_due(wait(ActionState.BLOCKED), MONDAY), 4))
    assert found[:2] == [(date(2026, 3, 9), Notice.STILL_BLOCKED), (date(2026, 3, 16), Notice.STILL_BLOCKED)]


@pytest.mark.parametrize(
    "state", [ActionState.ACCEPTED, ActionState.HELD, ActionState.NOT_DOING, ActionState.PROPOSED]
)
def test_nothing_falls_due_for_what_waits_for_nobody(state: ActionState) -> None:
    assert next_day(wait(state), LONG_AGO) is None


def test_the_organisation_decides() -> None:
    quiet = Policy(remind_before=0, remind_on_the_day=False, remind_every=0, lead_after=0, sponsor_after=0)
    assert list(fall_due(wait(ActionState.PROMISED, policy=quiet), MONDAY)) == [(DUE, Notice.LATE)]
    assert first(wait(ActionState.REQUESTED, policy=Policy(acknowledge_within=5)), Notice.ACKNOWLEDGE) == date(
        2026, 3, 10
    )
    assert next_day(wait(ActionState.PROMISED, due_on=None), LONG_AGO) is None


def test_a_server_that_was_away_for_a_month_says_each_thing_once() -> None:
    said = newest_of_each(wait(ActionState.PROMISED), MONDAY, date(2026, 4, 30))
    assert {kind for _, kind in said} == {Notice.LATE, Notice.LATE_TO_LEAD, Notice.LATE_TO_SPONSOR}
    assert len(said) == 3, "nobody is told that it is due soon, which is late"
    assert {kind: day for day, kind in said}[Notice.LATE] == date(2026, 4, 24)


WAITS = st.builds(
    Wait,
    st.sampled_from(list(ActionState)),
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from([HERE, BAVARIA]),
    st.builds(
        Policy,
        acknowledge_within=st.integers(0, 20),
        remind_before=st.integers(0, 10),
        remind_every=st.integers(0, 30),
        lead_after=st.integers(0, 30),
        sponsor_after=st.integers(0, 30),
        silence_after=st.integers(1, 20),
    ),
)


@given(WAITS, st.integers(0, 60))
def test_days_come_in_order_and_only_after_the_day_asked_for(waiting: Wait, later: int) -> None:
    after = waiting.since + timedelta(days=later)
    found = list(islice(fall_due(waiting, after), 20))
    assert [day for day, _ in found] == sorted(day for day, _ in found)
    assert all(day > after or kind is Notice.SILENCE_ACCEPTS for day, kind in found)
    assert next_day(waiting, after) == (found[0][0] if found else None)


@given(WAITS, st.lists(st.integers(1, 40), min_size=1, max_size=10))
def test_however_often_the_calendar_looks_nothing_is_said_twice_and_nothing_forgotten(
    waiting: Wait, steps: list[int]
) -> None:
    end = waiting.since + timedelta(days=sum(steps))
    said, upto = [], waiting.since
    for days in steps:
        until = upto + timedelta(days=days)
        said += newest_of_each(waiting, upto, until)
        upto = until
        if said and said[-1][1] is Notice.SILENCE_ACCEPTS:
            return  # from then on it is settled
    assert len(said) == len(set(said))
    everything = []
    for one in fall_due(waiting, waiting.since):
        if one[0] > end:
            break
        everything.append(one)
    assert set(said) <= set(everything)
    kinds = {kind for _, kind in said}
    assert kinds <= {kind for _, kind in everything} <= kinds | REMINDERS
    assert bool(kinds & REMINDERS) == any(kind in REMINDERS for _, kind in everything)

"""When a retro whose facilitator is gone may be taken over, and by whom."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app.retros.rules.absence import AbsenceFacts, TakenAs, mail_is_due, open_from, others_from, taken_as
from tests.conftest import NOON

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
HERE, ELSEWHERE = uuid4(), uuid4()


def test_in_a_running_hour_two_minutes_without_anybody_who_runs_it_are_enough() -> None:
    waiting = AbsenceFacts(seen_at=NOON, changed_at=NOON - 10 * MINUTE)
    assert open_from(waiting, NOON + 30 * MINUTE) == NOON + 2 * MINUTE
    assert not mail_is_due(waiting, NOON + 30 * MINUTE)


def test_others_wait_two_minutes_longer_where_a_stand_in_can_come() -> None:
    waiting = AbsenceFacts(seen_at=NOON, changed_at=NOON)
    assert others_from(waiting, NOON, stand_in_can=True) == NOON + 4 * MINUTE
    assert others_from(waiting, NOON, stand_in_can=False) == NOON + 2 * MINUTE


def test_over_days_it_waits_for_the_deadline_a_mail_and_a_day() -> None:
    until = NOON + 5 * DAY
    waiting = AbsenceFacts(seen_at=NOON, changed_at=NOON, writes_over_days=True, writes_until=until)
    for now in (NOON + DAY, until - MINUTE):
        assert (open_from(waiting, now), mail_is_due(waiting, now)) == (None, False)
    assert open_from(waiting, until + 9 * DAY) is None, "no mail, no taking over"
    assert mail_is_due(waiting, until)
    mailed = AbsenceFacts(NOON, NOON, True, until, reminded_at=until)
    assert not mail_is_due(mailed, until + HOUR)
    assert open_from(mailed, until + HOUR) == until + DAY


def test_who_looks_in_after_the_mail_has_a_day_from_then() -> None:
    until = NOON + 5 * DAY
    seen = until + 20 * HOUR
    mailed = AbsenceFacts(seen, NOON, True, until, reminded_at=until)
    assert open_from(mailed, seen + HOUR) == seen + DAY
    assert not mail_is_due(mailed, seen + DAY), "one mail for one deadline"


def test_a_longer_deadline_needs_another_mail() -> None:
    until = NOON + 5 * DAY
    waiting = AbsenceFacts(NOON, until + HOUR, True, until + 3 * DAY, reminded_at=until)
    assert open_from(waiting, until + 2 * DAY) is None
    assert mail_is_due(waiting, until + 3 * DAY)


def test_what_was_left_open_after_the_hour_waits_for_a_mail_and_a_day_too() -> None:
    left = AbsenceFacts(seen_at=NOON, changed_at=NOON)
    evening = NOON + 4 * HOUR
    assert open_from(left, evening) is None
    assert not mail_is_due(left, evening - MINUTE)
    assert mail_is_due(left, evening)
    mailed = AbsenceFacts(NOON, NOON, reminded_at=evening)
    assert open_from(mailed, evening + HOUR) == evening + DAY


def test_before_the_day_on_which_it_goes_on_nobody_is_waited_for_and_then_two_minutes() -> None:
    day = NOON + 7 * DAY
    waiting = AbsenceFacts(seen_at=NOON, changed_at=NOON, continues_at=day)
    for now in (NOON + 2 * DAY, day - MINUTE):
        assert (open_from(waiting, now), mail_is_due(waiting, now)) == (None, False)
    assert open_from(waiting, day + MINUTE) == day + 2 * MINUTE
    assert mail_is_due(waiting, day + 4 * HOUR), "nobody came on that day either"


def test_a_sign_from_a_clock_that_was_ahead_keeps_nobody_away_for_ever() -> None:
    waiting = AbsenceFacts(seen_at=NOON + 400 * DAY, changed_at=NOON - 5 * MINUTE)
    assert open_from(waiting, NOON) == NOON - 3 * MINUTE


@pytest.mark.parametrize(
    ("stands_in", "runs_retros", "departments", "outside_can", "role"),
    [
        (True, False, {HERE}, True, TakenAs.STAND_IN),
        (False, True, set(), True, TakenAs.OUTSIDE),
        (False, True, {ELSEWHERE}, True, TakenAs.OUTSIDE),
        (False, True, {HERE}, True, None),
        (False, True, {HERE, ELSEWHERE}, False, TakenAs.INSIDE),
        (False, False, set(), False, None),
    ],
)
def test_the_stand_in_then_who_is_of_no_department_here_and_only_without_such_another(
    stands_in: bool, runs_retros: bool, departments: set[object], outside_can: bool, role: TakenAs | None
) -> None:
    found = taken_as(
        stands_in=stands_in,
        runs_retros=runs_retros,
        departments=departments,  # type: ignore[arg-type]
        taking_part={HERE},
        outside_can=outside_can,
    )
    assert found == role

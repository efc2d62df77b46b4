"""A retro never ends by surprise, whatever its clock does: played hour by hour, forward, back and several times."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retros.rules.ending import (
    HOUR,
    HOURS_AFTER_WARNING,
    KEPT_OPEN_MOST,
    LEFT_ALONE_AFTER,
    NOT_BEFORE,
    PAST_ITS_DAY_MOST,
    STILL_FOR,
    EndingStep,
    Lying,
    ends_at,
    kept_open_until,
    latest_end,
    may_keep_open,
    next_step,
    warning,
)
from tests.conftest import NOON

DAY = timedelta(days=1)
HOURS = st.integers(0, 24 * 60).map(lambda hours: timedelta(hours=hours))


@dataclass
class Played:
    """A retro in a house whose clock may be set; `real`: hours that truly passed, which no rule is told."""

    lying: Lying
    offset: timedelta = timedelta(0)
    real: int = 0
    hours: int = 0
    changed_real: int = 0
    changed_hours: int = 0
    warned: list[int] = field(default_factory=list)
    closed: int | None = None

    @property
    def now(self) -> datetime:
        return NOON + HOUR * self.real + self.offset

    def look(self) -> None:
        """What the job does every few seconds."""
        for _ in range(3):
            step = next_step(self.lying, self.now, self.hours)
            if step is EndingStep.NOTE_CHANGE:
                self.lying = replace(
                    self.lying, stirred=False, changed_at=self.now, changed_hour=self.hours,
                    closes_at=None, warned_hour=None, asked=0,
                )  # fmt: skip
                self.changed_real, self.changed_hours, self.warned = self.real, self.hours, []
            elif step is EndingStep.TAKE_BACK:
                self.lying = replace(self.lying, closes_at=None, warned_hour=None, asked=0)
            elif step is EndingStep.WARN:
                closes_at, asked = warning(self.lying, self.now, self.hours)
                self.lying = replace(self.lying, closes_at=closes_at, warned_hour=self.hours, asked=asked)
                self.warned.append(self.hours)
            elif step is EndingStep.CLOSE:
                self.closed = self.real
            else:
                return
            if self.closed is not None:
                return

    def pass_hour(self, runs: bool = True) -> None:
        self.real += 1
        if runs:
            self.hours += 1
            self.look()

    def run(self, hours: int) -> None:
        for _ in range(hours):
            if self.closed is not None:
                return
            self.pass_hour()


def played(revealed: bool = True, **more: object) -> Played:
    new = Played(Lying(is_revealed=revealed, changed_at=NOON, stirred=True, **more))  # type: ignore[arg-type]
    new.look()
    return new


def test_a_revealed_retro_is_warned_of_on_the_second_day_and_closed_after_the_third() -> None:
    one = played()
    one.run(47)
    assert one.warned == []
    one.run(1)
    assert one.warned == [48]
    assert one.lying.closes_at == NOON + STILL_FOR
    one.run(23)
    assert one.closed is None
    one.run(1)
    assert (one.closed, one.warned) == (72, [48])


def test_what_is_not_revealed_is_left_alone_for_two_weeks_past_its_deadline() -> None:
    one = played(revealed=False, writing_until=NOON + 5 * DAY)
    one.run((5 + 13) * 24 - 1)
    assert one.warned == []
    one.run(100)
    assert (one.closed, one.warned) == ((5 + 14) * 24, [(5 + 13) * 24])


def test_a_day_to_go_on_is_waited_for_and_three_days_more() -> None:
    one = played(continues_at=NOON + 7 * DAY)
    one.run(30 * 24)
    assert (one.closed, one.warned) == (10 * 24, [9 * 24])


def test_a_change_by_who_runs_it_begins_the_days_anew_and_takes_the_warning_back() -> None:
    one = played()
    one.run(60)
    assert one.warned == [48]
    one.lying = replace(one.lying, stirred=True)
    one.look()
    assert not one.lying.is_warned
    one.run(71)
    assert one.closed is None
    one.run(1)
    assert one.closed == 60 + 72


def test_one_press_keeps_it_open_for_two_weeks_since_it_is_still_and_no_press_for_longer() -> None:
    one = played()
    one.run(50)
    until = kept_open_until(one.lying, one.now, one.hours)
    assert until == NOON + KEPT_OPEN_MOST
    one.lying = replace(one.lying, kept_until=until)
    one.look()
    assert not one.lying.is_warned, "there is more time now"
    assert not may_keep_open(one.lying, one.now, one.hours)
    one.run(40 * 24)
    assert one.closed == 14 * 24
    assert one.warned[-1] == 13 * 24


def test_a_change_after_the_press_shortens_nothing() -> None:
    kept = Lying(is_revealed=True, changed_at=NOON + 2 * DAY, kept_until=NOON + KEPT_OPEN_MOST)
    assert ends_at(kept, NOON + 3 * DAY, 72) == NOON + KEPT_OPEN_MOST


@pytest.mark.parametrize("revealed", [True, False])
def test_a_clock_that_jumps_ahead_closes_nothing_and_asks_twice(revealed: bool) -> None:
    one = played(revealed)
    one.run(5)
    one.offset = timedelta(days=400)
    one.look()
    assert one.warned == [5], "as things stand it would be over"
    one.run(24)
    assert one.warned == [5, 29], "asked once more"
    one.run(23)
    assert one.closed is None
    one.run(1)
    assert one.closed == 53


def test_a_clock_that_is_put_right_again_in_time_closes_nothing() -> None:
    one = played()
    one.run(5)
    one.offset = timedelta(days=400)
    one.run(20)
    one.offset = timedelta(0)
    one.look()
    assert not one.lying.is_warned
    one.run(47 - 25)
    assert not one.lying.is_warned
    one.run(200)
    assert one.closed == 72
    assert one.closed - one.warned[-1] == HOURS_AFTER_WARNING


def test_what_was_changed_while_the_clock_was_ahead_does_not_stay_open_for_ever() -> None:
    one = played()
    one.offset = timedelta(days=400)
    one.lying = replace(one.lying, stirred=True)
    one.look()
    one.offset = timedelta(0)
    one.run(40 * 24)
    assert one.closed is not None
    assert 72 <= one.closed <= 72 + 3 * 24


def test_a_warning_of_a_clock_that_was_ahead_does_not_hold_it_open_for_ever() -> None:
    one = played()
    one.run(60)
    one.lying = replace(one.lying, closes_at=NOON + timedelta(days=400))
    one.look()
    one.run(24 * 3)
    assert one.closed is not None


def test_a_clock_that_is_set_by_seconds_warns_nobody_twice() -> None:
    one = played()
    one.run(48)
    one.offset = -timedelta(seconds=3)
    one.look()
    one.offset = timedelta(0)
    one.look()
    assert one.warned == [48]


def test_a_house_that_did_not_run_asks_twice_when_it_runs_again() -> None:
    one = played()
    for _ in range(24 * 9):
        one.pass_hour(runs=False)
    one.run(24 * 5)
    assert len(one.warned) == 2
    assert one.closed == 24 * 9 + 1 + 48


def test_what_an_older_version_left_open_for_weeks_is_asked_about_before_it_closes() -> None:
    old = Played(Lying(is_revealed=True, changed_at=NOON - timedelta(days=40)))
    old.look()
    assert (old.warned, old.closed) == ([0], None)
    assert old.lying.closes_at == NOON + 2 * DAY
    old.run(47)
    assert old.closed is None
    old.run(1)
    assert (old.closed, old.warned) == (48, [0, 24])


def test_a_house_that_was_put_back_to_an_older_copy_warns_anew() -> None:
    one = played()
    one.run(60)
    one.hours = 10
    one.lying = replace(one.lying, changed_hour=0)
    one.look()
    assert one.warned[-1] == 10
    one.run(23)
    assert one.closed is None


JUMPS = st.lists(st.tuples(st.integers(0, 90), st.integers(-900, 900)), max_size=6)
"""After so many hours the clock is set by so many days."""


@given(
    revealed=st.booleans(),
    jumps=JUMPS,
    changes=st.sets(st.integers(0, 200), max_size=4),
    off=st.sets(st.integers(0, 300)),
)
def test_whatever_the_clock_does_a_day_of_running_hours_lies_between_warning_and_close(
    revealed: bool, jumps: list[tuple[int, int]], changes: set[int], off: set[int]
) -> None:
    one = played(revealed)
    at: dict[int, int] = {}
    for hour, days in jumps:
        at[sum(at) + hour] = days
    for hour in range(60 * 24):
        if hour in at and one.closed is None:
            one.offset += timedelta(days=at[hour])
            one.look()
        if hour in changes and one.closed is None:
            one.lying = replace(one.lying, stirred=True)
            one.look()
        if one.closed is None:
            one.pass_hour(runs=hour not in off)
    assert one.closed is not None, "what is left alone ends some day"
    ran = one.hours - one.changed_hours
    assert one.hours - one.warned[-1] >= HOURS_AFTER_WARNING
    assert ran >= 2 * HOURS_AFTER_WARNING, "asked twice, or still for as long as it was said"
    if not jumps and not off:
        assert one.closed - one.changed_real == (STILL_FOR if revealed else LEFT_ALONE_AFTER) / HOUR


@given(revealed=st.booleans(), passed=HOURS, until=st.none() | HOURS, on=st.none() | HOURS, kept=st.none() | HOURS)
def test_no_seat_lasts_longer_than_its_retro_can_nor_past_its_day_by_more_than_twenty_days(
    revealed: bool,
    passed: timedelta,
    until: timedelta | None,
    on: timedelta | None,
    kept: timedelta | None,
) -> None:
    now = NOON + passed
    lying = Lying(
        is_revealed=revealed,
        changed_at=NOON,
        writing_until=NOON + until if until is not None else None,
        continues_at=NOON + on if on is not None else None,
        kept_until=NOON + min(kept, KEPT_OPEN_MOST) if kept is not None else None,
    )
    ends = latest_end(lying, now)
    deadline = None if revealed else lying.writing_until
    day = max(moment for moment in (NOON, deadline, lying.continues_at) if moment is not None)
    assert ends == now + NOT_BEFORE or ends <= day + PAST_ITS_DAY_MOST
    assert ends >= ends_at(lying, now, 0), "people who come back to a retro that waits still have their seats"
    if revealed and on is None:
        assert ends >= NOON + timedelta(days=14) + STILL_FOR, "it may go on in two weeks, said when all phones slept"

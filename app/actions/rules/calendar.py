"""Working days of promises: due dates, the time to mend wording, silence, and what became of a promise; pure.

Working days are Monday to Friday; public holidays are unknown here.
"""

from datetime import date, timedelta

from app.actions.rules.kinds import Priority, Standing, State

DUE_IN = {Priority.HIGH: 15, Priority.NORMAL: 30}
SOAK = 2
ACKNOWLEDGE_WITHIN = 2
SILENCE = 5

SETTLED = frozenset({State.ACCEPTED, State.HELD, State.RETURNED, State.INCONCLUSIVE, State.DECLINED, State.NOT_DOING})
FULFILLED = frozenset({State.ACCEPTED, State.HELD, State.RETURNED, State.INCONCLUSIVE})


def add_working_days(start: date, days: int) -> date:
    """The day that lies `days` working days after `start` (0 or more)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


def default_due(today: date, priority: str) -> date:
    """15 working days for high priority, 30 for normal."""
    return add_working_days(today, DUE_IN[Priority(priority)])


def may_be_mended(closed_on: date, today: date) -> bool:
    """Whether wording may still be mended: until the end of the second working day after close."""
    return today <= add_working_days(closed_on, SOAK)


def silence_accepts(reported_on: date, today: date) -> bool:
    """Whether five whole working days passed since the report without an answer."""
    return today > add_working_days(reported_on, SILENCE)


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Late is what is neither settled nor reported done after its day."""
    return due_on is not None and due_on < today and state not in SETTLED and state != State.REPORTED_DONE


def standing(state: str, promised_for: date | None, reported_on: date | None, today: date) -> Standing:
    """Kept: the report that was later accepted came by the original date (product.md, main figure)."""
    if state in (State.DECLINED, State.NOT_DOING):
        return Standing.LET_GO
    if state in FULFILLED:
        in_time = promised_for is None or (reported_on is not None and reported_on <= promised_for)
        return Standing.KEPT if in_time else Standing.LATE
    if promised_for is not None and promised_for < (reported_on or today):
        return Standing.LATE
    return Standing.OPEN

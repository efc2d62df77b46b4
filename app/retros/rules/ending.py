"""When an open retro ends by itself, and who is asked before; how long a seat's cookie lives. Pure.

A retro never ends by surprise: it is still for days, who runs it is warned, and a running process counts a day of
hours after the warning. Clocks jump; hours that were lived through do not. So a close needs both, and where a clock
may have jumped it is asked twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
STILL_FOR = timedelta(days=3)
"""A revealed retro may lie still so long: nobody who runs it changes anything."""

LEFT_ALONE_AFTER = timedelta(days=14)
"""What is not revealed may lie so long after its last change or its deadline, whichever is later."""

KEPT_OPEN_MOST = timedelta(days=14)
"""One press keeps a revealed retro open so long since it became still, and never longer."""

CONTINUES_WITHIN = timedelta(days=14)
"""A retro that was broken off goes on within so many days; phones keep their seats until then."""

WARNED_BEFORE = timedelta(days=1)
HOURS_AFTER_WARNING = 24
"""Hours of a running process between a warning and the close."""

LIVED_THROUGH = 0.75
"""Where less than this share of the time since the last change was counted in running hours, a clock may have
jumped (or nothing ran): then it is asked twice."""

PAST_ITS_DAY_MOST = timedelta(days=20)
"""No seat's cookie lives longer past the last change, the deadline or the day on which the retro goes on."""

NOT_BEFORE = HOUR
"""A retro that is over as things stand, but still open because nobody closed it yet, loses nobody in between."""


class EndingStep(StrEnum):
    """What is to be done about an open retro now."""

    NOTE_CHANGE = "note_change"
    """Who runs it changed something since it was looked at: it is still from now on, and no warning stands."""
    WARN = "warn"
    TAKE_BACK = "take_back"
    """The warning was premature: the clock went back, or there is more time now."""
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Lying:
    """How an open retro lies there. `changed_hour`, `warned_hour`: running hours of the house at that moment;
    `stirred`: changed since it was last looked at; `asked`: warnings that stand one after the other."""

    is_revealed: bool
    changed_at: datetime
    changed_hour: int = 0
    stirred: bool = False
    writing_until: datetime | None = None
    continues_at: datetime | None = None
    kept_until: datetime | None = None
    closes_at: datetime | None = None
    warned_hour: int | None = None
    asked: int = 0

    @property
    def is_warned(self) -> bool:
        return self.closes_at is not None and not self.stirred


def still_since(lying: Lying, now: datetime, hours: int) -> datetime:
    """The later of the last change by who runs it and the day on which something was to happen.

    A change that lies in the future was written by a clock that went back since: then the hours that a process ran
    since the change say how long ago it was.
    """
    changed = now if lying.stirred else lying.changed_at
    if changed > now:
        changed = now - HOUR * max(0, hours - lying.changed_hour)
    days = [changed, lying.continues_at, None if lying.is_revealed else lying.writing_until]
    return max(day for day in days if day is not None)


def ends_at(lying: Lying, now: datetime, hours: int) -> datetime:
    """When it ends if nobody who runs it changes anything: not before, and never without a warning."""
    since = still_since(lying, now, hours)
    if not lying.is_revealed:
        return since + LEFT_ALONE_AFTER
    kept = min(lying.kept_until, now + KEPT_OPEN_MOST) if lying.kept_until else since
    return max(since + STILL_FOR, kept)


def kept_open_until(lying: Lying, now: datetime, hours: int) -> datetime:
    """Until when one press keeps it open."""
    return still_since(lying, now, hours) + (KEPT_OPEN_MOST if lying.is_revealed else LEFT_ALONE_AFTER)


def may_keep_open(lying: Lying, now: datetime, hours: int) -> bool:
    """Whether a press would give it any time that it has not got."""
    return not lying.is_revealed or kept_open_until(lying, now, hours) > ends_at(lying, now, hours)


def next_step(lying: Lying, now: datetime, hours: int) -> EndingStep | None:
    """What the job has to do about it now; `hours`: running hours of the house so far. None: nothing."""
    if lying.stirred:
        return EndingStep.NOTE_CHANGE
    ends = ends_at(lying, now, hours)
    if now < ends - WARNED_BEFORE:
        # Not for a clock that is set back by a few seconds.
        return EndingStep.TAKE_BACK if lying.is_warned and now < ends - WARNED_BEFORE - HOUR else None
    if not _warning_stands(lying, now, hours):
        return EndingStep.WARN
    assert lying.closes_at is not None
    if _hours_after(lying, hours) < HOURS_AFTER_WARNING:
        return None
    if lying.asked < 2 and not was_lived_through(lying, now, hours):
        return EndingStep.WARN
    return EndingStep.CLOSE if now >= max(ends, lying.closes_at) else None


def warning(lying: Lying, now: datetime, hours: int) -> tuple[datetime, int]:
    """What a warning that is written now says: when the retro closes, and not before; and the how manyeth it is."""
    again = _warning_stands(lying, now, hours) and _hours_after(lying, hours) >= HOURS_AFTER_WARNING
    asked = lying.asked + 1 if again else 1
    days = 1 if asked > 1 or was_lived_through(lying, now, hours) else 2
    return max(ends_at(lying, now, hours), now + WARNED_BEFORE * days), asked


def _warning_stands(lying: Lying, now: datetime, hours: int) -> bool:
    """Whether one was written that can be true: not by a clock that was far ahead, nor by a house that was put back
    to an older copy since (it has run fewer hours than its warning says)."""
    if lying.closes_at is None or lying.warned_hour is None:
        return False
    return hours >= lying.warned_hour and lying.closes_at - now <= WARNED_BEFORE * 2 + HOUR


def _hours_after(lying: Lying, hours: int) -> int:
    return hours - (lying.warned_hour or 0)


def was_lived_through(lying: Lying, now: datetime, hours: int) -> bool:
    """Whether the time since the last change passed while a process counted its hours: no jump of a clock."""
    passed = now - lying.changed_at
    return passed >= timedelta(0) and HOUR * (hours - lying.changed_hour) >= LIVED_THROUGH * passed - HOUR


def latest_end(lying: Lying, now: datetime, hours: int = 0) -> datetime:
    """The latest moment at which an open retro can end if nobody takes more than one further step: it is kept open or
    revealed at the last moment, or goes on within two weeks, and then lies for three days."""
    day = still_since(lying, now, hours)
    ends = min(day + LEFT_ALONE_AFTER + STILL_FOR, day + PAST_ITS_DAY_MOST)
    return max(ends, now + NOT_BEFORE)

"""When a retro whose facilitator is gone may be taken over, and by whom. Pure.

In a running hour a co-facilitator simply goes on, and two minutes without anybody who runs it are enough for the
stand-in. Over days nobody sits there: then it waits for a day, and only after a mail to who runs it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

ABSENT_AFTER = timedelta(minutes=2)
"""Nobody who runs it was seen for so long: the stand-in may take over; without one who can, others may."""

OTHERS_AFTER = timedelta(minutes=4)
"""Where a stand-in was named and does not come either."""

RUNNING_HOUR = timedelta(hours=4)
"""So long after the last sign of who runs it people may still sit there and wait."""

OVER_DAYS_AFTER = timedelta(days=1)

AHEAD = timedelta(minutes=1)
"""A sign that lies further in the future was written by a clock that went back since, and tells nothing."""


class TakenAs(StrEnum):
    """As what somebody takes a retro over."""

    STAND_IN = "stand_in"
    OUTSIDE = "outside"
    """A facilitator or administrator of no department that takes part."""
    INSIDE = "inside"
    """Of one that does: only where nobody from outside is there, and said with the department on every screen."""


@dataclass(frozen=True, slots=True)
class AbsenceFacts:
    """What a retro waits for. `seen_at`: a page of somebody who runs it was open; `changed_at`: they changed it;
    `writes_until`: people write over days until then, and have not come together yet; `reminded_at`: the mail."""

    seen_at: datetime | None
    changed_at: datetime
    writes_over_days: bool = False
    writes_until: datetime | None = None
    continues_at: datetime | None = None
    reminded_at: datetime | None = None

    def last_sign(self, now: datetime) -> datetime | None:
        """Of somebody who runs it; the moment at which it was to go on counts, too."""
        signs = (self.seen_at, self.changed_at)
        past = [sign for sign in signs if sign is not None and sign <= now + AHEAD]
        return max([*past, *([self.continues_at] if self.continues_at else [])], default=None)

    def is_over_days(self, now: datetime) -> bool:
        """Whether nobody sits there and waits just now."""
        if self.writes_over_days or (self.continues_at is not None and now < self.continues_at):
            return True
        sign = self.last_sign(now)
        return sign is not None and now - sign >= RUNNING_HOUR

    @property
    def day(self) -> datetime:
        """Over days: since when it waits for who runs it."""
        if self.writes_over_days:
            return self.writes_until or self.changed_at
        return max(self.changed_at, self.continues_at or self.changed_at)


def mail_is_due(waiting: AbsenceFacts, now: datetime) -> bool:
    """Whether who runs it is to be told that it waits, and that others may take it over: once for each day on which
    something was to happen."""
    if not waiting.is_over_days(now) or _was_mailed(waiting):
        return False
    sign = waiting.last_sign(now) or waiting.day
    return now >= (waiting.day if waiting.writes_over_days else max(waiting.day, sign) + RUNNING_HOUR)


def open_from(waiting: AbsenceFacts, now: datetime) -> datetime | None:
    """From when it may be taken over; None: not before who runs it was mailed."""
    if not waiting.is_over_days(now):
        sign = waiting.last_sign(now)
        return now if sign is None else sign + ABSENT_AFTER
    if waiting.reminded_at is None or not _was_mailed(waiting):
        return None
    return max(waiting.reminded_at, waiting.day, waiting.last_sign(now) or waiting.day) + OVER_DAYS_AFTER


def others_from(waiting: AbsenceFacts, now: datetime, *, stand_in_can: bool) -> datetime | None:
    """As `open_from`, for others than the stand-in: a stand-in who can comes first."""
    begins = open_from(waiting, now)
    if begins is None or waiting.is_over_days(now) or not stand_in_can:
        return begins
    return begins + OTHERS_AFTER - ABSENT_AFTER


def taken_as(
    *,
    stands_in: bool,
    runs_retros: bool,
    departments: Collection[UUID],
    taking_part: Collection[UUID],
    outside_can: bool,
) -> TakenAs | None:
    """As what somebody may take it over, None: not at all. `runs_retros`: a facilitator or administrator;
    `outside_can`: the house has such a person in no department that takes part. Who decides on others' pay or tasks
    here is asked about apart: never."""
    if stands_in:
        return TakenAs.STAND_IN
    if not runs_retros:
        return None
    if not set(departments) & set(taking_part):
        return TakenAs.OUTSIDE
    return None if outside_can else TakenAs.INSIDE


def _was_mailed(waiting: AbsenceFacts) -> bool:
    return waiting.reminded_at is not None and waiting.reminded_at >= waiting.day

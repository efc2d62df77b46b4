"""When things happened in the demo: stages of a meeting, and days since, without weekends and never in the future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.retros.rules.names import Stage

SATURDAY = 5
MEETING_STARTS = time(13, 0, tzinfo=UTC)
STEP_AT = time(15, 0, tzinfo=UTC)
BEGINS_AFTER_MINUTES = {
    Stage.CHECK_IN: 0,
    Stage.WRITE: 5,
    Stage.GROUP: 20,
    Stage.VOTE: 38,
    Stage.DISCUSS: 46,
    Stage.WRAP_UP: 80,
    Stage.CLOSED: 90,
}


@dataclass(frozen=True, slots=True)
class RetroTimeline:
    """Of one retro. `starts`: when its meeting began; `now`: the real moment."""

    starts: datetime
    now: datetime

    def at(self, stage: Stage) -> datetime:
        return self.starts + timedelta(minutes=BEGINS_AFTER_MINUTES[stage])

    def while_discussing(self) -> Iterator[datetime]:
        """A moment every five minutes."""
        at = self.at(Stage.DISCUSS)
        while True:
            yield at
            at += timedelta(minutes=5)

    def day(self, after_close: int) -> date:
        """The working day on or after that many days since the close."""
        return on_a_working_day(self.starts.date() + timedelta(days=after_close), 1)

    def moment(self, after_close: int, number: int) -> datetime:
        """The moment of a promise's step; `number` keeps several on one day in order."""
        on_that_day = datetime.combine(self.day(after_close), STEP_AT)
        wanted = max(self.at(Stage.CLOSED), on_that_day) + timedelta(minutes=5 * (number + 1))
        return min(wanted, self.now - timedelta(minutes=60 - 5 * number))


def calendar_of(closed_days_ago: int | None, now: datetime) -> RetroTimeline:
    """A meeting that closed that many days ago, or one that has just begun to write (None)."""
    if closed_days_ago is None:
        return RetroTimeline(now - timedelta(minutes=BEGINS_AFTER_MINUTES[Stage.WRITE] + 1), now)
    held_on = on_a_working_day(now.date() - timedelta(days=closed_days_ago))
    return RetroTimeline(datetime.combine(held_on, MEETING_STARTS), now)


def on_a_working_day(day: date, step: int = -1) -> date:
    """The same day, or the next working day in the direction of `step` (1 later, -1 earlier)."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=step)
    return day

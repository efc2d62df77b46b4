"""When a person wants no mail: quiet hours and days that are not worked, where the reader is; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from app.core.places import Place, zone_of

LOOKS_AHEAD = 30
"""Days after which a calendar without a working day is not believed any more."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """No mail from the hour `begins` until the hour `ends` (0-23, over midnight too; the same hour twice: never
    quiet), and none at all on days that are not worked, if `free_days`. Hours and days are those of `place`."""

    place: Place
    begins: int
    ends: int
    free_days: bool

    def covers(self, moment: datetime) -> bool:
        """Whether no mail is wanted at this moment (aware)."""
        local = moment.astimezone(zone_of(self.place.zone))
        if self.free_days and not self.place.works_on(local.date()):
            return True
        if self.begins <= self.ends:
            return self.begins <= local.hour < self.ends
        return local.hour >= self.begins or local.hour < self.ends

    def next_allowed(self, moment: datetime) -> datetime:
        """`moment` itself, or the first moment (UTC) after it at which mail is wanted."""
        if not self.covers(moment):
            return moment
        zone = zone_of(self.place.zone)
        day = moment.astimezone(zone).date()
        for _ in range(LOOKS_AHEAD):
            # Quiet ends at midnight or at the hour `ends`, nowhere else.
            for hour in sorted({0, self.ends}):
                candidate = datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
                if candidate >= moment and not self.covers(candidate):
                    return candidate
            day += timedelta(days=1)
        return moment

"""When the weekly digest is due where its reader is; pure."""

from datetime import UTC, date, datetime, time, timedelta

from app.core.places import zone_of

STILL_WORTH_IT = timedelta(hours=24)
"""A digest that could not be written for longer (the server was away) is left out: the next one comes."""


def next_digest(after: datetime, zone: str, weekday: int, hour: int) -> datetime:
    """The first moment (UTC) later than `after` that is this weekday (0 Monday) and hour in the zone."""
    here = zone_of(zone)
    day = after.astimezone(here).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    moment = _at(day, hour, zone)
    return moment if moment > after else _at(day + timedelta(days=7), hour, zone)


def is_planned(moment: datetime, zone: str, weekday: int, hour: int) -> bool:
    """Whether a digest planned for `moment` is still what the organisation and the reader want."""
    return next_digest(moment - timedelta(seconds=1), zone, weekday, hour) == moment


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone_of(zone)).astimezone(UTC)

"""Where a day begins and which days are worked: a time zone with the public holidays of a country; knows no table.

Holidays and weekends are those of the `holidays` library. A place without a country works Monday to Friday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from threading import Lock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

_years = Lock()
"""The library fills in a year when it is first asked for it."""


@dataclass(frozen=True, slots=True)
class Place:
    """`country`: an ISO 3166-1 code such as DE; `subdivision`: the library's code of a region such as BY; or none."""

    zone: str = "UTC"
    country: str = ""
    subdivision: str = ""

    def day(self, moment: datetime) -> date:
        """The calendar day of an aware `moment` here; UTC where the time zone is not known."""
        return moment.astimezone(zone_of(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """The moment (UTC) at which `day` begins here."""
        return datetime.combine(day, time(), tzinfo=zone_of(self.zone)).astimezone(UTC)

    def works_on(self, day: date) -> bool:
        """Whether `day` is a working day here."""
        calendar = _calendar(self.country, self.subdivision)
        if calendar is None:
            return day.weekday() < 5
        with _years:
            return bool(calendar.is_working_day(day))

    def add(self, start: date, days: int) -> date:
        """The day that lies `days` working days after `start` (0: `start` itself, worked or not)."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.works_on(day)
        return day

    def subtract(self, start: date, days: int) -> date:
        """The day that lies `days` working days before `start` (0: `start` itself)."""
        day = start
        while days > 0:
            day -= timedelta(days=1)
            days -= self.works_on(day)
        return day

    def between(self, earlier: date, later: date) -> int:
        """Working days after `earlier`, up to and with `later`; 0 when `later` is not later."""
        if later <= earlier:
            return 0
        calendar = _calendar(self.country, self.subdivision)
        if calendar is None:
            weeks, rest = divmod((later - earlier).days, 7)
            return weeks * 5 + sum((earlier + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
        with _years:
            return int(calendar.get_working_days_count(earlier + timedelta(days=1), later))


@cache
def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name, or UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Country codes whose holidays are known, with the codes of their regions."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(known.items())}


@cache
def regions(country: str) -> dict[str, str]:
    """The codes of a country's regions, with what people call them where the library knows it."""
    if country not in countries():
        return {}
    called = holidays.country_holidays(country).get_subdivision_aliases()
    return {code: max(called.get(code, ()), key=len, default=code) for code in countries()[country]}


@cache
def _calendar(country: str, subdivision: str) -> holidays.HolidayBase | None:
    regions = countries().get(country)
    if regions is None:
        return None
    return holidays.country_holidays(country, subdiv=subdivision if subdivision in regions else None)

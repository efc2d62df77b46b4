"""Where a day begins and which days are worked: against dates that anybody can look up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.places import Place, countries

ANYWHERE = Place()
BAVARIA, BERLIN = Place("Europe/Berlin", "DE", "BY"), Place("Europe/Berlin", "DE", "BE")
CAIRO = Place("Africa/Cairo", "EG")
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_holidays_are_those_of_the_place() -> None:
    assert not BAVARIA.works_on(date(2026, 1, 6)), "Epiphany is a holiday in Bavaria"
    assert BERLIN.works_on(date(2026, 1, 6)), "and none in Berlin"
    assert ANYWHERE.works_on(date(2026, 12, 25)), "nobody said where this is"
    assert BAVARIA.add(date(2026, 12, 23), 2) == date(2026, 12, 28), "Christmas and a weekend lie between"
    assert BAVARIA.subtract(date(2026, 12, 28), 2) == date(2026, 12, 23)
    assert CAIRO.works_on(date(2026, 3, 1)), "a Sunday is a working day in Egypt"
    assert not CAIRO.works_on(date(2026, 3, 6)), "a Friday is not"


def test_a_region_or_country_that_nobody_knows_works_as_the_whole_or_monday_to_friday() -> None:
    assert not Place("UTC", "DE", "XX").works_on(date(2026, 10, 3)), "German Unity Day, everywhere in Germany"
    assert Place("UTC", "XX").works_on(date(2026, 12, 25))
    assert not Place("UTC", "XX").works_on(date(2026, 12, 26)), "a Saturday"
    assert "DE" in countries()
    assert "BY" in countries()["DE"]


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Europe/Berlin", datetime(2026, 3, 1, 23, 30, tzinfo=UTC), date(2026, 3, 2)),
        ("America/Los_Angeles", datetime(2026, 3, 2, 7, 59, tzinfo=UTC), date(2026, 3, 1)),
        ("Nowhere/At_All", datetime(2026, 3, 2, 7, 59, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_a_day_is_that_of_the_zone(zone: str, moment: datetime, day: date) -> None:
    assert Place(zone).day(moment) == day


def test_midnight_is_when_the_day_begins_even_when_clocks_change() -> None:
    berlin = Place("Europe/Berlin")
    assert berlin.midnight(date(2026, 3, 29)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert berlin.midnight(date(2026, 3, 30)) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@given(st.sampled_from([ANYWHERE, BAVARIA, CAIRO]), DAYS, st.integers(0, 60))
def test_adding_counting_and_subtracting_agree(place: Place, start: date, days: int) -> None:
    end = place.add(start, days)
    assert place.between(start, end) == days
    assert days == 0 or place.works_on(end)
    assert place.between(end, start) == 0 if days else True
    back = place.subtract(end, days)
    assert place.between(back, end) == days


@given(DAYS, st.integers(0, 60))
def test_without_a_country_exactly_the_weekends_are_passed_over(start: date, days: int) -> None:
    end = ANYWHERE.add(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == days

"""The day on which a past retro was held, as exactly as its source says it: a day, a month or a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.actions.rules.loading import YEARS, day_of
from app.core.patterns import DOTALL, bounded

_YEAR = bounded(r"(\d{4})")
_MONTH = bounded(r"(\d{4})[-/.](\d{1,2})")
_DAY_WITHIN = bounded(r"(?<!\d)(\d{4}-\d{1,2}-\d{1,2})(?!\d)")
_MONTH_WITHIN = bounded(r"(?<!\d)(\d{4}-\d{2})(?![\d-])")
_SHORT_DAY = bounded(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED_MONTH = ("%B %Y", "%b %Y", "%B, %Y", "%Y %B")
# What JavaScript writes: "Tue Mar 05 2024 10:00:00 GMT+0000 (Coordinated Universal Time)".
_JAVASCRIPT = bounded(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4}) \d\d:\d\d:\d\d\b.{0,80}", DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class DateHeld:
    """`day`: the first day of what was said. `said`: 2018-07-04, 2018-07 or 2018."""

    day: date
    said: str


def held_of(typed: str) -> DateHeld | None:
    """A day, a month or a year; None for what names none of them, or two (03/04/2026)."""
    text = " ".join(typed.split())
    if script := _JAVASCRIPT.fullmatch(text):
        text = _as_iso(script[1], "%b %d %Y")
    if found := _exact(text):
        return DateHeld(found, found.isoformat())
    if month := _MONTH.fullmatch(text):
        return _month(int(month[1]), int(month[2]))
    if year := _YEAR.fullmatch(text):
        return DateHeld(date(int(year[1]), 1, 1), year[1]) if int(year[1]) in YEARS else None
    for written in _NAMED_MONTH:
        if iso := _as_iso(text, written):
            return _month(int(iso[:4]), int(iso[5:7]))
    return None


def day_in(name: str) -> DateHeld | None:
    """The one day, or month, that a file name or a heading states (2024-3-7, 2018-07)."""
    days = _DAY_WITHIN.findall(name)
    found = {held for held in map(held_of, days or _MONTH_WITHIN.findall(name)) if held}
    return found.pop() if len(found) == 1 else None


def _exact(text: str) -> date | None:
    if short := _SHORT_DAY.fullmatch(text):
        text = f"{short[1]}-{int(short[2]):02}-{int(short[3]):02}"
    # "2018-07" and "2018" are no days, though ISO 8601 has short forms of other things (201807, 2018-W27).
    return day_of(text) if len(text) >= 8 else None


def _month(year: int, month: int) -> DateHeld | None:
    if year not in YEARS or not 1 <= month <= 12:
        return None
    return DateHeld(date(year, month, 1), f"{year}-{month:02}")


def _as_iso(text: str, written: str) -> str:
    try:
        # DTZ007: a day of a list has no time, so no zone.
        return datetime.strptime(text, written).date().isoformat()
    except ValueError:
        return ""

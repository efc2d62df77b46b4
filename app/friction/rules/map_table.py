"""The friction map as lines of a table, one for each pair that said something; pure."""

from __future__ import annotations

from app.friction.rules.map import FrictionTally, Level

COLUMNS = (
    "consumer", "provider", "retros together", "retros with entries", "went wrong", "went right", "unsorted",
    "share wrong", "share low", "share high", "per ten people", "rate low", "rate high", "seats",
    "pulse", "pulse low", "pulse high", "raters at least", "hidden", "since before",
)  # fmt: skip
Line = dict[str, str]


def line(
    consumer: str,
    provider: str,
    tally: FrictionTally,
    together: int,
    levels: tuple[Level | None, Level | None, Level | None],
) -> Line:
    """Figures are left empty where there is nothing to count from, or too few entries for a share."""
    share, rate, pulse = levels
    found = {
        "consumer": consumer,
        "provider": provider,
        "retros together": str(together),
        "retros with entries": str(tally.retros),
        "went wrong": str(tally.wrong),
        "went right": str(tally.right),
        "unsorted": str(tally.unsorted),
    }
    if share is not None and not share.is_few:
        found |= _figures(share, ("share wrong", "share low", "share high"), 3)
    if rate is not None:
        found |= _figures(rate, ("per ten people", "rate low", "rate high"), 2) | {"seats": str(rate.n)}
    if pulse is not None:
        found |= _figures(pulse, ("pulse", "pulse low", "pulse high"), 2) | {"raters at least": str(pulse.n)}
    return found


def _figures(level: Level, names: tuple[str, str, str], digits: int) -> Line:
    values = (level.value, level.low, level.high)
    return {name: f"{value:.{digits}f}" for name, value in zip(names, values, strict=True)}

"""Findings as lines of a table, one for each; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

COLUMNS = (
    "theme", "kind", "provider", "consumer", "series", "state", "present", "eligible", "low", "entries", "seats",
    "per_ten", "per_ten_low", "per_ten_high", "trend", "action", "last",
)  # fmt: skip
Row = dict[str, str]


def lines(found: Iterable[Any]) -> Iterator[Row]:
    """`found`: FindingViews. What is too early or not known is left empty; `low` is a share, 0 to 1."""
    for one in found:
        rate = one.rate
        yield {
            "theme": one.name,
            "kind": one.kind,
            "provider": one.provider.words if one.provider else "all",
            "consumer": one.consumer.words if one.consumer else "all",
            "series": one.series or "",
            "state": one.state,
            "present": str(one.present),
            "eligible": str(one.eligible),
            "low": f"{one.low:.3f}",
            "entries": str(one.entries),
            "seats": "" if one.seats is None else str(one.seats),
            "per_ten": f"{rate.value:.2f}" if rate else "",
            "per_ten_low": f"{rate.low:.2f}" if rate else "",
            "per_ten_high": f"{rate.high:.2f}" if rate else "",
            "trend": one.trend,
            "action": one.worked,
            "last": one.last_on.isoformat() if one.last_on else "",
        }

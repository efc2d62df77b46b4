"""The cells of the map as they are written down: text, looks and address, made once and not for each reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.friction.queries.grid import Grid, GridCell
from app.friction.rules.map import Against, FrictionTally, Level, Show

UNSURE, HIDDEN, OWN, QUIET = "map-unsure", "map-hidden", "map-own", "map-quiet"
"""Classes of static/css/friction.css."""
FEW, SPLIT, NOTHING = "few", "split", "–"


@dataclass(frozen=True, slots=True)
class MapHeader:
    """A row or column. `index` and `badge` are None where it is no department; `name` says if it is archived."""

    key: str
    name: str
    index: int | None = None
    badge: str | None = None
    is_department: bool = True
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class MapCell:
    """`look`: classes, '' where there is nothing to see; `href`: the page of the pair. `second` is its pulse where
    both are shown; `since`: harder or easier than before."""

    text: str = ""
    look: str = ""
    href: str = ""
    since: str = ""
    second: str = ""
    second_look: str = ""


@dataclass(frozen=True, slots=True)
class MapRow:
    side: MapHeader
    cells: tuple[MapCell, ...]
    total: str


EMPTY = MapCell()


def map_rows(
    grid: Grid, show: Show, consumers: Iterable[MapHeader], providers: tuple[MapHeader, ...]
) -> tuple[MapRow, ...]:
    """One for each consumer, its cells in the order of `providers`."""
    return tuple(
        MapRow(
            consumer,
            tuple(
                _cell(grid.cells.get((consumer.key, provider.key)), show, consumer, provider)
                for provider in providers
            ),
            total_words(grid.rows.get(consumer.key)),
        )
        for consumer in consumers
    )


def total_words(tally: FrictionTally | None) -> str:
    return f"{tally.wrong} of {tally.judged}" if tally and tally.judged else ""


def _cell(cell: GridCell | None, show: Show, consumer: MapHeader, provider: MapHeader) -> MapCell:
    if cell is None:
        return EMPTY
    text, look = _pulse(cell) if show is Show.PULSE else _entries(cell, show)
    if not text:
        return MapCell(NOTHING, QUIET) if cell.together.retros or cell.says_something else EMPTY
    second, second_look = _pulse(cell) if show is Show.BOTH else ("", "")
    is_pair = consumer.is_department and provider.is_department
    return MapCell(
        text,
        f"{look} {OWN}" if is_pair and consumer.key == provider.key else look,
        f"/desk/friction/{provider.key}/{consumer.key}" if is_pair else "",
        "" if cell.since is Against.UNCLEAR else cell.since.value,
        second,
        second_look,
    )


def _entries(cell: GridCell, show: Show) -> tuple[str, str]:
    if cell.is_hidden:
        return FEW, HIDDEN
    if show is Show.RATE:
        return (f"{cell.rate.value:.1f}", _look(cell.rate)) if cell.rate else ("", "")
    if cell.entries is None:
        return (f"{cell.tally.unsorted}?", UNSURE) if cell.tally.unsorted else ("", "")
    if cell.entries.is_few:
        return f"{cell.tally.wrong}/{cell.tally.judged}", _look(cell.entries)
    return f"{round(100 * cell.entries.value)} %", _look(cell.entries)


def _pulse(cell: GridCell) -> tuple[str, str]:
    if cell.pulse:
        return f"{cell.pulse.value:.1f}", _look(cell.pulse)
    if cell.is_split:
        return SPLIT, UNSURE
    return (FEW, HIDDEN) if cell.pulse_hidden else ("", "")


def _look(level: Level) -> str:
    return f"h{level.bucket}" if level.is_sure and not level.is_few else f"h{level.bucket} {UNSURE}"

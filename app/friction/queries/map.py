"""The friction map as a frozen view: departments by departments, what each cell says and how sure that is.

Counts and ratings of groups of k or more are for everybody who is signed in; no wording is read here. Departments
stand in the order of their names; the list puts pairs apart only where their interval lies clear of the whole house.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from app.anonymity.rules.pooling import EVERYONE, SEVERAL
from app.departments.queries import DepartmentView, names, spoken_of
from app.departments.rules import SMALL, SMALL_TOGETHER
from app.friction.queries.grid import NO_DEPARTMENT, Grid, GridCell, grid_of
from app.friction.queries.map_cells import MapHeader, MapRow, map_rows, total_words
from app.friction.rules.map import Against, Show
from app.friction.rules.map_table import Line, line
from app.people.rules import Visitor
from app.scorecards.queries.remembered import history_remembered
from app.scorecards.rules.periods import Period
from app.themes.queries.history import version

EXTRA = {
    SMALL: SMALL_TOGETHER,
    SEVERAL: "Several departments",
    EVERYONE: "Everybody together",
    NO_DEPARTMENT: "Not known",
}
"""Groups that are no department: rows of their own, below the others."""
ABOUT = {SMALL: SMALL_TOGETHER, SEVERAL: "Several departments", NO_DEPARTMENT: "No department named"}
"""Providers that are no department: columns of their own, behind the others."""


@dataclass(frozen=True, slots=True)
class FrictionPairLine:
    """A pair in the list."""

    consumer: MapHeader
    provider: MapHeader
    cell: GridCell


@dataclass(frozen=True, slots=True)
class MapView:
    """`consumers` are rows, `providers` columns; `extra` rows are groups that are no department.

    `harder` and `easier` pairs lie clear of the house, of the others that cannot be said. `only`: whose pairs.
    """

    grid: Grid
    show: Show
    providers: tuple[MapHeader, ...]
    rows: tuple[MapRow, ...]
    extra: tuple[MapRow, ...]
    totals: tuple[str, ...]
    only: DepartmentView | None
    harder: tuple[FrictionPairLine, ...]
    unclear: tuple[FrictionPairLine, ...]
    easier: tuple[FrictionPairLine, ...]
    drawn: dict[str, str] = field(default_factory=dict, compare=False)
    """Its table as it is written down, once somebody has asked for it: it is the same for everybody."""

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.extra)


def friction_map(
    db: Session,
    period: Period,
    show: Show,
    compare: bool = False,
    only: UUID | None = None,
    kind: str = "",
    *,
    for_: Visitor | None,
) -> MapView:
    """The map of one span of time; `compare`: with as many quarters before it. `only`: a list of this department's
    pairs; `kind`: only what was said in topics of this kind of friction. As long as nothing has moved since it was
    last asked for, four or five statements."""
    known, spoken = names(db), spoken_of(db, for_)
    chosen = known.get(only) if only and spoken.names(only) else None
    what = (
        None if period.has_no_start else period.first,
        show,
        compare,
        chosen,
        tuple(known.values()),
        spoken,
        kind,
        version(db) if kind else 0,
    )
    return history_remembered(
        db, what, lambda: _map(grid_of(db, period, spoken, show if compare else None, kind), show, known, chosen)
    )


def table_lines(found: MapView) -> Iterator[Line]:
    """Every pair that says something, by name; what is hidden is named and nothing more."""
    for consumer in (row.side for row in (*found.rows, *found.extra)):
        for provider in found.providers:
            cell = found.grid.cells.get((consumer.key, provider.key))
            if cell is not None and cell.says_something:
                levels = (cell.entries, cell.rate, cell.pulse)
                written = line(consumer.name, provider.name, cell.tally, cell.together.retros, levels)
                hidden = "too few people" if cell.partly_hidden or cell.pulse_hidden else ""
                yield {**written, "hidden": hidden, "since before": cell.since.value}


def _map(grid: Grid, show: Show, known: dict[UUID, DepartmentView], only: DepartmentView | None) -> MapView:
    telling = [sides for sides, cell in grid.cells.items() if cell.says_something]
    consumers = _departments({key for key, _ in telling}, known)
    providers = _departments({key for _, key in telling}, known)
    extra = tuple(
        MapHeader(key, name, is_department=False)
        for key, name in EXTRA.items()
        if any(key == one for one, _ in telling)
    )
    told = {provider for _, provider in telling}
    providers += tuple(MapHeader(key, name, is_department=False) for key, name in ABOUT.items() if key in told)
    by_place: dict[Against, list[FrictionPairLine]] = {place: [] for place in Against}
    for place, pair in _lines(grid, show, (*consumers, *extra), providers, str(only.id) if only else ""):
        by_place[place].append(pair)
    return MapView(
        grid,
        show,
        providers,
        map_rows(grid, show, consumers, providers),
        map_rows(grid, show, extra, providers),
        tuple(total_words(grid.columns.get(one.key)) for one in providers),
        only,
        tuple(by_place[Against.HARDER]),
        tuple(by_place[Against.UNCLEAR]),
        tuple(by_place[Against.EASIER]),
    )


def _departments(keys: set[str], known: dict[UUID, DepartmentView]) -> tuple[MapHeader, ...]:
    """By name, archived ones last."""
    found = [
        MapHeader(str(one.id), one.name, one.index, one.badge, is_archived=one.is_archived)
        for one in known.values()
        if str(one.id) in keys
    ]
    return tuple(sorted(found, key=lambda side: side.is_archived))


def _lines(
    grid: Grid, show: Show, consumers: tuple[MapHeader, ...], providers: tuple[MapHeader, ...], only: str
) -> Iterator[tuple[Against, FrictionPairLine]]:
    house = grid.house.of(show)
    for consumer in consumers:
        for provider in providers:
            cell = grid.cells.get((consumer.key, provider.key))
            if (
                cell is None
                or provider.key in (consumer.key, SEVERAL)
                or (only and only not in (consumer.key, provider.key))
            ):
                continue
            level = cell.level(show)
            if level is not None or cell.is_hidden:
                yield level.against(house) if level else Against.UNCLEAR, FrictionPairLine(consumer, provider, cell)

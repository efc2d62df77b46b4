"""The friction map as a frozen view: departments by departments, what each cell says and how sure that is.

Counts and ratings of groups of k or more are for everybody who is signed in; no wording is read here. Departments
stand in the order of their names; the list puts pairs apart only where their interval lies clear of the whole house.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from app.anonymity.rules.pooling import EVERYONE, SEVERAL
from app.departments.queries import DepartmentView, names
from app.insights.queries.grid import NO_DEPARTMENT, Cell, Grid, grid_of
from app.insights.rules.map import Against, Show
from app.insights.rules.map_table import Line, line
from app.insights.rules.periods import Period

EXTRA = {SEVERAL: "Several departments", EVERYONE: "Everybody together", NO_DEPARTMENT: "Not known"}
"""Groups that are no department: rows of their own, below the others."""
ABOUT_NOBODY = "No department named"


@dataclass(frozen=True, slots=True)
class Side:
    """A row or column: a department, or a group that is none (`department` None)."""

    key: str
    name: str
    department: DepartmentView | None

    @property
    def is_archived(self) -> bool:
        return self.department is not None and self.department.is_archived


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair in the list."""

    consumer: Side
    provider: Side
    cell: Cell


@dataclass(frozen=True, slots=True)
class MapView:
    """`consumers` are rows, `providers` columns; `extra` rows are groups that are no department.

    `harder` and `easier` pairs lie clear of the house, of the others that cannot be said.
    """

    grid: Grid
    show: Show
    consumers: tuple[Side, ...]
    providers: tuple[Side, ...]
    extra: tuple[Side, ...]
    only: DepartmentView | None
    harder: tuple[PairLine, ...]
    unclear: tuple[PairLine, ...]
    easier: tuple[PairLine, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.consumers or self.extra)

    def cell(self, consumer: Side, provider: Side) -> Cell | None:
        return self.grid.cells.get((consumer.key, provider.key))


def friction_map(db: Session, period: Period, show: Show, compare: bool = False, only: UUID | None = None) -> MapView:
    """The map of one span of time; `compare`: with as many quarters before it. `only`: a list of this department's
    pairs. Nine statements, two where nothing has moved since it was last asked for."""
    known = names(db)
    grid = grid_of(db, period, show if compare else None)
    telling = [sides for sides, cell in grid.cells.items() if cell.says_something]
    consumers, providers = (
        _departments({key for key, _ in telling}, known),
        _departments({p for _, p in telling}, known),
    )
    extra = tuple(Side(key, name, None) for key, name in EXTRA.items() if any(key == one for one, _ in telling))
    if any(provider == NO_DEPARTMENT for _, provider in telling):
        providers = (*providers, Side(NO_DEPARTMENT, ABOUT_NOBODY, None))
    lines = _lines(grid, show, (*consumers, *extra), providers, str(only) if only in known else "")
    by_place = {place: tuple(line for where, line in lines if where is place) for place in Against}
    return MapView(
        grid, show, consumers, providers, extra, known.get(only) if only else None,
        by_place[Against.HARDER], by_place[Against.UNCLEAR], by_place[Against.EASIER],
    )  # fmt: skip


def _departments(keys: set[str], known: dict[UUID, DepartmentView]) -> tuple[Side, ...]:
    """By name, archived ones last."""
    found = [Side(str(one.id), one.name, one) for one in known.values() if str(one.id) in keys]
    return tuple(sorted(found, key=lambda side: side.is_archived))


def _lines(
    grid: Grid, show: Show, consumers: tuple[Side, ...], providers: tuple[Side, ...], only: str
) -> list[tuple[Against, PairLine]]:
    house = grid.house.of(show)
    found = []
    for consumer in consumers:
        for provider in providers:
            cell = grid.cells.get((consumer.key, provider.key))
            level = cell.level(show) if cell else None
            if cell is None or consumer.key == provider.key or (only and only not in (consumer.key, provider.key)):
                continue
            if level is not None or cell.is_hidden:
                found.append((level.against(house) if level else Against.UNCLEAR, PairLine(consumer, provider, cell)))
    return found


def table_lines(found: MapView) -> Iterator[Line]:
    """Every pair that says something, by name; what is hidden is named and nothing more."""
    for consumer in (*found.consumers, *found.extra):
        for provider in found.providers:
            cell = found.cell(consumer, provider)
            if cell is not None and cell.says_something:
                levels = (cell.entries, cell.rate, cell.pulse)
                written = line(consumer.name, provider.name, cell.tally, cell.together.retros, levels)
                hidden = "too few people" if cell.partly_hidden or cell.pulse_hidden else ""
                yield {**written, "hidden": hidden, "since before": cell.since.value}

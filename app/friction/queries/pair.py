"""The page of two departments: what each says of the other, retro by retro, and what was done about it.

Counts are for everybody who is signed in; promises, agreements and bridges for the two departments and those who see
everything, as on scorecards; wording for people of the departments that took part in that very retro.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from app.actions.models import Action
from app.actions.rules.kinds import ActionKind
from app.agreements.queries import AgreementView, in_force_between
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, ToldTogether, names, spoken_of
from app.entries.models import Entry
from app.entries.rules.names import Dimension, EntryKind
from app.evidence.models import Finding
from app.friction.queries.grid import Grid, GridCell, grid_of, priors_of, pulse_of
from app.friction.queries.named import NOTHING_NAMED, NamedCounts, said_with_a_name
from app.friction.queries.pair_retros import RetroLine, retros_of_pair
from app.friction.rules.map import Pulse
from app.friction.rules.pair_drawing import PairBar, pair_bars
from app.people.rules import Visitor
from app.retros.queries.wording import may_read_wording
from app.scorecards.queries import promises
from app.scorecards.queries.counts import PromiseCounts, by_pair
from app.scorecards.rules.periods import Period
from app.themes.models import Theme
from app.themes.queries.names import name_for

THANKS_SHOWN = 5
STATES = ("chronic", "recurring", "emerging", "new", "dormant", "closed")
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class PairTheme:
    """What the evidence says of a theme of this pair: there in `present` of `eligible` retros."""

    id: UUID
    name: str
    state: str
    present: int
    eligible: int
    entries: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    trend: str


@dataclass(frozen=True, slots=True)
class DimensionLine:
    """What the consumer says of the provider beside what the provider says of itself; None: too few rated."""

    dimension: Dimension
    said: Pulse | None
    own: Pulse | None


@dataclass(frozen=True, slots=True)
class PairDirection:
    """`provider` served `consumer`. `promised` None: not this reader's to see. `thanks_said`: some, in no order, of
    retros that the reader's department took part in. `named`: what was said with a name, in no figure beside it."""

    provider: DepartmentView
    consumer: DepartmentView
    cell: GridCell
    retros: tuple[RetroLine, ...]
    bars: tuple[PairBar, ...]
    dimensions: tuple[DimensionLine, ...]
    themes: tuple[PairTheme, ...]
    promised: PromiseCounts | None
    thanks_said: tuple[str, ...]
    named: NamedCounts = NOTHING_NAMED

    @property
    def is_rated(self) -> bool:
        return any(one.said or one.own for one in self.dimensions)


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """Something that brought the two together, or was meant to."""

    id: UUID
    title: str
    state: str
    providing: DepartmentView
    due_on: date | None


@dataclass(frozen=True, slots=True)
class FrictionPair:
    """Both directions; `back` is None within one and the same department."""

    one: DepartmentView
    other: DepartmentView
    there: PairDirection
    back: PairDirection | None
    grid: Grid
    sees_promises: bool
    agreements: tuple[AgreementView, ...]
    bridges: tuple[BridgeLine, ...]

    @property
    def directions(self) -> tuple[PairDirection, ...]:
        return (self.there,) if self.back is None else (self.there, self.back)

    @property
    def is_empty(self) -> bool:
        return not any(one.retros or one.is_rated or one.named for one in self.directions)


def friction_pair(db: Session, one_id: UUID, other_id: UUID, period: Period, for_: Visitor) -> FrictionPair:
    """Two departments, `one_id` as the provider first. Raises NotFound where one of them does not exist."""
    known = names(db)
    if not {one_id, other_id} <= known.keys():
        raise NotFound
    spoken = spoken_of(db, for_)
    if not spoken.names(one_id, other_id):
        raise ToldTogether
    grid = grid_of(db, period, spoken)
    sees = for_.sees_everything or bool(for_.departments & {one_id, other_id})
    promised = by_pair(db, one_id, period) if sees else None
    lines = retros_of_pair(db, one_id, other_id, period, for_)
    readable = may_read_wording(db, for_, {line.id for one in lines.values() for line in one})
    themes, named = _themes(db, one_id, other_id, for_), said_with_a_name(db, period)

    def direction(provider: UUID, consumer: UUID) -> PairDirection:
        retros = lines[provider, consumer]
        return PairDirection(
            known[provider],
            known[consumer],
            grid.cells.get((str(consumer), str(provider)), GridCell()),
            retros,
            pair_bars(
                [(line.held_on, line.right, line.wrong + line.unsorted) for line in retros if not line.is_hidden]
            ),
            _dimensions(grid, str(provider), str(consumer)),
            tuple(themes.get((str(provider), str(consumer)), ())),
            None if promised is None else promised.get((provider, consumer), PromiseCounts()),
            _thanks(db, provider, consumer, {line.id for line in retros if line.thanks} & readable),
            named.get((provider, consumer), NOTHING_NAMED),
        )

    return FrictionPair(
        known[one_id],
        known[other_id],
        direction(one_id, other_id),
        None if one_id == other_id else direction(other_id, one_id),
        grid,
        sees,
        tuple(in_force_between(db, {one_id, other_id})) if sees else (),
        _bridges(db, one_id, other_id, known) if sees else (),
    )


def _dimensions(grid: Grid, provider: str, consumer: str) -> tuple[DimensionLine, ...]:
    priors = priors_of(grid.counted)
    said = pulse_of(grid.counted, (consumer, provider), priors) if consumer != provider else {}
    own = pulse_of(grid.counted, (provider, provider), priors)
    return tuple(DimensionLine(one, said.get(one), own.get(one)) for one in Dimension)


def _themes(db: Session, one: UUID, other: UUID, reader: Visitor) -> dict[tuple[str, str], list[PairTheme]]:
    columns = (
        Finding.state, Finding.present, Finding.eligible, Finding.entries,
        Finding.rate, Finding.rate_low, Finding.rate_high, Finding.trend,
    )  # fmt: skip
    provider, consumer = col(Finding.provider), col(Finding.consumer)
    rows = db.execute(
        select(provider, consumer, col(Theme.id), name_for(reader), *map(col, columns))
        .join(Theme, col(Theme.id) == col(Finding.theme_id))
        .where(
            col(Theme.merged_into_id).is_(None),
            or_(
                and_(provider == str(one), consumer == str(other)), and_(provider == str(other), consumer == str(one))
            ),
        )
    )
    found: dict[tuple[str, str], list[PairTheme]] = {}
    for by, for_, *rest in rows:
        found.setdefault((by, for_), []).append(PairTheme(*rest))
    for lines in found.values():
        lines.sort(key=lambda line: (STATES.index(line.state) if line.state in STATES else len(STATES), line.name))
    return found


def _thanks(db: Session, provider: UUID, consumer: UUID, retros: Collection[UUID]) -> tuple[str, ...]:
    if not retros:
        return ()
    said = (
        select(col(Entry.text))
        .where(
            col(Entry.retro_id).in_(retros),
            col(Entry.kind) == EntryKind.THANKS,
            col(Entry.about_department_id) == provider,
            col(Entry.department_id) == consumer,
            col(Entry.hidden_reason).is_(None),
            col(Entry.text) != "",
        )
        .order_by(col(Entry.id))
    )
    return tuple(db.execute(said.limit(THANKS_SHOWN)).scalars())


def _bridges(db: Session, one: UUID, other: UUID, known: dict[UUID, DepartmentView]) -> tuple[BridgeLine, ...]:
    columns = (Action.id, Action.title, Action.state, Action.providing_department_id, Action.due_on)
    rows = db.execute(
        select(*map(col, columns))
        .where(
            col(Action.kind) == ActionKind.BRIDGE,
            col(Action.removed_at).is_(None),
            col(Action.requested_on).is_not(None),
            promises.between(one, other),
        )
        .order_by(col(Action.requested_on).desc(), col(Action.id))
    )
    return tuple(BridgeLine(id_, title, state, known[by], due) for id_, title, state, by, due in rows)

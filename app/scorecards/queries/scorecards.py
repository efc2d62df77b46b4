"""Scorecards as frozen views. Looking one up is the authorization: a department that is not yours is not found.

Departments stand in the order of their names, never of their figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, select
from sqlmodel import Session, col

from app.actions.models import Action
from app.actions.queries.policy import policy
from app.agreements.queries import AgreementView, in_force_between
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, ToldTogether, names, organisation, spoken_of
from app.departments.rules import SMALL_TOGETHER, Spoken
from app.people.rules import Visitor
from app.scorecards.queries import promises
from app.scorecards.queries.counts import Pair, PromiseCounts, by_pair, by_provider, counts, in_all, parties
from app.scorecards.queries.promises import PromiseScope
from app.scorecards.queries.remembered import remembered
from app.scorecards.rules.drawing import ScorecardDrawing, card
from app.scorecards.rules.figures import figures
from app.scorecards.rules.periods import Period

OPEN_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Multiple:
    """One department among the others: what it promised, small. `department` None: small departments together."""

    department: DepartmentView | None
    tally: PromiseCounts

    @property
    def name(self) -> str:
        return self.department.name if self.department else SMALL_TOGETHER


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """The whole organisation, and the departments that the reader may see; `quiet` ones promised nothing."""

    name: str
    card: ScorecardDrawing
    multiples: tuple[Multiple, ...]
    quiet: tuple[DepartmentView, ...]


@dataclass(frozen=True, slots=True)
class CounterpartLine:
    """A department and another one: what each of them promised the other. `other` None: small ones together."""

    other: DepartmentView | None
    promised: PromiseCounts
    received: PromiseCounts

    @property
    def name(self) -> str:
        return self.other.name if self.other else SMALL_TOGETHER


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """A department as the provider of its promises, and as the customer of others'."""

    department: DepartmentView
    as_provider: ScorecardDrawing
    as_customer: ScorecardDrawing
    pairs: tuple[CounterpartLine, ...]


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A promise that is open, without its owner: this is about two departments."""

    id: UUID
    title: str
    state: str
    providing: DepartmentView
    due_on: date
    promised_for: date | None
    slips: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class PairCard:
    """Two departments in both directions; `back` is None within one and the same department.

    `agreements` are in force between the two.
    """

    provider: DepartmentView
    consumer: DepartmentView
    there: ScorecardDrawing
    back: ScorecardDrawing | None
    open_promises: tuple[OpenPromise, ...]
    agreements: tuple[AgreementView, ...]

    @property
    def open_now(self) -> int:
        """All that are open, also those that the list has no room for."""
        return self.there.figures.open_now + (self.back.figures.open_now if self.back else 0)


def organisation_card(db: Session, visitor: Visitor, period: Period) -> OrganisationCard:
    """Totals for everybody; single departments only as far as the visitor may see them. A small one that would stand
    alone is in no total either: what is shown could be taken away from it."""
    visible = None if visitor.sees_everything else visitor.departments
    spoken = spoken_of(db, visitor)
    small, alone = _small(db, spoken)
    tallies, whole = remembered(
        db,
        (period, policy(db), alone),
        lambda: (by_provider(db, period, None, alone), _card(db, PromiseScope(without=alone), period)),
    )
    every = names(db).values()
    departments = [one for one in every if spoken.names(one.id) and (visible is None or one.id in visible)]
    multiples = [Multiple(one, tallies[one.id]) for one in departments if one.id in tallies]
    together = [tallies[one] for one in small if one in tallies] if visible is None else []
    if together:
        multiples.append(Multiple(None, in_all(together)))
    quiet = tuple(one for one in departments if one.id not in tallies and not one.is_archived)
    return OrganisationCard(organisation(db).name, whole, tuple(multiples), quiet)


def department_card(db: Session, department_id: UUID, period: Period, for_: Visitor) -> DepartmentCard:
    """One department. Raises NotFound when it does not exist or the visitor does not belong to it, ToldTogether."""
    known = names(db)
    if department_id not in known or not _may_see(for_, department_id):
        raise NotFound
    spoken = spoken_of(db, for_)
    if not spoken.names(department_id):
        raise ToldTogether
    small, alone = _small(db, spoken)
    tallies = by_pair(db, department_id, period, alone)
    by_name = (one for one in known.values() if spoken.names(one.id))
    lines = [line for one in by_name if (line := _line(one, department_id, tallies)) is not None]
    return DepartmentCard(
        known[department_id],
        _card(db, PromiseScope(provider=department_id, without=alone), period),
        _card(db, PromiseScope(consumer=department_id, without=alone), period),
        (*lines, *_together(department_id, small, tallies)),
    )


def pair_card(db: Session, provider_id: UUID, consumer_id: UUID, period: Period, for_: Visitor) -> PairCard:
    """Two departments. Raises NotFound when one does not exist or the visitor belongs to neither, ToldTogether."""
    known = names(db)
    if not {provider_id, consumer_id} <= known.keys() or not _may_see(for_, provider_id, consumer_id):
        raise NotFound
    if not spoken_of(db, for_).names(provider_id, consumer_id):
        raise ToldTogether
    same = provider_id == consumer_id
    return PairCard(
        known[provider_id],
        known[consumer_id],
        _card(db, PromiseScope(provider_id, consumer_id), period),
        None if same else _card(db, PromiseScope(consumer_id, provider_id), period),
        _open_promises(db, provider_id, consumer_id, period.today, known),
        tuple(in_force_between(db, {provider_id, consumer_id})),
    )


def _may_see(visitor: Visitor, *department_ids: UUID) -> bool:
    return visitor.sees_everything or bool(visitor.departments & set(department_ids))


def _card(db: Session, scope: PromiseScope, period: Period) -> ScorecardDrawing:
    found = counts(db, scope, period, organisation(db).place)
    return card(figures(found, period.quarters, policy(db).acknowledge_within))


def _small(db: Session, spoken: Spoken) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The small departments that stand together, and the one that would stand alone: the same on each scorecard and
    in each span, so that none can be taken away from another."""
    if not spoken.unnamed:
        return frozenset(), frozenset()
    ever = remembered(db, "parties", lambda: parties(db))
    return spoken.together(ever), spoken.left_out(ever)


def _together(
    department_id: UUID, small: frozenset[UUID], tallies: dict[Pair, PromiseCounts]
) -> tuple[CounterpartLine, ...]:
    """What it promised to all small departments, and they to it."""
    there = [tally for (by, to), tally in tallies.items() if by == department_id and to in small]
    back = [tally for (by, to), tally in tallies.items() if to == department_id and by in small]
    return (CounterpartLine(None, in_all(there), in_all(back)),) if there or back else ()


def _line(other: DepartmentView, department_id: UUID, tallies: dict[Pair, PromiseCounts]) -> CounterpartLine | None:
    there, back = tallies.get((department_id, other.id)), tallies.get((other.id, department_id))
    if there is None and back is None:
        return None
    return CounterpartLine(other, there or PromiseCounts(), back or PromiseCounts())


def _open_promises(
    db: Session, one: UUID, other: UUID, today: date, known: dict[UUID, DepartmentView]
) -> tuple[OpenPromise, ...]:
    """Late ones before the others, then by their day; so many of them as a page can show."""
    late = promises.is_late(today)
    rows = db.execute(
        select(*map(col, _SHOWN), case((late, 1), else_=0))
        .where(promises.counts, promises.is_open, promises.between(one, other))
        .order_by(case((late, 0), else_=1), col(Action.due_on), col(Action.title), col(Action.id))
        .limit(OPEN_SHOWN)
    )
    return tuple(
        OpenPromise(id_, title, state, known[provider], due_on, promised_for, slips, bool(is_late))
        for id_, title, state, provider, due_on, promised_for, slips, is_late in rows
    )


_SHOWN = (
    Action.id, Action.title, Action.state, Action.providing_department_id, Action.due_on, Action.promised_for,
    Action.slips,
)  # fmt: skip

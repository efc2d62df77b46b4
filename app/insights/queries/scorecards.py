"""Scorecards as frozen views. Looking one up is the authorization: a department that is not yours is not found.

Departments stand in the order of their names, never of their figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case
from sqlalchemy import select as pick
from sqlmodel import Session, col

from app.actions.models import Action
from app.actions.queries import AgreementView, in_force_between, policy
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, names, organisation
from app.insights.queries import promises
from app.insights.queries.counts import Pair, Tally, by_pair, by_provider, counts
from app.insights.queries.promises import Scope
from app.insights.queries.remembered import remembered
from app.insights.rules.drawing import Card, card
from app.insights.rules.figures import figures
from app.insights.rules.periods import Period
from app.people.rules import Visitor

OPEN_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Multiple:
    """One department among the others: what it promised, small."""

    department: DepartmentView
    tally: Tally


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """The whole organisation, and the departments that the reader may see; `quiet` ones promised nothing."""

    name: str
    card: Card
    multiples: tuple[Multiple, ...]
    quiet: tuple[DepartmentView, ...]


@dataclass(frozen=True, slots=True)
class PairLine:
    """A department and another one: what each of them promised the other."""

    other: DepartmentView
    promised: Tally
    received: Tally


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """A department as the provider of its promises, and as the customer of others'."""

    department: DepartmentView
    as_provider: Card
    as_customer: Card
    pairs: tuple[PairLine, ...]


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
    there: Card
    back: Card | None
    open_promises: tuple[OpenPromise, ...]
    agreements: tuple[AgreementView, ...]

    @property
    def open_now(self) -> int:
        """All that are open, also those that the list has no room for."""
        return self.there.figures.open_now + (self.back.figures.open_now if self.back else 0)


def organisation_card(db: Session, visitor: Visitor, period: Period) -> OrganisationCard:
    """Totals for everybody; single departments only as far as the visitor may see them."""
    visible = None if visitor.sees_everything else visitor.departments
    tallies, whole = remembered(
        db, (period, policy(db)), lambda: (by_provider(db, period, None), _card(db, Scope(), period))
    )
    departments = [one for one in names(db).values() if visible is None or one.id in visible]
    multiples = tuple(Multiple(one, tallies[one.id]) for one in departments if one.id in tallies)
    quiet = tuple(one for one in departments if one.id not in tallies and not one.is_archived)
    return OrganisationCard(organisation(db).name, whole, multiples, quiet)


def department_card(db: Session, department_id: UUID, period: Period, for_: Visitor) -> DepartmentCard:
    """One department. Raises NotFound when it does not exist or the visitor does not belong to it."""
    known = names(db)
    if department_id not in known or not _may_see(for_, department_id):
        raise NotFound
    tallies = by_pair(db, department_id, period)
    return DepartmentCard(
        known[department_id],
        _card(db, Scope(provider=department_id), period),
        _card(db, Scope(consumer=department_id), period),
        tuple(line for one in known.values() if (line := _line(one, department_id, tallies)) is not None),
    )


def pair_card(db: Session, provider_id: UUID, consumer_id: UUID, period: Period, for_: Visitor) -> PairCard:
    """Two departments. Raises NotFound when one does not exist or the visitor belongs to neither."""
    known = names(db)
    if not {provider_id, consumer_id} <= known.keys() or not _may_see(for_, provider_id, consumer_id):
        raise NotFound
    same = provider_id == consumer_id
    return PairCard(
        known[provider_id],
        known[consumer_id],
        _card(db, Scope(provider_id, consumer_id), period),
        None if same else _card(db, Scope(consumer_id, provider_id), period),
        _open_promises(db, provider_id, consumer_id, period.today, known),
        tuple(in_force_between(db, {provider_id, consumer_id})),
    )


def _may_see(visitor: Visitor, *department_ids: UUID) -> bool:
    return visitor.sees_everything or bool(visitor.departments & set(department_ids))


def _card(db: Session, scope: Scope, period: Period) -> Card:
    found = counts(db, scope, period, organisation(db).place)
    return card(figures(found, period.quarters, policy(db).acknowledge_within))


def _line(other: DepartmentView, department_id: UUID, tallies: dict[Pair, Tally]) -> PairLine | None:
    there, back = tallies.get((department_id, other.id)), tallies.get((other.id, department_id))
    if there is None and back is None:
        return None
    return PairLine(other, there or Tally(), back or Tally())


def _open_promises(
    db: Session, one: UUID, other: UUID, today: date, known: dict[UUID, DepartmentView]
) -> tuple[OpenPromise, ...]:
    """Late ones before the others, then by their day; so many of them as a page can show."""
    late = promises.is_late(today)
    rows = db.execute(
        pick(*map(col, _SHOWN), case((late, 1), else_=0))
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

"""A lead's desk: numbers for each part, pages of cards, and what each card needs; a fixed number of reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, union_all
from sqlmodel import Session, col, select

from app.actions.models import Action, ActionStep
from app.actions.queries.filters import cursor, filter_clause, is_late, needs_us, order, urgency
from app.actions.queries.policy import policy
from app.actions.queries.rights import owns, parties, visible_to
from app.actions.queries.views import ActionView, Lists, joined, view_of
from app.actions.rules.calendar import accepts_by_silence_on
from app.actions.rules.desk import ActionFilter, DeskSection, obvious_step, part_of
from app.actions.rules.kinds import ActionState
from app.actions.rules.states import StepTaken, may_be_undone, steps_for, still_counting
from app.core.places import Place
from app.departments.queries import DepartmentView, local_day, names, organisation, place_within
from app.people.rules import Visitor

OWN_PARTS = (DeskSection.ASKED_OF_US, DeskSection.PROMISED_BY_US, DeskSection.ASKED_BY_US)
PAGE = 25
BEGINNING = 6
"""Cards of each part where all parts are on one page."""
AT_THE_DOOR = 4


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An action as it lies on somebody's desk. `counts_on`: the day on which silence accepts what was reported."""

    action: ActionView
    part: DeskSection
    is_late: bool
    obvious: ActionState | None
    others: tuple[ActionState, ...]
    may_be_undone: bool
    said: str
    counts_on: date | None


@dataclass(frozen=True, slots=True)
class Pile:
    """A page of one part. `next`: where the page after it begins, or empty."""

    part: DeskSection
    cards: tuple[ActionCard, ...]
    next: str


@dataclass(frozen=True, slots=True)
class SectionCount:
    """How many there are, how many are late, and how many wait for a step of this side."""

    total: int = 0
    late: int = 0
    ours: int = 0


def counts(db: Session, visitor: Visitor, wanted: ActionFilter, today: date) -> dict[DeskSection, SectionCount]:
    """The numbers of each part under the same filters, in one statement."""
    parts = (*OWN_PARTS, DeskSection.EVERYTHING) if visitor.sees_everything else OWN_PARTS
    each = [_counting(visitor, wanted, part, today) for part in parts]
    rows = db.execute(union_all(*each)).all()
    return {DeskSection(part): SectionCount(total, late or 0, ours or 0) for part, total, late, ours in rows}


def piles(
    db: Session, visitor: Visitor, wanted: ActionFilter, now: datetime, parts: Iterable[DeskSection], most: int
) -> list[Pile]:
    """A page of each of these parts, with `most` cards at most."""
    today, departments = local_day(db, now), names(db)
    pages = [(part, _page(db, visitor, wanted, part, today, departments, most + 1)) for part in parts]
    views = [view for _, rows in pages for view, _ in rows[:most]]
    made = {card.action.id: card for card in cards(db, visitor, views, now, departments)}
    return [
        Pile(part, tuple(made[view.id] for view, _ in rows[:most]), rows[most - 1][1] if len(rows) > most else "")
        for part, rows in pages
    ]


def some_cards(db: Session, visitor: Visitor, action_ids: Collection[UUID], now: datetime) -> dict[UUID, ActionCard]:
    """The cards of these actions, of those that are this visitor's to see."""
    departments = names(db)
    query = joined().where(col(Action.id).in_(action_ids), col(Action.removed_at).is_(None), visible_to(visitor))
    views = [view_of(row, departments) for row in db.exec(query).all()]
    return {card.action.id: card for card in cards(db, visitor, views, now, departments)}


def cards(
    db: Session,
    visitor: Visitor,
    views: Collection[ActionView],
    now: datetime,
    departments: Mapping[UUID, DepartmentView],
) -> list[ActionCard]:
    """Each action with what this visitor may do: one read of all their histories."""
    histories = _histories(db, [view.id for view in views])
    whole = organisation(db).place
    today = whole.day(now)
    return [
        ActionCard(
            action=view,
            part=part_for(visitor, view),
            is_late=view.overdue(today),
            obvious=obvious_step(view.state, stands := parties(visitor, view)),
            others=_others(view, steps_for(view.state, stands), obvious_step(view.state, stands)),
            may_be_undone=may_be_undone(histories[view.id], visitor.account_id, now) is not None,
            said=_last_said(histories[view.id]),
            counts_on=_counts_on(db, view, whole, departments),
        )
        for view in views
    ]


def part_for(visitor: Visitor, view: ActionView) -> DeskSection:
    """Where this visitor finds an action on the desk."""
    provides = view.providing is not None and view.providing.id in visitor.departments
    asks = view.requesting is not None and view.requesting.id in visitor.departments
    is_ours = provides or owns(visitor, view.owner_id, view.owner_email)
    return part_of(view.state, is_ours, asks, view.promised_for is not None)


def actions_for(db: Session, visitor: Visitor, today: date) -> Lists:
    """The beginning of what is asked of, promised by and asked by this visitor and their departments."""
    departments = names(db)
    found = {
        part: tuple(view for view, _ in _page(db, visitor, ActionFilter(), part, today, departments, AT_THE_DOOR))
        for part in OWN_PARTS
    }
    numbers = counts(db, visitor, ActionFilter(), today)
    return Lists(
        asked_of_us=found[DeskSection.ASKED_OF_US],
        promised_by_us=found[DeskSection.PROMISED_BY_US],
        asked_by_us=found[DeskSection.ASKED_BY_US],
        totals={part: numbers[part].total for part in OWN_PARTS},
    )


def all_wanted(
    db: Session, visitor: Visitor, wanted: ActionFilter, today: date, only: Collection[UUID] = ()
) -> list[tuple[DeskSection, ActionView]]:
    """Everything that is wanted, in the order of the desk, for a table; `only` these actions, if any are named."""
    departments = names(db)
    return [
        (part, view)
        for part in ([wanted.part] if wanted.part else parts_for(visitor))
        for view, _ in _page(db, visitor, wanted, part, today, departments, None)
        if not only or view.id in only
    ]


def parts_for(visitor: Visitor) -> tuple[DeskSection, ...]:
    """What lies on the desk unless a part is chosen: who belongs to no department but sees all gets all."""
    return (DeskSection.EVERYTHING,) if visitor.sees_everything and not visitor.departments else OWN_PARTS


def _counting(visitor: Visitor, wanted: ActionFilter, part: DeskSection, today: date) -> Any:
    return (
        select(
            literal(part.value),
            func.count(),
            func.sum(case((is_late(today), 1), else_=0)),
            func.sum(case((needs_us(part), 1), else_=0)),
        )
        .select_from(Action)
        .where(filter_clause(visitor, wanted, part, today))
    )


def _page(
    db: Session,
    visitor: Visitor,
    wanted: ActionFilter,
    part: DeskSection,
    today: date,
    departments: Mapping[UUID, DepartmentView],
    most: int | None,
) -> list[tuple[ActionView, str]]:
    """Views with the place after each. Narrow rows are sorted, then those of the page are read whole."""
    sort = order(wanted, part, today)
    narrow = (
        select(col(Action.id).label("id"), urgency(part, today).label("rank"))
        .where(filter_clause(visitor, wanted, part, today), sort.begins)
        .order_by(*sort.columns)
        .limit(most)
        .subquery()
    )
    whole = joined().join(narrow, narrow.c.id == Action.id).add_columns(narrow.c.rank).order_by(*sort.columns)
    rows = db.execute(whole).all()
    return [(view_of(row, departments), cursor(wanted, row[0], row.rank)) for row in rows]


def _histories(db: Session, action_ids: Collection[UUID]) -> dict[UUID, list[StepTaken]]:
    found: dict[UUID, list[StepTaken]] = defaultdict(list)
    rows = db.execute(
        select(
            ActionStep.action_id,
            ActionStep.number,
            ActionStep.state,
            ActionStep.happened_at,
            ActionStep.account_id,
            ActionStep.reason,
            ActionStep.undoes,
            ActionStep.owner_id,
        )  # type: ignore[call-overload]  # sqlmodel knows no more than four columns
        .where(col(ActionStep.action_id).in_(action_ids))
        .order_by(col(ActionStep.action_id), col(ActionStep.number))
    ).all()
    for action_id, number, state, at, account_id, reason, undoes, owner_id in rows:
        taken = StepTaken(
            state, at, reason=reason, account_id=account_id, undoes=undoes, number=number, owner_id=owner_id
        )
        found[action_id].append(taken)
    return found


def _last_said(history: list[StepTaken]) -> str:
    """The words with the last step that counts: an offer is answered by who reads what is offered."""
    kept = still_counting(history)
    return kept[-1].reason if kept else ""


def _others(view: ActionView, steps: list[ActionState], obvious: ActionState | None) -> tuple[ActionState, ...]:
    """What else may be done; to promise another day is no obvious step and stays among these."""
    return tuple(one for one in steps if one != obvious or one == ActionState.PROMISED)


def _counts_on(
    db: Session, view: ActionView, whole: Place, departments: Mapping[UUID, DepartmentView]
) -> date | None:
    if view.state != ActionState.REPORTED_DONE or view.reported_on is None:
        return None
    asking = departments.get(view.requesting.id) if view.requesting else None
    place = place_within(whole, asking) if asking else whole
    return accepts_by_silence_on(view.reported_on, place, policy(db))

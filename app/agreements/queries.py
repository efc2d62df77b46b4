"""Reads of agreements: frozen views with what later retros said of them. Not yours is not found; knows no seat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select, true

from app.actions.queries.policy import calendar_of
from app.agreements.models import Agreement, AgreementReview
from app.agreements.rules import AgreementVerdict, Phase, is_up_for_review, may_be_looked_at, phase, speaks_for
from app.core.errors import NotFound
from app.departments.queries import DepartmentView, names
from app.people.models import Account
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.queries.views import RetroView
from app.retros.rules.names import Stage


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What one retro of the pair said, on a day of the organisation."""

    verdict: AgreementVerdict
    reviewed_on: date
    retro_id: UUID | None
    retro_title: str


@dataclass(frozen=True, slots=True)
class AgreementView:
    """A standing promise of `providing` to `requesting`. `waits_for`: sides whose yes is missing. Days are days.

    `reviews` are oldest first; `written_by` is the name of who wrote it down at the desk, if anybody did.
    """

    id: UUID
    text: str
    providing: DepartmentView
    requesting: DepartmentView
    dimension: str
    since: date
    review_on: date | None
    phase: Phase
    waits_for: tuple[DepartmentView, ...]
    ended_on: date | None
    end_reason: str
    action_id: UUID | None
    retro_id: UUID | None
    retro_title: str
    proposed_by: UUID | None
    written_by: str
    reviews: tuple[ReviewView, ...]

    @property
    def sides(self) -> tuple[UUID, UUID]:
        return self.providing.id, self.requesting.id

    def may_be_answered_by(self, visitor: Visitor) -> bool:
        """Whether this visitor leads a side whose yes is missing."""
        return self.phase is Phase.WAITING and speaks_for(visitor.leads, [one.id for one in self.waits_for])

    def may_be_ended_by(self, visitor: Visitor) -> bool:
        """The lead of either side; and who wrote it down, while nobody has said yes to it."""
        if self.phase not in (Phase.IN_FORCE, Phase.WAITING) or self.may_be_answered_by(visitor):
            return False
        takes_back = self.phase is Phase.WAITING and self.proposed_by == visitor.account_id
        return takes_back or speaks_for(visitor.leads, self.sides)

    def may_be_moved_by(self, visitor: Visitor) -> bool:
        """Whether this visitor may choose another day on which it is looked at."""
        return self.phase is Phase.IN_FORCE and speaks_for(visitor.leads, self.sides)

    def is_up_for_review(self, today: date) -> bool:
        return self.phase is Phase.IN_FORCE and is_up_for_review(self.review_on, today)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two departments and what holds between them; `one` is the reader's own where one of them is."""

    one: DepartmentView
    other: DepartmentView
    agreements: tuple[AgreementView, ...]


@dataclass(frozen=True, slots=True)
class AgreementLists:
    """All that a visitor may see. `over`: ended or not agreed, the latest first."""

    waiting_for_us: tuple[AgreementView, ...]
    waiting_for_others: tuple[AgreementView, ...]
    up_for_review: tuple[AgreementView, ...]
    in_force: tuple[Pair, ...]
    over: tuple[AgreementView, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.waiting_for_us or self.waiting_for_others or self.in_force or self.over)


@dataclass(frozen=True, slots=True)
class RoomAgreement:
    """An agreement in force since before a retro, and what its room said of it so far (None: nothing yet)."""

    agreement: AgreementView
    verdict: AgreementVerdict | None


def agreement(db: Session, agreement_id: UUID, for_: Visitor) -> AgreementView:
    """One agreement with its reviews. Raises NotFound when it does not exist or is not this visitor's to see."""
    found = _views(db, and_(col(Agreement.id) == agreement_id, _visible_to(for_)))
    if not found:
        raise NotFound
    return found[0]


def agreements_for(db: Session, visitor: Visitor, today: date) -> AgreementLists:
    """What the departments of this visitor agreed on; admins and facilitators see what any two did."""
    found = _views(db, _visible_to(visitor))
    waiting = [one for one in found if one.phase is Phase.WAITING]
    ours = [one for one in waiting if visitor.departments & {side.id for side in one.waits_for}]
    over = [one for one in found if one.ended_on is not None]
    return AgreementLists(
        waiting_for_us=tuple(ours),
        waiting_for_others=tuple(one for one in waiting if one not in ours),
        up_for_review=tuple(one for one in found if one.is_up_for_review(today)),
        in_force=tuple(_by_pair([one for one in found if one.phase is Phase.IN_FORCE], visitor.departments)),
        over=tuple(sorted(over, key=lambda one: one.ended_on or date.min, reverse=True)),
    )


def in_force_for(db: Session, visitor: Visitor) -> list[Pair]:
    """Agreements in force of the departments that this visitor leads or belongs to, with each other department."""
    ours = _of_any(visitor.departments)
    return _by_pair(_views(db, and_(ours, _is_in_force())), visitor.departments)


def in_force_between(db: Session, department_ids: Iterable[UUID]) -> list[AgreementView]:
    """Agreements in force of which both sides are among these departments."""
    return _views(db, and_(_between(list(department_ids)), _is_in_force()))


def agreements_in_room(db: Session, retro: RetroView, now: datetime) -> list[RoomAgreement]:
    """What a retro looks at: agreements between its departments, in force since before its check-in began."""
    box = retro.time_boxes.get(Stage.CHECK_IN)
    began_on = calendar_of(db, None).day(box.started_at if box and box.started_at else now)
    found = _views(db, _between([one.id for one in retro.departments]))
    said = {one.id: review.verdict for one in found for review in one.reviews if review.retro_id == retro.id}
    return [
        RoomAgreement(one, said.get(one.id))
        for one in found
        if one.phase in (Phase.IN_FORCE, Phase.ENDED) and may_be_looked_at(one.since, one.ended_on, began_on)
    ]


def agreement_for_change(db: Session, agreement_id: UUID) -> Agreement:
    """The row, locked on PostgreSQL until the transaction ends. Raises NotFound."""
    statement = select(Agreement).where(Agreement.id == agreement_id).with_for_update()
    row = db.exec(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _visible_to(visitor: Visitor) -> ColumnElement[bool]:
    return true() if visitor.sees_everything else _of_any(visitor.departments)


def _of_any(department_ids: Collection[UUID]) -> ColumnElement[bool]:
    return or_(
        col(Agreement.providing_department_id).in_(department_ids),
        col(Agreement.requesting_department_id).in_(department_ids),
    )


def _between(department_ids: Collection[UUID]) -> ColumnElement[bool]:
    return and_(
        col(Agreement.providing_department_id).in_(department_ids),
        col(Agreement.requesting_department_id).in_(department_ids),
    )


def _is_in_force() -> ColumnElement[bool]:
    """`rules.phase`, in SQL."""
    return and_(
        col(Agreement.waits_for_id).is_(None),
        col(Agreement.waits_also_for_id).is_(None),
        col(Agreement.ended_on).is_(None),
    )


def _by_pair(agreements: Iterable[AgreementView], ours: frozenset[UUID]) -> list[Pair]:
    """Grouped by the two departments, whoever of them provides; by name, ours first."""
    pairs: dict[tuple[DepartmentView, DepartmentView], list[AgreementView]] = defaultdict(list)
    for one in agreements:
        first, second = sorted((one.providing, one.requesting), key=lambda side: (side.id not in ours, side.name))
        pairs[first, second].append(one)
    ordered = sorted(pairs.items(), key=lambda pair: (pair[0][0].name, pair[0][1].name))
    return [Pair(one, other, tuple(found)) for (one, other), found in ordered]


def _views(db: Session, condition: ColumnElement[bool]) -> list[AgreementView]:
    rows = db.exec(
        select(Agreement, Retro.title, Account.shown_name)
        .join(Retro, col(Retro.id) == col(Agreement.retro_id), isouter=True)
        .join(Account, col(Account.id) == col(Agreement.proposed_by), isouter=True)
        .where(condition)
        .order_by(col(Agreement.since), col(Agreement.created_at), col(Agreement.id))
    ).all()
    if not rows:
        return []
    departments = names(db)
    reviews = _reviews(db, [row.id for row, _, _ in rows])
    return [_view(row, title or "", name or "", departments, reviews[row.id]) for row, title, name in rows]


def _view(
    row: Agreement, retro: str, written_by: str, departments: dict[UUID, DepartmentView], reviews: list[ReviewView]
) -> AgreementView:
    waits_for = [one for one in (row.waits_for_id, row.waits_also_for_id) if one is not None]
    return AgreementView(
        id=row.id,
        text=row.text,
        providing=departments[row.providing_department_id],
        requesting=departments[row.requesting_department_id],
        dimension=row.dimension,
        since=row.since,
        review_on=row.review_on,
        phase=phase(waits_for, row.ended_on),
        waits_for=tuple(departments[one] for one in waits_for),
        ended_on=row.ended_on,
        end_reason=row.end_reason,
        action_id=row.action_id,
        retro_id=row.retro_id,
        retro_title=retro,
        proposed_by=row.proposed_by,
        written_by=written_by,
        reviews=tuple(reviews),
    )


def _reviews(db: Session, agreement_ids: list[UUID]) -> dict[UUID, list[ReviewView]]:
    found: dict[UUID, list[ReviewView]] = defaultdict(list)
    rows = db.exec(
        select(AgreementReview, Retro.title)
        .join(Retro, col(Retro.id) == col(AgreementReview.retro_id), isouter=True)
        .where(col(AgreementReview.agreement_id).in_(agreement_ids))
        .order_by(col(AgreementReview.reviewed_on), col(AgreementReview.id))
    ).all()
    for row, title in rows:
        review = ReviewView(AgreementVerdict(row.verdict), row.reviewed_on, row.retro_id, title or "")
        found[row.agreement_id].append(review)
    return found


def agreements_of(db: Session, department_ids: Collection[UUID]) -> list[Agreement]:
    """Agreements that are in force, or wait for a yes, of which one of these departments is a side; oldest first."""
    sides = (Agreement.providing_department_id, Agreement.requesting_department_id)
    theirs = or_(*(col(side).in_(department_ids) for side in sides))
    found = select(Agreement).where(theirs, col(Agreement.ended_on).is_(None))
    return list(db.exec(found.order_by(col(Agreement.since), col(Agreement.created_at), col(Agreement.id))))

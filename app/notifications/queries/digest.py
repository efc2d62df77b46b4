"""What the weekly digest of one person is made of: a few rows of each thing that waits, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from app.actions.models import Action
from app.actions.queries.policy import policy
from app.actions.rules.kinds import ActionState
from app.agreements.models import Agreement
from app.departments.queries import DepartmentView, names
from app.notifications.models import MailSettings
from app.notifications.rules.letters_digest import DigestItem, Section
from app.people.models import Account, Membership

EACH = 8
WEEK = timedelta(days=7)
ASKED = (ActionState.REQUESTED, ActionState.ACKNOWLEDGED)
OFFERED = (ActionState.COUNTERED, ActionState.DECLINED)
PROMISED = (
    ActionState.PROMISED,
    ActionState.RE_PROMISED,
    ActionState.IN_PROGRESS,
    ActionState.BLOCKED,
    ActionState.SENT_BACK,
)


def digests_due(db: Session, now: datetime, most: int) -> list[MailSettings]:
    """Whose digest is due, locked; those that another worker writes are passed over."""
    due = select(MailSettings).where(col(MailSettings.digest_at) <= now).order_by(col(MailSettings.digest_at))
    return list(db.exec(due.limit(most).with_for_update(skip_locked=True)).all())


def unplanned(db: Session, most: int) -> list[Account]:
    """People whose next digest has no moment yet."""
    found = (
        select(Account)
        .join(MailSettings, col(MailSettings.account_id) == col(Account.id), isouter=True)
        .where(col(Account.disabled_at).is_(None), col(MailSettings.digest_at).is_(None))
        .order_by(col(Account.id))
        .limit(most)
    )
    return list(db.exec(found).all())


def is_any_digest_due(db: Session, now: datetime) -> bool:
    """Whether there is anything to do: read first, so that an idle server writes nothing."""
    due = select(MailSettings.account_id).where(col(MailSettings.digest_at) <= now).limit(1)
    return db.exec(due).first() is not None or bool(unplanned(db, 1))


def sections(db: Session, person: Account, today: date, address: str) -> list[Section]:
    """What waits for this person on `today`: their own promises, and those of departments they lead or may accept
    for. `address` is that of this installation."""
    lead_of, belongs_to = _departments(db, person.id)
    may_accept = (lead_of | belongs_to) if policy(db).members_may_be_asked else lead_of
    ours = or_(col(Action.owner_id) == person.id, col(Action.providing_department_id).in_(lead_of))
    asked_by_us = col(Action.requesting_department_id).in_(lead_of)
    not_own = or_(col(Action.owner_id).is_(None), col(Action.owner_id) != person.id)
    accepting = and_(col(Action.requesting_department_id).in_(may_accept), not_own)
    departments = names(db)

    def promises(heading: str, *conditions: ColumnElement[bool], other: str = "requesting") -> Section:
        return _promises(db, heading, and_(*conditions), _item(address, departments, other))

    state, due = col(Action.state), col(Action.due_on)
    return [
        promises("Asked of you", ours, state.in_(ASKED)),
        promises("Late", ours, state.in_(PROMISED), due < today),
        promises("Due this week", ours, state.in_(PROMISED), due >= today, due < today + WEEK),
        promises("Waiting for you to accept", accepting, state == ActionState.REPORTED_DONE, other="providing"),
        promises("Waiting for your answer", asked_by_us, state.in_(OFFERED), other="providing"),
        _agreements(db, lead_of, today, address),
    ]


def _departments(db: Session, account_id: UUID) -> tuple[frozenset[UUID], frozenset[UUID]]:
    rows = db.exec(select(Membership).where(Membership.account_id == account_id)).all()
    lead_of = frozenset(one.department_id for one in rows if one.is_lead)
    return lead_of, frozenset(one.department_id for one in rows) - lead_of


def _promises(db: Session, heading: str, which: ColumnElement[bool], item: Callable[[Action], DigestItem]) -> Section:
    which = and_(which, col(Action.removed_at).is_(None))
    rows = db.exec(select(Action).where(which).order_by(col(Action.due_on), col(Action.id)).limit(EACH)).all()
    return Section(heading, [item(row) for row in rows], len(rows) if len(rows) < EACH else _count(db, Action, which))


def _item(address: str, departments: dict[UUID, DepartmentView], other: str) -> Callable[[Action], DigestItem]:
    def item(row: Action) -> DigestItem:
        department = departments.get(getattr(row, f"{other}_department_id"))
        words = f"{'for' if other == 'requesting' else 'by'} {department.name}" if department else ""
        return DigestItem(row.title, row.due_on, words, f"{address}/desk/actions/{row.id}")

    return item


def _agreements(db: Session, lead_of: frozenset[UUID], today: date, address: str) -> Section:
    which = and_(
        or_(
            col(Agreement.providing_department_id).in_(lead_of), col(Agreement.requesting_department_id).in_(lead_of)
        ),
        col(Agreement.ended_on).is_(None),
        col(Agreement.waits_for_id).is_(None),
        col(Agreement.review_on) < today + WEEK,
    )
    rows = db.exec(select(Agreement).where(which).order_by(col(Agreement.review_on), col(Agreement.id)).limit(EACH))
    items = [DigestItem(row.text, row.review_on, "", f"{address}/desk/agreements/{row.id}") for row in rows.all()]
    return Section("Agreements to review", items, len(items) if len(items) < EACH else _count(db, Agreement, which))


def _count(db: Session, table: type[Action] | type[Agreement], which: ColumnElement[bool]) -> int:
    return int(db.exec(select(func.count()).select_from(table).where(which)).one())

"""Who may take a retro over whose facilitator is gone, who did, and who comes back. Knows accounts, no seat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.core.tables import table_of
from app.departments.models import Department
from app.people.models import Account, Membership
from app.people.rules import Visitor
from app.retros.models import Retro, RetroTakeover
from app.retros.queries.ending import LYING_COLUMNS, lying_of
from app.retros.queries.views import RetroView
from app.retros.rules.absence import AbsenceFacts, TakenAs, mail_is_due, open_from, others_from, taken_as
from app.retros.rules.names import Stage

_RETRO = table_of(Retro)
_WAITING = sa.select(
    *LYING_COLUMNS,
    _RETRO.c.facilitator_seen_at,
    _RETRO.c.write_asynchronously,
    _RETRO.c.safety_asked,
    _RETRO.c.reminded_at,
)


@dataclass(frozen=True, slots=True)
class TakeoverView:
    """As what this visitor may take the retro over (None: not at all), and from when (None: not before a mail)."""

    taken_as: TakenAs | None = None
    opens_at: datetime | None = None

    def may_now(self, now: datetime) -> bool:
        return self.taken_as is not None and self.opens_at is not None and now >= self.opens_at


def takeover(db: Session, retro: RetroView, visitor: Visitor, now: datetime) -> TakeoverView:
    """Whether this visitor may take the retro over; who runs it simply goes on."""
    role = _role_of(db, retro, visitor)
    return _opens(db, retro, role, waiting_of(db, retro.id), now) if role else TakeoverView()


def to_take_over(db: Session, retros: Iterable[RetroView], visitor: Visitor, now: datetime) -> set[UUID]:
    """Those of them that this visitor may take over now."""
    roles = {one.id: (one, role) for one in retros if (role := _role_of(db, one, visitor))}
    rows = db.execute(_WAITING.where(_RETRO.c.id.in_(list(roles)))).all() if roles else ()
    found = ((row.id, _opens(db, *roles[row.id], _waiting(row), now)) for row in rows)
    return {retro_id for retro_id, view in found if view.may_now(now)}


def _role_of(db: Session, retro: RetroView, visitor: Visitor) -> TakenAs | None:
    """As what, once it is time for that; None: who runs it, who decides on pay there, who may not."""
    if retro.stage in {Stage.PREPARE, Stage.CLOSED} or retro.is_helped_by(visitor):
        return None
    if visitor.account_id in retro.decider_ids:
        return None
    taking_part = {one.id for one in retro.departments}
    is_inside = visitor.sees_everything and bool(taking_part & set(visitor.departments))
    return taken_as(
        stands_in=visitor.account_id == retro.stand_in_id,
        runs_retros=visitor.sees_everything,
        departments=visitor.departments,
        taking_part=taking_part,
        outside_can=is_inside and _outside_can(db, retro),
    )


def _opens(db: Session, retro: RetroView, role: TakenAs, waiting: AbsenceFacts, now: datetime) -> TakeoverView:
    if role is TakenAs.STAND_IN:
        return TakeoverView(role, open_from(waiting, now))
    return TakeoverView(role, others_from(waiting, now, stand_in_can=_can(db, retro, retro.stand_in_id)))


def waiting_of(db: Session, retro_id: UUID) -> AbsenceFacts:
    """What this retro waits for."""
    return _waiting(db.execute(_WAITING.where(_RETRO.c.id == retro_id)).one())


def waits_for_lead(db: Session, now: datetime) -> list[UUID]:
    """Open retros whose runners are to be mailed that others may take them over."""
    is_open = _RETRO.c.imported.is_(False) & _RETRO.c.stage.not_in((Stage.PREPARE, Stage.CLOSED))
    return [row.id for row in db.execute(_WAITING.where(is_open)) if mail_is_due(_waiting(row), now)]


def lead_taken_from(db: Session, retro_id: UUID, account_id: UUID) -> bool:
    """Whether this account led the retro until somebody took it over, and has not come back."""
    wanted = select(RetroTakeover.number).where(
        RetroTakeover.retro_id == retro_id,
        RetroTakeover.from_id == account_id,
        col(RetroTakeover.back_at).is_(None),
    )
    return db.exec(wanted).first() is not None


def led_from_inside(db: Session, retro: RetroView) -> str:
    """Who took the lead and belongs to a department that takes part, with it: stands on every screen; '' else."""
    if not retro.is_open or retro.facilitator_id not in retro.took_over_ids:
        return ""
    belongs = select(Department.name).join(Membership, col(Membership.department_id) == Department.id)
    here = [department.id for department in retro.departments]
    names = db.exec(
        belongs.where(Membership.account_id == retro.facilitator_id, col(Department.id).in_(here)).order_by(
            Department.name
        )
    ).all()
    person = db.get(Account, retro.facilitator_id)
    return f"{person.name}, from {' and '.join(names)}, leads this retro." if person and names else ""


def _waiting(row: Any) -> AbsenceFacts:
    over_days = row.stage == Stage.WRITE and row.write_asynchronously and not row.safety_asked
    lying = lying_of(row)
    return AbsenceFacts(
        seen_at=row.facilitator_seen_at,
        # What was changed since due work last looked: whoever did it had the page open, and was seen.
        changed_at=max(lying.changed_at, row.stage_started_at or lying.changed_at),
        writes_over_days=over_days,
        writes_until=row.writing_until if over_days else None,
        continues_at=row.continues_at,
        reminded_at=row.reminded_at,
    )


def _outside_can(db: Session, retro: RetroView) -> bool:
    """Whether the house has a facilitator or administrator of no department that takes part, who runs it not yet."""
    here = [department.id for department in retro.departments]
    members = select(Membership.account_id).where(col(Membership.department_id).in_(here))
    able = select(Account.id).where(
        col(Account.disabled_at).is_(None),
        col(Account.is_facilitator) | col(Account.is_admin),
        col(Account.id).not_in(members),
        col(Account.id).not_in([*retro.decider_ids, retro.facilitator_id, *retro.co_facilitator_ids]),
    )
    return db.exec(able.limit(1)).first() is not None


def _can(db: Session, retro: RetroView, account_id: UUID | None) -> bool:
    account = db.get(Account, account_id) if account_id else None
    return account is not None and account.disabled_at is None and account.id not in retro.decider_ids

"""Who looks in on a retro just now, as every screen says it: roles of accounts, nothing about seats."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.people.models import Account, Membership
from app.people.rules import Visitor
from app.retros.models import RetroLooker
from app.retros.queries.views import RetroView
from app.retros.rules.observers import LOOKS_FOR, SEEN_EVERY, Looker, who_looks_in
from app.retros.rules.stages import JOINING


def looking_in(db: Session, retro: RetroView, now: datetime) -> str | None:
    """One sentence; None while nobody looks in, or nothing runs that could be looked at."""
    if retro.stage not in JOINING:
        return None
    seen = select(RetroLooker.account_id).where(
        RetroLooker.retro_id == retro.id, RetroLooker.seen_at > now - LOOKS_FOR
    )
    accounts = db.exec(select(Account).where(col(Account.id).in_(seen))).all()
    # Who was named to run it meanwhile, and whose page is still the old one, looks in no more.
    looking = [one for one in accounts if one.id not in {retro.facilitator_id, *retro.co_facilitator_ids}]
    belongs, leads = _departments(db, retro, [one.id for one in looking])
    return who_looks_in(
        Looker(
            leads=tuple(leads[one.id]),
            belongs_to=tuple(belongs[one.id]),
            is_admin=one.is_admin,
            is_facilitator=one.is_facilitator,
            stands_in=one.id == retro.stand_in_id,
        )
        for one in looking
    )


def looks_anew(db: Session, retro_id: UUID, visitor: Visitor, now: datetime) -> bool:
    """Whether it is time to write down (again) that this visitor looks in."""
    row = db.get(RetroLooker, (retro_id, visitor.account_id))
    return row is None or row.seen_at <= now - SEEN_EVERY


def _departments(
    db: Session, retro: RetroView, account_ids: list[UUID]
) -> tuple[dict[UUID, list[str]], dict[UUID, list[str]]]:
    """The departments of this retro that each belongs to, and those that each leads, by name."""
    belongs: dict[UUID, list[str]] = defaultdict(list)
    leads: dict[UUID, list[str]] = defaultdict(list)
    memberships = db.exec(select(Membership).where(col(Membership.account_id).in_(account_ids))).all()
    of = {(one.account_id, one.department_id): one for one in memberships}
    for department in retro.departments:
        for account_id in account_ids:
            found = of.get((account_id, department.id))
            if found is not None:
                (leads if found.is_lead else belongs)[account_id].append(department.name)
    return belongs, leads

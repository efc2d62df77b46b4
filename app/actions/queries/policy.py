"""How this organisation follows its promises up, and where and when the days of a promise are counted."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.models import FollowUp
from app.actions.rules.calendar import default_due, may_be_mended
from app.actions.rules.kinds import Priority
from app.actions.rules.policy import Policy
from app.core.places import Place
from app.departments.queries import organisation, place_of


def policy(db: Session) -> Policy:
    """What the organisation decided, or the defaults. Read once a transaction (`db.info` remembers it)."""
    known: Policy | None = db.info.get("follow_up_policy")
    if known is None:
        row = db.get(FollowUp, 1)
        known = Policy(**{one.name: getattr(row, one.name) for one in fields(Policy)}) if row else Policy()
        db.info["follow_up_policy"] = known
    return known


def calendar_of(db: Session, requesting_department_id: UUID | None) -> Place:
    """Where the days of a promise are counted: at the department that asked, else at the organisation."""
    known: dict[UUID | None, Place] = db.info.setdefault("places", {})
    if requesting_department_id not in known:
        if requesting_department_id is None:
            known[None] = organisation(db).place
        else:
            known[requesting_department_id] = place_of(db, requesting_department_id)
    return known[requesting_department_id]


def usual_due(db: Session, now: datetime, priority: Priority = Priority.NORMAL) -> date:
    """The day a new action is due unless somebody names another."""
    place = calendar_of(db, None)
    return default_due(place.day(now), priority, place, policy(db))


def may_still_be_mended(db: Session, closed_at: datetime, now: datetime) -> bool:
    """Whether the wording of what a retro closed at `closed_at` asked for may still be mended."""
    place = calendar_of(db, None)
    return may_be_mended(place.day(closed_at), place.day(now), place, policy(db))

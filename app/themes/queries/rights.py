"""Who may put themes in order. Who may read what was written behind one: `app/retros/queries/wording.py`."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from app.people.rules import Visitor
from app.retros.models import RetroDepartment
from app.themes.models import ThemeTopic


def may_correct(visitor: Visitor) -> bool:
    """Admins, facilitators, and leads of a department (of what it took part in)."""
    return visitor.sees_everything or bool(visitor.leads)


def may_correct_topics(db: Session, visitor: Visitor, topic_ids: Collection[UUID], any_of_them: bool = False) -> bool:
    """Whether this visitor may say where these topics belong; `any_of_them`: one of their own is enough."""
    if visitor.sees_everything:
        return True
    if not visitor.leads:
        return False
    wanted = list(set(topic_ids))
    ours = (
        select(ThemeTopic.topic_id)
        .join(RetroDepartment, col(RetroDepartment.retro_id) == col(ThemeTopic.retro_id))
        .where(col(RetroDepartment.department_id).in_(list(visitor.leads)), col(ThemeTopic.topic_id).in_(wanted))
    )
    placed = set(db.exec(ours))
    return bool(placed) if any_of_them else len(placed) == len(wanted)


def retros_of(db: Session, department_ids: Collection[UUID]) -> set[UUID]:
    """The retros in which one of these departments took part."""
    wanted = select(RetroDepartment.retro_id).where(col(RetroDepartment.department_id).in_(list(department_ids)))
    return set(db.exec(wanted))

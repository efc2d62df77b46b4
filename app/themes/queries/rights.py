"""Who may put themes in order. Who may read what was written behind one: `app/retros/queries/wording.py`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select
from sqlmodel import Session, col, select

from app.people.rules import Visitor
from app.retros.models import RetroDepartment
from app.themes.models import ThemeTopic


def may_correct(visitor: Visitor) -> bool:
    """Admins, facilitators, and leads of a department (of what it took part in)."""
    return visitor.sees_everything or bool(visitor.leads)


def may_correct_theme(db: Session, visitor: Visitor, *theme_ids: UUID) -> bool:
    """Whether this visitor has a word on one topic of these themes at least; they may have tens of thousands."""
    if visitor.sees_everything:
        return True
    ours = (
        select(ThemeTopic.topic_id)
        .join(RetroDepartment, col(RetroDepartment.retro_id) == col(ThemeTopic.retro_id))
        .where(col(RetroDepartment.department_id).in_(visitor.leads), col(ThemeTopic.theme_id).in_(theme_ids))
    )
    return db.exec(ours.limit(1)).first() is not None


def may_correct_topics(db: Session, visitor: Visitor, topic_ids: Collection[UUID]) -> bool:
    """Whether this visitor may say where these topics belong."""
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
    return len(set(db.exec(ours))) == len(wanted)


def retros_of(department_ids: Collection[UUID]) -> Select[Any]:
    """The retros in which one of these departments took part, to be looked for in a statement: they are thousands."""
    return sa.select(col(RetroDepartment.retro_id)).where(
        col(RetroDepartment.department_id).in_(list(department_ids))
    )

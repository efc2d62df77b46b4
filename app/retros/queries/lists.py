"""Lists of the retros that a visitor may look at (as `get` decides), a page at a time: they may be thousands."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from app.people.rules import Visitor
from app.retros.models import Retro, RetroDepartment, RetroFacilitator
from app.retros.queries.retros import views_of
from app.retros.queries.views import RetroView
from app.retros.rules.names import Stage

AT_ONCE = 24


def retros_for(db: Session, visitor: Visitor) -> list[RetroView]:
    """All retros held here, the newest first, for tables. Imported history has a list of its own."""
    return views_of(db, db.exec(_newest_first(select(Retro).where(_is_held_here_for(visitor)))).all())


def open_and_closed(
    db: Session, visitor: Visitor, page: int = 1, at_once: int = AT_ONCE
) -> tuple[list[RetroView], list[RetroView]]:
    """Those that are prepared or running, the newest first, on the first page only; and those that were looked back
    on, the latest first, `at_once` a page (from 1), one more where others follow. Seen together, so read together."""
    here = _is_held_here_for(visitor)
    open_ones = _newest_first(select(Retro).where(here, Retro.stage != Stage.CLOSED))
    closed = select(Retro).where(here, Retro.stage == Stage.CLOSED)
    closed = closed.order_by(col(Retro.closed_at).desc(), col(Retro.id))
    still_open = db.exec(open_ones).all() if page == 1 else ()
    found = views_of(db, [*still_open, *db.exec(closed.offset((page - 1) * at_once).limit(at_once + 1))])
    return found[: len(still_open)], found[len(still_open) :]


def how_many_past(db: Session, visitor: Visitor) -> int:
    """How many imported retros this visitor may look at."""
    return db.exec(select(func.count()).select_from(Retro).where(is_past_for(visitor))).one()


def is_past_for(visitor: Visitor) -> ColumnElement[bool]:
    """Imported, and this visitor may look at it."""
    return col(Retro.imported).is_(True) & _may_be_seen_by(visitor)


def previous_retros(db: Session, department_ids: Iterable[UUID], before: datetime) -> list[RetroView]:
    """Closed retros held here in which at least two of these departments took part, the latest first."""
    wanted = set(department_ids)
    closed = select(Retro).where(Retro.stage == Stage.CLOSED, col(Retro.closed_at) < before)
    closed = closed.where(col(Retro.imported).is_(False))
    closed = closed.order_by(col(Retro.closed_at).desc(), col(Retro.id))
    views = views_of(db, db.exec(closed).all())
    return [view for view in views if len(wanted & {d.id for d in view.departments}) >= 2]


def _newest_first(wanted: SelectOfScalar[Retro]) -> SelectOfScalar[Retro]:
    return wanted.order_by(col(Retro.created_at).desc(), col(Retro.id))


def _is_held_here_for(visitor: Visitor) -> ColumnElement[bool]:
    return col(Retro.imported).is_(False) & _may_be_seen_by(visitor)


def _may_be_seen_by(visitor: Visitor) -> ColumnElement[bool]:
    if visitor.sees_everything:
        return true()
    takes_part = select(RetroDepartment.retro_id).where(col(RetroDepartment.department_id).in_(visitor.departments))
    helps = select(RetroFacilitator.retro_id).where(col(RetroFacilitator.account_id) == visitor.account_id)
    return or_(
        col(Retro.id).in_(takes_part),
        col(Retro.id).in_(helps),
        col(Retro.facilitator_id) == visitor.account_id,
        col(Retro.stand_in_id) == visitor.account_id,
    )

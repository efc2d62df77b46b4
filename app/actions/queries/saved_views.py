"""The views of the desk that a person keeps: their own, by name."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.models import SavedView
from app.core.errors import NotFound
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class SavedViewView:
    """`query` is the part of the address after "?"."""

    id: UUID
    name: str
    query: str


def saved_views(db: Session, visitor: Visitor) -> list[SavedViewView]:
    query = select(SavedView).where(SavedView.account_id == visitor.account_id).order_by(col(SavedView.name))
    return [SavedViewView(row.id, row.name, row.query) for row in db.exec(query).all()]


def saved_view_row(db: Session, view_id: UUID, for_: Visitor) -> SavedView:
    """Raises NotFound where it does not exist or is somebody else's."""
    row = db.get(SavedView, view_id)
    if row is None or row.account_id != for_.account_id:
        raise NotFound
    return row

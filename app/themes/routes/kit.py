"""What both pages of themes in order need: the fields of their forms, themes to choose from, and who may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import Session

from app.people.rules import Visitor
from app.themes.queries import review, themes
from app.themes.queries.rights import may_correct
from app.themes.service.deciding import NotYourThemes

FOUND_MOST = 8
CHOICES_MOST = 50


def around(db: Session, visitor: Visitor, search: str, but: UUID | None = None) -> dict[str, Any]:
    """Themes to choose from: those found, else those of most retros; and what undo would take back."""
    choices = themes.themes(db, visitor, search, but, FOUND_MOST if search else CHOICES_MOST)
    return {"choices": choices, "last_change": review.last_change(db, visitor)}


def must_be_allowed(visitor: Visitor) -> None:
    if not may_correct(visitor):
        raise NotYourThemes

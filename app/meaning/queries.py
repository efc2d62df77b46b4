"""Reads the kinds of friction that serve here: those an organisation wrote, else the built-in ones."""

from __future__ import annotations

from sqlmodel import Session, col, select

from app.meaning.models import FrictionKind
from app.meaning.rules.built_in_kinds import BUILT_IN
from app.meaning.rules.kinds import Kind


def kinds(db: Session) -> tuple[Kind, ...]:
    """The kinds in use, in their order."""
    rows = all_kinds(db)
    if not rows:
        return BUILT_IN
    return tuple(Kind(row.key, row.name, tuple(row.phrases)) for row in rows if not row.retired)


def all_kinds(db: Session) -> list[FrictionKind]:
    """Rows, retired ones too; none while the built-in kinds serve."""
    return list(db.exec(select(FrictionKind).order_by(col(FrictionKind.position), col(FrictionKind.key))))

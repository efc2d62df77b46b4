"""Reads the kinds of friction that serve here: those an organisation wrote, else the built-in ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.meaning.models import FrictionKind
from app.meaning.rules.built_in_kinds import BUILT_IN
from app.meaning.rules.kinds import KindDescription


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of friction, in use or not."""

    key: str
    name: str
    phrases: tuple[str, ...]
    retired: bool


@dataclass(frozen=True, slots=True)
class KindsView:
    """All kinds in their order. `is_own`: an organisation changed them; else they are the built-in ones."""

    kinds: tuple[KindView, ...]
    is_own: bool


def kinds(db: Session) -> tuple[KindDescription, ...]:
    """The kinds in use, in their order."""
    rows = all_kinds(db)
    if not rows:
        return BUILT_IN
    return tuple(KindDescription(row.key, row.name, tuple(row.phrases)) for row in rows if not row.retired)


def kinds_shown(db: Session) -> KindsView:
    """For the page on which they are worded anew."""
    rows = all_kinds(db)
    own = tuple(KindView(row.key, row.name, tuple(row.phrases), row.retired) for row in rows)
    built_in = tuple(KindView(kind.key, kind.name, kind.phrases, False) for kind in BUILT_IN)
    return KindsView(own or built_in, is_own=bool(rows))


def all_kinds(db: Session) -> list[FrictionKind]:
    """Rows, retired ones too; none while the built-in kinds serve."""
    return list(db.exec(select(FrictionKind).order_by(col(FrictionKind.position), col(FrictionKind.key))))

"""Writes an organisation's own kinds of friction. With the first change the built-in ones become its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, delete, func, select

from app.core.errors import Invalid, NotFound
from app.core.patterns import bounded
from app.meaning import queries
from app.meaning.models import FrictionKind
from app.meaning.rules.built_in_kinds import BUILT_IN

KEY_MOST = 30
KINDS_MOST = 40
_NOT_IN_KEYS = bounded(r"[^a-z0-9]{1,99}")


class TooManyKinds(Invalid):
    sentence = f"There are {KINDS_MOST} kinds already. Please take one out of use and change it instead."
    field = "name"


def change_kind(db: Session, key: str, name: str, phrases: Sequence[str]) -> None:
    """Raises NotFound."""
    row = _own(db, key)
    row.name, row.phrases = name, list(phrases)


def add_kind(db: Session, name: str, phrases: Sequence[str]) -> str:
    """Returns its key, which never changes. Raises TooManyKinds."""
    _make_own(db)
    rows = queries.all_kinds(db)
    if len(rows) >= KINDS_MOST:
        raise TooManyKinds
    key = _free_key(name, {row.key for row in rows})
    db.add(FrictionKind(key=key, name=name, phrases=list(phrases), position=_next_position(db)))
    return key


def retire_kind(db: Session, key: str, *, retired: bool) -> None:
    """Take a kind out of use, or back into it. Raises NotFound."""
    _own(db, key).retired = retired


def use_built_in(db: Session) -> None:
    """Forget what was changed."""
    db.execute(delete(FrictionKind))


def _own(db: Session, key: str) -> FrictionKind:
    _make_own(db)
    row = db.get(FrictionKind, key)
    if row is None:
        raise NotFound
    return row


def _make_own(db: Session) -> None:
    if queries.all_kinds(db):
        return
    for position, kind in enumerate(BUILT_IN):
        db.add(FrictionKind(key=kind.key, name=kind.name, phrases=list(kind.phrases), position=position))
    db.flush()


def _next_position(db: Session) -> int:
    highest = db.exec(select(func.max(col(FrictionKind.position)))).one()
    return int(highest or 0) + 1


def _free_key(name: str, taken: set[str]) -> str:
    plain = _NOT_IN_KEYS.sub("_", name.lower()).strip("_")[: KEY_MOST - 4] or "kind"
    return next(
        key for number in range(1, 1000) if (key := plain if number == 1 else f"{plain}_{number}") not in taken
    )

"""Gives everything that one seat owns new tags, when its secret is replaced; knows tables only as rows with tags.

Each slice declares which tags a seat may own in its short-lived tables. A sealed row is opened under its old tag and
sealed again under the new one, because the tag is bound into the seal. Lasting tables are never touched: a change of
some of their rows and not of others would say that those belong together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlmodel import Session, SQLModel

from app.anonymity.rules.sealing import seal, size_of, unseal
from app.anonymity.rules.tags import tag
from app.core.tables import table_of

Things = Callable[[Session, UUID], Iterable[tuple[str, str]]]
"""(purpose, thing) of every tag that a seat may own in this retro: what `tags.tag` was given."""


@dataclass(frozen=True, slots=True)
class Owned:
    """`columns`: which tags may stand in which column, `tag` among them; `inside`: tags within what is sealed."""

    table: Table
    columns: Mapping[str, Things]
    inside: Things | None


_owned: dict[str, Owned] = {}


def register(model: type[SQLModel], inside: Things | None = None, **columns: Things) -> None:
    """Declare that rows of `model` belong to seats by the tags in these columns."""
    table = table_of(model)
    _owned[table.name] = Owned(table, columns, inside)


def registered_tables() -> frozenset[str]:
    return frozenset(_owned)


def retag(db: Session, retro_id: UUID, old: str, new: str, key: bytes) -> None:
    """Hand all rows of the seat with secret `old` to `new`, in the caller's transaction. `key`: the retro's.

    The caller has seen to it that nothing else of this seat is being written, and rewrites the tables afterwards
    (`shuffle.reseal`), so that the rows changed here do not stand out.
    """
    db.flush()
    for owned in _owned.values():
        renamed = {name: _renamed(db, retro_id, old, new, things) for name, things in owned.columns.items()}
        found = select(owned.table).where(owned.table.c.tag.in_(list(renamed["tag"])))
        rows = [dict(row) for row in db.execute(found).mappings()]
        if not rows:
            continue
        inside = _renamed(db, retro_id, old, new, owned.inside) if owned.inside else {}
        db.execute(delete(owned.table).where(owned.table.c.tag.in_([row["tag"] for row in rows])))
        db.execute(insert(owned.table), [_moved(row, renamed, inside, key) for row in rows])
    db.expire_all()


def _renamed(db: Session, retro_id: UUID, old: str, new: str, things: Things) -> dict[str, str]:
    return {
        tag(old, purpose, retro_id, thing): tag(new, purpose, retro_id, thing)
        for purpose, thing in things(db, retro_id)
    }


def _moved(
    row: dict[str, Any], renamed: Mapping[str, Mapping[str, str]], inside: Mapping[str, str], key: bytes
) -> dict[str, Any]:
    moved = {**row, **{name: names.get(row[name], row[name]) for name, names in renamed.items()}}
    if "sealed" in row:
        contents = unseal(key, row["tag"], row["sealed"])
        renewed = {
            name: inside.get(value, value) if isinstance(value, str) else value for name, value in contents.items()
        }
        moved["sealed"] = seal(key, moved["tag"], renewed, size_of(row["sealed"]))
    return moved

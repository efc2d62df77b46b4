"""Keeps what the services once built, and puts it back into another empty database: the same rows, ids and keys.

Building a retro through all its stages takes the services half a second, and most tests begin with one. So the first
test of a process that asks for a certain room gets it built, the others get it as it was.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import CompoundSelect, func, insert, literal, select, union_all
from sqlmodel import SQLModel

from app.anonymity.service.keys import KeyStore
from app.core.db import Database

Counts = dict[str, int]
_kept: dict[Hashable, Snapshot] = {}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows by table, key files by name, and whatever the builder wants to remember beside them."""

    rows: dict[str, list[dict[str, Any]]]
    keys: dict[str, bytes]
    before: Counts
    beside: Any

    def put_back(self, database: Database) -> None:
        with database.transaction() as db:
            for table in SQLModel.metadata.sorted_tables:
                if self.rows.get(table.name):
                    db.execute(insert(table), self.rows[table.name])
        folder = _keys_of(database)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, key in self.keys.items():
            (folder / name).write_bytes(key)


def kept(recipe: Hashable, before: Counts) -> Snapshot | None:
    """What was built by this recipe, if it was built on a database that was as full as this one."""
    found = _kept.get(recipe)
    return found if found is not None and found.before == before else None


def keep(recipe: Hashable, database: Database, before: Counts, beside: Any) -> None:
    """Remember what came into the tables since they held `before`. Tables that held rows must not have changed."""
    after = counts(database)
    if any(before[name] not in (0, after[name]) for name in after):
        return
    with database.reading() as db:
        rows = {
            table.name: [dict(row) for row in db.execute(select(table)).mappings()]
            for table in SQLModel.metadata.sorted_tables
            if not before[table.name]
        }
    keys = {file.name: file.read_bytes() for file in _keys_of(database).glob("*.key")}
    _kept[recipe] = Snapshot(rows, keys, before, beside)


def counts(database: Database) -> Counts:
    """How many rows each table holds."""
    with database.reading() as db:
        return {name: int(rows) for name, rows in db.execute(_counting())}


@cache
def _counting() -> CompoundSelect[tuple[str, int]]:
    return union_all(
        *(
            select(literal(table.name).label("name"), func.count().label("rows")).select_from(table)
            for table in SQLModel.metadata.sorted_tables
        )
    )


def _keys_of(database: Database) -> Path:
    keys: KeyStore = database.info["keys"]
    return keys.folder

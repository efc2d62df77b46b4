"""Compares the tables that are there with those that this version's models declare; knows none of them by name.

Whoever edits a migration that was released, restores half a backup or alters a table by hand gets a database at the
right revision with the wrong tables. What is there beyond ours (somebody's own table or index) is nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from app.core.cache import CacheKind
from app.core.db import Database
from app.core.migrate import import_models
from app.core.tables import must_be_forgotten

NAMED = 5
_DIFFERENCES: CacheKind[tuple[str, ...]] = CacheKind("comparison of the tables with this version", most=1)


class SchemaDiffers(Exception):
    """Says what is different, in a sentence for the operator."""


def check_schema(database: Database) -> None:
    """Raises SchemaDiffers."""
    found = differences(database)
    if found:
        raise SchemaDiffers(f"The tables are not those of this version: {in_short(found)}. Restore a backup.")


def differences(database: Database) -> tuple[str, ...]:
    """What is wrong, in words; looked for again only where the tables were altered since."""
    with database.reading() as db:
        connection = db.connection()
        mark = _mark(connection)
        return _DIFFERENCES.of(database).get(None, mark, lambda: tuple(_compare(connection)))


def in_short(found: Iterable[str]) -> str:
    """The first of them in one line."""
    listed = list(found)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return "; ".join(listed[:NAMED]) + more


def _compare(connection: Connection) -> Iterator[str]:
    import_models()
    for difference in compare_metadata(MigrationContext.configure(connection), SQLModel.metadata):
        for one in difference if isinstance(difference, list) else [difference]:
            said = _in_words(*one)
            if said:
                yield said
    ours = {table.name for table in SQLModel.metadata.sorted_tables if must_be_forgotten(table)}
    keeping = text(_KEEPS_ORDER if connection.dialect.name == "sqlite" else _KEEPS_SAMPLES)
    for name in sorted(ours.intersection(connection.execute(keeping).scalars())):
        yield f"the table {name} keeps what it must forget"


def _in_words(what: str, *about: Any) -> str | None:
    if what in {"add_table", "remove_table"}:
        return f"the table {about[0].name} is missing" if what == "add_table" else None
    if what in {"add_column", "remove_column"}:
        return f"the column {about[1]}.{about[2].name} is {'missing' if what == 'add_column' else 'one too many'}"
    if what in {"add_index", "remove_index"}:
        if what == "remove_index" and not about[0].unique:
            return None
        return f"an index of {about[0].table.name} is {'missing' if what == 'add_index' else 'one too many'}"
    if what.startswith("modify_"):
        return f"the column {about[1]}.{about[2]} has another {what.removeprefix('modify_')}"
    verb, _, kind = what.partition("_")
    return f"a {kind} of {about[0].table.name} is {'missing' if verb == 'add' else 'one too many'}"


def _mark(connection: Connection) -> Any:
    """Another one after each change of a table; a look at a number or at the catalogue, not at every column."""
    if connection.dialect.name == "sqlite":
        return connection.execute(text("PRAGMA schema_version")).scalar()
    return tuple(connection.execute(text(_CATALOGUE)).one())


_KEEPS_ORDER = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0"
_KEEPS_SAMPLES = (
    "SELECT DISTINCT t.relname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid "
    "WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r' AND a.attnum > 0 "
    "AND NOT a.attisdropped AND a.attstattarget IS DISTINCT FROM 0"
)
_CATALOGUE = (
    "WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace) SELECT "
    "(SELECT sum(hashtext(concat_ws(' ', relname, attname, atttypid, atttypmod, attnotnull, attisdropped, "
    "attstattarget))::bigint) FROM pg_attribute JOIN ours ON ours.oid = attrelid WHERE attnum > 0), "
    "(SELECT sum(hashtext(concat_ws(' ', indexrelid, indisunique, indisvalid))::bigint) "
    "FROM pg_index JOIN ours ON ours.oid = indrelid), "
    "(SELECT sum(hashtext(concat_ws(' ', oid, convalidated))::bigint) FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace)"
)

"""What somebody who holds the database can lay hands on: every row with its physical place, and the raw bytes.

Knows nothing of the program's own queries: it reads what the database holds, the way an attacker would.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, make_url, text

from app.core.db import Database

Row = dict[str, Any]


@dataclass
class Evidence:
    """`tables`: rows by table in physical order, with `_place` (rowid, ctid) and `_written_by` (xmin) where the
    database has such; `raw`: the bytes of the table files (SQLite: with its write-ahead log; PostgreSQL: with its
    statistics); `logs`: PostgreSQL's write-ahead logs, which only time removes; `secrets`: the bytes of the secrets
    folder."""

    stage: str
    tables: dict[str, list[Row]]
    raw: bytes
    logs: bytes = b""
    secrets: bytes = b""

    @property
    def everything(self) -> bytes:
        """A copy of all bytes; ask `holds` where there are many of them."""
        return self.raw + self.logs

    def holds(self, text: str | bytes) -> bool:
        """Whether this lies anywhere in the bytes."""
        wanted = text.encode() if isinstance(text, str) else text
        return wanted in self.raw or wanted in self.logs


def take(
    database: Database, stage: str, *, of: UUID | None = None, with_raw: bool = True, since: float = 0.0
) -> Evidence:
    """Everything there is at this moment. `of`: of tables that know retros, the rows of this one. `since`: logs that
    were last written before this moment (seconds since the epoch) are left out, as they cannot hold what came later.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            # In the order in which they lie there, not in that of an index.
            connection.execute(text("SET LOCAL enable_indexscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        looking = inspect(connection)
        tables = {}
        for name in looking.get_table_names():
            knows_retros = any(column["name"] == "retro_id" for column in looking.get_columns(name))
            tables[name] = _rows(connection, name, database.is_sqlite, of if knows_retros else None)
        raw, logs = _files(database, connection, since) if with_raw else (b"", b"")
        connection.rollback()
    folder: Path = database.info["keys"].folder
    secrets = b"".join(f.read_bytes() for f in sorted(folder.glob("*"))) if folder.exists() else b""
    return Evidence(stage, tables, raw, logs, secrets)


def _rows(connection: Any, name: str, is_sqlite: bool, of: UUID | None) -> list[Row]:
    where = "" if of is None else " WHERE retro_id = :of"
    values = {} if of is None else {"of": of.hex if is_sqlite else of}
    if is_sqlite:
        try:
            found = connection.execute(text(f'SELECT rowid AS _place, * FROM "{name}" NOT INDEXED{where}'), values)
        except Exception:  # WITHOUT ROWID: no such column, the place is the position in the tree
            found = connection.execute(text(f'SELECT * FROM "{name}" NOT INDEXED{where}'), values)
    else:
        what = "ctid::text AS _ctid, xmin::text::bigint AS _written_by, *"
        found = connection.execute(text(f'SELECT {what} FROM "{name}"{where}'), values)
    rows = [dict(row) for row in found.mappings()]
    for position, row in enumerate(rows):
        row["_position"] = position
        if "_ctid" in row:
            block, line = row.pop("_ctid").strip("()").split(",")
            row["_place"] = int(block) * 1_000 + int(line)
    return rows


def _files(database: Database, connection: Any, since: float) -> tuple[bytes, bytes]:
    if database.is_sqlite:
        file = Path(str(make_url(database.url).database))
        parts = [file, Path(f"{file}-wal"), Path(f"{file}-shm")]
        return b"".join(part.read_bytes() for part in parts if part.exists()), b""
    # As the server does by itself every minute, and whoever looks after it when it is slow.
    # Of this database alone: two that do so with what all databases of a server share stand in each other's way.
    for table in (
        connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
    ):
        connection.execute(text(f'ANALYZE "{table}"'))
    connection.commit()
    connection.execute(text("CHECKPOINT"))
    folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    mine = text("SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE (n.nspname IN ('public', 'pg_toast') OR c.relname = 'pg_statistic') "
                "AND pg_relation_filepath(c.oid) IS NOT NULL")  # fmt: skip
    paths = [folder / path for path in connection.execute(mine).scalars()]
    tables = b"".join(path.read_bytes() for path in paths if path.is_file())
    written = [log for log in (folder / "pg_wal").glob("0*") if log.is_file() and log.stat().st_mtime >= since]
    logs = b"".join(log.read_bytes() for log in sorted(written))
    return tables, logs

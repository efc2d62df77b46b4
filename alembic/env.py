"""Runs the migrations, on SQLite with foreign keys off: its batch mode drops tables, and ON DELETE CASCADE would then
silently delete the rows that point at them. Whether every reference still holds is checked before the commit.
"""

from typing import Any

from alembic import context
from alembic.operations.ops import MigrationScript
from sqlalchemy import Connection, create_engine, event, pool
from sqlmodel import SQLModel

from app.core.config import Settings
from app.core.db import newest_sqlite
from app.core.migrate import import_models

import_models()


def run() -> None:
    url = context.config.attributes.get("url") or Settings().url
    if url.startswith("sqlite"):
        engine = create_engine(url, poolclass=pool.NullPool, module=newest_sqlite())
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            process_revision_directives=_leave_out_empty,
        )
        with context.begin_transaction():
            context.run_migrations()
            _check_references(connection)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA secure_delete=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = sorted({str(row[0]) for row in broken})
        raise RuntimeError(f"a migration left {len(broken)} rows pointing at nothing, in {', '.join(tables)}")


def _leave_out_empty(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """`alembic revision --autogenerate` writes no file when nothing changed."""
    script = directives[0]
    if script.upgrade_ops is not None and script.upgrade_ops.is_empty() and context.config.cmd_opts is not None:
        directives.clear()


run()

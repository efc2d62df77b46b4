"""Revision 0017: what an older version left open for weeks is asked about before anything of it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import MetaData, create_engine, update
from sqlmodel import col, select

from app.anonymity.service.keys import KeyStore
from app.core import migrate
from app.core.db import Database
from app.core.ids import new_id
from app.main import register_reactions
from app.retros.models import Retro
from app.retros.rules.names import Stage
from tests.conftest import NOON
from tests.lying import Running
from tests.unit.test_migrations import _insert, empty_url

__all__ = ["empty_url"]

BEFORE = "0016"


def _old(url: str) -> dict[str, UUID]:
    """Three retros of before, by their stage: as they are found when the server starts again."""
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine, only=("account", "project", "retro"))
    key = {"sqlite": lambda value: value.hex, "postgresql": lambda value: value}[engine.dialect.name]
    account, project = new_id(), new_id()
    found = {stage: new_id() for stage in (Stage.PREPARE, Stage.WRITE, Stage.DISCUSS)}
    with engine.begin() as connection:
        _insert(connection, tables.tables["account"], id=key(account), email="p@example.org", name="Paul")
        _insert(connection, tables.tables["project"], id=key(project), name="Press")
        for number, (stage, retro_id) in enumerate(found.items()):
            _insert(
                connection, tables.tables["retro"], id=key(retro_id), project_id=key(project),
                code=f"CODE000{number}", facilitator_id=key(account), stage=stage, late_round="skipped",
                labels="pooled" if stage is Stage.DISCUSS else "undecided", way_in="code", format="customers", k=3,
            )  # fmt: skip
    engine.dispose()
    return {str(stage): retro_id for stage, retro_id in found.items()}


def _row(database: Database, retro_id: UUID) -> Retro:
    with database.reading() as db:
        row = db.exec(select(Retro).where(Retro.id == retro_id)).one()
        db.expunge(row)
        return row


@pytest.mark.parametrize("ago", [timedelta(days=4), timedelta(days=40)])
def test_nothing_that_is_open_for_long_is_closed_by_the_update(
    empty_url: str, tmp_path: Path, ago: timedelta
) -> None:
    migrate.upgrade(empty_url, BEFORE)
    retros = _old(empty_url)
    migrate.upgrade(empty_url)
    database = Database(empty_url, keys=KeyStore(tmp_path / "keys"))
    register_reactions(database.bus)
    began: datetime = NOON - ago
    with database.transaction() as db:
        db.execute(update(Retro).values(stage_started_at=began, created_at=began, writing_until=None))
        revealed = update(Retro).where(col(Retro.id) == retros["discuss"]).values(revealed_at=began)
        db.execute(revealed)
    lies = Running(database, NOON)
    assert _row(database, retros["discuss"]).closes_at is not None, "who runs it is told at once"
    assert (_row(database, retros["write"]).closes_at is not None) == (ago > timedelta(days=13))
    lies.hours(47)
    assert {_row(database, one).stage for one in retros.values()} == {"prepare", "write", "discuss"}
    lies.hours(1)
    assert _row(database, retros["discuss"]).stage == "closed"
    assert (_row(database, retros["write"]).stage == "closed") == (ago > timedelta(days=13))
    assert _row(database, retros["prepare"]).stage == "prepare"
    database.dispose()

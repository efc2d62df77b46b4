"""The scrub notices dead rows that a snapshot keeps alive, and comes back for them."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from app.anonymity.service import shuffle
from app.retros.jobs import run_due


def test_a_snapshot_in_the_way_leaves_the_scrub_for_later(database, now, monkeypatch):
    if database.is_sqlite:
        pytest.skip("dead rows are PostgreSQL's")
    monkeypatch.setattr(shuffle, "SCRUB_PAUSE_SECONDS", 0.01)
    with database.engine.connect() as other, database.engine.connect() as writer:
        writer.execute(text("SET session_replication_role = replica"))  # a row without its retro is enough here
        writer.execute(
            text("INSERT INTO ticket (code_hash, retro_id, department_id) VALUES ('dead', :retro, :retro)"),
            {"retro": uuid4()},
        )
        writer.commit()
        other.execution_options(isolation_level="REPEATABLE READ")
        other.execute(text("SELECT 1 FROM organisation")).all()
        writer.execute(text("DELETE FROM ticket"))
        writer.execute(text("SET session_replication_role = DEFAULT"))
        writer.commit()
        shuffle.scrub(database)
        assert database.url in shuffle._left
        other.rollback()
    run_due(database, now)
    assert database.url not in shuffle._left


def test_nothing_in_the_way_leaves_nothing(database):
    shuffle.scrub(database)
    assert database.url not in shuffle._left

"""The tests' own ground: every test starts on an empty database."""

import pytest
from sqlmodel import select

from app.core.db import Database
from app.departments.models import Department


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_starts_empty(database: Database, now, run: int) -> None:
    with database.reading() as db:
        assert db.exec(select(Department)).all() == []
    with database.transaction() as db:
        db.add(Department(name="Editorial", badge="E", tone=0, created_at=now))
    with database.reading() as db:
        assert [found.name for found in db.exec(select(Department))] == ["Editorial"]

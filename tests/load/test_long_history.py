"""The history that load is measured with is one that the application could have written."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, SQLModel, col, func, select

from app.core.db import Database
from app.evidence.models import Finding
from app.evidence.service import counting
from app.pulse.models import PulseSummary
from app.retros.models import Retro
from app.themes.models import PairCount, RetroTakenIn, TopicCount, TopicVector
from app.themes.service import counting as counting_service
from tests.load.crowd import settle
from tests.load.long_history import close_one_more, live_through

NOW = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)


def rows(db: Session, table: type[SQLModel]) -> set[str]:
    return {str(sorted(row.model_dump().items())) for row in db.exec(select(table)).all()}


def test_its_counts_are_those_of_the_application(house: Database) -> None:
    crowd = settle(house, 20, departments=8, accounts=12, now=NOW)
    past = live_through(house, crowd.departments, crowd.accounts[0], NOW, retros=6, entries=240, themes=20)
    assert past.rows["Entry"] == 240
    with house.reading() as db:
        written = rows(db, TopicCount), rows(db, PairCount)
        retros = db.exec(select(Retro.id).where(col(Retro.code).like("H%"))).all()
        assert len(retros) == 6
        assert db.exec(select(func.count()).select_from(PulseSummary)).one() > 6
        assert db.exec(select(func.count()).select_from(TopicVector)).one() == 72
    with house.transaction() as db:
        for retro_id in retros:
            counting_service.count(db, retro_id)
    with house.reading() as db:
        assert (rows(db, TopicCount), rows(db, PairCount)) == written
    assert counting.recount(house, NOW)
    with house.reading() as db:
        assert db.exec(select(func.count()).select_from(Finding)).one() > 6
    fresh = close_one_more(house, crowd.departments[:4], crowd.accounts[0], NOW)
    with house.reading() as db:
        assert db.get(RetroTakenIn, fresh) is None
        assert db.get(RetroTakenIn, retros[0]) is not None

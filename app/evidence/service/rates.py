"""Draws the rates of all findings towards the organisation's, once that has moved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlmodel import Session, col, func

from app.core.db import Database
from app.evidence.models import EvidenceRun, Finding
from app.evidence.queries.changes import last_run
from app.evidence.rules.calendar import WHOLE
from app.evidence.rules.rates import rates, usual_rate
from app.evidence.service.turns import Overtaken, take, turn_of

ROWS_A_PIECE = 1_000


def weigh_rates(database: Database) -> bool:
    """Write them anew; False: nothing has moved, or another process counts."""
    with database.reading() as db:
        turn, run, usual = turn_of(db), last_run(db), _usual(db)
        if run is None or run.rate == usual:
            return False
        changed = _drawn_towards(db, usual)
    try:
        for start in range(0, len(changed), ROWS_A_PIECE):
            with database.transaction() as db:
                turn = take(db, turn)
                change_findings(db, changed[start : start + ROWS_A_PIECE])
        with database.transaction() as db:
            take(db, turn)
            db.execute(update(EvidenceRun).values(rate=usual))
    except Overtaken:
        return False
    return True


def change_findings(db: Session, changed: list[dict[str, Any]]) -> None:
    """Each of `changed` names its finding by of_theme, by, to and in; the rest are new values of its columns."""
    if not changed:
        return
    names = [name for name in changed[0] if name not in ("of_theme", "by", "to", "in")]
    here = and_(
        col(Finding.theme_id) == bindparam("of_theme"),
        col(Finding.provider) == bindparam("by"),
        col(Finding.consumer) == bindparam("to"),
        col(Finding.series) == bindparam("in"),
    )
    table = Finding.__table__  # type: ignore[attr-defined]  # SQLModel declares no __table__
    db.connection().execute(
        update(table).where(here).values({name: bindparam(name) for name in names}),
        changed,
    )


def _drawn_towards(db: Session, usual: float) -> list[dict[str, Any]]:
    columns = (Finding.theme_id, Finding.provider, Finding.consumer, Finding.series, Finding.entries, Finding.seats)
    rows = db.execute(select(*map(col, columns)).where(col(Finding.seats).is_not(None))).all()
    found = rates([row.entries for row in rows], [row.seats for row in rows], usual)
    return [
        {
            "of_theme": row[0],
            "by": row[1],
            "to": row[2],
            "in": row[3],
            "rate": one.value,
            "rate_low": one.low,
            "rate_high": one.high,
        }
        for row, one in zip(rows, found, strict=True)
    ]


def _usual(db: Session) -> float:
    entries, seats = db.execute(
        select(func.sum(col(Finding.entries)), func.sum(col(Finding.seats))).where(
            col(Finding.provider) != WHOLE, col(Finding.seats).is_not(None)
        )
    ).one()
    return usual_rate(int(entries or 0), int(seats or 0))

"""Counts the evidence anew: reads one picture, weighs it, then writes what is new in short transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, tuple_, update
from sqlmodel import Session, col, delete, insert

from app.core.db import Database
from app.evidence.models import ActionVerdict, EvidenceRun, Finding, RetroCounted, ThemeCounted
from app.evidence.queries.changes import LONG_AGO, EvidenceChanges, changes, last_run
from app.evidence.queries.history import chunks
from app.evidence.rules.assessment import ActionAssessment, Weighed
from app.evidence.rules.calendar import WHOLE, WHOLE_THEME, FrictionSides
from app.evidence.rules.observations import Observation
from app.evidence.rules.rates import rates
from app.evidence.rules.thresholds import PRIOR_RATE
from app.evidence.rules.trend import TrendDirection, called_up_to
from app.evidence.service.assessment import OfTheme, weigh_changes
from app.evidence.service.turns import Overtaken, take, turn_of
from app.themes.models import Theme

KEY = (Finding.theme_id, Finding.provider, Finding.consumer, Finding.series)
ROWS_A_PIECE = 300
"""So many are written while others wait: a tenth of a second."""
DRAWN_FROM = 2
"""Seen in fewer retros than this, a pair has no line to draw."""


def recount(database: Database, now: datetime) -> bool:
    """Bring the findings up to date; False: they were, or another process is about to.

    Reading and weighing hold nobody up, and what they come to is written in short pieces. Only the last one notes
    what was counted: whatever breaks off before it is counted again.
    """
    with database.reading() as db:
        found = changes(db)
        if not found:
            return False
        turn, run, themes = turn_of(db), last_run(db), _as_they_are(db)
        news = weigh_changes(db, found)
    try:
        for piece in _pieces(news):
            with database.transaction() as db:
                turn = take(db, turn)
                _write(db, piece, run.rate if run else PRIOR_RATE, now)
        with database.transaction() as db:
            take(db, turn)
            _remember(db, found, themes, now)
            _say_where_they_go(db)
    except Overtaken:
        return False
    return True


def count_anew(database: Database, now: datetime) -> None:
    """All findings from the beginning, as if nothing had ever been counted."""
    with database.transaction() as db:
        take(db, turn_of(db))
        for table in (Finding, ActionVerdict, RetroCounted, ThemeCounted):
            db.execute(delete(table))
        db.execute(update(EvidenceRun).values(ran_at=LONG_AGO))
    recount(database, now)


def _pieces(news: Sequence[OfTheme]) -> Iterator[list[OfTheme]]:
    """Whole themes, about so many rows together."""
    piece: list[OfTheme] = []
    rows = 0
    for one in news:
        piece.append(one)
        rows += 1 + len(one.weighed) + len(one.forgotten) + len(one.answers)
        if rows >= ROWS_A_PIECE:
            yield piece
            piece, rows = [], 0
    if piece:
        yield piece


def _write(db: Session, news: Sequence[OfTheme], usual: float, now: datetime) -> None:
    _replace(db, news, list(_rows(news, usual, now)))
    _judge(db, news)
    db.flush()


def _rows(news: Sequence[OfTheme], usual: float, now: datetime) -> Iterator[dict[str, Any]]:
    weighed = [(one, each) for one in news for each in one.weighed]
    known = [each for _, each in weighed if each.seats is not None]
    found = iter(rates([each.entries for each in known], [each.seats or 0 for each in known], usual))
    for one, each in weighed:
        rate = next(found) if each.seats is not None else None
        leads = one.leads if each.sides == WHOLE_THEME and one.leads else FrictionSides("", "")
        yield {
            "theme_id": one.theme_id,
            **each.sides._asdict(),
            **{f"of_{name}": side for name, side in leads._asdict().items()},
            "state": each.state,
            "present": each.present,
            "eligible": each.eligible,
            "low": each.low,
            "entries": each.entries,
            "seats": each.seats,
            "rate": rate.value if rate else None,
            "rate_low": rate.low if rate else None,
            "rate_high": rate.high if rate else None,
            "trend": "",
            "trend_z": each.trend.z if each.trend else None,
            "trend_p": each.trend.p if each.trend else None,
            "worked": each.worked,
            "last_on": each.last_on,
            "points": _points(each),
            "counted_at": now,
        }


def _points(each: Weighed) -> list[list[Any]]:
    if each.present < DRAWN_FROM and each.sides != WHOLE_THEME:
        return []
    return [_point(one) for one in each.latest]


def _point(look: Observation) -> list[Any]:
    return [str(look.retro_id), look.entries, look.seats, look.actions]


def _replace(db: Session, news: Sequence[OfTheme], rows: list[dict[str, Any]]) -> None:
    key = tuple_(*map(col, KEY))
    gone = [(one.theme_id, *sides) for one in news for sides in one.forgotten]
    old = [(row["theme_id"], row["provider"], row["consumer"], row["series"]) for row in rows] + gone
    for start in range(0, len(old), 300):
        db.execute(delete(Finding).where(key.in_(old[start : start + 300])))
    if rows:
        db.execute(insert(Finding), rows)


def _judge(db: Session, news: Sequence[OfTheme]) -> None:
    for some in chunks([one.theme_id for one in news]):
        db.execute(delete(ActionVerdict).where(col(ActionVerdict.theme_id).in_(some)))
    answers = [(one.theme_id, each) for one in news for each in one.answers]
    for some in chunks([each.action.id for _, each in answers]):
        db.execute(delete(ActionVerdict).where(col(ActionVerdict.action_id).in_(some)))
    if answers:
        db.execute(insert(ActionVerdict), [_verdict(theme_id, each) for theme_id, each in answers])


def _verdict(theme_id: UUID, each: ActionAssessment) -> dict[str, Any]:
    action, judged = each.action, each.judged
    compared = judged.comparison
    return {
        "action_id": action.id,
        "theme_id": theme_id,
        "action_version": action.version,
        "provider": each.sides.provider,
        "consumer": each.sides.consumer,
        "verdict": each.verdict,
        "by_person": action.said is not None,
        "missing": judged.missing,
        "lacking": judged.lacking,
        "asked_on": action.asked_on,
        "accepted_on": action.accepted_on,
        "grace_on": judged.windows.grace[0].on if judged.windows.grace else None,
        "back_on": each.followed.back_on,
        "until": each.followed.until,
        "before": len(judged.windows.before),
        "after": len(judged.windows.after),
        "y0": compared.y0,
        "n0": compared.n0,
        "y1": compared.y1,
        "n1": compared.n1,
    }


def _remember(db: Session, found: EvidenceChanges, themes: list[dict[str, Any]], now: datetime) -> None:
    db.execute(update(EvidenceRun).values(ran_at=now))
    for some in chunks(found.gone | found.retros.keys()):
        db.execute(delete(RetroCounted).where(col(RetroCounted.retro_id).in_(some)))
    if found.retros:
        db.execute(insert(RetroCounted), [{"retro_id": one, "taken_in_at": at} for one, at in found.retros.items()])
    known = {
        row.theme_id: row.version for row in db.execute(select(col(ThemeCounted.theme_id), col(ThemeCounted.version)))
    }
    new = [one for one in themes if one["theme_id"] in found.themes or one["theme_id"] not in known]
    for some in chunks([one["theme_id"] for one in new]):
        db.execute(delete(ThemeCounted).where(col(ThemeCounted.theme_id).in_(some)))
    if new:
        db.execute(insert(ThemeCounted), new)


def _say_where_they_go(db: Session) -> None:
    """Trends of many frictions are looked at together: themes among themselves, and pairs among themselves."""
    p, z = col(Finding.trend_p), col(Finding.trend_z)
    for family in (col(Finding.provider) == WHOLE, col(Finding.provider) != WHOLE):
        limit = called_up_to([one for one in db.scalars(select(p).where(family, p.is_not(None))) if one is not None])
        for word, goes in (
            (TrendDirection.STEADY, p > limit),
            (TrendDirection.RISING, and_(p <= limit, z > 0)),
            (TrendDirection.FALLING, and_(p <= limit, z <= 0)),
        ):
            db.execute(update(Finding).where(family, goes, col(Finding.trend) != word).values(trend=word))


def _as_they_are(db: Session) -> list[dict[str, Any]]:
    columns = (Theme.id, Theme.version, Theme.merged_into_id, Theme.closed_on)
    return [
        {"theme_id": row[0], "version": row[1], "merged_into_id": row[2], "closed_on": row[3]}
        for row in db.execute(select(*map(col, columns)))
    ]

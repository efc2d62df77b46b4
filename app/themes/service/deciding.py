"""Keeps what people decide about themes: a line of a log that no run of the machine undoes, laid over what it found.

The last line can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from app.core.errors import NotFound, Refusal
from app.people.rules import Visitor
from app.themes.models import Theme, ThemeCorrection, ThemeTopic
from app.themes.queries.history import decisions
from app.themes.queries.rights import may_correct, may_correct_theme
from app.themes.rules.decisions import CorrectionKind, Decisions
from app.themes.service.writing import UNNAMED, changed, hold


class NotYourThemes(Refusal):
    status = 403
    sentence = "Themes are put in order by admins, facilitators, and leads of departments that took part."


class NoDecisionToUndo(Refusal):
    sentence = "There is nothing left to undo."


def decide(db: Session, visitor: Visitor, kind: CorrectionKind, what: dict[str, Any], now: datetime) -> None:
    """Write it down, and put everything where all decisions together say."""
    hold(db)
    number = (db.exec(select(func.max(ThemeCorrection.number))).one() or 0) + 1
    line = ThemeCorrection(number=number, kind=kind, what=what, account_id=visitor.account_id, happened_at=now)
    db.add(line)
    db.flush()
    _lay_over(db, _mentioned(line), {UUID(what[key]) for key in ("theme", "other", "new") if what.get(key)})


def undo(db: Session, visitor: Visitor) -> None:
    """Take back the last decision that was not taken back yet, whoever made it. Raises NothingToUndo."""
    hold(db)
    line = last_correction(db)
    if line is None or not may_correct(visitor):
        raise NoDecisionToUndo
    if not visitor.sees_everything and line.account_id != visitor.account_id:
        raise NoDecisionToUndo("Somebody else made the last change. A facilitator or an admin can take it back.")
    before = line.what.get("before")
    if before:
        theme = db.get_one(Theme, UUID(before["theme"]))
        theme.name, theme.named_by_person = before["name"], before["by_person"]
        # Of a name that was noted by an older version nobody knows whose words it is: it is for nobody.
        theme.name_parts = before.get("parts", 0 if before["by_person"] or before["name"] == UNNAMED else 1)
        theme.kind, theme.kind_by_person = before["kind"], before["kind_by_person"]
        theme.closed_on = date.fromisoformat(before["closed_on"]) if before["closed_on"] else None
        theme.inconclusive, theme.version = before["inconclusive"], theme.version + 1
    line.undone = True
    db.flush()
    _lay_over(db, _mentioned(line), before_themes=set())
    if line.what.get("new"):
        _lead_back(db, line)


def last_correction(db: Session) -> ThemeCorrection | None:
    """The newest line that was not taken back."""
    newest = select(ThemeCorrection).where(col(ThemeCorrection.undone).is_(False))
    return db.exec(newest.order_by(col(ThemeCorrection.number).desc()).limit(1)).first()


def _lay_over(db: Session, mentioned: set[UUID], before_themes: set[UUID]) -> None:
    """Put the topics that a decision concerns where all decisions together say."""
    decided = decisions(db)
    concerned = select(ThemeTopic).where(
        or_(
            col(ThemeTopic.topic_id).in_(mentioned),
            col(ThemeTopic.theme_id).in_(mentioned),
            col(ThemeTopic.group_id).in_(mentioned),
            col(ThemeTopic.drawn_to_id).in_(mentioned),
        )
    )
    themes, retros = set(before_themes), set[UUID]()
    for row in db.exec(concerned).all():
        was = row.theme_id
        _put(row, decided)
        if row.theme_id != was:
            themes |= {was, row.theme_id}
            retros.add(row.retro_id)
    db.flush()
    _point(db, mentioned | themes, decided)
    changed(db, themes | {one for one in mentioned if db.get(Theme, one)}, retros)


def _put(row: ThemeTopic, decided: Decisions) -> None:
    row.theme_id = decided.theme_of(row.topic_id, row.group_id, row.drawn_to_id)
    row.looked_at = row.topic_id in decided.pins
    row.placed_by_person = row.looked_at and row.topic_id not in decided.confirmed


def _point(db: Session, theme_ids: Collection[UUID], decided: Decisions) -> None:
    """Each theme leads to what it was merged into; one that is there again leads nowhere else."""
    for theme in db.exec(select(Theme).where(col(Theme.id).in_(list(theme_ids)))).all():
        live = decided.live(theme.id)
        theme.merged_into_id = live if live != theme.id else None
        theme.version += 1
    db.flush()


def _lead_back(db: Session, line: ThemeCorrection) -> None:
    """What exists only by a decision that was taken back leads to where its topics are."""
    new = db.get(Theme, UUID(line.what["new"]))
    first = db.get(ThemeTopic, UUID(line.what["topics"][0]))
    if new is not None and first is not None:
        new.merged_into_id = first.theme_id
        db.flush()


def _mentioned(line: ThemeCorrection) -> set[UUID]:
    what = line.what
    single = {UUID(what[key]) for key in ("theme", "other", "new") if what.get(key)}
    return single | {UUID(one) for one in what.get("topics", ())}


def their_themes(db: Session, visitor: Visitor, *theme_ids: UUID) -> list[Theme]:
    """The live themes of these ids, which this visitor may decide about. Raises NotYourThemes, NotFound."""
    if not may_correct(visitor):
        raise NotYourThemes
    found = [live_theme(db, theme_id) for theme_id in theme_ids]
    if not may_correct_theme(db, visitor, *(one.id for one in found)):
        raise NotFound
    return found


def live_theme(db: Session, theme_id: UUID) -> Theme:
    """The live theme of this id. Raises NotFound."""
    row = db.get(Theme, theme_id)
    while row is not None and row.merged_into_id is not None:
        row = db.get(Theme, row.merged_into_id)
    if row is None:
        raise NotFound
    return row


def size_of(db: Session, theme_id: UUID) -> int:
    """How many topics it has."""
    return db.exec(select(func.count()).select_from(ThemeTopic).where(ThemeTopic.theme_id == theme_id)).one()


def look(theme: Theme) -> dict[str, Any]:
    """What undo puts back."""
    return {
        "theme": str(theme.id), "name": theme.name, "by_person": theme.named_by_person,
        "parts": theme.name_parts,
        "kind": theme.kind, "kind_by_person": theme.kind_by_person,
        "closed_on": theme.closed_on.isoformat() if theme.closed_on else None, "inconclusive": theme.inconclusive,
    }  # fmt: skip

"""What people decide about themes: merge, split, move, confirm, keep apart, name, close.

Each is a line of the log that no run of the machine undoes; the last one can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from app.core.errors import Invalid, NotFound, Refusal
from app.core.ids import new_id
from app.people.rules import Visitor
from app.themes.models import Theme, ThemeCorrection, ThemeTopic
from app.themes.queries.history import decisions
from app.themes.queries.rights import may_correct, may_correct_theme, may_correct_topics
from app.themes.rules import NAME_MAX, CorrectionKind, Decisions
from app.themes.rules.naming import short_name
from app.themes.service.reading import name_words
from app.themes.service.writing import UNNAMED, changed, hold
from app.topics.models import Topic


class NotYourThemes(Refusal):
    status = 403
    sentence = "Themes are put in order by admins, facilitators, and leads of departments that took part."


class SameTheme(Refusal):
    sentence = "These two are one theme already."


class NothingToUndo(Refusal):
    sentence = "There is nothing left to undo."


def merge(db: Session, visitor: Visitor, theme_id: UUID, into_id: UUID, now: datetime) -> None:
    """`theme_id` is the same friction as `into_id` and becomes a part of it; both addresses keep working."""
    theme, into = _themes(db, visitor, theme_id, into_id)
    if theme.id == into.id:
        raise SameTheme
    theme.merged_into_id = into.id
    what = {"theme": str(theme.id), "other": str(into.id), "before": _look(into)}
    if theme.named_by_person and not into.named_by_person:
        into.name, into.named_by_person = theme.name, True
    _decide(db, visitor, CorrectionKind.MERGE, what, now)


def keep_apart(db: Session, visitor: Visitor, one_id: UUID, other_id: UUID, now: datetime) -> None:
    """These are two different things, however alike they sound: never proposed again."""
    one, other = _themes(db, visitor, one_id, other_id)
    if one.id == other.id:
        raise SameTheme
    _decide(db, visitor, CorrectionKind.APART, {"theme": str(one.id), "other": str(other.id)}, now)


def split(
    db: Session,
    visitor: Visitor,
    theme_id: UUID,
    topic_ids: Sequence[UUID],
    name: str,
    now: datetime,
    called: str = "",
) -> UUID:
    """Some topics of a theme become one of their own; returns its id. What stays, stays because a person saw it.
    `called`: what the machine calls it, where nobody gave a `name`."""
    (theme,) = _themes(db, visitor, theme_id)
    chosen = _topics_in(db, theme.id, topic_ids)
    if not may_correct_topics(db, visitor, chosen):
        raise NotFound
    if len(chosen) == _size(db, theme.id):
        raise Invalid(
            "Leave at least one topic where it is: with all of them it would be the same theme.", field="topic"
        )
    new = _found(db, name or called or _title_of(db, chosen[0]), bool(name), now)
    what = {"theme": str(theme.id), "new": str(new), "topics": [str(one) for one in chosen], "name": name}
    _decide(db, visitor, CorrectionKind.SPLIT, what, now)
    return new


def move(db: Session, visitor: Visitor, topic_ids: Sequence[UUID], into_id: UUID, now: datetime) -> None:
    """These topics belong to that theme."""
    if not may_correct_topics(db, visitor, topic_ids):
        raise NotFound
    into = _theme(db, into_id)
    what = {"other": str(into.id), "topics": [str(one) for one in topic_ids]}
    _decide(db, visitor, CorrectionKind.MOVE, what, now)


def start_new(db: Session, visitor: Visitor, topic_ids: Sequence[UUID], name: str, now: datetime) -> UUID:
    """These topics are a theme of their own; returns its id."""
    if not topic_ids or not may_correct_topics(db, visitor, topic_ids):
        raise NotFound
    new = _found(db, name or _title_of(db, topic_ids[0]), bool(name), now)
    what = {"new": str(new), "topics": [str(one) for one in topic_ids], "name": name}
    _decide(db, visitor, CorrectionKind.MOVE, what, now)
    return new


def confirm(db: Session, visitor: Visitor, topic_ids: Sequence[UUID], now: datetime) -> None:
    """These topics are where they belong."""
    if not topic_ids or not may_correct_topics(db, visitor, topic_ids):
        raise NotFound
    by_theme: dict[UUID, list[str]] = {}
    for row in db.exec(select(ThemeTopic).where(col(ThemeTopic.topic_id).in_(list(topic_ids)))):
        by_theme.setdefault(row.theme_id, []).append(str(row.topic_id))
    for theme_id, own in by_theme.items():
        _decide(db, visitor, CorrectionKind.CONFIRM, {"theme": str(theme_id), "topics": own}, now)


def rename(db: Session, visitor: Visitor, theme_id: UUID, name: str, now: datetime) -> None:
    """What a person called it, no run calls otherwise."""
    (theme,) = _themes(db, visitor, theme_id)
    if not name.strip():
        raise Invalid("Please give the theme a name.", field="name")
    what = {"theme": str(theme.id), "name": name, "before": _look(theme), "size": _size(db, theme.id)}
    theme.name, theme.named_by_person = name.strip()[:NAME_MAX], True
    _decide(db, visitor, CorrectionKind.RENAME, what, now)


def keep_whole(db: Session, visitor: Visitor, theme_id: UUID, now: datetime) -> None:
    """This is one thing, however wide: never suggested to be parted again."""
    (theme,) = _themes(db, visitor, theme_id)
    _decide(db, visitor, CorrectionKind.WHOLE, {"theme": str(theme.id)}, now)


def keep_name(db: Session, visitor: Visitor, theme_id: UUID, now: datetime) -> None:
    """Its name is right, and stays: no run calls it otherwise, and another is never suggested again."""
    (theme,) = _themes(db, visitor, theme_id)
    what = {"theme": str(theme.id), "name": theme.name, "before": _look(theme)}
    theme.named_by_person = True
    _decide(db, visitor, CorrectionKind.KEEP_NAME, what, now)


def close(db: Session, visitor: Visitor, theme_id: UUID, on: date, inconclusive: bool, now: datetime) -> None:
    """It is over, or (`inconclusive`) nobody can tell whether it is and it is let go."""
    (theme,) = _themes(db, visitor, theme_id)
    what = {"theme": str(theme.id), "before": _look(theme)}
    theme.closed_on, theme.inconclusive = on, inconclusive
    _decide(db, visitor, CorrectionKind.CLOSE, what, now)


def reopen(db: Session, visitor: Visitor, theme_id: UUID, now: datetime) -> None:
    (theme,) = _themes(db, visitor, theme_id)
    what = {"theme": str(theme.id), "before": _look(theme)}
    theme.closed_on, theme.inconclusive = None, False
    _decide(db, visitor, CorrectionKind.REOPEN, what, now)


def undo(db: Session, visitor: Visitor) -> None:
    """Take back the last decision that was not taken back yet, whoever made it. Raises NothingToUndo."""
    hold(db)
    line = last_correction(db)
    if line is None or not may_correct(visitor):
        raise NothingToUndo
    if not visitor.sees_everything and line.account_id != visitor.account_id:
        raise NothingToUndo("Somebody else made the last change. A facilitator or an admin can take it back.")
    before = line.what.get("before")
    if before:
        theme = db.get_one(Theme, UUID(before["theme"]))
        theme.name, theme.named_by_person = before["name"], before["by_person"]
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


def _decide(db: Session, visitor: Visitor, kind: CorrectionKind, what: dict[str, Any], now: datetime) -> None:
    hold(db)
    number = (db.exec(select(func.max(ThemeCorrection.number))).one() or 0) + 1
    line = ThemeCorrection(number=number, kind=kind, what=what, account_id=visitor.account_id, happened_at=now)
    db.add(line)
    db.flush()
    _lay_over(db, _mentioned(line), {UUID(what[key]) for key in ("theme", "other", "new") if what.get(key)})


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


def _themes(db: Session, visitor: Visitor, *theme_ids: UUID) -> list[Theme]:
    if not may_correct(visitor):
        raise NotYourThemes
    found = [_theme(db, theme_id) for theme_id in theme_ids]
    if not may_correct_theme(db, visitor, *(one.id for one in found)):
        raise NotFound
    return found


def _theme(db: Session, theme_id: UUID) -> Theme:
    """The live theme of this id. Raises NotFound."""
    row = db.get(Theme, theme_id)
    while row is not None and row.merged_into_id is not None:
        row = db.get(Theme, row.merged_into_id)
    if row is None:
        raise NotFound
    return row


def _topics_in(db: Session, theme_id: UUID, topic_ids: Sequence[UUID]) -> list[UUID]:
    there = set(
        db.exec(
            select(ThemeTopic.topic_id).where(
                ThemeTopic.theme_id == theme_id, col(ThemeTopic.topic_id).in_(list(topic_ids))
            )
        )
    )
    chosen = [one for one in dict.fromkeys(topic_ids) if one in there]
    if not chosen:
        raise Invalid("Choose at least one topic of this theme.", field="topic")
    return chosen


def _found(db: Session, name: str, by_person: bool, now: datetime) -> UUID:
    theme = Theme(id=new_id(), name=name[:NAME_MAX], named_by_person=by_person, created_at=now)
    db.add(theme)
    db.flush()
    return theme.id


def _size(db: Session, theme_id: UUID) -> int:
    return db.exec(select(func.count()).select_from(ThemeTopic).where(ThemeTopic.theme_id == theme_id)).one()


def _look(theme: Theme) -> dict[str, Any]:
    return {
        "theme": str(theme.id), "name": theme.name, "by_person": theme.named_by_person,
        "closed_on": theme.closed_on.isoformat() if theme.closed_on else None, "inconclusive": theme.inconclusive,
    }  # fmt: skip


def _title_of(db: Session, topic_id: UUID) -> str:
    topic = db.get_one(Topic, topic_id)
    return short_name(topic.title, topic.titled_by_person, name_words(db)) or UNNAMED

"""What people decide about themes as a whole: the same, apart, one thing, its name, its kind, over."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from app.core.errors import Invalid, NotFound, Refusal
from app.meaning.queries import kinds
from app.people.rules import Visitor
from app.themes.queries.names import read_by
from app.themes.rules.decisions import CorrectionKind
from app.themes.rules.suggestions import NAME_MAX
from app.themes.service.deciding import decide, look, size_of, their_themes


class SameTheme(Refusal):
    sentence = "These two are one theme already."


def merge(db: Session, visitor: Visitor, theme_id: UUID, into_id: UUID, now: datetime) -> None:
    """`theme_id` is the same friction as `into_id` and becomes a part of it; both addresses keep working."""
    theme, into = their_themes(db, visitor, theme_id, into_id)
    if theme.id == into.id:
        raise SameTheme
    theme.merged_into_id = into.id
    what = {"theme": str(theme.id), "other": str(into.id), "before": look(into)}
    if theme.named_by_person and not into.named_by_person:
        into.name, into.named_by_person = theme.name, True
    if theme.kind_by_person and not into.kind_by_person:
        into.kind, into.kind_by_person = theme.kind, True
    decide(db, visitor, CorrectionKind.MERGE, what, now)


def keep_apart(db: Session, visitor: Visitor, one_id: UUID, other_id: UUID, now: datetime) -> None:
    """These are two different things, however alike they sound: never proposed again."""
    one, other = their_themes(db, visitor, one_id, other_id)
    if one.id == other.id:
        raise SameTheme
    decide(db, visitor, CorrectionKind.APART, {"theme": str(one.id), "other": str(other.id)}, now)


def keep_whole(db: Session, visitor: Visitor, theme_id: UUID, now: datetime) -> None:
    """This is one thing, however wide: never suggested to be parted again."""
    (theme,) = their_themes(db, visitor, theme_id)
    decide(db, visitor, CorrectionKind.WHOLE, {"theme": str(theme.id)}, now)


def rename(db: Session, visitor: Visitor, theme_id: UUID, name: str, now: datetime) -> None:
    """What a person called it, no run calls otherwise."""
    (theme,) = their_themes(db, visitor, theme_id)
    if not name.strip():
        raise Invalid("Please give the theme a name.", field="name")
    what = {"theme": str(theme.id), "name": name, "before": look(theme), "size": size_of(db, theme.id)}
    theme.name, theme.named_by_person = name.strip()[:NAME_MAX], True
    decide(db, visitor, CorrectionKind.RENAME, what, now)


def keep_name(db: Session, visitor: Visitor, theme_id: UUID, now: datetime) -> None:
    """Its name is right, and stays: no run calls it otherwise, and another is never suggested again."""
    (theme,) = their_themes(db, visitor, theme_id)
    if theme.id not in read_by(db, visitor, {theme.id}):
        raise NotFound  # nobody keeps for all what they have not read
    what = {"theme": str(theme.id), "name": theme.name, "before": look(theme)}
    theme.named_by_person = True
    decide(db, visitor, CorrectionKind.KEEP_NAME, what, now)


def sort(db: Session, visitor: Visitor, theme_id: UUID, kind: str, now: datetime) -> None:
    """It is a friction of this kind (its key; '' of none): no run says otherwise."""
    (theme,) = their_themes(db, visitor, theme_id)
    if kind and kind != theme.kind and kind not in {one.key for one in kinds(db)}:
        raise Invalid("Choose one of the kinds in the list.", field="kind")
    what = {"theme": str(theme.id), "kind": kind, "before": look(theme)}
    theme.kind, theme.kind_by_person = kind, True
    decide(db, visitor, CorrectionKind.SORT, what, now)


def close(db: Session, visitor: Visitor, theme_id: UUID, on: date, inconclusive: bool, now: datetime) -> None:
    """It is over, or (`inconclusive`) nobody can tell whether it is and it is let go."""
    (theme,) = their_themes(db, visitor, theme_id)
    what = {"theme": str(theme.id), "before": look(theme)}
    theme.closed_on, theme.inconclusive = on, inconclusive
    decide(db, visitor, CorrectionKind.CLOSE, what, now)


def reopen(db: Session, visitor: Visitor, theme_id: UUID, now: datetime) -> None:
    (theme,) = their_themes(db, visitor, theme_id)
    what = {"theme": str(theme.id), "before": look(theme)}
    theme.closed_on, theme.inconclusive = None, False
    decide(db, visitor, CorrectionKind.REOPEN, what, now)

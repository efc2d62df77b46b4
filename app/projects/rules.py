"""Decisions about joint projects: which dates and departments make one, and who sees it; pure."""

import unicodedata
from collections.abc import Collection
from datetime import date
from uuid import UUID

from app.core.texts import one_line
from app.people.rules import Visitor

NAME_MAX = 120
KIND_MAX = 60
FEWEST_DEPARTMENTS = 2


def tidy(typed: str) -> str:
    """A name as it is kept: composed, one blank between its words."""
    return one_line(typed)


def name_problem(name: str) -> str | None:
    """A sentence when a tidied name is empty, too long or cannot be shown."""
    if not name:
        return "Type what the project was called."
    return _text_problem(name, NAME_MAX)


def kind_problem(kind: str) -> str | None:
    """A sentence when a tidied type is too long or cannot be shown; it may be empty."""
    return _text_problem(kind, KIND_MAX)


def dates_problem(started_on: date | None, ended_on: date | None) -> str | None:
    """A sentence when a project would end before it began."""
    if started_on and ended_on and ended_on < started_on:
        return "The project cannot end before it began. Please look at both dates."
    return None


def departments_problem(department_ids: Collection[UUID]) -> str | None:
    """A sentence when it is no joint project."""
    if len(set(department_ids)) < FEWEST_DEPARTMENTS:
        return "A joint project needs at least two departments. Choose all that took part."
    return None


def may_see(visitor: Visitor, department_ids: Collection[UUID]) -> bool:
    """Admins and facilitators see every project; others those of their departments."""
    return visitor.sees_everything or not visitor.departments.isdisjoint(department_ids)


def may_change(visitor: Visitor) -> bool:
    """Admins and facilitators create and change projects."""
    return visitor.sees_everything


def _text_problem(text: str, longest: int) -> str | None:
    if len(text) > longest:
        return f"Please keep it to {longest} characters; this has {len(text)}."
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text):
        return "There is a character in it that cannot be shown. Please type it again."
    return None

"""Reads what people decide about themes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.core.errors import Invalid
from app.themes.rules.suggestions import NAME_MAX
from app.web.forms import Problems, one_line

NEW = "new"
WHOLE = "whole"
REVIEW = "/desk/themes/review"


def chosen(values: Sequence[str] | None) -> list[UUID]:
    """Ids of topics. Raises Invalid."""
    if not values:
        raise Invalid("Choose at least one topic first.", field="topic")
    return [_id(value) for value in values]


def theme_id(value: str) -> UUID:
    """The id of a theme. Raises Invalid."""
    if not value:
        raise Invalid("Choose a theme first.", field="theme")
    return _id(value)


def read_name(value: str, needed: bool = True) -> str:
    """A name for a theme on one line. Raises Invalid with a sentence."""
    problems = Problems()
    name = one_line(value, most=NAME_MAX, problems=problems, name="name", label="the theme a name", needed=needed)
    if problems:
        raise Invalid(problems.get("name"), field="name")
    return name


def way_back(value: str, otherwise: str) -> str:
    """Only to pages of themes."""
    return value if value.startswith("/desk/themes") and "//" not in value and "\\" not in value else otherwise


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Invalid("Choose it again: this one is not known.") from None

"""Reads of themes: rows for services, frozen views for screens."""

from app.themes.queries.review import Review, last_change, review
from app.themes.queries.rights import may_correct
from app.themes.queries.themes import (
    ThemePage,
    ThemeView,
    TopicInTheme,
    theme,
    theme_of_topic,
    themes,
    themes_by_id,
    topics_of_theme,
)

__all__ = [
    "Review", "ThemePage", "ThemeView", "TopicInTheme", "last_change", "may_correct", "review", "theme",
    "theme_of_topic", "themes", "themes_by_id", "topics_of_theme",
]  # fmt: skip

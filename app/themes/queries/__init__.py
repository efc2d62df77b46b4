"""Reads of themes: rows for services, frozen views for screens."""

from app.themes.queries.review import Review, last_change, review
from app.themes.queries.rights import may_correct, may_correct_theme
from app.themes.queries.suggestions import leaving
from app.themes.queries.themes import (
    ThemeView,
    TopicInTheme,
    TopicsOfTheme,
    theme,
    theme_of_topic,
    themes,
    themes_by_id,
    topics_of_theme,
)

__all__ = [
    "Review", "ThemeView", "TopicInTheme", "TopicsOfTheme", "last_change", "leaving", "may_correct",
    "may_correct_theme", "review", "theme", "theme_of_topic", "themes", "themes_by_id", "topics_of_theme",
]  # fmt: skip

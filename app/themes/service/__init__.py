"""Writes of themes: one function per use case."""

from app.themes.service.counting import COLUMN_OF, consumer_of, count

__all__ = ["COLUMN_OF", "consumer_of", "count"]

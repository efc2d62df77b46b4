"""Writes of themes: one function per use case."""

from app.themes.service.counting import COLUMN_OF, consumer_of, count
from app.themes.service.taking_in import take_in

__all__ = ["COLUMN_OF", "consumer_of", "count", "take_in"]

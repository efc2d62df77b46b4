"""Due work of themes: takes in what was closed, and groups anew when the encoder or the kinds of friction changed."""

from datetime import datetime

from app.core.db import Database
from app.themes.service import catch_up


def run_due(database: Database, now: datetime) -> None:
    """A part of what waits; the next round takes the next part."""
    catch_up.catch_up(database, now)

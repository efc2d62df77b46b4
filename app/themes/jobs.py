"""Due work of themes: takes in what was closed, and encodes anew what another encoder made."""

from datetime import datetime

from app.core.db import Database
from app.themes.service import take_in

RETROS_A_ROUND = 200


def run_due(database: Database, now: datetime) -> None:
    """A part of what waits; the next round takes the next part."""
    take_in(database, now, most=RETROS_A_ROUND)

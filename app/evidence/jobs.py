"""Due work: the evidence, once a retro was taken in, a theme was corrected or an action moved."""

from datetime import datetime

from app.core.db import Database
from app.evidence.service import counting
from app.evidence.service import rates as weighing_rates


def run_due(database: Database, now: datetime) -> None:
    """Bring the findings up to date. Where nothing changed this is a few reads."""
    if counting.recount(database, now):
        weighing_rates.weigh_rates(database)

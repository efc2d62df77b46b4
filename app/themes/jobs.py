"""Due work of themes: takes in what was closed, and encodes anew what another encoder made."""

from datetime import datetime

from app.core.db import Database
from app.themes.service import encode_anew, propose_merges, rerun, take_in

RETROS_A_ROUND = 200
TOPICS_A_ROUND = 2_000


def run_due(database: Database, now: datetime) -> None:
    """A part of what waits; the next round takes the next part."""
    encoded = encode_anew(database, TOPICS_A_ROUND)
    if encoded >= TOPICS_A_ROUND:
        return
    if encoded:
        rerun(database, now)
    take_in(database, now, most=RETROS_A_ROUND)
    propose_merges(database)

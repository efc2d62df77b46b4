"""Due work of telling people and programs outside: one module for each way out."""

from datetime import datetime

from app.core.db import Database
from app.notifications.jobs import digest, mails, webhooks


def run_due(database: Database, now: datetime) -> None:
    """Send what is due, by every way out."""
    digest.run_due(database, now)
    mails.run_due(database, now)
    webhooks.run_due(database, now)

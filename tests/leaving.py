"""Accounts that were closed without handing anything over, as releases before the rule left them."""

from datetime import datetime
from uuid import UUID

from app.core.db import Database
from app.people.models import Account


def close_account(database: Database, account_id: UUID, now: datetime) -> None:
    """Disabled, whatever is open with it."""
    with database.transaction() as db:
        db.get_one(Account, account_id).disabled_at = now

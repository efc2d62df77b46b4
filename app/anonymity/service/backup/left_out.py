"""Which tables a copy leaves empty: what the database is to forget, and what would let somebody in."""

from collections.abc import Sequence

from sqlalchemy import Table
from sqlmodel import SQLModel

from app.anonymity.service.shuffle import short_lived_tables
from app.core.migrate import import_models
from app.core.tables import ends_with_a_restore


def tables_that_open_doors() -> Sequence[Table]:
    """Sign-ins, tokens and links: their owners ask for new ones after a restore."""
    import_models()
    return [table for table in SQLModel.metadata.sorted_tables if ends_with_a_restore(table)]


def tables_left_out() -> Sequence[Table]:
    """Empty in every copy."""
    return (*short_lived_tables(), *tables_that_open_doors())

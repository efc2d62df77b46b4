"""Brings a database's tables up to date before the server starts; knows no table.

The scripts are found in the project (`alembic/`) or, when installed from a wheel, in `app/_bundled/alembic`. One
process at a time migrates: an advisory lock on PostgreSQL, a lock file beside a SQLite database.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import app

ADVISORY_LOCK = 0x46454E4345  # "FENCE"
_APP_FOLDER = Path(app.__file__).resolve().parent


def import_models() -> None:
    """Import every slice's models, so that the metadata knows all tables."""
    for slice_ in iter_modules(app.__path__):
        name = f"app.{slice_.name}.models"
        if slice_.ispkg and find_spec(name) is not None:
            import_module(name)

"""Gives every key, index and constraint a predictable name, so that a migration can find it on both databases.

SQLAlchemy applies these names while tables are declared, so `app/core/tables.py` sets them before the first.
"""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

"""PostgreSQL keeps no samples of what must be forgotten

ANALYZE copies values of columns into pg_statistic, where no close of a retro reaches them. Columns are told their own
type again because that drops the samples which are there already.

Revision: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0004'
down_revision: str | Sequence[str] | None = '0003'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    'answer', 'dot_vote', 'draft', 'entry', 'rating', 'seat', 'seat_move', 'stance_vote', 'ticket', 'withdrawal',
)


def upgrade() -> None:
    _tell('SET STATISTICS 0', drop_samples=True)


def downgrade() -> None:
    _tell('SET STATISTICS -1', drop_samples=False)


def _tell(what: str, *, drop_samples: bool) -> None:
    bind = op.get_bind()
    if bind.dialect.name != 'postgresql':
        return
    for table in TABLES:
        for column in sa.inspect(bind).get_columns(table):
            alter = f'ALTER TABLE "{table}" ALTER COLUMN "{column["name"]}"'
            op.execute(f'{alter} {what}')
            if drop_samples:
                op.execute(f'{alter} TYPE {column["type"].compile(bind.dialect)}')

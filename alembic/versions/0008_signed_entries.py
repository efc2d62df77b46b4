"""what an entry is about narrows who wrote it, too; entries that speak for a department

Revision: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0008'
down_revision: str | Sequence[str] | None = '0007'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about_pooled', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('signed_department_id', sa.Uuid(), nullable=True))
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about_pooled', sa.Boolean(), server_default=sa.false(), nullable=False))
    _no_samples('entry', 'about_pooled', 'signed_department_id')


def downgrade() -> None:
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_column('about_pooled')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_column('signed_department_id')
        batch_op.drop_column('about_pooled')


def _no_samples(table: str, *columns: str) -> None:
    """PostgreSQL keeps no samples of what may have to be forgotten, see 0004."""
    if op.get_bind().dialect.name == 'postgresql':
        for column in columns:
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')

"""people expected of each department, hands counted, providers that are shown as the pool

Revision: 0007
Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0007'
down_revision: str | Sequence[str] | None = '0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Where people may have written already, the people expected can only become fewer.
_BEGAN = sa.text(
    """
    UPDATE retro SET writing_began = true
    WHERE stage NOT IN ('prepare', 'check_in')
       OR id IN (SELECT retro_id FROM time_box WHERE stage = 'write' AND started_at IS NOT NULL)
    """
)


def upgrade() -> None:
    with op.batch_alter_table('retro', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hands', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('late_about_pooled', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('writing_began', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_column('headcount')
    with op.batch_alter_table('retro_department', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about_pooled', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.alter_column('headcount', new_column_name='expected')
    op.execute(_BEGAN)


def downgrade() -> None:
    with op.batch_alter_table('retro_department', schema=None) as batch_op:
        batch_op.alter_column('expected', new_column_name='headcount')
        batch_op.drop_column('about_pooled')
    with op.batch_alter_table('retro', schema=None) as batch_op:
        batch_op.add_column(sa.Column('headcount', sa.Integer(), nullable=True))
        batch_op.drop_column('writing_began')
        batch_op.drop_column('late_about_pooled')
        batch_op.drop_column('hands')

"""no retro ends by surprise, and who took one over

What lies open when this comes has no warning yet, so nothing of it closes before one was written and a day of running
hours came after it.

Revision: 0017
Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision: str = '0017'
down_revision: str | Sequence[str] | None = '0016'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

def upgrade() -> None:
    # With defaults in the database: the code that still runs during the migration does not know these columns.
    for column in _columns():
        op.add_column('retro', column)
    op.create_table('running_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_running_hours'))
    )
    op.create_table('retro_takeover',
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Uuid(), nullable=True),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('taken_as', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('taken_at', UTCDateTime(), nullable=False),
    sa.Column('back_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_retro_takeover_by_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['from_id'], ['account.id'], name=op.f('fk_retro_takeover_from_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_retro_takeover_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('retro_id', 'number', name=op.f('pk_retro_takeover'))
    )


def downgrade() -> None:
    op.drop_table('retro_takeover')
    op.drop_table('running_hours')
    for column in reversed(_columns()):
        op.drop_column('retro', column.name)


def _columns() -> list[sa.Column]:
    return [
        sa.Column('stirred', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('changed_at', UTCDateTime(), nullable=True),
        sa.Column('changed_hour', sa.Integer(), server_default='0', nullable=False),
        sa.Column('continues_at', UTCDateTime(), nullable=True),
        sa.Column('kept_until', UTCDateTime(), nullable=True),
        sa.Column('closes_at', UTCDateTime(), nullable=True),
        sa.Column('warned_hour', sa.Integer(), nullable=True),
        sa.Column('warned_times', sa.Integer(), server_default='0', nullable=False),
        sa.Column('offered_longer', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('reminded_at', UTCDateTime(), nullable=True),
    ]

"""the late round and the closed door

Revision: 0012
Revises: 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision: str = '0012'
down_revision: str | Sequence[str] | None = '0011'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('retro', schema=None) as batch_op:
        batch_op.add_column(sa.Column('late_round', sqlmodel.sql.sqltypes.AutoString(length=10), server_default='not_yet', nullable=False))
        batch_op.add_column(sa.Column('late_round_ends_at', UTCDateTime(), nullable=True))
    # A retro that went past grouping before there was such a round goes on as it was.
    op.execute("UPDATE retro SET late_round = 'skipped' WHERE stage IN ('vote', 'discuss', 'wrap_up', 'closed')")
    op.add_column('entry', sa.Column('late', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.alter_column('late', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('topic_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suggested_topic_id', sa.Uuid(), nullable=True))
    op.create_table('waiting',
    sa.Column('tag', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_waiting_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tag', name=op.f('pk_waiting')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_waiting_retro_id'), 'waiting', ['retro_id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        # No samples of what must be forgotten (see 0004).
        for table, column in (('waiting', 'tag'), ('waiting', 'retro_id'), ('waiting', 'sealed'), ('entry', 'late')):
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')


def downgrade() -> None:
    op.drop_index(op.f('ix_waiting_retro_id'), table_name='waiting')
    op.drop_table('waiting')
    with op.batch_alter_table('topic_entry', schema=None) as batch_op:
        batch_op.drop_column('suggested_topic_id')
    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.drop_column('late')
    with op.batch_alter_table('retro', schema=None) as batch_op:
        batch_op.drop_column('late_round_ends_at')
        batch_op.drop_column('late_round')

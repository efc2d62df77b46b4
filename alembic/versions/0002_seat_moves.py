"""codes that take a seat to another device

Revision: 0002
Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0002'
down_revision: str | Sequence[str] | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('seat_move',
    sa.Column('code_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_seat_move_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_seat_move')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_seat_move_retro_id'), 'seat_move', ['retro_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_seat_move_retro_id'), table_name='seat_move')
    op.drop_table('seat_move')

"""what proves an entry one's own is sealed, and so are withdrawals

Owner tags lay in clear beside the entries, where a backup, a log or a replica between reveal and close had them. A
migration has no keys, so it moves those of today into a table that no backup holds; the next start seals them
(`app/entries/service/upgrading.py`) and scrubs the files.

Revision: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0009'
down_revision: str | Sequence[str] | None = '0008'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOVE = (
    'INSERT INTO owner_to_seal (entry_id, retro_id, owner_tag, withdrawn) '
    'SELECT e.id, e.retro_id, e.owner_tag, EXISTS (SELECT 1 FROM withdrawal w WHERE w.tag = e.owner_tag) '
    'FROM entry e WHERE e.owner_tag IS NOT NULL'
)


def upgrade() -> None:
    _create('owner_to_seal', sa.Column('entry_id', sa.Uuid(), nullable=False), sa.Column(
        'owner_tag', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True
    ), sa.Column('withdrawn', sa.Boolean(), nullable=False))
    op.execute(MOVE)
    op.drop_table('withdrawal')
    for name in ('entry_owner', 'withdrawal'):
        _create(name, sa.Column('id', sa.Uuid(), nullable=False), sa.Column('sealed', sa.LargeBinary(), nullable=False))
    with op.batch_alter_table('entry', table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.drop_constraint('uq_entry_owner_tag', type_='unique')
        batch_op.drop_column('owner_tag')


def downgrade() -> None:
    """Who could withdraw what is lost: older versions find it by the clear tags that are gone."""
    for name in ('entry_owner', 'withdrawal', 'owner_to_seal'):
        op.drop_table(name)
    with op.batch_alter_table('entry', table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.add_column(sa.Column('owner_tag', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        batch_op.create_unique_constraint('uq_entry_owner_tag', ['owner_tag'])
    _create('withdrawal', sa.Column('tag', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False))
    _never_sample('entry', 'owner_tag')


def _create(name: str, key: sa.Column, *columns: sa.Column) -> None:
    op.create_table(
        name,
        key,
        sa.Column('retro_id', sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=f'fk_{name}_retro_id_retro', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint(key.name, name=f'pk_{name}'),
        sqlite_with_rowid=False,
    )
    op.create_index(f'ix_{name}_retro_id', name, ['retro_id'], unique=False)
    _never_sample(name, key.name, 'retro_id', *(column.name for column in columns))


def _never_sample(table: str, *columns: str) -> None:
    """PostgreSQL keeps no samples of what must be forgotten (0004)."""
    if op.get_bind().dialect.name == 'postgresql':
        for column in columns:
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')

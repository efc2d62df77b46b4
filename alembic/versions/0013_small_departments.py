"""how many people a department has, and from which retros the words of a theme's name come

Revision: 0013
Revises: 0012
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0013'
down_revision: str | Sequence[str] | None = '0012'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.add_column(sa.Column('people', sa.Integer(), nullable=True))
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name_parts', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.alter_column('name_parts', server_default=None)
    with op.batch_alter_table('theme_suggestion', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sources', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('theme_suggestion', schema=None) as batch_op:
        batch_op.alter_column('sources', server_default=None)
    op.create_table('theme_name_source',
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_theme_name_source_retro_id_retro'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_name_source_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'part', 'retro_id', name=op.f('pk_theme_name_source'))
    )
    with op.batch_alter_table('theme_name_source', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_name_source_retro_id'), ['retro_id'], unique=False)
    _every_retro_of_old_names()
    # Findings are a projection: those of imported groups of unknown size are of no pair any more, so all are made
    # anew by the next job.
    for table in ('finding', 'action_verdict', 'retro_counted', 'theme_counted'):
        op.execute(f"DELETE FROM {table}")
    # Names that were suggested before say nothing of where their words come from: they are suggested anew.
    op.execute("DELETE FROM theme_suggestion")


def _every_retro_of_old_names() -> None:
    """A name that the machine made before: its words may be of any retro of the theme, so it is for those who may
    read all of them, until it is made anew or a person gives one."""
    op.execute(
        "INSERT INTO theme_name_source (theme_id, part, retro_id) "
        "SELECT theme_id, ROW_NUMBER() OVER (PARTITION BY theme_id ORDER BY retro_id), retro_id "
        "FROM (SELECT DISTINCT theme_topic.theme_id AS theme_id, theme_topic.retro_id AS retro_id FROM theme_topic "
        "JOIN theme ON theme.id = theme_topic.theme_id "
        "WHERE NOT theme.named_by_person AND theme.name <> 'Not named yet') AS spoken"
    )
    op.execute(
        "UPDATE theme SET name_parts = "
        "(SELECT COUNT(*) FROM theme_name_source WHERE theme_name_source.theme_id = theme.id)"
    )
    # Without a topic nobody can say any more whose words they are.
    op.execute(
        "UPDATE theme SET name_parts = 1 WHERE name_parts = 0 AND NOT named_by_person AND name <> 'Not named yet'"
    )


def downgrade() -> None:
    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.drop_column('people')
    op.drop_table('theme_name_source')
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.drop_column('name_parts')
    with op.batch_alter_table('theme_suggestion', schema=None) as batch_op:
        batch_op.drop_column('sources')

"""friction that recurs: themes and what closed retros came to, imported history, pairs that worked together, briefs

Revision: 0006
Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0006'
down_revision: str | Sequence[str] | None = '0005'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('friction_kind',
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('phrases', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_friction_kind'))
    )
    op.create_table('theme',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('named_by_person', sa.Boolean(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
    sa.Column('kind_by_person', sa.Boolean(), nullable=False),
    sa.Column('merged_into_id', sa.Uuid(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('inconclusive', sa.Boolean(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['merged_into_id'], ['theme.id'], name=op.f('fk_theme_merged_into_id_theme'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme'))
    )
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_merged_into_id'), ['merged_into_id'], unique=False)

    op.create_table('finding',
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('consumer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('series', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('eligible', sa.Integer(), nullable=False),
    sa.Column('low', sa.Float(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('rate', sa.Float(), nullable=True),
    sa.Column('rate_low', sa.Float(), nullable=True),
    sa.Column('rate_high', sa.Float(), nullable=True),
    sa.Column('trend', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('trend_z', sa.Float(), nullable=True),
    sa.Column('trend_p', sa.Float(), nullable=True),
    sa.Column('worked', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('of_provider', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('of_consumer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('of_series', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('points', sa.JSON(), nullable=False),
    sa.Column('counted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_finding_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', 'provider', 'consumer', 'series', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index('ix_finding_pair', ['provider', 'consumer'], unique=False)
        batch_op.create_index('ix_finding_state', ['state'], unique=False)
        batch_op.create_index('ix_finding_consumer', ['consumer'], unique=False)
        batch_op.create_index('ix_finding_series', ['series'], unique=False)

    op.create_table('action_verdict',
    sa.Column('action_id', sa.Uuid(), nullable=False),
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('action_version', sa.Integer(), nullable=False),
    sa.Column('provider', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('consumer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('by_person', sa.Boolean(), nullable=False),
    sa.Column('missing', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('lacking', sa.Integer(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=False),
    sa.Column('grace_on', sa.Date(), nullable=True),
    sa.Column('back_on', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('y0', sa.Integer(), nullable=False),
    sa.Column('n0', sa.Integer(), nullable=False),
    sa.Column('y1', sa.Integer(), nullable=False),
    sa.Column('n1', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_verdict_action_id_action'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_action_verdict_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('action_id', name=op.f('pk_action_verdict'))
    )
    with op.batch_alter_table('action_verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_verdict_theme_id'), ['theme_id'], unique=False)

    op.create_table('retro_counted',
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('taken_in_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('retro_id', name=op.f('pk_retro_counted'))
    )
    op.create_table('theme_counted',
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('merged_into_id', sa.Uuid(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_counted_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', name=op.f('pk_theme_counted'))
    )
    op.create_table('evidence_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rate', sa.Float(), nullable=False),
    sa.Column('ran_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_run'))
    )

    op.create_table('history_import',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('file_name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('happened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('undone_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_history_import_account_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_import'))
    )
    op.create_table('theme_correction',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('what', sa.JSON(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('happened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_theme_correction_account_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_theme_correction'))
    )
    op.create_table('brief_mark',
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('line', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('mark', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=280), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('happened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_brief_mark_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_brief_mark_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'line', name=op.f('pk_brief_mark'))
    )
    op.create_table('imported_retro',
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('fingerprint', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('held', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['history_import.id'], name=op.f('fk_imported_retro_import_id_history_import')),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_imported_retro_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('retro_id', name=op.f('pk_imported_retro')),
    sa.UniqueConstraint('name', name=op.f('uq_imported_retro_name'))
    )
    with op.batch_alter_table('imported_retro', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_imported_retro_import_id'), ['import_id'], unique=False)

    op.create_table('history_upload',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('file_name', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('uploaded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_history_upload_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_upload'))
    )
    with op.batch_alter_table('history_upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_history_upload_account_id'), ['account_id'], unique=False)

    op.create_table('pair_count',
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('consumer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('unsorted', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('ideas', sa.Integer(), nullable=False),
    sa.Column('surprised', sa.Integer(), nullable=False),
    sa.Column('thanks', sa.Integer(), nullable=False),
    sa.Column('actions', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_pair_count_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('retro_id', 'provider', 'consumer', name=op.f('pk_pair_count'))
    )
    with op.batch_alter_table('pair_count', schema=None) as batch_op:
        batch_op.create_index('ix_pair_count_pair', ['provider', 'consumer'], unique=False)

    op.create_table('proposal_verdict',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('encoder', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('label_kept', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_proposal_verdict_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_verdict'))
    )
    with op.batch_alter_table('proposal_verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_verdict_retro_id'), ['retro_id'], unique=False)

    op.create_table('retro_pair_apart',
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('one_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['one_id'], ['department.id'], name=op.f('fk_retro_pair_apart_one_id_department')),
    sa.ForeignKeyConstraint(['other_id'], ['department.id'], name=op.f('fk_retro_pair_apart_other_id_department')),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_retro_pair_apart_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('retro_id', 'one_id', 'other_id', name=op.f('pk_retro_pair_apart'))
    )
    op.create_table('retro_taken_in',
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('encoder', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('taken_in_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_retro_taken_in_retro_id_retro'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('retro_id', name=op.f('pk_retro_taken_in'))
    )
    op.create_table('theme_topic',
    sa.Column('topic_id', sa.Uuid(), nullable=False),
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('placed_by_person', sa.Boolean(), nullable=False),
    sa.Column('looked_at', sa.Boolean(), nullable=False),
    sa.Column('group_id', sa.Uuid(), nullable=False),
    sa.Column('drawn_to_id', sa.Uuid(), nullable=True),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.Column('runner_up_id', sa.Uuid(), nullable=True),
    sa.Column('doubt', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_theme_topic_retro_id_retro'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['runner_up_id'], ['theme.id'], name=op.f('fk_theme_topic_runner_up_id_theme'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_topic_theme_id_theme')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_theme_topic_topic_id_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', name=op.f('pk_theme_topic'))
    )
    with op.batch_alter_table('theme_topic', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_topic_doubt'), ['doubt'], unique=False)
        batch_op.create_index(batch_op.f('ix_theme_topic_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_theme_topic_retro_id'), ['retro_id'], unique=False)
        batch_op.create_index('ix_theme_topic_theme', ['theme_id', 'retro_id'], unique=False)

    op.create_table('theme_proposal',
    sa.Column('one_id', sa.Uuid(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['one_id'], ['theme.id'], name=op.f('fk_theme_proposal_one_id_theme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['theme.id'], name=op.f('fk_theme_proposal_other_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('one_id', 'other_id', name=op.f('pk_theme_proposal'))
    )
    op.create_table('theme_suggestion',
    sa.Column('theme_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('stays', sa.JSON(), nullable=False),
    sa.Column('strength', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_suggestion_theme_id_theme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('theme_id', name=op.f('pk_theme_suggestion'))
    )
    op.create_table('themes_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('wants_rerun', sa.Boolean(), nullable=False),
    sa.Column('seen', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_themes_version'))
    )
    op.create_table('topic_count',
    sa.Column('topic_id', sa.Uuid(), nullable=False),
    sa.Column('provider', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('consumer', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('unsorted', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('ideas', sa.Integer(), nullable=False),
    sa.Column('surprised', sa.Integer(), nullable=False),
    sa.Column('thanks', sa.Integer(), nullable=False),
    sa.Column('actions', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_topic_count_retro_id_retro'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_count_topic_id_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', 'provider', 'consumer', name=op.f('pk_topic_count'))
    )
    with op.batch_alter_table('topic_count', schema=None) as batch_op:
        batch_op.create_index('ix_topic_count_retro', ['retro_id'], unique=False)

    op.create_table('topic_vector',
    sa.Column('topic_id', sa.Uuid(), nullable=False),
    sa.Column('encoder', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_vector_topic_id_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('topic_id', name=op.f('pk_topic_vector'))
    )
    with op.batch_alter_table('topic_vector', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_vector_encoder'), ['encoder'], unique=False)

    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.alter_column('text',
               existing_type=sa.VARCHAR(length=280),
               type_=sqlmodel.sql.sqltypes.AutoString(length=4000),
               existing_nullable=False)

    with op.batch_alter_table('retro', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pooled_seats', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('held_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('series', sqlmodel.sql.sqltypes.AutoString(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('imported', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index('ix_retro_closed', ['imported', 'stage', 'closed_at'], unique=False)
        batch_op.create_index('ix_retro_held', ['imported', 'held_on'], unique=False)

    with op.batch_alter_table('retro_department', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seats', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_retro_department_department_id'), ['department_id'], unique=False)

    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proposal', sqlmodel.sql.sqltypes.AutoString(length=10), server_default='', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_column('proposal')

    with op.batch_alter_table('retro_department', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_retro_department_department_id'))
        batch_op.drop_column('seats')

    with op.batch_alter_table('retro', schema=None) as batch_op:
        batch_op.drop_index('ix_retro_held')
        batch_op.drop_index('ix_retro_closed')
        batch_op.drop_column('imported')
        batch_op.drop_column('series')
        batch_op.drop_column('held_on')
        batch_op.drop_column('pooled_seats')

    with op.batch_alter_table('entry', schema=None, table_kwargs={'sqlite_with_rowid': False}) as batch_op:
        batch_op.alter_column('text',
               existing_type=sqlmodel.sql.sqltypes.AutoString(length=4000),
               type_=sa.VARCHAR(length=280),
               existing_nullable=False)

    with op.batch_alter_table('topic_vector', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_vector_encoder'))

    op.drop_table('topic_vector')
    with op.batch_alter_table('topic_count', schema=None) as batch_op:
        batch_op.drop_index('ix_topic_count_retro')

    op.drop_table('topic_count')
    with op.batch_alter_table('theme_topic', schema=None) as batch_op:
        batch_op.drop_index('ix_theme_topic_theme')
        batch_op.drop_index(batch_op.f('ix_theme_topic_retro_id'))
        batch_op.drop_index(batch_op.f('ix_theme_topic_group_id'))
        batch_op.drop_index(batch_op.f('ix_theme_topic_doubt'))

    op.drop_table('themes_version')
    op.drop_table('theme_suggestion')
    op.drop_table('theme_proposal')
    op.drop_table('theme_topic')
    op.drop_table('retro_taken_in')
    op.drop_table('retro_pair_apart')
    with op.batch_alter_table('proposal_verdict', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_verdict_retro_id'))

    op.drop_table('proposal_verdict')
    with op.batch_alter_table('pair_count', schema=None) as batch_op:
        batch_op.drop_index('ix_pair_count_pair')

    op.drop_table('pair_count')
    with op.batch_alter_table('imported_retro', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_imported_retro_import_id'))

    op.drop_table('imported_retro')
    op.drop_table('brief_mark')
    op.drop_table('theme_correction')
    with op.batch_alter_table('history_upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_history_upload_account_id'))

    op.drop_table('history_upload')
    op.drop_table('history_import')
    op.drop_table('evidence_run')
    op.drop_table('theme_counted')
    op.drop_table('retro_counted')
    with op.batch_alter_table('action_verdict', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_verdict_theme_id'))

    op.drop_table('action_verdict')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index('ix_finding_series')
        batch_op.drop_index('ix_finding_consumer')
        batch_op.drop_index('ix_finding_state')
        batch_op.drop_index('ix_finding_pair')

    op.drop_table('finding')
    with op.batch_alter_table('theme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_merged_into_id'))

    op.drop_table('theme')
    op.drop_table('friction_kind')

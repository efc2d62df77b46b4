"""promises are followed up: what their histories come to, agreements, policy, mail, calendar feeds, webhooks, tokens

Revision: 0005
Revises: 0004
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision: str = '0005'
down_revision: str | Sequence[str] | None = '0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('acknowledge_within', sa.Integer(), nullable=False),
    sa.Column('due_high', sa.Integer(), nullable=False),
    sa.Column('due_normal', sa.Integer(), nullable=False),
    sa.Column('remind_before', sa.Integer(), nullable=False),
    sa.Column('remind_on_the_day', sa.Boolean(), nullable=False),
    sa.Column('remind_every', sa.Integer(), nullable=False),
    sa.Column('lead_after', sa.Integer(), nullable=False),
    sa.Column('sponsor_after', sa.Integer(), nullable=False),
    sa.Column('silence_after', sa.Integer(), nullable=False),
    sa.Column('mend_within', sa.Integer(), nullable=False),
    sa.Column('leads_hear_reminders', sa.Boolean(), nullable=False),
    sa.Column('members_may_be_asked', sa.Boolean(), nullable=False),
    sa.Column('sponsor_name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('sponsor_email', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
    sa.Column('digest_weekday', sa.Integer(), nullable=False),
    sa.Column('digest_hour', sa.Integer(), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=False),
    sa.Column('quiet_until', sa.Integer(), nullable=False),
    sa.Column('quiet_weekends', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('scopes', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('used_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_token_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_account_id'), ['account_id'], unique=False)

    op.create_table('calendar_feed',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('read_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_calendar_feed_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_table('mail_settings',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('off', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('digest_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mail_settings_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_mail_settings'))
    )
    with op.batch_alter_table('mail_settings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_settings_digest_at'), ['digest_at'], unique=False)

    op.create_table('saved_view',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('query', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_saved_view_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_saved_view_account_id_name'))
    )
    op.create_table('webhook',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('template', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('events', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('secret_number', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('stopped_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('stopped_because', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('failing_since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_webhook_created_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('webhook_id', sa.Uuid(), nullable=False),
    sa.Column('event', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('body', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('step', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('claimed_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('taken_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('given_up_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_delivery_webhook_id_webhook'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_step'), ['step'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_taken_at'), ['taken_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_webhook_id'), ['webhook_id'], unique=False)

    op.create_table('agreement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_id', sa.Uuid(), nullable=True),
    sa.Column('retro_id', sa.Uuid(), nullable=True),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('providing_department_id', sa.Uuid(), nullable=False),
    sa.Column('requesting_department_id', sa.Uuid(), nullable=False),
    sa.Column('dimension', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('proposed_by', sa.Uuid(), nullable=True),
    sa.Column('waits_for_id', sa.Uuid(), nullable=True),
    sa.Column('waits_also_for_id', sa.Uuid(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_agreement_action_id_action'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_agreement_proposed_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['providing_department_id'], ['department.id'], name=op.f('fk_agreement_providing_department_id_department')),
    sa.ForeignKeyConstraint(['requesting_department_id'], ['department.id'], name=op.f('fk_agreement_requesting_department_id_department')),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_agreement_retro_id_retro'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['waits_also_for_id'], ['department.id'], name=op.f('fk_agreement_waits_also_for_id_department')),
    sa.ForeignKeyConstraint(['waits_for_id'], ['department.id'], name=op.f('fk_agreement_waits_for_id_department')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement')),
    sa.UniqueConstraint('action_id', name=op.f('uq_agreement_action_id'))
    )
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_providing_department_id'), ['providing_department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_requesting_department_id'), ['requesting_department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreement_retro_id'), ['retro_id'], unique=False)

    op.create_table('agreement_review',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('retro_id', sa.Uuid(), nullable=True),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_agreement_review_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_review_agreement_id_agreement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['retro_id'], ['retro.id'], name=op.f('fk_agreement_review_retro_id_retro'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_review')),
    sa.UniqueConstraint('agreement_id', 'retro_id', name=op.f('uq_agreement_review_agreement_id_retro_id'))
    )
    with op.batch_alter_table('agreement_review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_review_retro_id'), ['retro_id'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('time_zone', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False, server_default=''))

    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bridge', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sponsor_email', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('dimension', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('review_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('requested_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('answered_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('answered_in', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('settled_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('open_for', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reported_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('by_silence', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('blocked_by_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('miss_reason', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('moved_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('attention_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('noticed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('tracker_state', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('tracker_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('imported_as', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
        batch_op.add_column(sa.Column('imported_from', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True))
        batch_op.add_column(sa.Column('imported_row', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('imported_version', sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f('ix_action_providing_department_id'))
        batch_op.drop_index(batch_op.f('ix_action_requesting_department_id'))
        batch_op.create_index(batch_op.f('ix_action_attention_at'), ['attention_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_blocked_by_id'), ['blocked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_imported_from'), ['imported_from'], unique=False)
        batch_op.create_index('ix_action_providing_open', ['providing_department_id', 'state', 'due_on'], unique=False)
        batch_op.create_index('ix_action_requesting_open', ['requesting_department_id', 'state', 'due_on'], unique=False)
        batch_op.create_index('ix_action_figures_pair', ['providing_department_id', 'requesting_department_id', 'promised_for', 'settled_on', 'state', 'reported_on', 'by_silence', 'due_on', 'requested_on', 'removed_at'], unique=False)
        batch_op.create_index('ix_action_figures_due', ['promised_for', 'settled_on', 'state', 'reported_on', 'by_silence', 'slips', 'miss_reason', 'due_on', 'requested_on', 'providing_department_id', 'requesting_department_id', 'removed_at'], unique=False)
        batch_op.create_index('ix_action_figures_asked', ['requested_on', 'settled_on', 'open_for', 'answered_in', 'state', 'due_on', 'providing_department_id', 'requesting_department_id', 'removed_at'], unique=False)
        batch_op.create_index('ix_action_figures_settled', ['settled_on', 'requested_on', 'due_on', 'state', 'answered_in', 'providing_department_id', 'requesting_department_id', 'removed_at'], unique=False)
        batch_op.create_index('ix_action_left_out', ['id'], unique=False, sqlite_where=sa.text('providing_department_id IS NULL OR requesting_department_id IS NULL OR due_on IS NULL OR requested_on IS NULL'), postgresql_where=sa.text('providing_department_id IS NULL OR requesting_department_id IS NULL OR due_on IS NULL OR requested_on IS NULL'))
        batch_op.create_index('ix_action_moved', ['moved_at', 'version'], unique=False)
        batch_op.create_index('ix_action_written_down', ['created_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_external_link'), ['external_link'], unique=False)
        batch_op.create_index('ix_action_open_due', ['state', 'due_on', 'removed_at', 'id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_action_imported_as'), ['imported_as'])
        batch_op.create_foreign_key(batch_op.f('fk_action_blocked_by_id_department'), 'department', ['blocked_by_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('action_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('miss_reason', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('owner_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('undoes', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_action_step_owner_id_account'), 'account', ['owner_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.add_column(sa.Column('time_zone', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('subdivision', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sponsor_name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('sponsor_email', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False, server_default=''))

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('parts', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
        batch_op.add_column(sa.Column('step', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('is_kept', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_mail_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_step'), ['step'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_mail_key'), ['key'])
        batch_op.create_foreign_key(batch_op.f('fk_mail_account_id_account'), 'account', ['account_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('country', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('subdivision', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default=''))

    _tell_what_histories_come_to()


def downgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('subdivision')
        batch_op.drop_column('country')

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_mail_account_id_account'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_mail_key'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_mail_step'))
        batch_op.drop_index(batch_op.f('ix_mail_account_id'))
        batch_op.drop_column('is_kept')
        batch_op.drop_column('step')
        batch_op.drop_column('key')
        batch_op.drop_column('parts')
        batch_op.drop_column('kind')
        batch_op.drop_column('account_id')

    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.drop_column('sponsor_email')
        batch_op.drop_column('sponsor_name')
        batch_op.drop_column('subdivision')
        batch_op.drop_column('country')
        batch_op.drop_column('time_zone')

    with op.batch_alter_table('action_step', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_action_step_owner_id_account'), type_='foreignkey')
        batch_op.drop_column('undoes')
        batch_op.drop_column('owner_id')
        batch_op.drop_column('miss_reason')

    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_action_blocked_by_id_department'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_action_imported_as'), type_='unique')
        batch_op.drop_index('ix_action_open_due')
        batch_op.drop_index(batch_op.f('ix_action_external_link'))
        batch_op.drop_index('ix_action_written_down')
        batch_op.drop_index('ix_action_moved')
        batch_op.drop_index('ix_action_left_out')
        batch_op.drop_index('ix_action_figures_settled')
        batch_op.drop_index('ix_action_figures_asked')
        batch_op.drop_index('ix_action_figures_due')
        batch_op.drop_index('ix_action_figures_pair')
        batch_op.drop_index('ix_action_requesting_open')
        batch_op.drop_index('ix_action_providing_open')
        batch_op.drop_index(batch_op.f('ix_action_blocked_by_id'))
        batch_op.drop_index(batch_op.f('ix_action_attention_at'))
        batch_op.create_index(batch_op.f('ix_action_requesting_department_id'), ['requesting_department_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_providing_department_id'), ['providing_department_id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_action_imported_from'))
        batch_op.drop_column('imported_version')
        batch_op.drop_column('imported_row')
        batch_op.drop_column('imported_from')
        batch_op.drop_column('imported_as')
        batch_op.drop_column('tracker_at')
        batch_op.drop_column('tracker_state')
        batch_op.drop_column('noticed_on')
        batch_op.drop_column('attention_at')
        batch_op.drop_column('moved_at')
        batch_op.drop_column('miss_reason')
        batch_op.drop_column('blocked_by_id')
        batch_op.drop_column('by_silence')
        batch_op.drop_column('reported_on')
        batch_op.drop_column('open_for')
        batch_op.drop_column('settled_on')
        batch_op.drop_column('answered_in')
        batch_op.drop_column('answered_on')
        batch_op.drop_column('requested_on')
        batch_op.drop_column('review_on')
        batch_op.drop_column('dimension')
        batch_op.drop_column('sponsor_email')
        batch_op.drop_column('bridge')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('time_zone')

    with op.batch_alter_table('agreement_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_review_retro_id'))

    op.drop_table('agreement_review')
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_retro_id'))
        batch_op.drop_index(batch_op.f('ix_agreement_requesting_department_id'))
        batch_op.drop_index(batch_op.f('ix_agreement_providing_department_id'))

    op.drop_table('agreement')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_webhook_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_taken_at'))
        batch_op.drop_index(batch_op.f('ix_delivery_step'))
        batch_op.drop_index(batch_op.f('ix_delivery_due_at'))

    op.drop_table('delivery')
    op.drop_table('webhook')
    op.drop_table('saved_view')
    with op.batch_alter_table('mail_settings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_settings_digest_at'))

    op.drop_table('mail_settings')
    op.drop_table('calendar_feed')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_account_id'))

    op.drop_table('api_token')
    op.drop_table('follow_up')


def _tell_what_histories_come_to() -> None:
    """The new columns of actions that were asked for before: days in UTC, working days Monday to Friday.

    The calendar looks at each once more, and says nothing of the days that are gone.
    """
    bind = op.get_bind()
    action = sa.table('action', *(sa.column(name) for name in ('id', 'owner_id', 'state')), *(
        sa.column(name, UTCDateTime()) for name in ('settled_at', 'reported_at', 'moved_at', 'attention_at')
    ), *(sa.column(name, sa.Date()) for name in (
        'requested_on', 'answered_on', 'settled_on', 'reported_on', 'noticed_on')
    ), *(sa.column(name, sa.Integer()) for name in ('answered_in', 'open_for')), sa.column('by_silence', sa.Boolean()))
    step = sa.table('action_step', sa.column('action_id'), sa.column('number', sa.Integer()), sa.column('state'),
        sa.column('owner_id'), sa.column('by_silence', sa.Boolean()), sa.column('happened_at', UTCDateTime()))
    now = datetime.now(UTC)
    histories: dict[object, list[sa.Row[tuple[object, ...]]]] = defaultdict(list)
    for row in bind.execute(sa.select(step).order_by(step.c.number)):
        histories[row.action_id].append(row)
    for one in bind.execute(sa.select(action)).all():
        steps = histories.get(one.id)
        if not steps:
            continue
        asked = steps[0].happened_at.date()
        answered = steps[1].happened_at.date() if len(steps) > 1 else None
        settled = one.settled_at.date() if one.settled_at else None
        bind.execute(sa.update(action).where(action.c.id == one.id).values(
            requested_on=asked,
            answered_on=answered,
            answered_in=_working_days(asked, answered) if answered else None,
            settled_on=settled,
            open_for=(settled - asked).days if settled else None,
            reported_on=one.reported_at.date() if one.reported_at else None,
            by_silence=any(row.by_silence for row in steps),
            moved_at=steps[-1].happened_at,
            noticed_on=now.date(),
            attention_at=now,
        ))
        bind.execute(sa.update(step).where(step.c.action_id == one.id, step.c.number == 1).values(
            owner_id=one.owner_id
        ))


def _working_days(earlier: date, later: date) -> int:
    return sum((earlier + timedelta(days=n)).weekday() < 5 for n in range(1, (later - earlier).days + 1))

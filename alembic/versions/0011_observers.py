"""who looks in, and who decides on others' pay

Revision: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # With defaults in the database: the code that still runs during the migration does not know these columns.
    op.add_column("retro", sa.Column("looking_is_shut", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("retro", sa.Column("safety_asked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("retro", sa.Column("safety_shown", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("retro", sa.Column("took_over", sa.JSON(), server_default="[]", nullable=False))
    # Retros that were prepared before were not asked.
    op.add_column("retro", sa.Column("pay_is_decided_here", sa.Boolean(), nullable=True))
    op.create_table(
        "retro_decider",
        sa.Column("retro_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_retro_decider_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["retro_id"], ["retro.id"], name=op.f("fk_retro_decider_retro_id_retro"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("retro_id", "account_id", name=op.f("pk_retro_decider")),
    )
    op.create_table(
        "retro_looker",
        sa.Column("retro_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_retro_looker_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["retro_id"], ["retro.id"], name=op.f("fk_retro_looker_retro_id_retro"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("retro_id", "account_id", name=op.f("pk_retro_looker")),
    )


def downgrade() -> None:
    op.drop_table("retro_looker")
    op.drop_table("retro_decider")
    for name in ("pay_is_decided_here", "took_over", "safety_shown", "safety_asked", "looking_is_shut"):
        op.drop_column("retro", name)

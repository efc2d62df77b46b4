"""What the files are still to forget, known to whoever serves next

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scrub_due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrub_due")),
    )


def downgrade() -> None:
    op.drop_table("scrub_due")

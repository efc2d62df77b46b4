"""figures of small groups are stored no finer than they are said

Revision: 0010
Revises: 0009
"""

from collections.abc import Sequence

revision: str = '0010'
down_revision: str | Sequence[str] | None = '0009'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

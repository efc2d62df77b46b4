"""who looks in, and who decides on others' pay

Revision: 0011
Revises: 0010
"""

from collections.abc import Sequence

revision: str = '0011'
down_revision: str | Sequence[str] | None = '0010'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

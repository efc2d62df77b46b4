"""what proves an entry one's own is sealed, and so are withdrawals

Revision: 0009
Revises: 0008
"""

from collections.abc import Sequence

revision: str = '0009'
down_revision: str | Sequence[str] | None = '0008'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

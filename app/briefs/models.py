"""The table of what readers said of the lines of a brief."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from app.core.tables import TableBase


class BriefMark(TableBase, table=True):
    """What a reader said of one line of a kick-off brief."""

    __tablename__ = "brief_mark"

    project_id: UUID = Field(foreign_key="project.id", primary_key=True, ondelete="CASCADE")
    line: str = Field(primary_key=True, max_length=120, description="kind:id of what the line is about")
    mark: str = Field(max_length=12, description="used or not_relevant")
    reason: str = Field(default="", max_length=280)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    happened_at: datetime

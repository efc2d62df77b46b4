"""Tables of what the evidence comes to (a projection, always computable anew) and of what a brief's readers said."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Finding(SQLModel, table=True):
    """What the history says of one friction: theme x provider x consumer ('several', '' as in TopicCount), or of the
    theme as a whole (both '*'). A projection: a job writes it anew once a retro was taken in or a theme corrected."""

    __table_args__ = (Index("ix_finding_pair", "provider", "consumer"), Index("ix_finding_state", "state"))

    theme_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    provider: str = Field(primary_key=True, max_length=40)
    consumer: str = Field(primary_key=True, max_length=40)
    state: str = Field(max_length=12, description="new, emerging, recurring, chronic, dormant, closed")
    present: int = Field(description="K: eligible retros in which it was there")
    eligible: int = Field(description="S: retros in which it could have been")
    low: float = Field(description="Wilson lower bound of K/S")
    entries: int = Field(description="y: went wrong and unsorted")
    seats: int | None = Field(default=None, description="n: seats of the consumer over these retros; None: unknown")
    rate: float | None = Field(default=None, description="per ten people, shrunk")
    rate_low: float | None = None
    rate_high: float | None = None
    trend: str = Field(default="", max_length=12, description="rising, falling, steady or '' (too early)")
    trend_z: float | None = None
    worked: str = Field(default="", max_length=12, description="held, returned, too_early or '' (no action)")
    last_on: date | None = Field(default=None, description="the last retro in which it was there")
    counted_at: datetime


class BriefMark(SQLModel, table=True):
    """What a reader said of one line of a kick-off brief."""

    __tablename__ = "brief_mark"

    project_id: UUID = Field(foreign_key="project.id", primary_key=True, ondelete="CASCADE")
    line: str = Field(primary_key=True, max_length=120, description="kind:id of what the line is about")
    mark: str = Field(max_length=12, description="used or not_relevant")
    reason: str = Field(default="", max_length=280)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    happened_at: datetime

"""Tables of what the evidence comes to (a projection, always computable anew) and of what a brief's readers said."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index
from sqlmodel import JSON, Field

from app.core.tables import TableBase
from app.evidence.rules.thresholds import PRIOR_RATE


class Finding(TableBase, table=True):
    """What the history says of one friction: theme x provider x consumer ('several', '' as in TopicCount); where
    imported retros do not say who wrote ('') also x their series; or of the theme as a whole (both '*'): then its
    figures are those of the key that decides (`of_...`; both '*': of all pairs together). A projection: a job
    writes it anew once a retro was taken in or a theme corrected."""

    __table_args__ = (
        Index("ix_finding_pair", "provider", "consumer"),
        Index("ix_finding_consumer", "consumer"),
        Index("ix_finding_state", "state"),
        Index("ix_finding_series", "series"),
    )

    theme_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    provider: str = Field(primary_key=True, max_length=40)
    consumer: str = Field(primary_key=True, max_length=40)
    series: str = Field(default="", primary_key=True, max_length=120)
    state: str = Field(max_length=12, description="new, emerging, recurring, chronic, dormant, closed")
    present: int = Field(description="K: eligible retros in which it was there")
    eligible: int = Field(description="S: retros in which it could have been")
    low: float = Field(description="Wilson lower bound of K/S")
    entries: int = Field(description="y: went wrong and unsorted; where seats are known, of those retros only")
    seats: int | None = Field(default=None, description="n: seats of the consumer over these retros; None: unknown")
    rate: float | None = Field(default=None, description="per ten people, shrunk")
    rate_low: float | None = None
    rate_high: float | None = None
    trend: str = Field(default="", max_length=12, description="rising, falling, steady or '' (too early)")
    trend_z: float | None = None
    trend_p: float | None = Field(default=None, description="two-sided, before many are looked at together")
    worked: str = Field(default="", max_length=12, description="held, returned, too_early or '' (no action)")
    last_on: date | None = Field(default=None, description="the last retro in which it was there")
    of_provider: str = Field(default="", max_length=40, description="of a theme as a whole: the key that decides")
    of_consumer: str = Field(default="", max_length=40)
    of_series: str = Field(default="", max_length=120)
    points: list[Any] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False),
        description="the last eligible retros, oldest first: [retro id, y, n or None, imported actions]",
    )
    counted_at: datetime


class ActionVerdict(TableBase, table=True):
    """What the history says of one accepted action: the retros before it was asked against those after its acceptance
    (0 before, 1 after; y entries, n seats). A projection, written with the findings."""

    __tablename__ = "action_verdict"

    action_id: UUID = Field(foreign_key="action.id", primary_key=True, ondelete="CASCADE")
    theme_id: UUID = Field(foreign_key="theme.id", index=True, ondelete="CASCADE")
    action_version: int = Field(description="of the action, as it was when it was looked at")
    provider: str = Field(max_length=40, description="the pair whose retros were compared, or '*' of the whole theme")
    consumer: str = Field(max_length=40)
    verdict: str = Field(max_length=12, description="held, returned, too_early, inconclusive")
    by_person: bool = Field(default=False, description="a person said so, not the retros")
    missing: str = Field(default="", max_length=12, description="what keeps it open")
    lacking: int = Field(default=0, description="so many retros or people more")
    asked_on: date
    accepted_on: date
    grace_on: date | None = Field(default=None, description="the retro after the acceptance that counts on no side")
    back_on: date | None = Field(default=None, description="the first retro after the grace in which it was there")
    until: date | None = Field(default=None, description="the last eligible retro after the grace")
    before: int = Field(default=0, description="retros of the baseline")
    after: int = Field(default=0, description="retros after the grace")
    y0: int = 0
    n0: int = 0
    y1: int = 0
    n1: int = 0


class RetroCounted(TableBase, table=True):
    """A closed retro that the findings know, as it was taken in then. Outlives the retro, so that its going shows."""

    __tablename__ = "retro_counted"

    retro_id: UUID = Field(primary_key=True)
    taken_in_at: datetime


class ThemeCounted(TableBase, table=True):
    """A theme that the findings know, as it was when it was counted."""

    __tablename__ = "theme_counted"

    theme_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    version: int
    merged_into_id: UUID | None = None
    closed_on: date | None = None


class EvidenceRun(TableBase, table=True):
    """The last counting (one row): the organisation's rate that the findings were drawn towards."""

    __tablename__ = "evidence_run"

    id: int = Field(default=1, primary_key=True)
    rate: float = Field(default=PRIOR_RATE, description="entries a person")
    ran_at: datetime
    turn: int = Field(default=0, description="rises with every transaction that writes findings")

"""Tables of ratings between departments: sealed while open, summaries afterwards."""

from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import KEEPS_NO_ORDER, TableBase


class Rating(TableBase, table=True):
    """A sealed 1-5 rating (short-lived). `tag` = HMAC(seat secret, "pulse" | retro | provider | dimension)."""

    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class PulseSummary(TableBase, table=True):
    """What a consumer group said of a provider, one dimension, one retro; only pairs with k raters or more."""

    __tablename__ = "pulse_summary"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    provider_id: UUID = Field(foreign_key="department.id")
    consumer: str = Field(
        max_length=40, description="a department's id (the provider's own: its view of itself), 'several', 'everyone'"
    )
    dimension: str = Field(max_length=20)
    band: str = Field(max_length=10, description="how many raters, in bands: 5-9, 10-19, 20+")
    mean: float | None = Field(
        default=None, description="below ten to halves from 1.5 to 4.5, else to .1; None when ten or more split"
    )

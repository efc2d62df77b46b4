"""The table of friction kinds as an organisation edited them."""

from sqlalchemy import Column
from sqlmodel import JSON, Field

from app.core.tables import TableBase


class FrictionKind(TableBase, table=True):
    """A kind of friction that texts are compared with. While the table is empty the built-in kinds serve."""

    __tablename__ = "friction_kind"

    key: str = Field(primary_key=True, max_length=30)
    name: str = Field(max_length=60)
    phrases: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False), description="plain sentences that say it"
    )
    position: int
    retired: bool = False

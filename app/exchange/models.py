"""Tables of fixed outcomes and the links that share them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import JSON, Field, SQLModel

from app.core.ids import new_id


class Outcome(SQLModel, table=True):
    """What a retro came to, fixed at its close: the same for every reader, saying no more than the screen did."""

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    contents: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    fixed_at: datetime
    room_until: datetime | None = Field(default=None, description="how long the room's code opens it; None: not")


class ShareLink(SQLModel, table=True):
    """A link to an outcome that expires and can be revoked; the token itself is not stored."""

    __tablename__ = "share_link"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64)
    with_wording: bool = False
    created_by: UUID = Field(foreign_key="account.id")
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

"""Tables of fixed outcomes and the links that share them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import JSON, Field

from app.core.ids import new_id
from app.core.tables import ENDS_WITH_A_RESTORE, TableBase


class Outcome(TableBase, table=True):
    """What a retro came to, fixed at its close: the same for every reader, saying no more than the screen did."""

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    contents: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    fixed_at: datetime
    room_until: datetime | None = Field(default=None, description="how long the room's code opens it; None: not")


class Erasure(TableBase, table=True):
    """Words of a closed retro that two people decided to erase: asked by one, done when another confirmed. It says
    who, when and which kind of text, and holds no word. `by_any_two`: nobody was there who is not of the department
    that the text is about."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID | None = Field(default=None, foreign_key="retro.id", index=True, ondelete="SET NULL")
    what: str = Field(max_length=10)
    target: str = Field(max_length=80, description="which text: ids; '' once it is erased")
    reason: str = Field(max_length=30)
    asked_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    asked_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    confirmed_at: datetime | None = None
    by_any_two: bool = False


class HistoryImport(TableBase, table=True):
    """One file of history that was loaded: by whom, how its columns were understood, what came of it."""

    __tablename__ = "history_import"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    source: str = Field(max_length=80, description="what this history is called; recognised when loaded again")
    file_name: str = Field(default="", max_length=200)
    mapping: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    counts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    happened_at: datetime
    undone_at: datetime | None = None


class ImportedRetro(TableBase, table=True):
    """A retro that came with a file, under the name it has there."""

    __tablename__ = "imported_retro"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    import_id: UUID = Field(foreign_key="history_import.id", index=True)
    name: str = Field(unique=True, max_length=300, description="source | session")
    fingerprint: str = Field(max_length=64, description="SHA-256 of what the file said of it")
    held: str = Field(max_length=10, description="its day as exactly as the file says it: 2018-07-04, 2018-07, 2018")


class HistoryUpload(TableBase, table=True):
    """A file that is being looked at before it is loaded; gone when it is loaded, left, or after a day."""

    __tablename__ = "history_upload"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    file_name: str = Field(max_length=200)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False), description="packed by zlib")
    choices: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False), description="columns, departments, names")
    uploaded_at: datetime


class ShareLink(TableBase, table=True):
    """A link to an outcome that expires and can be revoked; the token itself is not stored."""

    __tablename__ = "share_link"
    __table_args__ = ENDS_WITH_A_RESTORE

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64)
    with_wording: bool = False
    created_by: UUID = Field(foreign_key="account.id")
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

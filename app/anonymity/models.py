"""The one table of this slice: what the files are still to forget."""

from uuid import UUID

from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import TableBase


class ScrubDue(TableBase, table=True):
    """The files are to forget rows of the transaction that wrote this one; gone once they have. So a server that dies
    in between is followed by one that knows of it. Names no retro."""

    __tablename__ = "scrub_due"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    anew: bool = Field(default=False, description="a retro closed: SQLite writes its whole file anew")
    words: bool = Field(default=False, description="words were erased: all tables that held some")

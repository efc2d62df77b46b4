"""The one table of the core: what due work is in trouble, so that every process can say so."""

from datetime import datetime

from sqlmodel import Field

from app.core.tables import TableBase


class JobFailure(TableBase, table=True):
    """A job that failed when it last ran; gone once it went well. Holds no word of what it worked on."""

    __tablename__ = "job_failure"

    job: str = Field(primary_key=True, max_length=120, description="the function's module and name")
    reason: str = Field(max_length=200, description="kind of the error, and what the system said of it")
    times: int = Field(description="in a row")
    since: datetime
    next_at: datetime = Field(description="when the process that tried it tries it again")

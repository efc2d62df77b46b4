"""Table of mails waiting to be sent. The database is the queue."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.core.ids import new_id


class Mail(SQLModel, table=True):
    """One mail: written in the transaction that caused it, claimed under a lease, sent once.

    `text` is emptied when it is sent: an invitation's link stays in no table. Knows no seat and no entry.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    text: str
    due_at: datetime = Field(index=True)
    claimed_until: datetime | None = None
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, index=True)
    given_up_at: datetime | None = Field(default=None, description="too many attempts: an operator may try again")
    trouble: str = Field(default="", max_length=300, description="what the mail server said last")
    created_at: datetime

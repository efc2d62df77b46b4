"""Tables of what waits to be told outside: mails, webhook deliveries, calendar feeds. The database is the queue."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from app.core.ids import new_id
from app.core.tables import ENDS_WITH_A_RESTORE, TableBase


class Mail(TableBase, table=True):
    """One mail: written in the transaction that caused it, claimed under a lease, sent once.

    `text` and `parts` hold links that act as their reader: sealed (`queries.words`) until they are sent, then
    emptied, so that no table and no backup holds a link that works. Knows no seat and no entry.
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
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    kind: str = Field(default="", max_length=20, description="what may be switched off; none: always sent")
    parts: str = Field(default="", description="JSON of the letter, for its HTML; emptied with the text")
    key: str | None = Field(default=None, unique=True, max_length=200, description="said once, whoever asks twice")
    step: str = Field(default="", max_length=60, index=True, description="the step it tells of: gone if taken back")
    is_kept: bool = Field(default=False, description="no mail server was set up: only shown to admins")


class MailSettings(TableBase, table=True):
    """When and about what a person wants mail; absent: as the organisation does."""

    __tablename__ = "mail_settings"

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    off: str = Field(default="", max_length=200, description="kinds that are switched off, with blanks between")
    quiet_from: int | None = None
    quiet_until: int | None = None
    digest_at: datetime | None = Field(default=None, index=True, description="when the next digest is looked at")


class CalendarFeed(TableBase, table=True):
    """A person's secret calendar address. Kept as SHA-256; revocable."""

    __tablename__ = "calendar_feed"
    __table_args__ = ENDS_WITH_A_RESTORE

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime
    read_at: datetime | None = None


class Webhook(TableBase, table=True):
    """An address outside that hears of promises. Its signing secret is derived from a key outside the database."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=60)
    url: str = Field(max_length=500)
    template: str = Field(max_length=10, description="standard, slack or teams")
    events: str = Field(max_length=300, description="words with blanks between; none: all")
    secret_number: int = Field(default=1, description="raised when the secret is replaced")
    created_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: datetime
    stopped_at: datetime | None = Field(default=None, description="nothing is sent to it until it is started again")
    stopped_because: str = Field(default="", max_length=200, description="none: an admin stopped it")
    failing_since: datetime | None = Field(default=None, description="nothing was taken since then")


class Delivery(TableBase, table=True):
    """One event for one webhook: written in the transaction that caused it, tried until it is taken or given up."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    webhook_id: UUID = Field(foreign_key="webhook.id", ondelete="CASCADE", index=True)
    event: str = Field(max_length=40)
    body: str
    step: str = Field(default="", max_length=60, index=True, description="the step it tells of: gone if taken back")
    due_at: datetime = Field(index=True)
    claimed_until: datetime | None = None
    attempts: int = 0
    taken_at: datetime | None = Field(default=None, index=True)
    given_up_at: datetime | None = None
    status: int | None = Field(default=None, description="of the last answer")
    answer: str = Field(default="", max_length=500, description="the beginning of the last answer, or the trouble")
    created_at: datetime

"""Tables of accounts, rights and sign-ins. Nothing here ever points at a seat, an entry or a vote."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlmodel import Field, col

from app.core.ids import new_id
from app.core.tables import ENDS_WITH_A_RESTORE, TableBase
from app.people.rules import LEFT_MARK, NOBODY, shown_name


class Account(TableBase, table=True):
    """Somebody who signs in. Without a password yet: invited, or only an owner of actions."""

    model_config = {"ignored_types": (hybrid_property,)}  # noqa: RUF012  # as pydantic wants it

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True, max_length=254, description="lower case")
    name: str = Field(max_length=120)
    password_hash: str | None = Field(default=None, max_length=255)
    is_admin: bool = False
    is_facilitator: bool = False
    created_at: datetime
    disabled_at: datetime | None = None
    time_zone: str = Field(default="", max_length=60, description="none: that of the organisation")
    guessed_at: datetime | None = Field(
        default=None, description="when too many wrong passwords were last typed; none: never, or seen by its owner"
    )

    @hybrid_property
    def shown_name(self) -> str:
        """The name as others read it, in Python and in SQL: what pages, mails, tables and programs are given."""
        return shown_name(self.name, self.disabled_at is not None and self.email != NOBODY)

    @shown_name.inplace.expression
    @classmethod
    def _shown_name_in_sql(cls) -> ColumnElement[str]:
        has_left = and_(col(cls.disabled_at).is_not(None), col(cls.email) != NOBODY)
        return case((has_left, col(cls.name) + LEFT_MARK), else_=col(cls.name))


class Membership(TableBase, table=True):
    """An account belongs to a department, perhaps as its lead."""

    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    department_id: UUID = Field(foreign_key="department.id", primary_key=True, ondelete="CASCADE", index=True)
    is_lead: bool = False


class SignIn(TableBase, table=True):
    """A signed-in browser. The cookie holds a token, this row its SHA-256; revocable."""

    __tablename__ = "sign_in"
    __table_args__ = ENDS_WITH_A_RESTORE

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str = Field(default="", max_length=120, description="a short guess such as 'Firefox on Linux'")


class Invitation(TableBase, table=True):
    """A one-use link that sets a password: for a first account (setup), a new one, or a forgotten password."""

    __table_args__ = ENDS_WITH_A_RESTORE

    token_hash: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=20, description="setup, invite or reset")
    email: str | None = Field(default=None, max_length=254)
    name: str | None = Field(default=None, max_length=120)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE")
    is_admin: bool = False
    is_facilitator: bool = False
    department_id: UUID | None = Field(default=None, foreign_key="department.id", ondelete="CASCADE")
    is_lead: bool = False
    invited_by: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class ApiToken(TableBase, table=True):
    """A secret by which a program acts for an account, within its scopes. Kept as SHA-256; revocable."""

    __tablename__ = "api_token"
    __table_args__ = ENDS_WITH_A_RESTORE

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=60)
    scopes: str = Field(max_length=100, description="words with blanks between")
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None

"""Tables of promises and their append-only history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.actions.rules import ActionKind, Priority, Scope, State
from app.core.ids import new_id


class Action(SQLModel, table=True):
    """A promise with one owner: an action, a standing agreement or a bridge. `state` is a projection of the history,
    written in the same transaction."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID | None = Field(default=None, foreign_key="retro.id", index=True, ondelete="SET NULL")
    topic_id: UUID | None = Field(default=None, foreign_key="topic.id", ondelete="SET NULL")
    kind: str = Field(default=ActionKind.ACTION, max_length=12)
    title: str = Field(max_length=160)
    done_when: str = Field(default="", max_length=400)
    owner_id: UUID | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    owner_name: str = Field(default="", max_length=120)
    owner_email: str = Field(default="", max_length=254)
    providing_department_id: UUID | None = Field(default=None, foreign_key="department.id", index=True)
    requesting_department_id: UUID | None = Field(default=None, foreign_key="department.id", index=True)
    due_on: date | None = None
    promised_for: date | None = Field(default=None, description="the original promised date, never moved")
    priority: str = Field(default=Priority.NORMAL, max_length=10)
    cause: str = Field(default="", max_length=12)
    scope: str = Field(default=Scope.JOINT, max_length=10)
    sponsor_name: str = Field(default="", max_length=120)
    external_link: str = Field(default="", max_length=500)
    state: str = Field(default=State.PROPOSED, max_length=16, index=True)
    version: int = 1
    created_at: datetime
    settled_at: datetime | None = None
    slips: int = Field(default=0, description="how often it was promised anew")
    reported_at: datetime | None = Field(default=None, description="the last report of done")
    removed_at: datetime | None = Field(default=None, description="taken off before the close; gone for good at it")


class ActionStep(SQLModel, table=True):
    """One step of a promise's life; rows are only ever added."""

    __tablename__ = "action_step"
    __table_args__ = (UniqueConstraint("action_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    action_id: UUID = Field(foreign_key="action.id", ondelete="CASCADE")
    number: int
    state: str = Field(max_length=16)
    happened_at: datetime
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    reason: str = Field(default="", max_length=400)
    due_on: date | None = None
    department_id: UUID | None = Field(default=None, foreign_key="department.id")
    by_silence: bool = False

"""Tables of topics inside one retro, what the room said of them, and the changes that can be undone."""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy import false as sql_false
from sqlmodel import JSON, Field

from app.core.ids import new_id
from app.core.tables import TableBase


class Topic(TableBase, table=True):
    """Entries of one retro that say the same thing. `version` guards its texts against overwriting.

    `title` is what a person typed, or words that at least two entries share. A title taken from one entry is never
    copied: `title` is empty, and `title_entry_id` points there (read it by `queries.TITLE`).
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    title: str = Field(default="", max_length=120)
    title_entry_id: UUID | None = Field(default=None, foreign_key="entry.id", index=True, ondelete="SET NULL")
    title_start: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    title_end: int = Field(
        default=0, description="0: the beginning of the entry's text", sa_column_kwargs={"server_default": "0"}
    )
    titled_by_person: bool = False
    position: int
    version: int = 1
    proposal: str = Field(
        default="",
        max_length=10,
        description="proposed, accepted, changed, late (not placed yet); '' made by a person",
        sa_column_kwargs={"server_default": ""},
    )
    voted_on: bool = Field(default=False, description="among the at most 12 put to the vote")
    about_department_id: UUID | None = Field(default=None, description="the provider it is mostly about")
    about_pooled: bool = Field(
        default=False,
        description="mostly about a department that its entries must not name",
        sa_column_kwargs={"server_default": sql_false()},
    )
    notes: str = Field(default="", max_length=4000)
    discussed: bool = False


class TopicEntry(TableBase, table=True):
    """Which topic an entry is in (exactly one)."""

    __tablename__ = "topic_entry"

    entry_id: UUID = Field(foreign_key="entry.id", primary_key=True, ondelete="CASCADE")
    topic_id: UUID = Field(foreign_key="topic.id", index=True, ondelete="CASCADE")
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    placed_by_person: bool = False
    suggested_topic_id: UUID | None = Field(
        default=None, description="of an entry that was added late: where it seems to belong; may be gone by now"
    )


class ProposalVerdict(TableBase, table=True):
    """What became of proposed topics, kept to know how good the proposals are: no text, no person.

    Written with the proposal, under its topic's id; answered when grouping ends, whether the topic is left or not.
    """

    __tablename__ = "proposal_verdict"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    encoder: str = Field(max_length=80)
    size: int = Field(description="entries when it was proposed")
    verdict: str = Field(max_length=10, description="accepted, changed, refused or untouched; '' while grouping")
    label_kept: bool


class TopicChange(TableBase, table=True):
    """A step of grouping with its inverse: ids, and titles that were typed or shared; never an entry's text."""

    __tablename__ = "topic_change"
    __table_args__ = (UniqueConstraint("retro_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", ondelete="CASCADE")
    number: int
    kind: str = Field(max_length=20)
    what: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    account_id: UUID = Field(foreign_key="account.id")
    undone: bool = False


class Why(TableBase, table=True):
    """One link of a topic's why-chain."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    topic_id: UUID = Field(foreign_key="topic.id", index=True, ondelete="CASCADE")
    position: int
    text: str = Field(max_length=280)


class Reply(TableBase, table=True):
    """Right of reply: what the department a topic is about says, spoken in the room and typed by the facilitator."""

    topic_id: UUID = Field(foreign_key="topic.id", primary_key=True, ondelete="CASCADE")
    department_id: UUID = Field(foreign_key="department.id", primary_key=True)
    text: str = Field(max_length=1000)
    version: int = 1

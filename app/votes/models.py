"""Tables of secret votes (short-lived, sealed) and of the tallies that remain."""

from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlalchemy import false as sql_false
from sqlmodel import JSON, Field

from app.core.ids import new_id
from app.core.tables import KEEPS_NO_ORDER, TableBase


class StanceVote(TableBase, table=True):
    """A sealed stance. `tag` = HMAC(seat secret, "stance" | retro | topic): one per seat and topic, by key."""

    __tablename__ = "stance_vote"
    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DotVote(TableBase, table=True):
    """A sealed dot. `tag` = HMAC(secret, "dot" | retro | number) keeps the budget, `place_tag` =
    HMAC(secret, "dot-place" | retro | topic | 1 or 2) keeps at most two on one topic: both by unique keys."""

    __tablename__ = "dot_vote"
    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    place_tag: str = Field(unique=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Tally(TableBase, table=True):
    """What one group (frozen at the reveal, k seats or more) said of one topic, as it may be said: no finer."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    topic_id: UUID = Field(foreign_key="topic.id", index=True, ondelete="CASCADE")
    group: str = Field(max_length=40, description="a department's id, 'several' (the pool) or 'everyone'")
    seats: int
    agree: str = Field(max_length=20, description="'4 of 6', 'nearly all' or 'nearly none' (anonymity.rules.figures)")
    disagree: str = Field(max_length=20)


class TopicStanding(TableBase, table=True):
    """The ranking, fixed when voting ended. `position` is the order of discussion (0-based)."""

    __tablename__ = "topic_standing"

    topic_id: UUID = Field(foreign_key="topic.id", primary_key=True, ondelete="CASCADE")
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    standing: str = Field(max_length=10)
    position: int
    dots: int = Field(description="of the whole room, made of what may be said of its groups")
    dots_are_about: bool = Field(
        default=False,
        description="a group of fewer than ten is among them: about so many",
        sa_column_kwargs={"server_default": sql_false()},
    )
    rank_cast: int
    rank_weighed: int = Field(description="by dots per seat, averaged over groups: each department weighs the same")
    blind_spot_department_id: UUID | None = None
    not_voting: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False),
        description="groups that stayed away or mostly passed: left out of agreement, nothing more is said of them",
    )

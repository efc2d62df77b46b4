"""Tables of themes, of what a closed retro contributed to them, and of what people decided."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import JSON, Field

from app.core.ids import new_id
from app.core.tables import TableBase


class Theme(TableBase, table=True):
    """A friction that topics of several retros share. Its id never changes; a merged one points at what it became."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    named_by_person: bool = False
    name_parts: int = Field(
        default=0, description="how many parts of a name of the machine are words out of topics; 0: none"
    )
    kind: str = Field(default="", max_length=30, description="key of the friction kind it is closest to; '': none")
    kind_by_person: bool = False
    merged_into_id: UUID | None = Field(default=None, foreign_key="theme.id", index=True, ondelete="SET NULL")
    closed_on: date | None = Field(default=None, description="a person said that it is over")
    inconclusive: bool = Field(default=False, description="closed by a person although nothing was proved")
    created_at: datetime
    version: int = 1


class ThemeNameSource(TableBase, table=True):
    """In which retros the words of a theme's name stand that the machine made, part by part: who may read them there
    may read the name. It stays while a person's name stands over it, for undo."""

    __tablename__ = "theme_name_source"

    theme_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    part: int = Field(primary_key=True, description="counts from 1")
    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, index=True, ondelete="CASCADE")


class ThemeTopic(TableBase, table=True):
    """Which theme a topic of a closed retro belongs to (exactly one), and how sure that is."""

    __tablename__ = "theme_topic"
    __table_args__ = (Index("ix_theme_topic_theme", "theme_id", "retro_id"),)

    topic_id: UUID = Field(foreign_key="topic.id", primary_key=True, ondelete="CASCADE")
    theme_id: UUID = Field(foreign_key="theme.id")
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    placed_by_person: bool = False
    looked_at: bool = Field(default=False, description="a person said that it is right")
    group_id: UUID = Field(
        default_factory=new_id, index=True, description="the machine's group, founded as the theme of this id"
    )
    drawn_to_id: UUID | None = Field(
        default=None, description="the theme that decisions of people drew it to, beside its group"
    )
    likeness: float = Field(default=1.0, description="cosine with the theme when it was placed")
    runner_up_id: UUID | None = Field(default=None, foreign_key="theme.id", ondelete="SET NULL")
    doubt: float = Field(default=0.0, index=True, description="0 sure to 1: the order of the review queue")


class TopicVector(TableBase, table=True):
    """What a topic means to an encoder: unit length, float16, little-endian."""

    __tablename__ = "topic_vector"

    topic_id: UUID = Field(foreign_key="topic.id", primary_key=True, ondelete="CASCADE")
    encoder: str = Field(max_length=80, index=True, description="name and version of the encoder")
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: str = Field(default="", max_length=32, description="of the texts it stands for, in their own order")
    entries: int = Field(default=1, description="how many texts it stands for")


class ThemesVersion(TableBase, table=True):
    """One row, held while themes are written: rises with every change, so that a picture in memory knows its age."""

    __tablename__ = "themes_version"

    id: int = Field(default=1, primary_key=True)
    version: int = 0
    wants_rerun: bool = Field(default=False, description="everything is to be grouped anew, by the next job")
    seen: str = Field(
        default="", max_length=80, description="name of the embedding space by which topics were grouped"
    )


class ThemeCorrection(TableBase, table=True):
    """One decision of a person, in order; replayed after every run. `what` holds ids and names only."""

    __tablename__ = "theme_correction"

    number: int = Field(primary_key=True)
    kind: str = Field(max_length=20)
    what: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    happened_at: datetime
    undone: bool = False


class ThemeProposal(TableBase, table=True):
    """Two themes that the machine thinks are one. A projection: a job writes it anew."""

    __tablename__ = "theme_proposal"

    one_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    other_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    likeness: float = Field(description="cosine of their middles")


class ThemeSuggestion(TableBase, table=True):
    """What the machine suggests about one theme: to part it, or another name. A projection: written anew whenever the
    theme is described. `name`: of what is split off, or of the theme, out of words that several topics share."""

    __tablename__ = "theme_suggestion"

    theme_id: UUID = Field(foreign_key="theme.id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(max_length=10, description="split or rename")
    name: str = Field(default="", max_length=120)
    sources: list[list[str]] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False),
        description="retros that its parts are of",
    )
    topics: list[str] = Field(sa_column=Column(JSON, nullable=False), description="ids that would be split off")
    stays: list[str] = Field(sa_column=Column(JSON, nullable=False), description="ids, typical of what would stay")
    strength: float = Field(description="0 to 1")


class RetroTakenIn(TableBase, table=True):
    """That a closed retro was counted and its topics were given themes, and by which encoder."""

    __tablename__ = "retro_taken_in"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    encoder: str = Field(max_length=80)
    taken_in_at: datetime


class TopicCount(TableBase, table=True):
    """How many entries of a closed retro's topic one group wrote about one department; hidden entries are left out.

    `provider`: the id of the department that the entries are about, 'several' one that they must not name, '' none.
    `consumer`: the id of the department
    that wrote, 'several' (the pool), 'everyone' (labels dropped), '' unknown (imported).
    """

    __tablename__ = "topic_count"
    __table_args__ = (Index("ix_topic_count_retro", "retro_id"),)

    topic_id: UUID = Field(foreign_key="topic.id", primary_key=True, ondelete="CASCADE")
    provider: str = Field(primary_key=True, max_length=40)
    consumer: str = Field(primary_key=True, max_length=40)
    retro_id: UUID = Field(foreign_key="retro.id", ondelete="CASCADE")
    wrong: int = 0
    unsorted: int = Field(default=0, description="imported, and the source does not say which kind")
    right: int = 0
    ideas: int = 0
    surprised: int = 0
    thanks: int = 0
    actions: int = Field(default=0, description="imported promises: they count towards presence only")


class PairCount(TableBase, table=True):
    """The same for a whole closed retro, entries without a topic (thanks of the wrap-up) included."""

    __tablename__ = "pair_count"
    __table_args__ = (Index("ix_pair_count_pair", "provider", "consumer"),)

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    provider: str = Field(primary_key=True, max_length=40)
    consumer: str = Field(primary_key=True, max_length=40)
    wrong: int = 0
    unsorted: int = 0
    right: int = 0
    ideas: int = 0
    surprised: int = 0
    thanks: int = 0
    actions: int = 0

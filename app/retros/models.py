"""Tables of retros, their time boxes, seats and secret questions. A seat knows no person and no time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlalchemy import false as sql_false
from sqlalchemy import true as sql_true
from sqlmodel import JSON, Field

from app.core.ids import new_id
from app.core.tables import KEEPS_NO_ORDER, TableBase
from app.retros.rules.names import ENTRY_LIMIT_DEFAULT, K_DEFAULT, Labels, LateRound, Stage, WayIn


class Retro(TableBase, table=True):
    """One post-mortem of one project. `version` rises with every change that a screen could show."""

    __table_args__ = (
        Index("ix_retro_closed", "imported", "stage", "closed_at"),
        Index("ix_retro_held", "imported", "held_on"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    project_id: UUID = Field(foreign_key="project.id", index=True)
    code: str = Field(unique=True, max_length=8)
    title: str = Field(max_length=120)
    format: str = Field(default="customers", max_length=40, description="key of retros.rules.FORMATS")
    stage: str = Field(default=Stage.PREPARE, max_length=20)
    version: int = 1
    k: int = Field(default=K_DEFAULT, description="minimum group size, frozen before the first entry")
    entry_limit: int = ENTRY_LIMIT_DEFAULT
    way_in: str = Field(default=WayIn.CODE, max_length=10)
    locked: bool = False
    hands: int | None = Field(
        default=None, description="people who had this page open as check-in ended, by show of hands"
    )
    writing_began: bool = Field(
        default=False,
        description="people could write once: from then on fewer people may be expected, never more",
        sa_column_kwargs={"server_default": sql_false()},
    )
    facilitator_id: UUID = Field(foreign_key="account.id")
    stand_in_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    facilitator_seen_at: datetime | None = None
    warnings_overridden: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    meeting_minutes: int = 60
    write_asynchronously: bool = False
    partly_remote: bool = Field(
        default=False,
        description="some people are not in the room: they speak first on every second topic",
        sa_column_kwargs={"server_default": sql_false()},
    )
    writing_until: datetime | None = None
    stage_started_at: datetime | None = None
    stage_ends_at: datetime | None = None
    labels: str = Field(default=Labels.UNDECIDED, max_length=12)
    low_safety_choice: str | None = Field(default=None, max_length=20)
    safety_asked: bool = Field(
        default=False,
        description="the meeting after days of writing has begun with the safety check",
        sa_column_kwargs={"server_default": sql_false()},
    )
    safety_shown: bool = Field(
        default=False,
        description="who runs it chose to show the result to the room, in words",
        sa_column_kwargs={"server_default": sql_false()},
    )
    took_over: list[str] = Field(
        default_factory=list,
        description="accounts that took the lead of an absent facilitator: the safety result did not pass on to them",
        sa_column=Column(JSON, nullable=False, server_default="[]"),
    )
    looking_is_shut: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})
    pay_is_decided_here: bool | None = Field(
        default=None, description="somebody is here who decides on others' pay or tasks; None: not asked"
    )
    awaiting_release: bool = Field(
        default=False, description="below k at the reveal: seats must release their drafts"
    )
    spotlight_topic_id: UUID | None = Field(default=None, description="the topic under discussion")
    spotlight_ends_at: datetime | None = None
    more_time_round: int = 0
    tickets_issued: int = 0
    tickets_extra: int = 0
    seats_ejected: int = 0
    created_at: datetime
    revealed_at: datetime | None = None
    pooled_seats: int | None = Field(
        default=None, description="people at the reveal, of the pool, or of all where labels were dropped: k or more"
    )
    late_about_pooled: bool = Field(
        default=True,
        description="at the reveal: what is added after it names no provider, too few could have said it",
        sa_column_kwargs={"server_default": sql_true()},
    )
    late_round: str = Field(
        default=LateRound.NOT_YET,
        max_length=10,
        description="one more thing: until it starts or is skipped, the door is closed",
        sa_column_kwargs={"server_default": "not_yet"},
    )
    late_round_ends_at: datetime | None = Field(default=None, description="while it runs")
    held_on: date | None = Field(default=None, description="of imported history; else the day of the close counts")
    imported: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})
    series: str = Field(
        default="",
        max_length=80,
        description="of imported history: retros of one series look back on the same work again and again",
        sa_column_kwargs={"server_default": ""},
    )
    closed_at: datetime | None = None
    # How it lies there while it is open (rules.ending).
    stirred: bool = Field(
        default=True,
        description="who runs it changed something since due work looked at it",
        sa_column_kwargs={"server_default": sql_false()},
    )
    changed_at: datetime | None = Field(default=None, description="when due work last found it stirred")
    changed_hour: int = Field(
        default=0, description="running hours of the house then", sa_column_kwargs={"server_default": "0"}
    )
    continues_at: datetime | None = Field(default=None, description="broken off: it goes on then")
    kept_until: datetime | None = Field(default=None, description="who runs it keeps it open until then")
    closes_at: datetime | None = Field(default=None, description="a warning was written: it closes then, not before")
    warned_hour: int | None = Field(default=None, description="running hours of the house at that warning")
    warned_times: int = Field(
        default=0, description="warnings that stand one after the other", sa_column_kwargs={"server_default": "0"}
    )
    offered_longer: bool = Field(
        default=False,
        description="fewer than k were seated after days of writing: more time was offered first",
        sa_column_kwargs={"server_default": sql_false()},
    )
    reminded_at: datetime | None = Field(
        default=None, description="who runs it was mailed that others may take it over, a day from then"
    )


class RunningHours(TableBase, table=True):
    """Hours that some process of this house ran, one after the other; no clock that people set counts them."""

    __tablename__ = "running_hours"

    id: int = Field(default=1, primary_key=True)
    hours: int


class RetroFacilitator(TableBase, table=True):
    """A co-facilitator: may group, note and capture beside the facilitator, and be handed the lead."""

    __tablename__ = "retro_facilitator"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")


class RetroTakeover(TableBase, table=True):
    """Somebody took the lead of a retro whose facilitator was gone: who, from whom, as what, and until when."""

    __tablename__ = "retro_takeover"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(primary_key=True)
    from_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    by_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="SET NULL")
    taken_as: str = Field(max_length=10, description="stand_in, outside or inside")
    taken_at: datetime
    back_at: datetime | None = Field(default=None, description="when she came back whose lead it was")


class RetroDecider(TableBase, table=True):
    """Somebody who decides on others' pay or tasks here, and so neither runs this retro nor takes it over."""

    __tablename__ = "retro_decider"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")


class RetroLooker(TableBase, table=True):
    """An account that looks in on an open retro just now; gone a minute after its last page. Knows no seat."""

    __tablename__ = "retro_looker"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    account_id: UUID = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    seen_at: datetime


class RetroDepartment(TableBase, table=True):
    """A department in this retro; what the reveal decided about its label."""

    __tablename__ = "retro_department"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    department_id: UUID = Field(foreign_key="department.id", primary_key=True, index=True)
    expected: int | None = Field(default=None, description="people expected, or invited; None: nobody said")
    pooled: bool = False
    about_pooled: bool = Field(
        default=False,
        description="at the reveal: entries out of the pool do not name it as provider, too few could have said it",
        sa_column_kwargs={"server_default": sql_false()},
    )
    seats: int | None = Field(default=None, description="size at the reveal, where the label was kept: k or more")


class RetroPairApart(TableBase, table=True):
    """Two departments of a retro that did not work together (they are not asked to rate each other)."""

    __tablename__ = "retro_pair_apart"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    one_id: UUID = Field(foreign_key="department.id", primary_key=True, description="the smaller id of the two")
    other_id: UUID = Field(foreign_key="department.id", primary_key=True)


class TimeBox(TableBase, table=True):
    """The minutes of one stage: planned, extended (counted), and when it ran."""

    __tablename__ = "time_box"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    stage: str = Field(primary_key=True, max_length=20)
    minutes: int
    extensions: int = 0
    extended_minutes: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None


class RetroNotice(TableBase, table=True):
    """Something that every screen announces: a stand-in took over, seats were ejected, extra tickets were issued."""

    __tablename__ = "retro_notice"
    __table_args__ = (UniqueConstraint("retro_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID = Field(foreign_key="retro.id", ondelete="CASCADE")
    number: int
    sentence: str = Field(max_length=300)


class Seat(TableBase, table=True):
    """An anonymous place in a retro (short-lived: gone at close). `tag` = HMAC(seat secret, "seat" | retro)."""

    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    department_id: UUID | None = Field(default=None, description="None once pooled or dropped by the reveal")
    handle: str = Field(max_length=8, description="a few random letters shown on that phone only, to eject by")
    ready: bool = Field(default=False, description="done with the present stage")
    released: bool = Field(default=False, description="released its drafts although fewer than k are seated")
    ejected: bool = False


class Ticket(TableBase, table=True):
    """An unspent ticket (short-lived). Holds no person; spending it deletes the row."""

    __table_args__ = KEEPS_NO_ORDER

    code_hash: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    department_id: UUID


class Waiting(TableBase, table=True):
    """Somebody at the door after the reveal (short-lived). `tag` = HMAC(seat secret, "waiting" | retro); the tag and
    the department of the seat to come are inside `sealed`, so that neither tells when it was asked for."""

    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SeatMove(TableBase, table=True):
    """A code that takes a seat to another device (short-lived). `code_hash` = HMAC(retro's key, code); `sealed` opens
    only with the retro's key and the code together, so neither a dump nor the key alone gives a secret away."""

    __tablename__ = "seat_move"
    __table_args__ = KEEPS_NO_ORDER

    code_hash: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Answer(TableBase, table=True):
    """A seat's sealed answer to a secret question (short-lived): safety check, ROTI, three more minutes."""

    __table_args__ = KEEPS_NO_ORDER

    tag: str = Field(primary_key=True, max_length=64)
    retro_id: UUID = Field(foreign_key="retro.id", index=True, ondelete="CASCADE")
    question: str = Field(max_length=60, description="safety, roti, fewer, more:<topic id>:<round>")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AnswerCount(TableBase, table=True):
    """The result of a secret question, once it ended and at least k answered: no finer than it may be said."""

    __tablename__ = "answer_count"

    retro_id: UUID = Field(foreign_key="retro.id", primary_key=True, ondelete="CASCADE")
    question: str = Field(primary_key=True, max_length=60)
    counts: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON), description="as rules.results stores it: counts or words; None below k"
    )

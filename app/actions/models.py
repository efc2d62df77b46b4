"""Tables of promises, their append-only history, agreements in force, and how an organisation follows them up."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Priority
from app.core.ids import new_id
from app.core.tables import TableBase

_LACKS = (
    "providing_department_id IS NULL OR requesting_department_id IS NULL OR due_on IS NULL OR requested_on IS NULL"
)


class Action(TableBase, table=True):
    """A promise with one owner: an action, a standing agreement or a bridge. `state`, and what else its history comes
    to, is a projection of the history, written in the same transaction."""

    __table_args__ = (
        Index("ix_action_providing_open", "providing_department_id", "state", "due_on"),
        Index("ix_action_requesting_open", "requesting_department_id", "state", "due_on"),
        # Who sees everything counts and sorts all open ones: out of the index alone.
        Index("ix_action_open_due", "state", "due_on", "removed_at", "id"),
        Index("ix_action_written_down", "created_at", "id"),
        # Whether anything moved (app/scorecards/queries/remembered.py): out of the index alone.
        Index("ix_action_moved", "moved_at", "version"),
        # All that the figures read (app/scorecards/queries), in the order in which they group it.
        Index(
            "ix_action_figures_pair", "providing_department_id", "requesting_department_id", "promised_for",
            "settled_on", "state", "reported_on", "by_silence", "due_on", "requested_on", "removed_at",
        ),
        Index(
            "ix_action_figures_due", "promised_for", "settled_on", "state", "reported_on", "by_silence", "slips",
            "miss_reason", "due_on", "requested_on", "providing_department_id", "requesting_department_id",
            "removed_at",
        ),
        Index(
            "ix_action_figures_asked", "requested_on", "settled_on", "open_for", "answered_in", "state", "due_on",
            "providing_department_id", "requesting_department_id", "removed_at",
        ),
        Index(
            "ix_action_figures_settled", "settled_on", "requested_on", "due_on", "state", "answered_in",
            "providing_department_id", "requesting_department_id", "removed_at",
        ),
        Index("ix_action_left_out", "id", sqlite_where=text(_LACKS), postgresql_where=text(_LACKS)),
    )  # fmt: skip

    id: UUID = Field(default_factory=new_id, primary_key=True)
    retro_id: UUID | None = Field(default=None, foreign_key="retro.id", index=True, ondelete="SET NULL")
    topic_id: UUID | None = Field(default=None, foreign_key="topic.id", ondelete="SET NULL")
    kind: str = Field(default=ActionKind.ACTION, max_length=12)
    bridge: str = Field(default="", max_length=30, description="the key of the ready-made bridge it began as")
    title: str = Field(max_length=160)
    done_when: str = Field(default="", max_length=400)
    owner_id: UUID | None = Field(default=None, foreign_key="account.id", index=True, ondelete="SET NULL")
    owner_name: str = Field(default="", max_length=120)
    owner_email: str = Field(default="", max_length=254)
    providing_department_id: UUID | None = Field(default=None, foreign_key="department.id")
    requesting_department_id: UUID | None = Field(default=None, foreign_key="department.id")
    due_on: date | None = None
    promised_for: date | None = Field(default=None, description="the original promised date, never moved")
    priority: str = Field(default=Priority.NORMAL, max_length=10)
    cause: str = Field(default="", max_length=12)
    scope: str = Field(default=ActionScope.JOINT, max_length=10)
    sponsor_name: str = Field(default="", max_length=120)
    external_link: str = Field(default="", max_length=500, index=True)
    sponsor_email: str = Field(default="", max_length=254)
    dimension: str = Field(default="", max_length=20, description="of an agreement")
    review_on: date | None = Field(default=None, description="of an agreement")
    state: str = Field(default=ActionState.PROPOSED, max_length=16, index=True)
    version: int = 1
    created_at: datetime
    requested_on: date | None = Field(default=None, description="days are those of the requesting department's place")
    answered_on: date | None = Field(default=None, description="when the provider first answered")
    answered_in: int | None = Field(default=None, description="working days from asking to the first answer")
    settled_at: datetime | None = None
    settled_on: date | None = None
    open_for: int | None = Field(default=None, description="calendar days from asking until it was settled")
    slips: int = Field(default=0, description="how often it was promised anew")
    reported_at: datetime | None = Field(default=None, description="the last report of done")
    reported_on: date | None = None
    by_silence: bool = Field(default=False, description="nobody answered the report, so it counts as accepted")
    blocked_by_id: UUID | None = Field(default=None, foreign_key="department.id", index=True, ondelete="SET NULL")
    miss_reason: str = Field(default="", max_length=20)
    moved_at: datetime | None = Field(default=None, description="the last step")
    attention_at: datetime | None = Field(default=None, index=True, description="when the calendar looks at it next")
    noticed_on: date | None = Field(default=None, description="the day up to which the calendar has spoken")
    tracker_state: str = Field(default="", max_length=60, description="what an outside tracker says of it")
    tracker_at: datetime | None = None
    imported_as: str | None = Field(
        default=None, unique=True, max_length=200, description="its name in a loaded list"
    )
    imported_from: str | None = Field(default=None, index=True, max_length=80, description="the list it came with")
    imported_row: str = Field(default="", description="JSON: what that list said of it, word for word")
    imported_version: int | None = Field(
        default=None, description="the version that the last loading left; another one: somebody worked on it since"
    )
    removed_at: datetime | None = Field(default=None, description="taken off before the close; gone for good at it")


class ActionStep(TableBase, table=True):
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
    miss_reason: str = Field(default="", max_length=20)
    due_on: date | None = None
    department_id: UUID | None = Field(default=None, foreign_key="department.id")
    owner_id: UUID | None = Field(
        default=None, foreign_key="account.id", ondelete="SET NULL", description="taken over"
    )
    by_silence: bool = False
    undoes: int | None = Field(default=None, description="the number of the step that this one takes back")


class FollowUp(TableBase, table=True):
    """The one policy of this installation (rules/policy.py says what each field means); absent: the defaults."""

    __tablename__ = "follow_up"

    id: int = Field(default=1, primary_key=True)
    acknowledge_within: int
    due_high: int
    due_normal: int
    remind_before: int
    remind_on_the_day: bool
    remind_every: int
    lead_after: int
    sponsor_after: int
    silence_after: int
    mend_within: int
    leads_hear_reminders: bool
    members_may_be_asked: bool
    sponsor_name: str = Field(max_length=120)
    sponsor_email: str = Field(max_length=254)
    digest_weekday: int
    digest_hour: int
    quiet_from: int
    quiet_until: int
    quiet_weekends: bool


class SavedView(TableBase, table=True):
    """Filters of the desk that a person keeps under a name. `query` is the part of the address after "?"."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    name: str = Field(max_length=60)
    query: str = Field(max_length=1000)

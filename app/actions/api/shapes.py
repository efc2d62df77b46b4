"""What programs are sent and send: the shapes of the API, version 1. Fields are only ever added to them.

People are names here, never mail addresses.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.actions.queries.views import ActionView, StepView
from app.actions.rules.fields import LINK_MAX
from app.actions.rules.kinds import ActionState
from app.actions.rules.tracker import TRACKER_STATE_MAX, Tracked, tidy
from app.departments.queries import DepartmentView

EXAMPLE: JsonDict = {"link": "https://tracker.example.org/browse/PRINT-12", "state": "In review"}


class DepartmentOut(BaseModel):
    id: UUID
    name: str

    @classmethod
    def of(cls, view: DepartmentView | None) -> "DepartmentOut | None":
        return None if view is None else cls(id=view.id, name=view.name)


class RetroOut(BaseModel):
    id: UUID
    title: str


class TrackerOut(BaseModel):
    """What an outside tracker says. It moves no promise."""

    link: str
    state: str = Field(description="the tracker's own word; empty where it never reported")
    reported_at: datetime | None = Field(description="when it first said this state")


class ActionOut(BaseModel):
    """A promise of one department to another. Days are those of the requesting department, times are UTC."""

    id: UUID
    url: str = Field(description="its page at the desk")
    version: int = Field(description="rises with every change")
    kind: str = Field(description="action, agreement or bridge")
    title: str
    done_when: str
    state: ActionState
    owner: str = Field(description="a name")
    providing: DepartmentOut | None
    requesting: DepartmentOut | None
    due_on: date | None
    promised_for: date | None = Field(description="the day that was promised first; it never moves")
    slips: int = Field(description="how often it was promised anew")
    priority: str
    cause: str
    scope: str
    blocked_by: DepartmentOut | None
    miss_reason: str
    by_silence: bool = Field(description="accepted because nobody answered the report")
    retro: RetroOut | None
    tracker: TrackerOut | None = Field(description="none while no link is set")
    created_at: datetime
    moved_at: datetime | None = Field(description="when its last step was taken")
    reported_on: date | None
    settled_at: datetime | None

    @classmethod
    def of(cls, view: ActionView, base: str) -> "ActionOut":
        return cls(**_contents(view, base))


class StepOut(BaseModel):
    """One line of a promise's history. It is only ever added to."""

    number: int
    state: ActionState
    happened_at: datetime
    by: str = Field(description="a name; empty for the room and for silence")
    reason: str
    miss_reason: str
    due_on: date | None
    department: str
    handed_to: str
    by_silence: bool
    undoes: int | None = Field(description="the number of the step that this one takes back")
    is_taken_back: bool

    @classmethod
    def of(cls, view: StepView) -> "StepOut":
        return cls(**{name: getattr(view, name) for name in cls.model_fields})


class ActionWithHistory(ActionOut):
    history: list[StepOut]

    @classmethod
    def with_history(cls, view: ActionView, steps: list[StepView], base: str) -> "ActionWithHistory":
        return cls(**_contents(view, base), history=[StepOut.of(step) for step in steps])


class ActionPage(BaseModel):
    """Promises in the order in which they were written down. The header `Link` leads to the next page, if any."""

    actions: list[ActionOut]


class TrackerIn(BaseModel):
    """What a tracker says of one of its issues."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    link: str = Field(max_length=LINK_MAX, description="http or https")
    state: str = Field(max_length=TRACKER_STATE_MAX, description="the tracker's own word for it")

    def tracked(self) -> Tracked:
        return Tracked(tidy(self.link), tidy(self.state))


class Reported(BaseModel):
    """Which promises this was written beside."""

    actions: list[UUID]


class FieldProblem(BaseModel):
    field: str
    detail: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="a sentence for people")
    instance: str | None = Field(default=None, description="a reference that is also in the log")
    errors: list[FieldProblem] | None = Field(default=None, description="one for each field that was wrong")


def _contents(view: ActionView, base: str) -> dict[str, Any]:
    same: dict[str, Any] = {name: getattr(view, name) for name in ActionOut.model_fields if hasattr(view, name)}
    tracker = TrackerOut(link=view.external_link, state=view.tracker_state, reported_at=view.tracker_at)
    return same | {
        "url": f"{base}/desk/actions/{view.id}",
        "owner": view.owner_name,
        "providing": DepartmentOut.of(view.providing),
        "requesting": DepartmentOut.of(view.requesting),
        "blocked_by": DepartmentOut.of(view.blocked_by),
        "retro": RetroOut(id=view.retro_id, title=view.retro_title) if view.retro_id else None,
        "tracker": tracker if view.external_link else None,
    }

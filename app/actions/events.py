"""Facts about promises: ids only. Those that are `RetroChanged` are also news for the screens of an open retro."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.actions.rules.kinds import Notice
from app.core.events import Fact
from app.retros.events import RetroChanged


@dataclass(frozen=True, slots=True)
class ActionCaptured(RetroChanged):
    """An action was written down (or put back after its removal)."""

    action_id: UUID


@dataclass(frozen=True, slots=True)
class ActionChanged(RetroChanged):
    """Fields of an action were changed, in the room or while its wording may still be mended."""

    action_id: UUID


@dataclass(frozen=True, slots=True)
class ActionRemoved(RetroChanged):
    """An action was taken off before the close."""

    action_id: UUID


@dataclass(frozen=True, slots=True)
class ActionRequested(Fact):
    """The closing retro asked the owner for this action."""

    action_id: UUID


@dataclass(frozen=True, slots=True)
class ActionStepped(Fact):
    """A promise took a step of its life, after the close. `number` is the step's in its history."""

    action_id: UUID
    state: str
    number: int


@dataclass(frozen=True, slots=True)
class StepTakenBack(Fact):
    """Somebody took their last step back within the minute: nothing may be told of it any more."""

    action_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class NoticeFellDue(Fact):
    """The calendar says something of a waiting promise. `day` is the day it was due on, `at` when it was noticed."""

    action_id: UUID
    notice: Notice
    day: date
    at: datetime | None = None

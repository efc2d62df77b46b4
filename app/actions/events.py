"""Facts about promises: ids only. The first three are also news for the screens of an open retro."""

from dataclasses import dataclass
from uuid import UUID

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
    """A promise took a step of its life, after the close."""

    action_id: UUID
    state: str

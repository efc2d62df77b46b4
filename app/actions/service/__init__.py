"""Writes of promises: captured in the room, mended for two working days, then moved only by the people they bind."""

from app.actions.service.capturing import OPEN_FOR_CAPTURE, capture, change, put_back, remove
from app.actions.service.closing import ask_owner, ask_owners, missing_fields, ready_to_close
from app.actions.service.refusals import (
    AlreadyPromised,
    FieldsAreMissing,
    NotReadyToClose,
    NotTheTimeForActions,
    NotYourStep,
    OnlyWordingMayBeMended,
    StaleAction,
    StepDoesNotFollow,
    TooManyActions,
    WordingIsLocked,
)
from app.actions.service.stepping import accept_by_silence, add_step, silence_is_over, step

__all__ = [
    "OPEN_FOR_CAPTURE",
    "AlreadyPromised",
    "FieldsAreMissing",
    "NotReadyToClose",
    "NotTheTimeForActions",
    "NotYourStep",
    "OnlyWordingMayBeMended",
    "StaleAction",
    "StepDoesNotFollow",
    "TooManyActions",
    "WordingIsLocked",
    "accept_by_silence",
    "add_step",
    "ask_owner",
    "ask_owners",
    "capture",
    "change",
    "missing_fields",
    "put_back",
    "ready_to_close",
    "remove",
    "silence_is_over",
    "step",
]

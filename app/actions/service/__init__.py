"""Writes of promises: captured in the room, mended for two working days, then moved only by the people they bind."""

from app.actions.service.calendar import look_at_all_again, look_at_due
from app.actions.service.capturing import OPEN_FOR_CAPTURE, capture, change, put_back, remove
from app.actions.service.closing import ask_owner, ask_owners, missing_fields, ready_to_close
from app.actions.service.policy import OnlyAdmins, back_to_the_usual, change_policy
from app.actions.service.refusals import (
    AlreadyPromised,
    FieldsAreMissing,
    HasChanged,
    NotReadyToClose,
    NotTheTimeForActions,
    NotYourStep,
    OnlyWordingMayBeMended,
    StaleAction,
    StepDoesNotFollow,
    TooLateToUndo,
    TooManyActions,
    WordingIsLocked,
)
from app.actions.service.stepping import add_step, step, undo
from app.actions.service.tracking import report, report_by_link

__all__ = [
    "OPEN_FOR_CAPTURE",
    "AlreadyPromised",
    "FieldsAreMissing",
    "HasChanged",
    "NotReadyToClose",
    "NotTheTimeForActions",
    "NotYourStep",
    "OnlyAdmins",
    "OnlyWordingMayBeMended",
    "StaleAction",
    "StepDoesNotFollow",
    "TooLateToUndo",
    "TooManyActions",
    "WordingIsLocked",
    "add_step",
    "ask_owner",
    "ask_owners",
    "back_to_the_usual",
    "capture",
    "change",
    "change_policy",
    "look_at_all_again",
    "look_at_due",
    "missing_fields",
    "put_back",
    "ready_to_close",
    "remove",
    "report",
    "report_by_link",
    "step",
    "undo",
]

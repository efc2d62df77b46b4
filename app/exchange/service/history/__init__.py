"""Brings history in from elsewhere: looked at, loaded retro by retro, recognised again, undone."""

from app.exchange.rules.history.reading import ReadFile, read_file, told, with_mapping
from app.exchange.service.history.loading import ImportReport, NobodyToLead, WouldReplace, load
from app.exchange.service.history.planning import (
    CREATE,
    IGNORE,
    DepartmentLine,
    Plan,
    PlannedRetro,
    State,
    accepted_choices,
    free_source,
    plan,
)
from app.exchange.service.history.undoing import NothingToUndoThere, Undone, undo
from app.exchange.service.history.uploads import NoSuchUpload, Upload, choose, keep, leave, uploaded

__all__ = [
    "CREATE",
    "IGNORE",
    "DepartmentLine",
    "ImportReport",
    "NoSuchUpload",
    "NobodyToLead",
    "NothingToUndoThere",
    "Plan",
    "PlannedRetro",
    "ReadFile",
    "State",
    "Undone",
    "Upload",
    "WouldReplace",
    "accepted_choices",
    "choose",
    "free_source",
    "keep",
    "leave",
    "load",
    "plan",
    "read_file",
    "told",
    "undo",
    "uploaded",
    "with_mapping",
]

"""Reads what people send about outcomes and imported history."""

from app.exchange.forms.history import LEFT_OUT, TypedChoices, TypedUpload, read_choices, read_upload
from app.exchange.forms.replies import TypedReply, read_reply

__all__ = [
    "LEFT_OUT",
    "TypedChoices",
    "TypedReply",
    "TypedUpload",
    "read_choices",
    "read_reply",
    "read_upload",
]

"""Reads of outcomes: built from what the room saw while it is open, served as it was fixed afterwards."""

from app.exchange.queries.building import action_part, document_of
from app.exchange.queries.history import (
    ImportView,
    PastRetroView,
    imports,
    one_import,
    past_retros,
)
from app.exchange.queries.late_replies import LateReplies, LateReplyView, late_replies
from app.exchange.queries.lists import Asked, listed
from app.exchange.queries.outcomes import (
    OutcomeView,
    ShareView,
    for_the_room,
    hash_of,
    outcome,
    shared,
    shares,
)

__all__ = [
    "Asked",
    "ImportView",
    "LateReplies",
    "LateReplyView",
    "OutcomeView",
    "PastRetroView",
    "ShareView",
    "action_part",
    "document_of",
    "for_the_room",
    "hash_of",
    "imports",
    "late_replies",
    "listed",
    "one_import",
    "outcome",
    "past_retros",
    "shared",
    "shares",
]

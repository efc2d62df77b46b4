"""Decisions about themes: pure."""

from enum import StrEnum

NAME_MAX = 120
PROPOSE_MERGE = 0.6
"""Cosine of two themes' middles from which the machine proposes to merge them; people decide."""


class SuggestionKind(StrEnum):
    """What the machine suggests to do about one theme."""

    SPLIT = "split"
    RENAME = "rename"

"""Decisions about themes: pure."""

from enum import StrEnum

from app.themes.rules.decisions import Correction, CorrectionKind, Decisions

NAME_MAX = 120
PROPOSE_MERGE = 0.6
"""Cosine of two themes' middles from which the machine proposes to merge them; people decide."""


class SuggestionKind(StrEnum):
    """What the machine suggests to do about one theme."""

    SPLIT = "split"
    RENAME = "rename"


__all__ = ["NAME_MAX", "PROPOSE_MERGE", "Correction", "CorrectionKind", "Decisions", "SuggestionKind"]

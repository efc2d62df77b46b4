"""Brings what people typed into one form (NFC), in a time that grows with its length and no faster."""

from unicodedata import combining, normalize

MARKS_IN_A_ROW = 30
"""Marks on one letter; no language needs more (Stream-Safe Text Format, Unicode Standard Annex 15)."""
JOINER = "\u034f"


def composed(text: str) -> str:
    """The text in NFC. Putting a run of marks in order takes the square of its length, so a longer one is parted."""
    return text if text.isascii() else normalize("NFC", _parted(text))


def one_line(text: str) -> str:
    """The text composed, without blanks around it, one blank between its words."""
    return " ".join(composed(text).split())


def _parted(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if combining(character) else 0
        if marks > MARKS_IN_A_ROW:
            kept.append(JOINER)
            marks = 1
        kept.append(character)
    return "".join(kept)

"""Which text an entry may hold: any script and emoji as they are, nothing that bends its neighbours."""

import unicodedata

from app.core.texts import composed
from app.entries.rules.names import TEXT_MAX, TEXT_MIN
from app.entries.rules.refusals import TextIsUnusable

_EMBEDDINGS, _POP_EMBEDDING = "\u202a\u202b", "\u202c"
_OVERRIDES = "\u202d\u202e"
_ISOLATES, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"


def clean_text(text: str, *, least: int = TEXT_MIN, most: int = TEXT_MAX) -> str:
    """The text in NFC, line breaks as one character, trimmed; raises TextIsUnusable with a sentence.

    Characters are code points after NFC, so that an accented letter is one, however it was typed.
    """
    clean = composed(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(_cannot_be_shown(character) for character in clean):
        raise TextIsUnusable("This text holds a control character that cannot be shown. Please type it again.")
    if not _directions_are_closed(clean):
        raise TextIsUnusable("This text holds hidden marks that turn its direction around. Please type it again.")
    if len(clean) > most:
        raise TextIsUnusable(f"This text has {len(clean)} characters; {most} fit. Please shorten or split it.")
    if _visible(clean) < least:
        raise TextIsUnusable(f"Please write at least {least} characters.")
    return clean


def cut_to_fit(text: str, most_bytes: int) -> str:
    """As much of a half-typed text as fits into `most_bytes` of JSON, never half a character."""
    kept = text[:most_bytes].encode("utf-8", "ignore").decode()
    size = len('""')
    for place, character in enumerate(kept):
        size += _bytes_in_json(character)
        if size > most_bytes:
            return kept[:place]
    return kept


def _bytes_in_json(character: str) -> int:
    if character in '"\\\n\r\t\b\f':
        return 2
    return len("\\u0000") if character < " " else len(character.encode())


def _cannot_be_shown(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"


def _visible(text: str) -> int:
    """Characters that leave a mark: joiners and other format characters alone make no entry."""
    return sum(unicodedata.category(c) != "Cf" and not c.isspace() for c in text)


def _directions_are_closed(text: str) -> bool:
    """Whether every embedding and isolate is closed in its own line.

    Keyboards and messengers put isolates around right-to-left words, so refusing them all would refuse honest text;
    closed ones stay inside the entry. Overrides have no such use: they make a text read otherwise than it is stored.
    """
    return all(_line_is_closed(line) for line in text.split("\n"))


def _line_is_closed(line: str) -> bool:
    open_marks: list[str] = []
    for character in line:
        if character in _OVERRIDES:
            return False
        if character in _EMBEDDINGS:
            open_marks.append(_POP_EMBEDDING)
        elif character in _ISOLATES:
            open_marks.append(_POP_ISOLATE)
        elif character in (_POP_EMBEDDING, _POP_ISOLATE) and (not open_marks or open_marks.pop() != character):
            return False
    return not open_marks

"""The gentle check of what is being written: names, handles, mail addresses and blame. It warns and never blocks.

The roster is handed in by the caller and never leaves the server; what was found is recorded nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.patterns import Pattern, bounded
from app.entries.rules.blame import BLAME
from app.entries.rules.known_names import named
from app.entries.rules.names import TEXT_MAX


class NudgeKind(StrEnum):
    NAME = "name"
    HANDLE = "handle"
    MAIL = "mail"
    BLAME = "blame"


@dataclass(frozen=True, slots=True)
class Nudge:
    """`words`: the part of the text that it is about, as it was written."""

    kind: NudgeKind
    words: str

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.kind].format(words=self.words)


_SENTENCES = {
    NudgeKind.NAME: "“{words}” may be a person’s name. A role or a department says as much and hurts less.",
    NudgeKind.HANDLE: "“{words}” points at a person. A role or a department says as much and hurts less.",
    NudgeKind.MAIL: "“{words}” is a mail address. Please leave it out.",
    NudgeKind.BLAME: "“{words}” can read as blame. What happened, and what would have helped?",
}

_MAIL = bounded(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HANDLE = bounded(r"(?<![\w@./])@[A-Za-z][\w.-]{0,60}\w")
_TITLED = bounded(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau)\b\.? [A-ZÀ-Ž][\w'’-]{1,60}")

_EDGES = " \t\n.,;:!?()–—"


CHECKED_MOST = 2 * TEXT_MAX
"""Characters that are looked at: nobody can send more than half of them."""


def nudges(text: str, roster: Sequence[str] = ()) -> list[Nudge]:
    """What in `text` may point at a person or read as blame, in the order of the text; empty when nothing does.

    `roster`: names of people known here, "Anna Berg" or "Berg, Anna".
    """
    text = _with_single_blanks(text[:CHECKED_MOST])
    found: dict[tuple[int, int], Nudge] = {}
    said = bytearray(len(text))
    for kind, spans in (
        (NudgeKind.MAIL, _matches(text, _MAIL)),
        (NudgeKind.HANDLE, _matches(text, _HANDLE)),
        (NudgeKind.NAME, [*_matches(text, _TITLED), *named(text, tuple(roster))]),
        (NudgeKind.BLAME, _matches(text, *BLAME)),
    ):
        for start, end in spans:
            if not any(said[start:end]):
                said[start:end] = b"\1" * (end - start)
                found[start, end] = Nudge(kind, " ".join(text[start:end].strip(_EDGES).split()))
    return [found[span] for span in sorted(found)]


def _with_single_blanks(text: str) -> str:
    """So that patterns need no open end between words; a new line stays one."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _matches(text: str, *patterns: Pattern[str]) -> list[tuple[int, int]]:
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]

"""The gentle check of what is being written: names, handles, mail addresses and blame. It warns and never blocks.

The roster is handed in by the caller and never leaves the server; what was found is recorded nowhere.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


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

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z]\w[\w.-]*")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau)\b\.? [A-ZÀ-Ž][\w'’-]+")

_PEOPLE = r"(?:he|she|they|you|someone|somebody|anyone|anybody|nobody|people|everyone)"
_NOT = r"(?:n['’]?t|\s+not)"
_BLAME = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # who did it
        r"\bwho(?:\s+\w+)?\s+(?:did|broke|forgot|missed|deleted|approved|decided|allowed|ignored|messed|screwed|"
        r"dropped|caused|changed|signed|promised|thought|let|blocked|is\s+(?:responsible|to\s+blame|at\s+fault)|"
        r"was\s+(?:responsible|supposed|asleep|in\s+charge|meant|to\s+blame|at\s+fault))\b",
        r"\bwhose\s+(?:\w+\s+)?(?:fault|idea|mistake|decision|job|mess)\b",
        # why did X do it
        rf"\bwhy\s+(?:did|does|do|has|have|had|was|were|is|are|can|could|would|will)(?:{_NOT})?\s+"
        rf"(?:{_PEOPLE}|the\s+\w+|our\s+\w+|their\s+\w+|[A-Z]\w+|\w+\s+(?:always|never|just|even|simply|keep|refuse))\b",
        rf"\bwhy\s+(?:do|can|could|wo|would|did|does|is|are|was|were|has|have)(?:{_NOT})\s+\w+",
        # it is X's fault
        r"\b(?:my|your|his|her|their|\w+['’]s?)\s+(?:own\s+|damn\s+|sole\s+)?fault\b",
        r"\bfault\s+(?:of|lies|was)\b",
        r"\bto\s+blame\b(?!\s+(?:nobody|no\s+one))",
        r"\bI\s+blame\b|\bblame\s+(?:him|her|them|you|it\s+on|this\s+on|the)\b",
        r"\b(?:ruined|sabotaged|screwed\s+(?:up|us|this|it|everything)|messed\s+(?:up|this|it|everything)|"
        r"dropped\s+the\s+ball|let\s+(?:us|everyone|the\s+team)\s+down|threw\s+us\s+under)\b",
        # always, never, as usual
        r"\b(?:he|she|you)\s+(?:just\s+|simply\s+)?(?:always|never|keeps?|forgot|ignored|refused|lied|failed|does\s*n['’]?t\s+care)\b",
        r"\bthey\s+(?:just\s+|simply\s+|clearly\s+)?(?:always|never\s+(?:listen|answer|reply|care|help|deliver|bother)|"
        r"(?:do|did)\s*n['’]?t\s+(?:care|bother|give)|lied|could\s*n['’]?t\s+be\s+bothered|refuse)\b",
        r"\b(?:could|can)\s*n['’]?t\s+be\s+bothered\b",
        # insults
        r"\b(?:incompetent|incompetence|lazy|idiots?|idiotic|stupid(?:ity)?|useless|clueless|moron\w*|liars?|"
        r"unprofessional|pathetic|arrogant|dumb)\b",
        r"\bshould\s+(?:be\s+(?:fired|sacked|ashamed)|(?:have\s+)?resign(?:ed)?)\b",
    )
)


def nudges(text: str, roster: Sequence[str] = ()) -> list[Nudge]:
    """What in `text` may point at a person or read as blame, in the order of the text; empty when nothing does.

    `roster`: names of people known here, "Anna Berg" or "Berg, Anna".
    """
    found: dict[tuple[int, int], Nudge] = {}
    for kind, patterns in (
        (NudgeKind.MAIL, (_MAIL,)),
        (NudgeKind.HANDLE, (_HANDLE,)),
        (NudgeKind.NAME, (_TITLED, *_names(roster))),
        (NudgeKind.BLAME, _BLAME),
    ):
        for pattern in patterns:
            for match in pattern.finditer(text):
                if not any(start < match.end() and match.start() < end for start, end in found):
                    found[match.span()] = Nudge(kind, " ".join(match.group().split()))
    return [found[span] for span in sorted(found)]


# Names that are words as well: alone they count only inside a sentence, with a capital.
_WORDS = """
art april august autumn bill bishop black bob brook brown carol chance charity christian clay cook crystal dale dawn dean
drew faith field fields fisher forest frank gene glen good grace grant gray green hall harmony hart heath hill hope hunt
hunter iris ivy jack jade jasmine joy june king law lily long march mark marsh mason max may miles miller mills olive
paige pat pearl penny pierce price ray reed rich rob robin rose ruby rush sandy self sharp short sky small smart star
stone storm summer sunny swift taylor tanner trent victor violet wade walker ward way webb west white will wills winter
wise wolf wood woods young
"""
_ALSO_WORDS = frozenset(_WORDS.split())


def _names(roster: Sequence[str]) -> Iterable[re.Pattern[str]]:
    whole: set[str] = set()
    parts: set[str] = set()
    ambiguous: set[str] = set()
    for name in roster:
        words = re.findall(r"[^\W\d_][\w'’-]*", name)
        if len(words) > 1:
            whole.add(r"\s+".join(map(re.escape, words)))
            whole.add(r"\s+".join(map(re.escape, reversed(words))))
        for word in words:
            if len(word) >= 3:
                (ambiguous if word.casefold() in _ALSO_WORDS else parts).add(re.escape(word))
    if whole:
        yield re.compile(rf"\b(?:{'|'.join(sorted(whole))})\b", re.IGNORECASE)
    if parts:
        yield re.compile(rf"\b(?:{'|'.join(sorted(_cased(parts)))})\b")
    if ambiguous:
        # Not at the start of a sentence, where every word has a capital.
        inside = r"(?<=[\w,;:'’\")] )"
        yield re.compile(rf"{inside}(?:{'|'.join(sorted({w.capitalize() for w in ambiguous}))})\b(?! \d)")


def _cased(words: Iterable[str]) -> Iterable[str]:
    """A single name counts with its capital, and in capitals; in small letters only where it is no English word."""
    for word in words:
        yield word
        yield word.capitalize()
        yield word.upper()
        if len(word) >= 4:
            yield word.lower()

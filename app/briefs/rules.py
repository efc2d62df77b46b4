"""What a kick-off brief says of a theme, asks before work begins, and lets its readers answer; pure.

Themes and counts only: never the wording of an entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.people.rules import Visitor

MOST_PROMISES = 5
MOST_AGREEMENTS = 4
MOST_THEMES = 4
MOST_PRAISES = 4
QUESTIONS = 3
"""What fits on one printed page."""

REASON_MAX = 280


class LineKind(StrEnum):
    """What a line of a brief is about; its id is the kind, a colon, and which one."""

    PROMISE = "promise"
    THEME = "theme"
    AGREEMENT = "agreement"
    QUESTION = "question"


LINE_WORDS = {
    LineKind.PROMISE: "Open promises",
    LineKind.THEME: "What keeps coming back",
    LineKind.AGREEMENT: "Agreements in force",
    LineKind.QUESTION: "Questions for the first hour",
}


class LineMark(StrEnum):
    """What readers say of a line."""

    USED = "used"
    NOT_RELEVANT = "not_relevant"


REASONS = (
    "It is settled already",
    "Other people work on it now",
    "This project is of another kind",
    "We see it differently",
)
"""One tap each; anything else can be typed."""

WHY_NOT = "Please say in a few words why it is not relevant: that helps the next brief."

STATE_ORDER = ("chronic", "recurring", "emerging")
_STATE_SENTENCES = {
    "chronic": "It keeps coming back although something was done.",
    "recurring": "It keeps coming back.",
    "emerging": "Seen more than once, not often enough to say that it keeps coming back.",
}
_WORKED_WORDS = {
    "held": "it has held so far",
    "returned": "it came back afterwards",
    "too_early": "too early to say whether it helped",
}


@dataclass(frozen=True, slots=True)
class PairPresence:
    """How often a theme was there when `consumer` was served by `provider`: in `present` of `eligible` retros,
    `entries` in all. `worked`: held, returned, too_early or '' (nothing was tried)."""

    provider: str
    consumer: str
    state: str
    present: int
    eligible: int
    entries: int
    low: float
    worked: str

    @property
    def rank(self) -> tuple[int, float, int]:
        """The most certain first."""
        return STATE_ORDER.index(self.state), -self.low, -self.entries


@dataclass(frozen=True, slots=True)
class BriefTheme:
    """A theme between these departments: the pair it is surest of, and how many other pairs know it too.

    `tried`: the last action that was accepted for it, if any.
    """

    id: UUID
    name: str
    surest: PairPresence
    others: int
    tried: str = ""

    @property
    def line(self) -> str:
        return line_of(LineKind.THEME, self.id)

    @property
    def sentence(self) -> str:
        """What is known, with its numbers."""
        one = self.surest
        whom = f"between people of {one.provider}" if one.provider == one.consumer else _served(one)
        return (
            f"{_STATE_SENTENCES[one.state]} In {one.present} of {one.eligible} "
            f"{'retro' if one.eligible == 1 else 'retros'} {whom} "
            f"({one.entries} {'entry' if one.entries == 1 else 'entries'})."
        )

    @property
    def attempt(self) -> str:
        """What was tried and what came of it; '' when nothing is known."""
        result = _WORKED_WORDS.get(self.surest.worked, "")
        if self.tried:
            return f"Tried: “{self.tried}”" + (f"; {result}." if result else ".")
        return f"Something was tried: {result}." if result else ""


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before the work begins. `which` names it for good: a theme's id, or one of the general ones."""

    which: str
    text: str

    @property
    def line(self) -> str:
        return line_of(LineKind.QUESTION, self.which)


@dataclass(frozen=True, slots=True)
class PraiseLine:
    """What `consumer` found good about `provider`: `entries` in `retros`."""

    provider: str
    consumer: str
    entries: int
    retros: int

    @property
    def sentence(self) -> str:
        said = "1 good word" if self.entries == 1 else f"{self.entries} good words"
        retros = "1 retro" if self.retros == 1 else f"{self.retros} retros"
        return f"{self.consumer} on {self.provider}: {said} in {retros}."


_ASKED_OF_THEMES = (
    "It is the end of the project, and it happened again: “{theme}”. What did we not do in the first week?",
    "Half way through we meet “{theme}” once more. Who saw it first, and whom did they not tell?",
    "“{theme}” cost us the last week. What could we have agreed on today?",
)
_GENERAL = (
    Question("general-1", "It is the end of the project and it went badly. What did we not do in the first week?"),
    Question("general-2", "Something went wrong between two of us. Which handover was it, and what was missing?"),
    Question("general-3", "It was late. Who knew it first, and why did the others hear of it last?"),
)


def questions(themes: Sequence[BriefTheme]) -> tuple[Question, ...]:
    """Three pre-mortem questions: one for each of the first themes, filled up with general ones (Klein 2007)."""
    asked = [
        Question(str(theme.id), words.format(theme=theme.name))
        for theme, words in zip(themes, _ASKED_OF_THEMES, strict=False)
    ]
    return tuple([*asked, *_GENERAL[len(asked) :]][:QUESTIONS])


def line_of(kind: LineKind, which: object) -> str:
    """The id of a line; the same as long as what it is about is the same."""
    return f"{kind}:{which}"


def kind_of(line: str) -> LineKind | None:
    """What a line is about, or None for something that is no line's id."""
    kind = line.partition(":")[0]
    return LineKind(kind) if kind in LineKind.__members__.values() else None


def may_mark(visitor: Visitor, department_ids: Iterable[UUID]) -> bool:
    """Leads of the project's departments, facilitators and admins."""
    return visitor.sees_everything or not visitor.leads.isdisjoint(department_ids)


def tally_sentence(lines: Collection[str], marks: dict[str, str]) -> str:
    """How many of these lines were answered, and how."""
    said = [marks[line] for line in lines if line in marks]
    used, not_relevant = said.count(LineMark.USED), said.count(LineMark.NOT_RELEVANT)
    return f"{used} of {len(lines)} {'line' if len(lines) == 1 else 'lines'} used, {not_relevant} not relevant."


def _served(one: PairPresence) -> str:
    return f"when {one.provider} worked for {one.consumer}"

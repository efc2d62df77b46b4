"""What may be said of the answers to a secret question; it is kept and shown no finer than that.

A room of fewer than ten, and one in which all but one at most said the same, is told in words: the safety check in
three of them, the return on time as about so much, "three more minutes?" as what nearly all say.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import Any

from app.anonymity.rules.figures import halves, told_in_counts
from app.retros.rules.questions import MORE_TIME, NO, ROTI, SAFETY, YES, answers_to


class Safety(StrEnum):
    """How freely people can say the truth: low asks who runs the retro to choose on purpose how to go on."""

    GOOD = "good"
    MIXED = "mixed"
    LOW = "low"


SAFETY_WORDS: Mapping[str, str] = {
    Safety.GOOD: "Good: people feel free to say the truth here.",
    Safety.MIXED: "Mixed: not everybody feels free to say the truth here.",
    Safety.LOW: "Low: several people do not feel free to say the truth here.",
}


SAFETY_FOR_THE_ROOM = frozenset({Safety.GOOD, Safety.MIXED})
"""What can be shown to the room. A low result cannot: the room does not learn why something is done."""


@dataclass(frozen=True, slots=True)
class Result:
    """Of a question that is over. `counts` by answer, None where words must do. `word`: of the safety check, or what
    nearly all answered to "three more minutes?"; `about`: the mean of a return on time that is not counted out."""

    counts: Mapping[str, int] | None = None
    word: str = ""
    about: float | None = None


def result_of(question: str, values: Iterable[str], k: int, people: int | None = None) -> Result | None:
    """What may be said of these answers; None when fewer than `k` answered, or fewer `people` are here than that."""
    kind = question.split(":")[0]
    found = Counter(values)
    counts = {answer: found.get(answer, 0) for answer in answers_to(question)}
    if sum(counts.values()) < k or (people is not None and people < k):
        return None
    told = counts if told_in_counts(counts.values(), people) else None
    if kind == SAFETY:
        return Result(told, safety_word(counts))
    if kind == ROTI:
        return Result(told, about=None if told else _mean(counts))
    if kind == MORE_TIME and min(counts.values()) > 1:
        return Result(counts)
    return Result(word=YES if counts[YES] > counts[NO] else NO)


def safety_word(counts: Mapping[str, int]) -> Safety:
    """Low: two or more 1s, or a median of 2 or less. Good: no 1 and no 2. Else mixed."""
    values = [int(answer) for answer, seats in counts.items() for _ in range(seats)]
    if values.count(1) >= 2 or median(values) <= 2:
        return Safety.LOW
    return Safety.GOOD if min(values) > 2 else Safety.MIXED


def in_words(question: str, word: str = "", about: float | None = None) -> str:
    """The sentence for a result that is not counted out; '' where there is none."""
    if about is not None:
        return f"About {about:g} on the scale from {answers_to(question)[0]} to {answers_to(question)[-1]}."
    return SAFETY_WORDS.get(word, f"Nearly all say {word}." if word else "")


def to_stored(result: Result) -> dict[str, Any]:
    """As JSON values; what is not said is not there."""
    counts = dict(result.counts) if result.counts is not None else None
    values = {"counts": counts, "word": str(result.word) or None, "about": result.about}
    return {name: value for name, value in values.items() if value is not None}


def from_stored(values: Mapping[str, Any]) -> Result:
    return Result(values.get("counts"), values.get("word", ""), values.get("about"))


def _mean(counts: Mapping[str, int]) -> float:
    answers = [int(answer) for answer in counts]
    total = sum(int(answer) * seats for answer, seats in counts.items())
    return halves(Fraction(total, sum(counts.values())), min(answers), max(answers))

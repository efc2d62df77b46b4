"""Kinds of mail that a person may switch off. Invitations and passwords are of no kind: they always come."""

from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    REQUESTS = "requests"
    PROGRESS = "progress"
    REMINDERS = "reminders"
    DIGEST = "digest"
    OUTCOME = "outcome"
    BRIEF = "brief"
    RETROS = "retros"


KIND_WORDS: dict[Kind, str] = {
    Kind.REQUESTS: "Asked of you",
    Kind.PROGRESS: "News of promises",
    Kind.REMINDERS: "Reminders",
    Kind.DIGEST: "The week at a glance",
    Kind.OUTCOME: "Outcomes of retros",
    Kind.BRIEF: "Kick-off briefs",
    Kind.RETROS: "Days of retros",
}
KIND_HINTS: dict[Kind, str] = {
    Kind.REQUESTS: "Somebody waits for your answer: a promise, an offer, a report of done.",
    Kind.PROGRESS: "The other side promised, moved, accepted or let go of something.",
    Kind.REMINDERS: "Something is due soon, due today, or late.",
    Kind.DIGEST: "Once a week, and only when there is something to say.",
    Kind.OUTCOME: "What a retro came to, once it is closed.",
    Kind.BRIEF: "What to know before a joint project of your department begins, when somebody sends it.",
    Kind.RETROS: "A retro of your department goes on another day. Who runs one always hears of it.",
}


def kind_of(word: str) -> Kind | None:
    """The kind of this name, or None."""
    return Kind(word) if word in Kind.__members__.values() else None


def read_off(kept: str) -> frozenset[Kind]:
    """Kinds that are switched off, out of words with blanks between; unknown words are passed over."""
    return frozenset(kind for word in kept.split() if (kind := kind_of(word)) is not None)


def write_off(kinds: Iterable[Kind]) -> str:
    """As they are kept: in a fixed order, with blanks between."""
    chosen = frozenset(kinds)
    return " ".join(kind for kind in Kind if kind in chosen)

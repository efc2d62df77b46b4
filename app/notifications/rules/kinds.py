"""Kinds of mail that a person may switch off. Invitations and passwords are of no kind: they always come."""

from collections.abc import Iterable
from enum import StrEnum


class MailKind(StrEnum):
    REQUESTS = "requests"
    PROGRESS = "progress"
    REMINDERS = "reminders"
    DIGEST = "digest"
    OUTCOME = "outcome"
    BRIEF = "brief"
    RETROS = "retros"


KIND_WORDS: dict[MailKind, str] = {
    MailKind.REQUESTS: "Asked of you",
    MailKind.PROGRESS: "Updates on actions",
    MailKind.REMINDERS: "Reminders",
    MailKind.DIGEST: "The week at a glance",
    MailKind.OUTCOME: "Retro outcomes",
    MailKind.BRIEF: "Kick-off briefs",
    MailKind.RETROS: "Retro dates",
}
KIND_HINTS: dict[MailKind, str] = {
    MailKind.REQUESTS: "Somebody waits for your answer: a promise, an offer, a report of done.",
    MailKind.PROGRESS: "The other side promised, moved, accepted or dropped something.",
    MailKind.REMINDERS: "Something is due soon, due today, or late.",
    MailKind.DIGEST: "Once a week, and only when there is something to say.",
    MailKind.OUTCOME: "What a retro came to, once it is closed.",
    MailKind.BRIEF: "What to know before a joint project of your department begins, when somebody sends it.",
    MailKind.RETROS: "A retro of your department goes on another day. Who runs one always hears of it.",
}


def kind_of(word: str) -> MailKind | None:
    """The kind of this name, or None."""
    return MailKind(word) if word in MailKind.__members__.values() else None


def read_off(kept: str) -> frozenset[MailKind]:
    """Kinds that are switched off, out of words with blanks between; unknown words are passed over."""
    return frozenset(kind for word in kept.split() if (kind := kind_of(word)) is not None)


def write_off(kinds: Iterable[MailKind]) -> str:
    """As they are kept: in a fixed order, with blanks between."""
    chosen = frozenset(kinds)
    return " ".join(kind for kind in MailKind if kind in chosen)

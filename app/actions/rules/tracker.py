"""What an outside tracker says of a promise: the address of its issue and the word it uses for the state; pure."""

import unicodedata
from dataclasses import dataclass

from app.actions.rules.fields import LINK_MAX, NO_LINK, is_link
from app.core.texts import one_line

TRACKER_STATE_MAX = 60


@dataclass(frozen=True, slots=True)
class Tracked:
    """`link`: http or https. `state`: the tracker's own word, such as "In review"; it moves no promise."""

    link: str
    state: str


def tidy(text: str) -> str:
    """Composed, one blank between its words."""
    return one_line(text)


def tracking_problems(tracked: Tracked) -> dict[str, str]:
    """Field -> sentence, for what cannot be kept."""
    wrong: dict[str, str] = {}
    if problem := _problem(tracked.state, TRACKER_STATE_MAX, "the tracker's word for the state"):
        wrong["state"] = problem
    if problem := link_problem(tracked.link):
        wrong["link"] = problem
    return wrong


def link_problem(link: str) -> str | None:
    """A sentence when this is no address of an issue."""
    return _problem(link, LINK_MAX, "the address of the issue") or (None if is_link(link) else NO_LINK)


def same_link(link: str) -> tuple[str, str]:
    """The ways in which one address may have been written down: with a slash at its end, or without."""
    bare = link.rstrip("/")
    return bare, f"{bare}/"


def _problem(text: str, most: int, what: str) -> str | None:
    if not text:
        return f"Give {what}."
    if len(text) > most:
        return f"This has {len(text)} characters; {most} fit."
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        return "This holds a character that cannot be shown."
    return None

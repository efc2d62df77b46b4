"""What the mails say, in plain text: all their words. Knows names, titles and links; never a seat or an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SUBJECT_MAX = 200
UNEXPECTED = "If you did not expect this, you can leave it alone."


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's words. The subject is one line."""

    subject: str
    text: str


def invitation(organisation: str, name: str, link: str, days: int) -> Letter:
    """Sets a first password. The link opens a page; the button there does it, so mail scanners do no harm."""
    return _letter(
        f"Your invitation to Fencepost at {organisation}",
        f"Hello {name},",
        f"you are invited to Fencepost, where {organisation} looks back on joint projects and keeps track of what "
        "departments promise each other.",
        f"Choose a password here. The link works once, for {days} days:\n{link}",
        UNEXPECTED,
    )


def new_password(name: str, link: str, days: int) -> Letter:
    """Sets another password; the old one works until then."""
    return _letter(
        "A new password for Fencepost",
        f"Hello {name},",
        f"a link to choose a new password was made for you. It works once, for {days} days:\n{link}",
        f"Your present password works until then. {UNEXPECTED}",
    )


def outcome_is_ready(name: str, retro: str, project: str, link: str, actions: Sequence[str]) -> Letter:
    """Told to the departments that took part and the owners of actions, when the retro is closed."""
    listed = "\n".join(f"- {one}" for one in actions)
    return _letter(
        f"Outcome: {retro}",
        f"Hello {name},",
        f"the retro “{retro}” of the project “{project}” is closed. What it came to is here:\n{link}",
        f"Asked for in it:\n{listed}" if actions else "No action was asked for in it.",
        "The page says no more about people than the screen in the room did.",
    )


def asked_for_action(
    name: str, title: str, done_when: str, requesting: str, due: date | None, link: str, needs_password: bool
) -> Letter:
    """Told to the owner of an action when the retro is closed: asks for a promise."""
    day = f"{due.day} {due:%B %Y}" if due else "no day named"
    first = "You have no password for Fencepost yet. Another mail brings the link to choose one; do that first."
    return _letter(
        f"Asked of you: {title}",
        f"Hello {name},",
        f"a retro asks this of you, for {requesting}:",
        f"{title}\nDone when: {done_when}\nBy: {day}",
        f"Only you can promise it. Say yes, offer something else, or decline with a reason:\n{link}",
        first if needs_password else "",
        "Please answer within two working days.",
    )


def _letter(subject: str, *paragraphs: str) -> Letter:
    one_line = " ".join(subject.split())
    if len(one_line) > SUBJECT_MAX:
        one_line = one_line[: SUBJECT_MAX - 1].rstrip() + "…"
    return Letter(one_line, "\n\n".join(one for one in paragraphs if one) + "\n")

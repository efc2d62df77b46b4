"""What a row of a loaded list says of an action, and what it leaves open; pure.

Nothing is made up: a day that cannot be read, a department or an owner that is not known stays empty and is said so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.actions.rules.fields import DONE_WHEN_MAX, LINK_MAX, NAME_MAX, REASON_MAX, TITLE_MAX, is_link
from app.actions.rules.kinds import ActionState
from app.actions.rules.list_files import CELL_MAX
from app.core.patterns import bounded
from app.people.rules import email_problem, tidy_email

LIST_NAME_MAX = 80
REFERENCE_MAX = 110

DONE = "done, complete, completed, closed, resolved, fixed, finished, shipped, yes, x, [x], true, ✓, ✔, ☑, ✅"
DROPPED = (
    "cancelled, canceled, dropped, abandoned, rejected, obsolete, not doing, won't do, won't fix, wontfix, wont do"
)
OPEN = (
    "open, new, to do, todo, no, false, [ ], not done, not started, incomplete, in progress, wip, doing, started, "
    "ongoing, on hold, waiting, blocked, pending, planned, backlog, paused, reopened, assigned, ☐"
)
_MEANT: dict[str, ActionState | None] = {
    **dict.fromkeys(OPEN.split(", "), None),
    **dict.fromkeys(DROPPED.split(", "), ActionState.NOT_DOING),
    **dict.fromkeys(DONE.split(", "), ActionState.DONE_BEFORE),
}
"""Status words -> how the action ends by being loaded; None: it is still open."""

_WRITTEN = ("%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d")
YEARS = range(1990, 2101)
"""A day of any other year is a slip of the pen, such as 0206 or 20206."""
_SLASHES = bounded(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class UnreadableActionRow(ValueError):
    """Why a row is no action that could be loaded, as a sentence."""


class RowOutcome(StrEnum):
    """What loading does with a row. `WORKED_ON`: changed in the list, but somebody works on it here, so it stays."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WORKED_ON = "worked_on"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row says. `ends`: the list calls it done or dropped. `notes`: sentences on what could not be taken over.

    `provider`, `requester` and `owner` are the list's own words: whom they mean is for the service to find out.
    """

    reference: str
    title: str
    done_when: str = ""
    owner: str = ""
    owner_email: str = ""
    provider: str = ""
    requester: str = ""
    link: str = ""
    due_on: date | None = None
    raised_on: date | None = None
    done_on: date | None = None
    ends: ActionState | None = None
    in_words: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class _ActionRow:
    """A row while it is read: what cannot be taken over is noted on the way."""

    words: Mapping[str, str]
    today: date
    notes: list[str] = field(default_factory=list)

    def line(self, name: str, most: int, label: str) -> str:
        text = " ".join(self.words.get(name, "").split())
        if len(text) > most:
            self.notes.append(f"{label} has {len(text)} characters and is shortened; the whole is kept beside it.")
        return shortened(text, most)

    def day(self, name: str, label: str, may_lie_ahead: bool = False) -> date | None:
        typed = self.words.get(name, "").strip()
        found = day_of(typed)
        if typed and found is None:
            self.notes.append(f"“{typed[:40]}” does not name one day, so {label} stays open. Write 2026-03-31.")
        if found and found > self.today and not may_lie_ahead:
            self.notes.append(f"{found} lies ahead, so {label} stays open.")
            return None
        return found

    def email(self) -> str:
        """Of the owner, where the list states one; some lists name people by their addresses."""
        typed = tidy_email(self.words.get("owner_email") or self.words.get("owner", ""))
        if not email_problem(typed):
            return typed
        if self.words.get("owner_email"):
            self.notes.append("The owner's mail address does not look like one, so it was left out.")
        return ""

    def link(self) -> str:
        typed = self.words.get("link", "").strip()
        if not typed or (is_link(typed) and len(typed) <= LINK_MAX):
            return typed
        self.notes.append("Its link is not one that starts with https:// or http://, so it was left out.")
        return ""

    def end(self, done_on: date | None) -> ActionState | None:
        typed = self.words.get("status", "")
        if not typed:
            return ActionState.DONE_BEFORE if done_on else None
        known, ends = status_of(typed)
        if not known:
            self.notes.append(f"The status “{typed[:60]}” is not known here: taken as open.")
        return ends


def meaning(words: Mapping[str, str], today: date) -> Meaning:
    """What a row says. Raises UnreadableRow."""
    for name, cell in words.items():
        if len(cell) > CELL_MAX:
            raise UnreadableActionRow(f"The column “{name}” has {len(cell)} characters; {CELL_MAX} fit.")
    if not words.get("title"):
        raise UnreadableActionRow("It says nothing of what is to be done: the title is empty.")
    reference = " ".join(words.get("reference", "").split()) or _fingerprint(words)
    if len(reference) > REFERENCE_MAX:
        raise UnreadableActionRow(f"Its reference has {len(reference)} characters; {REFERENCE_MAX} fit.")
    row = _ActionRow(words, today)
    done_on = row.day("done_on", "the day it was done") or _day_instead_of_status(words, today)
    return Meaning(
        reference=reference,
        title=row.line("title", TITLE_MAX, "The title"),
        done_when=row.line("done_when", DONE_WHEN_MAX, "What “done” means"),
        owner=row.line("owner", NAME_MAX, "The owner"),
        owner_email=row.email(),
        provider=words.get("provider", ""),
        requester=words.get("requester", ""),
        link=row.link(),
        due_on=row.day("due", "the day it is due", may_lie_ahead=True),
        raised_on=row.day("raised", "the day it was raised"),
        done_on=done_on,
        ends=row.end(done_on),
        in_words=_in_words(words),
        notes=tuple(row.notes),
    )


def day_of(typed: str) -> date | None:
    """A day as people and tools write it; None for no day, for two (03/04/2026), for a year not in YEARS."""
    found = _written_day(typed.strip())
    return found if found and found.year in YEARS else None


def _written_day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    if slashes := _SLASHES.fullmatch(text):
        return _day_with_slashes(*map(int, slashes.groups()))
    for written in _WRITTEN:
        try:
            # DTZ007: a day of a list has no time, so no zone.
            return datetime.strptime(text, written).date()
        except ValueError:
            continue
    return None


def status_of(typed: str) -> tuple[bool, ActionState | None]:
    """Whether a status is known, and how the action ends by it. Its first words count: “completed on 12/15”."""
    text = " ".join(typed.lower().replace("’", "'").replace("_", " ").split())
    if day_of(text):
        return True, ActionState.DONE_BEFORE
    for word in sorted(_MEANT, key=len, reverse=True):
        rest = text.removeprefix(word)
        if rest != text and (not rest or rest[0] in " ,.:;!-("):
            return True, _MEANT[word]
    return False, None


def in_a_list(list_name: str, reference: str) -> str:
    """The name under which an action of a list is found again."""
    return f"{list_name}#{reference}"


def list_name_problem(name: str) -> str | None:
    """A sentence when a list cannot be called so."""
    if not name:
        return "Give the list a name, such as “Retro actions of Production”."
    if len(name) > LIST_NAME_MAX:
        return f"Please keep the name to {LIST_NAME_MAX} characters; this has {len(name)}."
    if "#" in name or not name.isprintable():
        return "A list's name is plain text without “#”."
    return None


def shortened(text: str, most: int = REASON_MAX) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _day_with_slashes(first: int, second: int, year: int) -> date | None:
    """Month first or day first: only taken where one of the two is impossible, or both are the same."""
    if first <= 12 and second <= 12 and first != second:
        return None
    month, day = (first, second) if first <= 12 else (second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_instead_of_status(words: Mapping[str, str], today: date) -> date | None:
    found = day_of(words.get("status", ""))
    return found if found and found <= today else None


def _fingerprint(words: Mapping[str, str]) -> str:
    """A list without references: the same words raised on the same day are the same action."""
    said = "\n".join((words["title"], words.get("raised", ""), words.get("origin", "")))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _in_words(words: Mapping[str, str]) -> str:
    """How far the list says it is, in its own words."""
    status, remark = words.get("status", ""), words.get("remark", "")
    return remark if status_of(remark) == status_of(status) else ". ".join(filter(None, (status, remark)))

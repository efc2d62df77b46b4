"""Promises as events of a calendar (RFC 5545, RFC 7986): what is shown on which day, and in which words; pure.

An event keeps its UID for ever, wherever the server moves; its SEQUENCE is the version of the promise, which rises
with every change. What was called off or settled stays for a while, so that calendars learn of it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from icalendar import STATUS, TRANSP, Calendar, Event, vDuration

from app.actions.rules.calendar import FULFILLED, SETTLED
from app.actions.rules.kinds import ActionState

HOST = "fencepost"
"""The right-hand side of every UID. Not the server's name: a server may move."""
STAYS = timedelta(days=30)
"""How long calendars are told that a promise is settled or called off."""
REFRESH = timedelta(hours=4)
PRODUCT = "-//Fencepost//Promises//EN"

STATE_WORDS = {
    ActionState.PROPOSED: "Proposed",
    ActionState.REQUESTED: "Asked, not answered yet",
    ActionState.ACKNOWLEDGED: "Seen, not promised yet",
    ActionState.PROMISED: "Promised",
    ActionState.IN_PROGRESS: "In progress",
    ActionState.REPORTED_DONE: "Reported done",
    ActionState.ACCEPTED: "Accepted as done",
    ActionState.HELD: "Accepted as done, and it held",
    ActionState.RETURNED: "Accepted as done, but the trouble came back",
    ActionState.INCONCLUSIVE: "Accepted as done",
    ActionState.COUNTERED: "Something else was offered",
    ActionState.DECLINED: "Declined",
    ActionState.RE_PROMISED: "Re-promised",
    ActionState.BLOCKED: "Waits for another department",
    ActionState.SENT_BACK: "Sent back: something is missing",
    ActionState.NOT_DOING: "Will not be done",
    ActionState.DONE_BEFORE: "Done before it came here",
}
DONE = FULFILLED | {ActionState.DONE_BEFORE}
NOT_PROMISED = frozenset({ActionState.REQUESTED, ActionState.ACKNOWLEDGED, ActionState.COUNTERED})


@dataclass(frozen=True, slots=True)
class CalendarPromise:
    """What a calendar needs to know of a promise. `providing` and `requesting` are names of departments."""

    id: UUID
    title: str
    done_when: str
    state: ActionState
    due_on: date
    promised_for: date | None
    owner_name: str
    providing: str
    requesting: str
    version: int
    changed_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event that lasts the whole of `day`."""

    uid: str
    day: date
    summary: str
    description: str
    status: STATUS
    category: str
    sequence: int
    changed_at: datetime
    url: str


def due_entry(promise: CalendarPromise) -> CalendarEntry:
    """The day on which it is due, for who owns it or leads the department that promised."""
    mark = "✓ " if promise.state in DONE else ""
    before = "Asked: " if promise.state in NOT_PROMISED else ""
    if promise.state in SETTLED - DONE:
        before = "Called off: "
    return _entry(
        promise,
        f"action-{promise.id}@{HOST}",
        promise.due_on,
        f"{mark}{before}{promise.title}{_other('for', promise.requesting)}",
        _status(promise.state),
        "Promised by us" if promise.state not in NOT_PROMISED else "Asked of us",
        _moved(promise),
    )


def acceptance_entry(promise: CalendarPromise, accepts_on: date) -> CalendarEntry:
    """The day on which silence accepts, for those who may answer a report of done. `accepts_on`: that day."""
    if promise.state == ActionState.REPORTED_DONE:
        summary, status = f"Accept? {promise.title}", STATUS.CONFIRMED
    elif promise.state in FULFILLED:
        summary, status = f"✓ Accepted: {promise.title}", STATUS.CONFIRMED
    else:
        summary, status = f"No longer to accept: {promise.title}", STATUS.CANCELLED
    who = promise.providing or promise.owner_name
    waits = f"{who} reported it done. Without an answer it counts as accepted on this day."
    return _entry(
        promise,
        f"accept-{promise.id}@{HOST}",
        accepts_on,
        f"{summary}{_other('from', promise.providing)}",
        status,
        "Asked by us",
        waits if promise.state == ActionState.REPORTED_DONE else "",
    )


def calendar(name: str, uid: str, entries: Iterable[CalendarEntry]) -> bytes:
    """The whole calendar as bytes of the type text/calendar. `uid` tells it from other calendars, for ever."""
    made = Calendar.new(name=plain(name), prodid=PRODUCT, uid=f"{uid}@{HOST}")
    made.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    made.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for entry in entries:
        made.add_component(_event(entry))
    written: bytes = made.to_ical()
    return written


def plain(text: str) -> str:
    """One line that every calendar can read: RFC 5545 allows no control characters in a text."""
    return " ".join("".join(" " if _is_unreadable(letter) else letter for letter in text).split())


def _entry(
    promise: CalendarPromise, uid: str, day: date, summary: str, status: STATUS, category: str, more: str = ""
) -> CalendarEntry:
    lines = (
        f"Done when: {promise.done_when}" if promise.done_when else "",
        f"State: {STATE_WORDS[promise.state]}",
        f"Owner: {promise.owner_name}" if promise.owner_name else "",
        more,
        promise.url,
    )
    description = "\n".join(plain(line) for line in lines if line)
    return CalendarEntry(
        uid, day, plain(summary), description, status, category, promise.version, promise.changed_at, promise.url
    )


def _event(entry: CalendarEntry) -> Event:
    return Event.new(
        uid=entry.uid,
        sequence=entry.sequence,
        summary=entry.summary,
        description=entry.description,
        start=entry.day,
        end=entry.day + timedelta(days=1),
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        status=entry.status,
        categories=[entry.category],
        transparency=TRANSP.TRANSPARENT,
        url=entry.url,
    )


def _status(state: ActionState) -> STATUS:
    if state in SETTLED - DONE:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if state in NOT_PROMISED else STATUS.CONFIRMED


def _other(word: str, department: str) -> str:
    return f" ({word} {department})" if department else ""


def _moved(promise: CalendarPromise) -> str:
    first = promise.promised_for
    if first is None or first == promise.due_on:
        return ""
    return f"First promised for {first.day} {first:%B %Y}"


def _is_unreadable(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")

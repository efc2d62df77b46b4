"""What happened, in the words of a message and the names of a program; pure. Knows no mail address and no room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.notifications.rules.webhooks import STATE_WORDS, Event, News


@dataclass(frozen=True, slots=True)
class PromiseNews:
    """A promise as it stands after what happened. Departments and the owner by their names."""

    id: UUID
    kind: str
    title: str
    state: str
    owner: str
    providing: str
    requesting: str
    due_on: date | None
    promised_for: date | None
    slips: int
    by_silence: bool
    link: str


def of_action(event: Event, promise: PromiseNews, at: datetime) -> News:
    """An action was asked for, moved on, or stays late."""
    facts = (
        ("Promised by", promise.providing),
        ("Asked by", promise.requesting),
        ("Owner", promise.owner),
        ("Due", _day(promise.due_on)),
    )
    data = {
        "id": str(promise.id),
        "kind": promise.kind,
        "title": promise.title,
        "state": promise.state,
        "owner": promise.owner,
        "providing_department": promise.providing,
        "requesting_department": promise.requesting,
        "due_on": _iso(promise.due_on),
        "promised_for": _iso(promise.promised_for),
        "slips": promise.slips,
        "by_silence": promise.by_silence,
    }
    return News(event, at, _headline(event, promise), promise.title, promise.link, _said(facts), data)


def of_agreement(
    agreement_id: UUID,
    text: str,
    providing: str,
    requesting: str,
    *,
    since: date,
    review_on: date | None,
    ended_on: date | None,
    is_in_force: bool,
    is_reviewed: bool = False,
    link: str,
    at: datetime,
) -> News:
    """A standing promise changed; once a room has looked at it (`is_reviewed`), it did not just come into force."""
    standing = "ended" if ended_on else "in_force" if is_in_force else "proposed"
    headline = {
        "ended": "Agreement ended",
        "in_force": "Agreement reviewed or changed" if is_reviewed else "Agreement in force",
        "proposed": "Agreement waits for the other side",
    }[standing]
    facts = (("Promised by", providing), ("To", requesting), ("Since", _day(since)), ("Next review", _day(review_on)))
    data = {
        "id": str(agreement_id),
        "text": text,
        "standing": standing,
        "providing_department": providing,
        "requesting_department": requesting,
        "since": _iso(since),
        "review_on": _iso(review_on),
        "ended_on": _iso(ended_on),
    }
    return News(Event.AGREEMENT_CHANGED, at, headline, text, link, _said(facts), data)


def of_retro(retro_id: UUID, title: str, project: str, link: str, at: datetime) -> News:
    """A retro was closed: that it was, and where to read what it came to."""
    data = {"id": str(retro_id), "title": title, "project": project}
    return News(Event.RETRO_CLOSED, at, "A retro is closed", title, link, (("Project", project),), data)


def of_test(name: str, link: str, at: datetime) -> News:
    """Sent by hand, to see whether it arrives."""
    data = {"webhook": name}
    return News(Event.TEST, at, "A test from Fencepost", f"“{name}” works.", link, (), data)


def _headline(event: Event, promise: PromiseNews) -> str:
    if event is Event.ACTION_REQUESTED:
        return "Asked for"
    if event is Event.ACTION_LATE:
        return "Late"
    words = STATE_WORDS.get(promise.state, promise.state)
    return f"{words}, because nobody answered" if promise.by_silence and promise.state == "accepted" else words


def _said(facts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, meaning) for word, meaning in facts if meaning)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

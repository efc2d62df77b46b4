"""What webhooks hear of, and how a request is signed (Standard Webhooks 1.0); pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

NAME_MAX = 60
ANSWER_KEPT = 500
"""Characters of an answer that the log keeps."""

STOP_AFTER = timedelta(days=5)
"""So long may a webhook fail, with nothing taken in between, before it is stopped."""

KEPT_FOR = timedelta(days=30)
"""The log forgets a delivery after this."""

OTHERS_WAIT = timedelta(minutes=1)
"""After a failure everything else for the same address waits so long: a dead address costs one try a minute."""

GONE = 410


class Event(StrEnum):
    """What a webhook can hear of. `TEST` is sent by hand only."""

    ACTION_REQUESTED = "action.requested"
    ACTION_STEPPED = "action.stepped"
    ACTION_LATE = "action.late"
    AGREEMENT_CHANGED = "agreement.changed"
    RETRO_CLOSED = "retro.closed"
    TEST = "test"


class Template(StrEnum):
    """The shape of a message."""

    STANDARD = "standard"
    SLACK = "slack"
    TEAMS = "teams"


EVENT_WORDS: dict[Event, tuple[str, str]] = {
    Event.ACTION_REQUESTED: ("An action is asked for", "when a retro closes, or a list is taken over"),
    Event.ACTION_STEPPED: ("A promise moves on", "promised, reported done, accepted, sent back, blocked …"),
    Event.ACTION_LATE: ("A promise stays late", "on the day when the department's lead is told"),
    Event.AGREEMENT_CHANGED: ("An agreement changes", "comes into force, is changed, reviewed or ended"),
    Event.RETRO_CLOSED: ("A retro is closed", "its title, its project and a link; nothing of what was said"),
}
"""Events that can be chosen: (what happens, when)."""

TEMPLATE_WORDS: dict[Template, tuple[str, str]] = {
    Template.STANDARD: ("Signed JSON", "for programs of your own: type, time and data, after Standard Webhooks"),
    Template.SLACK: ("Slack message", "for the address of an incoming webhook of Slack"),
    Template.TEAMS: (
        "Teams card",
        "for the address of a workflow of Microsoft Teams; the older connectors take no such cards",
    ),
}

STATE_WORDS = {
    "requested": "Asked of somebody else",
    "acknowledged": "Seen",
    "promised": "Promised",
    "in_progress": "In progress",
    "reported_done": "Reported done",
    "accepted": "Accepted as done",
    "held": "Held",
    "returned": "Came back",
    "inconclusive": "Cannot tell whether it helped",
    "countered": "Something else is offered",
    "declined": "Declined",
    "re_promised": "Re-promised",
    "blocked": "Blocked",
    "sent_back": "Sent back",
    "not_doing": "Will not be done",
    "done_before": "Done before it came here",
}


@dataclass(frozen=True, slots=True)
class News:
    """What one event says. `facts`: (word, meaning) for people; `data`: for programs. No mail address, and nothing
    of what was said in a room."""

    event: Event
    at: datetime
    headline: str
    title: str
    link: str
    facts: tuple[tuple[str, str], ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


def hears(chosen: str, event: Event) -> bool:
    """Whether a webhook that chose these events (words with blanks between; none: all) hears of this one."""
    return event is Event.TEST or not chosen or event in chosen.split()


def chosen_events(words: Iterable[str]) -> list[Event]:
    """Those of these words that can be chosen, in the order of `Event`."""
    known = set(words)
    return [event for event in EVENT_WORDS if event in known]


def secret_name(webhook_id: object, number: int) -> str:
    """Under this name the installation's key makes the secret of a webhook."""
    return f"webhook:{webhook_id}:{number}"


def shown_secret(secret: bytes) -> str:
    """The secret as Standard Webhooks writes it, to be pasted into the receiver."""
    return f"whsec_{base64.b64encode(secret).decode()}"


def signed_headers(secret: bytes, delivery_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks. The id stays the same over retries; the time is that of the attempt.

    Source: https://www.standardwebhooks.com, HMAC-SHA256 over "id.timestamp.body".
    """
    seconds = int(at.timestamp())
    signature = hmac.new(secret, f"{delivery_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def is_taken(status: int) -> bool:
    """Whether the receiver took it (Standard Webhooks: any 2xx)."""
    return 200 <= status < 300


def has_failed_too_long(failing_since: datetime, now: datetime) -> bool:
    """Whether a webhook is stopped now, after failing since then."""
    return now - failing_since >= STOP_AFTER

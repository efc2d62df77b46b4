"""The day on which a retro goes on as a calendar file (RFC 5545): one event, no attendees, never a ticket; pure."""

from datetime import datetime, timedelta
from uuid import UUID

from icalendar import STATUS, Calendar, Event

PRODUCT = "-//Fencepost//Retros//EN"


def continuation(
    retro_id: UUID, title: str, project: str, at: datetime, minutes: int, version: int, url: str, now: datetime
) -> bytes:
    """Text/calendar. `version` of the retro rises with every change, so that a later file replaces this event."""
    about = f"Looking back on {project}. Come with the same phone and browser: the seat is kept."
    made = Calendar.new(name=_plain(title), prodid=PRODUCT, uid=f"retro-{retro_id}@fencepost")
    made.add_component(
        Event.new(
            uid=f"retro-{retro_id}@fencepost",
            sequence=version,
            summary=_plain(f"Retro, continued: {title}"),
            description=f"{_plain(about)}\n{url}",
            start=at,
            end=at + timedelta(minutes=minutes),
            stamp=now,
            status=STATUS.CONFIRMED,
            url=url,
        )
    )
    written: bytes = made.to_ical()
    return written


def _plain(text: str) -> str:
    """One line without characters that no calendar can read."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())

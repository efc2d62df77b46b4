"""The calendar file of a retro that was broken off, for the desk and for phones."""

from datetime import datetime

from app.core.errors import NotFound
from app.retros.queries.views import RetroView
from app.retros.rules.calendar import continuation


def calendar_file(retro: RetroView, address: str, now: datetime) -> bytes:
    """Text/calendar; it leads to `address`. Raises NotFound where no day is set."""
    if retro.continues_at is None:
        raise NotFound("No day is set on which this retro goes on.")
    return continuation(
        retro.id, retro.title, retro.project_name, retro.continues_at, retro.meeting_minutes, retro.version, address,
        now,
    )  # fmt: skip

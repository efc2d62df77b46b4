"""A made-up history of nine retros, about sixty observations: frictions that come back in other words, and others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlmodel import col, delete, select

from app.core.db import Database
from app.retros.models import Retro
from app.themes.models import RetroTakenIn, Theme, ThemeTopic
from app.topics.models import Topic
from tests.cast import Cast
from tests.history import past_retro, right, wrong

SAID: dict[date, tuple[str, ...]] = {
    date(2025, 1, 14): (
        "The final files arrived late at the printer", "Approval of the cover took two weeks",
        "Nobody knew who owns the budget", "The weekly meeting had no agenda",
        "The scanner password was unknown for three days", "Copy was handed over without captions",
        "The test print looked wonderful",
    ),
    date(2025, 2, 11): (
        "Files arrived late again, on the last day", "Cover approval waited for the director for two weeks",
        "The meeting ran over and had no agenda", "We lost a day since the scanner password was unknown",
        "Holiday cover was missing in rights", "The index was missing from the plan",
    ),
    date(2025, 3, 18): (
        "Final files were late at the printer", "Nobody knew who owns the launch budget",
        "Captions were missing when the copy was handed over", "The briefing changed after we had started",
        "Translators were told of the new deadline last", "The office was too hot",
    ),
    date(2025, 4, 15): (
        "The briefing changed twice after we had started", "Late files at the printer, as always",
        "It took two weeks to get approval of the cover", "No agenda for the weekly meeting",
        "The press list was out of date", "Somebody else had booked the room",
    ),
    date(2025, 5, 13): (
        "The press list was badly out of date", "The room was booked by somebody else",
        "The copy came without captions", "Nobody knew who owns the budget for photos",
        "Translators heard of the deadline last", "The samples went to the old address",
    ),
    date(2025, 6, 17): (
        "Samples went to an old address", "Final files arrived late at the printer by two days",
        "The weekly meeting still has no agenda", "Approval of the cover took far too long, two weeks",
        "Our press list is out of date", "Lunch was good",
    ),
    date(2025, 7, 15): (
        "The scanner password was unknown to everybody", "The briefing changed when we had already started",
        "Holiday cover was missing in sales", "The index was missing from the plan again",
        "Who owns the budget was not known", "The printer praised our final files",
    ),
    date(2025, 8, 12): (
        "Files arrived very late at the printer", "Captions were missing from the copy",
        "Room was booked by somebody else once more", "The samples went to the old address again",
        "New deadline: translators were told last", "Cover approval: two weeks",
    ),
    date(2025, 9, 16): (
        "No agenda for our meeting, every week", "The press list is still out of date",
        "Holiday cover was missing everywhere", "The briefing changed after the start",
        "Final files came late to the printer", "Password of the scanner unknown",
        "The new coffee machine is loud", "The index was not in the plan",
    ),
}  # fmt: skip

Partition = frozenset[frozenset[tuple[date, str]]]


def brought(database: Database, cast: Cast, days: Iterable[date], imported: bool = True) -> list[UUID]:
    """Bring retros of these days into the house, as an import leaves them: closed, and not yet taken in."""
    return [
        past_retro(
            database,
            cast,
            day,
            [right(text) if "wonderful" in text or "good" in text else wrong(text) for text in SAID[day]],
            imported=imported,
            taken_in=False,
        )
        for day in days
    ]


def themes_now(database: Database) -> dict[UUID, frozenset[tuple[date, str]]]:
    """The live themes with what is in them: (day of the retro, title of the topic)."""
    found: dict[UUID, set[tuple[date, str]]] = {}
    with database.reading() as db:
        placed = (
            select(ThemeTopic.theme_id, Theme.merged_into_id, Retro, Topic.title)
            .join(Topic, col(Topic.id) == col(ThemeTopic.topic_id))
            .join(Retro, col(Retro.id) == col(ThemeTopic.retro_id))
            .join(Theme, col(Theme.id) == col(ThemeTopic.theme_id))
        )
        for theme_id, merged_into, retro, title in db.exec(placed):  # type: ignore[call-overload]
            day = retro.held_on or retro.closed_at.date()
            found.setdefault(theme_id, set()).add((day, title))
            assert merged_into is None, "a topic is in a theme that is gone"
    return {theme_id: frozenset(own) for theme_id, own in found.items()}


def emptied(database: Database) -> None:
    """As if no history had ever come."""
    with database.transaction() as db:
        for table in (ThemeTopic, Theme, RetroTakenIn, Retro):
            db.execute(delete(table))


def partition(database: Database) -> Partition:
    return frozenset(themes_now(database).values())

"""Mails and webhooks that wait until nothing can be taken back, and what happens meanwhile, on both databases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from app.actions import service as actions
from app.core.clock import SetClock
from app.core.db import Database
from app.notifications import service
from app.notifications.models import Delivery
from app.notifications.rules import TOLD_AFTER
from tests.cast import Cast, Person
from tests.unit.test_loading_service import OPEN, complete, load
from tests.unit.test_mails_of_promises import forget, join, mailing, rows, told

__all__ = ["mailing"]


def undo(database: Database, person: Person, action_id: UUID, clock: SetClock) -> None:
    with database.transaction() as db:
        actions.undo(db, person.visitor, action_id, clock.now())


def asked_from_list(database: Database, cast: Cast, clock: SetClock) -> UUID:
    """Frieda completes what was loaded: it is asked of Paul."""
    return complete(database, clock, cast.frieda, cast)


def test_what_a_person_asks_from_a_list_waits_and_is_asked_anew_after_it_was_taken_back(
    mailing: Database, cast: Cast, clock: SetClock
) -> None:
    join(mailing, cast.frieda, cast.production, is_lead=True)
    load(mailing, clock, OPEN)
    forget(mailing)
    action_id = asked_from_list(mailing, cast, clock)
    (row,) = rows(mailing)
    assert row.recipient == cast.paul.email, "Frieda asked, so she is not told although she leads"
    assert row.due_at == clock.now() + TOLD_AFTER
    clock.advance(timedelta(seconds=30))
    undo(mailing, cast.frieda, action_id, clock)
    assert rows(mailing) == []
    asked_from_list(mailing, cast, clock)
    assert list(told(mailing)) == ["paul"], "the second time is told as the first"


def test_a_webhook_hears_of_what_was_asked_from_a_list_when_it_stands(
    mailing: Database, cast: Cast, clock: SetClock
) -> None:
    with mailing.transaction() as db:
        service.add_webhook(
            db, cast.ada.visitor, "Ours", "https://hook.example/", "slack", "action.requested", clock.now()
        )
    load(mailing, clock, OPEN)
    action_id = asked_from_list(mailing, cast, clock)
    with mailing.reading() as db:
        row = db.exec(select(Delivery)).one()
        assert (row.due_at, row.step) == (clock.now() + TOLD_AFTER, f"{action_id}:2")
        assert "close of a retro" not in row.body
    undo(mailing, cast.frieda, action_id, clock)
    with mailing.reading() as db:
        assert db.exec(select(Delivery)).all() == []

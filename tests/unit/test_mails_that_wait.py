"""Mails and webhooks that wait until nothing can be taken back, and what happens meanwhile, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from app.actions.models import Action
from app.actions.queries import lists, rights
from app.actions.rules.kinds import ActionState, Notice
from app.actions.service import stepping
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.departments.models import Department
from app.notifications.models import Delivery, Mail
from app.notifications.reactions import webhooks
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.retries import LEASE, TOLD_AFTER
from app.notifications.service import mails, preferences
from app.notifications.service import webhooks as webhooks_service
from app.people.queries import visitor_of
from app.people.service import accounts
from tests.cast import Cast, Person
from tests.unit.test_actions_service import take
from tests.unit.test_loading_service import OPEN, complete, load
from tests.unit.test_mails_of_promises import (
    TITLE,
    decide,
    forget,
    join,
    mailing,
    notice,
    now_told,
    promise,
    rows,
    told,
)

__all__ = ["mailing", "promise"]
NIGHT = datetime(2026, 3, 17, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)


def undo(database: Database, person: Person, action_id: UUID, clock: SetClock) -> None:
    with database.transaction() as db:
        stepping.undo(db, person.visitor, action_id, clock.now())


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
        webhooks_service.add_webhook(
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


def sent(database: Database, at: datetime) -> list[tuple[str, str]]:
    """(to whom, the beginning of the subject) of all that goes out now."""
    found = []
    with database.transaction() as db:
        while (claimed := mails.claim(db, at)) is not None:
            found.append((claimed.recipient.split("@")[0], claimed.subject.split(":")[0]))
            mails.was_sent(db, claimed, at)
    return sorted(found)


def test_that_somebody_has_seen_it_is_no_answer(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.DECLINED, clock, reason="No")
    forget(mailing)
    clock.at = NIGHT
    take(mailing, cast.edda, promise, ActionState.REQUESTED, clock)
    with mailing.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.sven.id, False, False, {cast.production: False})
        sven = visitor_of(db, cast.sven.id)
        assert sven is not None
        stepping.step(db, sven, promise, ActionState.ACKNOWLEDGED, clock.now())
    assert sent(mailing, MORNING) == [("paul", "Asked of you")]


def test_an_answer_that_may_be_taken_back_holds_the_question_back_and_does_not_lose_it(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    forget(mailing)
    notice(mailing, promise, Notice.ACCEPT, clock.now())
    take(mailing, cast.edda, promise, ActionState.ACCEPTED, clock)
    assert sent(mailing, clock.now() + timedelta(seconds=59)) == []
    clock.advance(timedelta(seconds=59))
    undo(mailing, cast.edda, promise, clock)
    assert sent(mailing, clock.now() + TOLD_AFTER) == [
        ("edda", f"Is it done? {TITLE}"),
        ("mia", f"Is it done? {TITLE}"),
    ]


def test_a_reminder_that_was_held_up_is_not_sent_once_it_is_answered(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    notice(mailing, promise, Notice.ACKNOWLEDGE, clock.now())
    with mailing.transaction() as db:
        claimed = mails.claim(db, clock.now())
        assert claimed is not None
        mails.was_not_sent(db, claimed, "451 Closed", clock.now())
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    assert sent(mailing, clock.now() + timedelta(hours=1)) == [("edda", "Promised")]


def test_nothing_goes_to_who_was_disabled_or_switched_it_off_meanwhile(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    with mailing.transaction() as db:
        preferences.choose(db, cast.edda.visitor, frozenset({MailKind.PROGRESS}), None, "")
        accounts.disable(db, cast.ada.visitor, cast.mia.id, clock.now())
    assert sent(mailing, clock.now() + TOLD_AFTER) == [("edda", f"Done? {TITLE}")]
    with mailing.reading() as db:
        assert db.exec(select(Mail).where(col(Mail.sent_at).is_(None))).all() == []


def test_a_sponsor_whose_account_is_closed_is_passed_over(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    decide(mailing, sponsor_name="Board", sponsor_email="board@lantern.example")
    with mailing.transaction() as db:
        db.get_one(Department, cast.production).sponsor_email = cast.mia.email
        accounts.disable(db, cast.ada.visitor, cast.mia.id, clock.now())
    clock.at = NIGHT
    notice(mailing, promise, Notice.LATE_TO_SPONSOR, clock.now())
    (row,) = rows(mailing)
    assert row.recipient == "board@lantern.example"
    assert row.due_at == MORNING, "the quiet hours of the organisation count for the board too"


def test_who_is_waited_for_and_who_is_the_sponsor_see_the_promise(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    def sees(person: Person) -> bool:
        with mailing.reading() as db:
            try:
                view = lists.action(db, promise, for_=person.visitor)
            except NotFound:
                return False
            assert rights.possible_steps(person.visitor, view) == []
            return True

    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    assert not sees(cast.sven)
    take(mailing, cast.paul, promise, ActionState.BLOCKED, clock, department_id=cast.departments["IT"])
    assert sees(cast.sven), "the mail tells Sven of IT to look"
    take(mailing, cast.paul, promise, ActionState.IN_PROGRESS, clock)
    assert not sees(cast.sven)
    with mailing.transaction() as db:
        db.get_one(Department, cast.production).sponsor_email = cast.sven.email
    forget(mailing)
    notice(mailing, promise, Notice.LATE_TO_SPONSOR, clock.now())
    assert f"/desk/actions/{promise}\n\nYou are named" not in rows(mailing)[0].text, "no button that leads nowhere"
    with mailing.transaction() as db:
        db.get_one(Action, promise).sponsor_email = cast.sven.email.upper()
    assert sees(cast.sven)


def test_trying_again_leaves_a_running_lease_alone(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    notice(mailing, promise, Notice.ACKNOWLEDGE, clock.now())
    with mailing.transaction() as db:
        claimed = mails.claim(db, clock.now())
        assert claimed is not None
        mails.try_again(db, cast.ada.visitor, claimed.id, clock.now())
        assert mails.claim(db, clock.now()) is None, "whoever has it may be sending it"
        assert mails.claim(db, clock.now() + LEASE) is not None


def test_where_the_owner_is_the_only_lead_the_other_members_are_asked_to_accept(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    decide(mailing, members_may_be_asked=False)
    with mailing.transaction() as db:
        db.get_one(Action, promise).owner_id = cast.edda.id
    take(mailing, cast.edda, promise, ActionState.PROMISED, clock)
    forget(mailing)
    take(mailing, cast.edda, promise, ActionState.REPORTED_DONE, clock)
    assert now_told(mailing) == {"mia": [f"Done? {TITLE}"]}


def test_another_try_waits_for_the_end_of_quiet_hours(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    notice(mailing, promise, Notice.ACKNOWLEDGE, clock.now())
    with mailing.transaction() as db:
        claimed = mails.claim(db, clock.now())
        assert claimed is not None
        mails.was_not_sent(db, claimed, "451 Closed", NIGHT)
    assert rows(mailing)[0].due_at == MORNING


def test_what_is_only_kept_holds_no_link_that_acts_as_its_recipient(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    with_server = mailing.info["settings"]
    notice(mailing, promise, Notice.ACKNOWLEDGE, clock.now())
    assert "/m/" in rows(mailing)[0].text
    forget(mailing)
    mailing.info["settings"] = with_server.model_copy(update={"smtp_host": None})
    notice(mailing, promise, Notice.ACKNOWLEDGE, clock.now())
    (row,) = rows(mailing)
    assert row.is_kept
    assert "/m/" not in row.text + row.parts
    assert f"/desk/actions/{promise}" in row.text, "what everybody may see stays"


def test_a_webhook_hears_of_an_agreement_when_its_step_stands(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "Clock", lambda: clock)
    with mailing.transaction() as db:
        webhooks_service.add_webhook(
            db, cast.ada.visitor, "Ours", "https://hook.example/", "slack", "agreement.changed", clock.now()
        )
        db.get_one(Action, promise).kind = "agreement"
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    with mailing.reading() as db:
        row = db.exec(select(Delivery)).one()
        assert (row.due_at, row.step) == (clock.now() + TOLD_AFTER, f"{promise}:2")
        assert "Agreement in force" in row.body
    undo(mailing, cast.paul, promise, clock)
    with mailing.reading() as db:
        assert db.exec(select(Delivery)).all() == [], "it never was in force"

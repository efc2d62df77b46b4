"""Who gets which mail about a promise, when, and once: for each step and each notice, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from app.actions import jobs as actions_jobs
from app.actions.events import NoticeFellDue
from app.actions.models import Action, FollowUp
from app.actions.rules.kinds import ActionState, Notice
from app.actions.rules.policy import Policy
from app.actions.service import stepping
from app.core.clock import SetClock
from app.core.db import Database
from app.core.events import emit
from app.departments.models import Department, Organisation
from app.notifications.models import Mail, MailSettings
from app.notifications.queries.words import words_of
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.parts import Paragraph, letter
from app.notifications.rules.retries import TOLD_AFTER
from app.notifications.service import mails, preferences
from app.people.models import Account, Membership
from app.retros.rules.names import Stage
from tests.builders import a_retro
from tests.cast import Cast, Person
from tests.conftest import settings_for
from tests.unit.test_actions_service import capture, closed, take

MISSING = "Asked of you: what is missing in “Send page proofs two days earlier”"
TITLE = "Send page proofs two days earlier"


@pytest.fixture
def mailing(house: Database, tmp_path: Path) -> Database:
    house.info["settings"] = settings_for(
        house.url, tmp_path, smtp_host="127.0.0.1", public_url="https://posts.lantern.example"
    )
    return house


@pytest.fixture
def promise(mailing: Database, cast: Cast, clock: SetClock) -> UUID:
    """Asked of Paul (Production) by Editorial at the close; the mails of the close are forgotten."""
    room = a_retro(mailing, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    action_id = capture(mailing, room, clock)
    closed(mailing, room, clock)
    assert told(mailing)["paul"] == [f"Asked of you: {TITLE}", f"Outcome: {room.view().title}"]
    forget(mailing)
    return action_id


def rows(database: Database) -> list[Mail]:
    with database.reading() as db:
        found = list(db.exec(select(Mail).order_by(Mail.recipient, Mail.subject)).all())
        opened = [words_of(db, row) for row in found]
        db.expunge_all()
        for row, (text, parts) in zip(found, opened, strict=True):
            row.text, row.parts = text, parts
        return found


def told(database: Database) -> dict[str, list[str]]:
    """Subjects by the part of the address before the @."""
    found: dict[str, list[str]] = {}
    for row in rows(database):
        found.setdefault(row.recipient.split("@")[0], []).append(row.subject)
    return found


def forget(database: Database) -> None:
    with database.transaction() as db:
        db.execute(delete(Mail))


def now_told(database: Database) -> dict[str, list[str]]:
    """What was told since the last look."""
    found = told(database)
    forget(database)
    return found


def decide(database: Database, **changed: Any) -> None:
    with database.transaction() as db:
        db.merge(
            FollowUp(id=1, **{**{name: getattr(Policy(), name) for name in Policy.__dataclass_fields__}, **changed})
        )


def notice(database: Database, action_id: UUID, what: Notice, at: datetime, day: date = date(2026, 4, 1)) -> None:
    with database.transaction() as db:
        emit(db, NoticeFellDue(action_id=action_id, notice=what, day=day, at=at))


def join(database: Database, person: Person, department: UUID, is_lead: bool) -> None:
    with database.transaction() as db:
        db.add(Membership(account_id=person.id, department_id=department, is_lead=is_lead))


def test_each_step_is_told_to_those_whom_it_concerns_and_never_to_who_took_it(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    steps: list[tuple[Person, ActionState, dict[str, Any], dict[str, list[str]]]] = [
        (cast.paul, ActionState.ACKNOWLEDGED, {}, {}),
        (cast.paul, ActionState.COUNTERED, {"reason": "Only the atlas"}, {"edda": [f"Another offer: {TITLE}"]}),
        (cast.edda, ActionState.REQUESTED, {}, {"paul": [f"Asked of you: {TITLE}"]}),
        (cast.paul, ActionState.DECLINED, {"reason": "No"}, {"edda": [f"Declined: {TITLE}"]}),
        (cast.mia, ActionState.REQUESTED, {}, {"paul": [f"Asked of you: {TITLE}"]}),
        (cast.paul, ActionState.PROMISED, {}, {"edda": [f"Promised: {TITLE}"]}),
        (cast.paul, ActionState.IN_PROGRESS, {}, {}),
        (
            cast.paul,
            ActionState.BLOCKED,
            {"department_id": cast.departments["IT"]},
            {"edda": [f"It waits for IT: {TITLE}"], "sven": [f"It waits for IT: {TITLE}"]},
        ),
        (
            cast.paul,
            ActionState.RE_PROMISED,
            {"reason": "The printer broke", "due_on": date(2026, 5, 5)},
            {"edda": [f"New date: {TITLE}"]},
        ),
        (cast.paul, ActionState.REPORTED_DONE, {}, {"edda": [f"Done? {TITLE}"], "mia": [f"Done? {TITLE}"]}),
        (
            cast.mia,
            ActionState.SENT_BACK,
            {"reason": "No cover"},
            {"paul": [f"Asked of you: what is missing in “{TITLE}”"]},
        ),
        (cast.paul, ActionState.REPORTED_DONE, {}, {"edda": [f"Done? {TITLE}"], "mia": [f"Done? {TITLE}"]}),
        (cast.edda, ActionState.ACCEPTED, {}, {"paul": [f"Accepted: {TITLE}"]}),
        (cast.edda, ActionState.HELD, {}, {}),
    ]
    for person, state, said, expected in steps:
        clock.advance(timedelta(minutes=5))
        take(mailing, person, promise, state, clock, **said)
        assert now_told(mailing) == expected, state


def test_the_leads_of_the_asked_department_are_told_too(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    join(mailing, cast.sven, cast.production, is_lead=True)
    take(mailing, cast.paul, promise, ActionState.COUNTERED, clock, reason="Later")
    forget(mailing)
    take(mailing, cast.edda, promise, ActionState.REQUESTED, clock)
    assert told(mailing) == {"paul": [f"Asked of you: {TITLE}"], "sven": [f"Asked of Production: {TITLE}"]}


def test_a_promise_handed_over_is_asked_of_the_new_owner(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.REQUESTED, clock, owner_id=cast.sven.id)
    assert told(mailing) == {"sven": [f"Asked of you: {TITLE}"]}
    assert "Paul asks this of you" in rows(mailing)[0].text


def test_letting_go_is_told_to_the_other_side(mailing: Database, promise: UUID, cast: Cast, clock: SetClock) -> None:
    take(mailing, cast.edda, promise, ActionState.NOT_DOING, clock, reason="Not needed any more")
    assert now_told(mailing) == {"paul": [f"Not doing: {TITLE}"]}
    with mailing.transaction() as db:
        stepping.undo(db, cast.edda.visitor, promise, clock.now())
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.NOT_DOING, clock, reason="Nobody is left")
    assert now_told(mailing)["edda"] == [f"Not doing: {TITLE}", f"Promised: {TITLE}"]


def test_only_leads_are_asked_to_accept_where_the_organisation_says_so(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    decide(mailing, members_may_be_asked=False)
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    forget(mailing)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    assert told(mailing) == {"edda": [f"Done? {TITLE}"]}


def test_the_owner_is_never_asked_to_accept(mailing: Database, promise: UUID, cast: Cast, clock: SetClock) -> None:
    join(mailing, cast.paul, cast.editorial, is_lead=True)
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    notice(mailing, promise, Notice.ACCEPT, clock.now())
    assert "paul" not in told(mailing)


def test_a_step_waits_a_minute_and_is_never_told_when_it_is_taken_back(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    row = rows(mailing)[0]
    assert row.due_at == clock.now() + TOLD_AFTER
    assert row.step == f"{promise}:2"
    clock.advance(timedelta(seconds=59))
    with mailing.transaction() as db:
        assert mails.claim(db, clock.now()) is None
        stepping.undo(db, cast.paul.visitor, promise, clock.now())
    assert rows(mailing) == []
    clock.advance(timedelta(seconds=30))
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    assert told(mailing) == {"edda": [f"Promised: {TITLE}"]}, "taken again it is told"


def test_the_close_asks_at_once_but_not_at_night(mailing: Database, cast: Cast, clock: SetClock) -> None:
    with mailing.transaction() as db:
        db.get_one(Account, cast.paul.id).time_zone = "Asia/Tokyo"  # nine in the evening
    room = a_retro(mailing, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    capture(mailing, room, clock)
    closed(mailing, room, clock)
    due = {row.recipient.split("@")[0]: row.due_at for row in rows(mailing)}
    assert due["edda"] == clock.now()
    assert due["paul"] == datetime(2026, 3, 17, 23, 0, tzinfo=UTC), "eight in the morning in Tokyo"


def test_a_persons_own_quiet_hours_count_before_those_of_the_organisation(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    with mailing.transaction() as db:
        preferences.choose(db, cast.edda.visitor, frozenset(), (11, 15), "Europe/Berlin")
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    assert rows(mailing)[0].due_at == datetime(2026, 3, 17, 14, 0, tzinfo=UTC)


def test_what_is_switched_off_is_not_written(mailing: Database, promise: UUID, cast: Cast, clock: SetClock) -> None:
    with mailing.transaction() as db:
        preferences.choose(db, cast.edda.visitor, frozenset({MailKind.PROGRESS}), None, "")
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    assert now_told(mailing) == {}
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    assert "edda" in told(mailing), "another kind still comes"


@pytest.mark.parametrize(
    ("what", "subject", "button"),
    [
        (Notice.ACKNOWLEDGE, "Still asked", "Promise it"),
        (Notice.DUE_SOON, "Due soon", "Report it done"),
        (Notice.DUE_TODAY, "Due on Tuesday, 28 April 2026", "Report it done"),
        (Notice.LATE, "Late", "Promise it"),
    ],
)
def test_reminders_go_to_the_owner_and_to_leads_only_where_wanted(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock, what: Notice, subject: str, button: str
) -> None:
    join(mailing, cast.sven, cast.production, is_lead=True)
    notice(mailing, promise, what, clock.now())
    assert told(mailing) == {"paul": [f"{subject}: {TITLE}"]}
    assert f"{button}:\nhttps://posts.lantern.example/m/" in rows(mailing)[0].text
    decide(mailing, leads_hear_reminders=True)
    notice(mailing, promise, what, clock.now())
    assert told(mailing) == {"paul": [f"{subject}: {TITLE}"], "sven": [f"{subject}: {TITLE}"]}
    assert "/m/" not in rows(mailing)[1].text, "nobody acts for the owner"


def test_late_goes_to_the_leads_then_to_the_nearest_sponsor(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    notice(mailing, promise, Notice.LATE_TO_LEAD, clock.now())
    assert now_told(mailing) == {}, "Paul owns it: he is not asked to ask himself"
    join(mailing, cast.sven, cast.production, is_lead=True)
    notice(mailing, promise, Notice.LATE_TO_LEAD, clock.now())
    assert now_told(mailing) == {"sven": [f"Late, please help: {TITLE}"]}
    notice(mailing, promise, Notice.LATE_TO_SPONSOR, clock.now())
    assert now_told(mailing) == {}, "nobody is named"
    subject = [f"Late, for the sponsor: {TITLE}"]
    decide(mailing, sponsor_name="Board", sponsor_email="board@lantern.example")
    notice(mailing, promise, Notice.LATE_TO_SPONSOR, clock.now())
    assert now_told(mailing) == {"board": subject}
    with mailing.transaction() as db:
        db.get_one(Department, cast.production).sponsor_email = "head@lantern.example"
    notice(mailing, promise, Notice.LATE_TO_SPONSOR, clock.now())
    row = rows(mailing)[0]
    assert now_told(mailing) == {"head": subject}
    assert (row.account_id, row.kind) == (None, "")
    assert "/m/" not in row.text
    with mailing.transaction() as db:
        db.get_one(Action, promise).sponsor_email = "Ada@lantern.example"
    notice(mailing, promise, Notice.LATE_TO_SPONSOR, clock.now())
    assert [(row.account_id, row.kind) for row in rows(mailing)] == [(cast.ada.id, MailKind.REMINDERS)]


def test_the_other_notices_go_to_whom_the_promise_waits_for(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.COUNTERED, clock, reason="Later")
    forget(mailing)
    notice(mailing, promise, Notice.ANSWER_OFFER, clock.now())
    assert now_told(mailing) == {"edda": [f"Waiting for your answer: {TITLE}"]}
    take(mailing, cast.edda, promise, ActionState.REQUESTED, clock)
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.BLOCKED, clock, department_id=cast.departments["IT"])
    forget(mailing)
    notice(mailing, promise, Notice.STILL_BLOCKED, clock.now())
    assert now_told(mailing) == {"sven": [f"Still waits for IT: {TITLE}"]}
    notice(mailing, promise, Notice.LATE, clock.now())
    assert "Report it done" in rows(mailing)[0].text
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    forget(mailing)
    notice(mailing, promise, Notice.ACCEPT, clock.now())
    assert now_told(mailing) == {"edda": [f"Is it done? {TITLE}"], "mia": [f"Is it done? {TITLE}"]}


def test_the_calendar_writes_each_mail_once_however_often_it_looks(
    mailing: Database, promise: UUID, clock: SetClock
) -> None:
    clock.at = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    actions_jobs.run_due(mailing, clock.now())
    assert told(mailing) == {"paul": [f"Still asked: {TITLE}"]}
    with mailing.transaction() as db:
        row = db.get_one(Action, promise)
        row.noticed_on, row.attention_at = date(2026, 3, 17), clock.now()
    actions_jobs.run_due(mailing, clock.now())
    assert told(mailing) == {"paul": [f"Still asked: {TITLE}"]}


def test_silence_is_told_to_the_owner(mailing: Database, promise: UUID, cast: Cast, clock: SetClock) -> None:
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    forget(mailing)
    clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    actions_jobs.run_due(mailing, clock.now())
    paul = next(row for row in rows(mailing) if row.recipient == cast.paul.email)
    assert paul.subject == f"Accepted: {TITLE}"
    assert "Nobody of Editorial answered" in paul.text


def test_what_was_answered_in_the_readers_quiet_hours_is_not_asked_any_more(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    with mailing.transaction() as db:
        stepping.undo(db, cast.paul.visitor, promise, clock.now())
    clock.at = datetime(2026, 3, 17, 20, 0, tzinfo=UTC)
    take(mailing, cast.paul, promise, ActionState.REPORTED_DONE, clock)
    assert {row.due_at for row in rows(mailing) if row.subject.startswith("Done?")} == {
        datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
    }
    take(mailing, cast.edda, promise, ActionState.ACCEPTED, clock)
    morning = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
    sent = []
    with mailing.transaction() as db:
        while (claimed := mails.claim(db, morning)) is not None:
            sent.append((claimed.recipient.split("@")[0], claimed.subject.split(":")[0]))
    assert sorted(sent) == [("edda", "Promised"), ("paul", "Accepted")]


def test_a_duplicate_key_writes_nothing_and_breaks_nothing(mailing: Database, now: datetime) -> None:
    with mailing.transaction() as db:
        assert mails.queue(db, "a@lantern.example", letter("One", Paragraph("1")), now, key="said")
        assert not mails.queue(db, "a@lantern.example", letter("Two", Paragraph("2")), now, key="said")
        assert mails.queue(db, "a@lantern.example", letter("Three", Paragraph("3")), now)
        assert mails.queue(db, "a@lantern.example", letter("Four", Paragraph("4")), now)
    assert sorted(row.subject for row in rows(mailing)) == ["Four", "One", "Three"]


def test_a_demo_keeps_and_sends_nothing(mailing: Database, promise: UUID, cast: Cast, clock: SetClock) -> None:
    with mailing.transaction() as db:
        db.get_one(Organisation, 1).is_demo = True
    take(mailing, cast.paul, promise, ActionState.PROMISED, clock)
    assert [row.is_kept for row in rows(mailing)] == [True]
    with mailing.transaction() as db:
        assert mails.claim(db, clock.now() + timedelta(days=1)) is None


def test_kept_mails_go_after_thirty_days_and_sent_ones_after_ninety(mailing: Database, now: datetime) -> None:
    with mailing.transaction() as db:
        for subject, age, is_kept in (("new", 29, True), ("old", 31, True), ("sent", 89, False), ("gone", 91, False)):
            then = now - timedelta(days=age)
            sent_at = None if is_kept else then
            db.add(
                Mail(
                    recipient="a",
                    subject=subject,
                    text="",
                    due_at=then,
                    created_at=then,
                    is_kept=is_kept,
                    sent_at=sent_at,
                )
            )
        for subject, age in (("tried", 89), ("given up", 91)):
            then = now - timedelta(days=age)
            db.add(Mail(recipient="a", subject=subject, text="t", due_at=then, created_at=then, given_up_at=then))
        waiting = now - timedelta(days=400)
        db.add(Mail(recipient="a", subject="waits", text="t", due_at=waiting, created_at=waiting))
    with mailing.transaction() as db:
        mails.forget_old(db, now)
    assert sorted(row.subject for row in rows(mailing)) == ["new", "sent", "tried", "waits"]


def test_mail_settings_are_one_row_a_person(mailing: Database, cast: Cast) -> None:
    for off in (frozenset({MailKind.DIGEST}), frozenset[MailKind]()):
        with mailing.transaction() as db:
            preferences.choose(db, cast.edda.visitor, off, None, "Europe/Berlin")
    with mailing.reading() as db:
        found = db.exec(select(MailSettings).where(col(MailSettings.account_id) == cast.edda.id)).all()
        assert [(one.off, one.quiet_from) for one in found] == [("", None)]
        assert db.get_one(Account, cast.edda.id).time_zone == "Europe/Berlin"

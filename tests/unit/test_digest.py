"""The weekly digest: planned where its reader is, written once, about what waits; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from app.actions.models import Action, FollowUp
from app.actions.rules.kinds import ActionState
from app.actions.rules.policy import Policy
from app.agreements.models import Agreement
from app.core.clock import SetClock
from app.core.db import Database
from app.notifications.jobs import digest as jobs
from app.notifications.models import Mail, MailSettings
from app.notifications.rules.kinds import MailKind
from app.notifications.service import digest, preferences
from app.people.models import Account
from tests.cast import Cast
from tests.conftest import settings_for
from tests.unit.test_mails_of_promises import rows

MONDAY = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def mailing(house: Database, tmp_path: Path, cast: Cast) -> Database:
    house.info["settings"] = settings_for(
        house.url, tmp_path, smtp_host="127.0.0.1", public_url="https://posts.lantern.example"
    )
    return house


def put(database: Database, cast: Cast, **changed: Any) -> UUID:
    values: dict[str, Any] = {
        "title": "Send page proofs",
        "owner_id": cast.paul.id,
        "owner_name": "Paul",
        "providing_department_id": cast.production,
        "requesting_department_id": cast.editorial,
        "due_on": date(2026, 3, 25),
        "state": ActionState.PROMISED,
        "created_at": MONDAY - timedelta(days=30),
    }
    with database.transaction() as db:
        row = Action(**{**values, **changed})
        db.add(row)
        db.flush()
        return row.id


def plan(database: Database) -> None:
    jobs.run_due(database, MONDAY - timedelta(days=3))


def test_everybody_is_planned_once_for_their_own_monday_morning(mailing: Database, cast: Cast) -> None:
    with mailing.transaction() as db:
        preferences.choose(db, cast.edda.visitor, frozenset(), None, "Asia/Tokyo")
    plan(mailing)
    plan(mailing)
    with mailing.reading() as db:
        planned = {row.account_id: row.digest_at for row in db.exec(select(MailSettings)).all()}
    assert len(planned) == 8
    assert planned[cast.paul.id] == MONDAY
    assert planned[cast.edda.id] == datetime(2026, 3, 22, 23, 0, tzinfo=UTC)


def test_it_lists_what_waits_for_each_person_and_says_nothing_where_nothing_does(
    mailing: Database, cast: Cast
) -> None:
    put(mailing, cast, title="This week")
    put(mailing, cast, title="Next month", due_on=date(2026, 4, 25))
    put(mailing, cast, title="Too late", due_on=date(2026, 3, 20))
    put(mailing, cast, title="Please answer", state=ActionState.REQUESTED)
    put(mailing, cast, title="Is done", state=ActionState.REPORTED_DONE)
    put(mailing, cast, title="Other offer", state=ActionState.COUNTERED)
    put(mailing, cast, title="Over", state=ActionState.ACCEPTED)
    put(mailing, cast, title="Taken off", removed_at=MONDAY)
    with mailing.transaction() as db:
        db.add(
            Agreement(
                text="Copy three days before press",
                providing_department_id=cast.production,
                requesting_department_id=cast.marketing,
                since=date(2025, 3, 1),
                review_on=date(2026, 3, 24),
                created_at=MONDAY,
            )
        )
    plan(mailing)
    jobs.run_due(mailing, MONDAY)
    found = {row.recipient.split("@")[0]: row.text for row in rows(mailing)}
    assert set(found) == {"paul", "edda", "mia"}
    for heading, title in (
        ("Asked of you (1)", "Please answer"),
        ("Late (1)", "Too late"),
        ("Due this week (1)", "This week"),
        ("Agreements to review (1)", "Copy three days before press"),
    ):
        assert heading in found["paul"]
        assert title in found["paul"]
    for absent in ("Next month", "Over", "Taken off", "Is done", "Other offer"):
        assert absent not in found["paul"]
    assert "Waiting for you to accept (1)" in found["edda"]
    assert "Waiting for your answer (1)" in found["edda"]
    assert "Is done" in found["mia"]
    assert "Other offer" not in found["mia"], "offers are for leads"
    assert "https://posts.lantern.example/desk/actions/" in found["mia"]


def test_it_is_written_once_whatever_happens_in_between(mailing: Database, cast: Cast) -> None:
    put(mailing, cast)
    plan(mailing)
    jobs.run_due(mailing, MONDAY)
    jobs.run_due(mailing, MONDAY + timedelta(minutes=1))
    assert len(rows(mailing)) == 1
    with mailing.transaction() as db:  # as if the next moment had not been written
        db.get_one(MailSettings, cast.paul.id).digest_at = MONDAY
    jobs.run_due(mailing, MONDAY + timedelta(minutes=2))
    assert len(rows(mailing)) == 1
    jobs.run_due(mailing, MONDAY + timedelta(days=7))
    assert [row.subject for row in rows(mailing)] == ["Your week from 23 March", "Your week from 30 March"]


def test_several_workers_write_it_once(mailing: Database, cast: Cast) -> None:
    put(mailing, cast)
    plan(mailing)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: jobs.run_due(mailing, MONDAY), range(4)))
    assert len(rows(mailing)) == 1


@pytest.mark.parametrize("why", ["off", "old", "disabled", "another hour", "never"])
def test_it_is_left_out(mailing: Database, cast: Cast, why: str) -> None:
    put(mailing, cast)
    plan(mailing)
    at = MONDAY
    changed = {"another hour": {"digest_hour": 15}, "never": {"digest_weekday": -1}}.get(why)
    with mailing.transaction() as db:
        if why == "off":
            preferences.choose(db, cast.paul.visitor, frozenset({MailKind.DIGEST}), None, "")
        if why == "disabled":
            db.get_one(Account, cast.paul.id).disabled_at = MONDAY
        if changed:
            defaults = {name: getattr(Policy(), name) for name in Policy.__dataclass_fields__}
            db.add(FollowUp(id=1, **{**defaults, **changed}))
    if why == "old":
        at += timedelta(hours=25)
    jobs.run_due(mailing, at)
    assert rows(mailing) == []


def test_a_long_list_is_counted_and_its_first_lines_shown(mailing: Database, cast: Cast) -> None:
    for number in range(11):
        put(mailing, cast, title=f"Thing {number}", due_on=date(2026, 3, 1) + timedelta(days=number))
    plan(mailing)
    jobs.run_due(mailing, MONDAY)
    text = rows(mailing)[0].text
    assert "Late (11)" in text
    assert "Thing 0 (for Editorial, 1 March)" in text
    assert "Thing 8" not in text
    assert "… and 3 more at the desk." in text


def test_an_idle_server_writes_nothing(mailing: Database, clock: SetClock, cast: Cast) -> None:
    plan(mailing)
    with mailing.reading() as db:
        before = [row.model_dump() for row in db.exec(select(MailSettings).order_by(MailSettings.account_id)).all()]
    with mailing.transaction() as db:
        assert digest.plan_digests(db, clock.now(), 10) == digest.write_digests(db, clock.now(), 10) == 0
    plan(mailing)
    with mailing.reading() as db:
        after = [row.model_dump() for row in db.exec(select(MailSettings).order_by(MailSettings.account_id)).all()]
        assert db.exec(select(Mail)).first() is None
    assert before == after

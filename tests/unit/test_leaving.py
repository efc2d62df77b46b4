"""Reminders never vanish in silence when somebody leaves, leads are told at once, and the shell does the same."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlmodel import select

from app.actions.models import Action
from app.actions.rules.kinds import Notice
from app.core.clock import SetClock
from app.core.db import Database
from app.departments.models import Department
from app.notifications.models import Mail
from app.notifications.rules.kinds import MailKind
from app.notifications.service import preferences
from app.outcomes.service import erasing_at_the_shell, leaving, leaving_at_the_shell
from app.outcomes.service.leaving import SomebodyIsMissing
from app.people.models import Account
from app.people.service import accounts
from app.people.service.refusals import LastAdmin, StillNeeded
from tests.cast import Cast
from tests.leaving import close_account
from tests.unit.test_mails_of_promises import TITLE, decide, mailing, notice, now_told, promise, rows, told

__all__ = ["mailing", "promise"]


def gone(mailing: Database, cast: Cast, clock: SetClock, to: UUID) -> None:
    with mailing.transaction() as db:
        leaving.leave(db, cast.ada.visitor, cast.paul.id, {}, to, clock.now())


def test_the_new_owner_and_whoever_leads_are_told_at_once(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    with mailing.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.stefan.id, False, True, {cast.production: True})
        preferences.choose(db, cast.stefan.visitor, frozenset(MailKind), (0, 23), "")
    gone(mailing, cast, clock, cast.mia.id)
    at_once = {row.recipient.split("@")[0]: row for row in rows(mailing) if row.due_at <= clock.now()}
    assert set(at_once) == {"mia", "stefan"}
    assert at_once["mia"].subject == "Paul has left: yours from now on"
    assert at_once["stefan"].subject == "Paul has left: who has what now"
    assert f"{TITLE} (now with Mia)" in at_once["stefan"].text
    assert f"Asked of you: {TITLE}" in told(mailing)["mia"]


@pytest.mark.parametrize(
    "what", [Notice.ACKNOWLEDGE, Notice.DUE_SOON, Notice.DUE_TODAY, Notice.LATE], ids=lambda one: str(one)
)
def test_a_reminder_goes_to_who_leads_where_the_owner_has_left(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock, what: Notice
) -> None:
    """As an older release may have left it: closed, with the promise still open."""
    close_account(mailing, cast.paul.id, clock.now())
    with mailing.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.stefan.id, False, True, {cast.production: True})
    notice(mailing, promise, what, clock.now())
    assert list(now_told(mailing)) == ["stefan"]


@pytest.mark.parametrize("what", list(Notice), ids=lambda one: str(one))
def test_no_notice_vanishes_where_a_whole_side_has_left(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock, what: Notice
) -> None:
    if what is Notice.SILENCE_ACCEPTS:
        pytest.skip("it is no mail: silence accepts")
    decide(mailing, sponsor_name="Paul", sponsor_email=cast.paul.email)
    with mailing.transaction() as db:
        db.get_one(Action, promise).blocked_by_id = cast.production
    for person in (cast.paul, cast.edda, cast.mia):
        close_account(mailing, person.id, clock.now())
    notice(mailing, promise, what, clock.now())
    assert list(now_told(mailing)) == ["ada"], "nobody hears of it"


def test_the_history_shows_no_name_of_who_was_erased_afterwards(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    with mailing.transaction() as db:
        db.get_one(Account, cast.paul.id).name = "Quirin Abendroth"
    said: list[str] = []
    with pytest.raises(StillNeeded, match="Hand it over first"):
        erasing_at_the_shell.erase(mailing, "account", cast.paul.email, False, clock.now(), said.append)
    gone(mailing, cast, clock, cast.mia.id)
    assert any("Quirin" in row.subject for row in rows(mailing))
    erasing_at_the_shell.erase(mailing, "account", cast.paul.email, True, clock.now(), said.append)
    with mailing.reading() as db:
        assert not [one for one in db.exec(select(Mail)).all() if "Quirin" in one.subject]
        assert db.get_one(Action, promise).owner_id == cast.mia.id


def test_the_shell_says_what_is_open_and_changes_nothing_until_it_is_told_so(
    mailing: Database, promise: UUID, cast: Cast, clock: SetClock
) -> None:
    with mailing.transaction() as db:
        db.get_one(Department, cast.production).sponsor_email = cast.paul.email
    said: list[str] = []
    leaving_at_the_shell.run(mailing, cast.paul.email, "", [], False, clock.now(), said.append)
    printed = "\n".join(said)
    assert f"1. action: {TITLE}" in printed
    assert "2. department: Production" in printed
    assert "3. sponsor: Production" in printed
    assert "Nothing has been changed" in printed
    with pytest.raises(SomebodyIsMissing, match="3 things still need somebody"):
        leaving_at_the_shell.run(mailing, cast.paul.email, "", [], True, clock.now(), said.append)
    with mailing.reading() as db:
        assert db.get_one(Account, cast.paul.id).disabled_at is None
    leaving_at_the_shell.run(
        mailing, cast.paul.email, cast.mia.email, [f"1={cast.sven.email}"], True, clock.now(), said.append
    )
    assert "Handed over: 3. The account of Paul is disabled." in said
    with mailing.reading() as db:
        assert db.get_one(Action, promise).owner_id == cast.sven.id
        assert db.get_one(Account, cast.paul.id).disabled_at is not None
    with pytest.raises(LastAdmin):
        leaving_at_the_shell.run(mailing, cast.ada.email, cast.mia.email, [], True, clock.now(), said.append)
    for wrong in ("9=x@y.example", "x", "1=nobody@y.example"):
        with pytest.raises(ValueError, match=r"\.$"):
            leaving_at_the_shell.run(mailing, cast.sven.email, "", [wrong], False, clock.now(), said.append)

"""Promises on both databases: captured, read back, asked at the close, and moved only by those whom they bind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.actions import jobs
from app.actions.models import Action, ActionStep, SavedView
from app.actions.queries import desk, lists, rows
from app.actions.queries.views import ActionView
from app.actions.rules.bridges import BRIDGES
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, PromiseStanding
from app.actions.rules.refusals import (
    AlreadyPromised,
    FieldsAreMissing,
    NotReadyToClose,
    NotTheTimeForActions,
    NotYourStep,
    OnlyWordingMayBeMended,
    StaleAction,
    StepDoesNotFollow,
    TooManyActions,
    WordingIsLocked,
)
from app.actions.rules.states import StepDetails
from app.actions.service import bulk, capturing, closing, saved_views, stepping
from app.actions.service.saved_views import KeptMeanwhile
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.people.models import Account
from app.people.queries import account_by_email
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NotYourRetro
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person
from tests.promises import asked


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(house, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)


def fields(cast: Cast, **changed: Any) -> Fields:
    values: dict[str, Any] = {
        "title": "Send page proofs two days earlier",
        "done_when": "Three issues in a row had proofs on Tuesday.",
        "owner_id": cast.paul.id,
        "providing_department_id": cast.production,
        "requesting_department_id": cast.editorial,
        "due_on": date(2026, 4, 28),
        "cause": Cause.PREVENT,
    }
    return Fields(**{**values, **changed})


def capture(house: Database, room: Room, clock: SetClock, person: Person | None = None, **changed: Any) -> UUID:
    clock.advance(timedelta(seconds=1))
    options = {name: changed.pop(name) for name in ("unfinished", "override_limit", "key") if name in changed}
    with house.transaction() as db:
        who = (person or room.cast.frieda).visitor
        return capturing.capture(db, who, room.id, fields(room.cast, **changed), clock.now(), **options)


def take(house: Database, person: Person, action_id: UUID, state: ActionState, clock: SetClock, **more: Any) -> None:
    with house.transaction() as db:
        stepping.step(db, person.visitor, action_id, state, clock.now(), StepDetails(**more))


def seen(house: Database, person: Person, action_id: UUID) -> ActionView:
    with house.reading() as db:
        return lists.action(db, action_id, for_=person.visitor)


def closed(house: Database, room: Room, clock: SetClock) -> None:
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        if room.view().stage != stage:
            move(house, room.cast.frieda, room, stage, clock)


def row_of(house: Database, action_id: UUID) -> Action:
    with house.reading() as db:
        row = db.get_one(Action, action_id)
        db.expunge(row)
        return row


def test_facilitator_and_co_facilitator_capture_and_nobody_else(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    capture(house, room, clock)
    capture(house, room, clock, cast.carla, title="Name one contact each")
    with pytest.raises(NotYourRetro):
        capture(house, room, clock, cast.edda)
    with pytest.raises(NotFound):
        capture(house, room, clock, cast.sven)
    with house.reading() as db:
        titles = [one.title for one in lists.actions_of(db, room.id)]
    assert titles == ["Send page proofs two days earlier", "Name one contact each"]


def test_an_action_with_a_missing_field_is_refused_in_a_sentence_unless_kept_unfinished(
    house: Database, room: Room, clock: SetClock
) -> None:
    with pytest.raises(FieldsAreMissing) as refused:
        capture(house, room, clock, done_when="", due_on=None)
    assert set(refused.value.by_field) == {"done_when", "due_on"}
    assert "Say in one sentence when it is done." in refused.value.sentence
    with pytest.raises(FieldsAreMissing):
        capture(house, room, clock, title="", unfinished=True)
    action_id = capture(house, room, clock, done_when="", unfinished=True)
    assert seen(house, room.cast.frieda, action_id).missing == ("Say in one sentence when it is done.",)


def test_a_form_that_comes_twice_is_one_action_and_other_words_are_another(
    house: Database, room: Room, clock: SetClock
) -> None:
    key = uuid4()
    assert capture(house, room, clock, key=key) == capture(house, room, clock, key=key) == key
    other = capture(house, room, clock, key=key, title="Name one contact each")
    with house.reading() as db:
        assert {one.id for one in lists.actions_of(db, room.id)} == {key, other}
    with house.transaction() as db:
        capturing.remove(db, room.cast.frieda.visitor, key, clock.now())
    assert capture(house, room, clock, key=key) != key, "what was taken off is written down anew"


def test_a_change_that_comes_twice_is_one_change(house: Database, room: Room, clock: SetClock) -> None:
    action_id = capture(house, room, clock)
    for _ in range(2):
        with house.transaction() as db:
            new = fields(room.cast, title="Send proofs on Tuesdays")
            capturing.change(db, room.cast.frieda.visitor, action_id, new, 1, clock.now())
    assert row_of(house, action_id).version == 2


def test_unknown_departments_and_owners_are_refused(house: Database, room: Room, clock: SetClock) -> None:
    with pytest.raises(FieldsAreMissing) as refused:
        capture(house, room, clock, providing_department_id=UUID(int=7))
    assert "not known" in refused.value.by_field["providing_department"]
    with pytest.raises(FieldsAreMissing) as refused:
        capture(house, room, clock, owner_id=UUID(int=7))
    assert "owner" in refused.value.by_field


def test_the_sixth_needs_a_visible_override(house: Database, room: Room, clock: SetClock) -> None:
    for number in range(5):
        capture(house, room, clock, title=f"Do thing {number}")
    with pytest.raises(TooManyActions):
        capture(house, room, clock, title="Do thing 6")
    capture(house, room, clock, title="Do thing 6", override_limit=True)
    with house.reading() as db:
        assert len(lists.actions_of(db, room.id)) == 6


@pytest.mark.parametrize("stage", [Stage.WRITE, Stage.GROUP, Stage.VOTE])
def test_before_the_discussion_nothing_is_captured(
    house: Database, cast: Cast, clock: SetClock, stage: Stage
) -> None:
    early = a_retro(house, cast, clock, stage=stage)
    with pytest.raises(NotTheTimeForActions):
        capture(house, early, clock)


def test_a_change_needs_the_current_version_and_keeps_both_texts(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock)
    version = seen(house, cast.frieda, action_id).version
    with house.transaction() as db:
        mine = fields(cast, title="Send proofs on Tuesday")
        capturing.change(db, cast.frieda.visitor, action_id, mine, version, clock.now())
    theirs = fields(cast, title="Send proofs on Monday")
    with pytest.raises(StaleAction) as refused, house.transaction() as db:
        capturing.change(db, cast.carla.visitor, action_id, theirs, version, clock.now())
    assert refused.value.current.title == "Send proofs on Tuesday"
    assert refused.value.version == version + 1
    assert seen(house, cast.frieda, action_id).title == "Send proofs on Tuesday"


def test_every_change_raises_the_version_of_the_board(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    versions = [room.view().version]
    action_id = capture(house, room, clock)
    versions.append(room.view().version)
    with house.transaction() as db:
        capturing.remove(db, cast.frieda.visitor, action_id, clock.now())
    versions.append(room.view().version)
    with house.transaction() as db:
        capturing.put_back(db, cast.frieda.visitor, action_id)
    versions.append(room.view().version)
    assert versions == sorted(set(versions))


def test_what_is_taken_off_can_be_put_back_until_the_close(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    kept, gone = capture(house, room, clock), capture(house, room, clock, title="Buy a faster printer")
    with house.transaction() as db:
        capturing.remove(db, cast.carla.visitor, gone, clock.now())
    with pytest.raises(NotFound):
        seen(house, cast.frieda, gone)
    with house.transaction() as db:
        capturing.put_back(db, cast.frieda.visitor, gone)
    assert seen(house, cast.frieda, gone).title == "Buy a faster printer"
    with house.transaction() as db:
        capturing.remove(db, cast.frieda.visitor, gone, clock.now())
    closed(house, room, clock)
    with house.reading() as db:
        assert [row.id for row in db.exec(select(Action)).all()] == [kept], "gone for good"


def test_closing_waits_for_every_required_field(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    action_id = capture(house, room, clock, done_when="", owner_id=None, unfinished=True)
    move(house, cast.frieda, room, Stage.WRAP_UP, clock)
    with house.reading() as db:
        sentences = closing.ready_to_close(db, room.id)
    assert len(sentences) == 1
    assert sentences[0].startswith("“Send page proofs two days earlier”: Say in one sentence when it is done.")
    with pytest.raises(NotReadyToClose) as refused:
        move(house, cast.frieda, room, Stage.CLOSED, clock)
    assert "Name exactly one owner" in refused.value.sentence
    assert room.view().stage == Stage.WRAP_UP
    with house.transaction() as db:
        capturing.remove(db, cast.frieda.visitor, action_id, clock.now())
    move(house, cast.frieda, room, Stage.CLOSED, clock)
    assert room.view().stage == Stage.CLOSED


def test_going_back_to_the_discussion_needs_nothing(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    capture(house, room, clock, done_when="", unfinished=True)
    move(house, cast.frieda, room, Stage.WRAP_UP, clock)
    move(house, cast.frieda, room, Stage.DISCUSS, clock)
    assert room.view().stage == Stage.DISCUSS


def test_a_retro_left_alone_closes_all_the_same(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    """Its keys must not live on because a field is missing."""
    from tests.lying import left_alone

    unfinished = capture(house, room, clock, done_when="", unfinished=True)
    complete = capture(house, room, clock, title="Name one contact each")
    move(house, cast.frieda, room, Stage.WRAP_UP, clock)
    clock.at = left_alone(house, clock.now())
    assert room.view().stage is Stage.CLOSED
    assert row_of(house, unfinished).state == ActionState.PROPOSED
    assert row_of(house, complete).state == ActionState.REQUESTED
    clock.advance(timedelta(days=30))
    with house.transaction() as db:
        version = row_of(house, unfinished).version
        capturing.change(db, cast.frieda.visitor, unfinished, fields(cast), version, clock.now())
    assert row_of(house, unfinished).state == ActionState.REQUESTED, "completed long after the close: now it is asked"


def test_at_the_close_owners_are_asked_and_those_without_an_account_get_one(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    first = capture(house, room, clock)
    tom_prints = {"owner_id": None, "owner_name": "Tom", "owner_email": "tom@print.example"}
    second = capture(house, room, clock, title="Print a test sheet", **tom_prints)
    third = capture(house, room, clock, title="Keep the sheet", **tom_prints)
    closed(house, room, clock)
    assert {row_of(house, one).state for one in (first, second, third)} == {ActionState.REQUESTED}
    with house.reading() as db:
        tom = account_by_email(db, "tom@print.example")
        assert tom is not None
        assert not tom.has_password
        assert [step.due_on for step in lists.history(db, first)] == [date(2026, 4, 28)]
    assert row_of(house, second).owner_id == row_of(house, third).owner_id == tom.id


def test_wording_is_mended_for_two_working_days_and_nothing_else(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock)
    closed(house, room, clock)

    def mend(**changed: Any) -> None:
        with house.transaction() as db:
            version = lists.action(db, action_id, for_=cast.frieda.visitor).version
            mended = replace(rows.fields(db, action_id), **changed)
            capturing.change(db, cast.frieda.visitor, action_id, mended, version, clock.now())

    mend(title="Send the page proofs two days earlier")
    with pytest.raises(OnlyWordingMayBeMended):
        mend(due_on=date(2027, 1, 1))
    clock.advance(timedelta(days=2))
    mend(done_when="Three issues in a row had proofs by Tuesday noon.")
    clock.advance(timedelta(days=1))
    with pytest.raises(WordingIsLocked):
        mend(title="Send them some day")
    assert seen(house, cast.frieda, action_id).title == "Send the page proofs two days earlier"


def test_the_wording_is_mended_although_its_owner_is_called_otherwise_by_now(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    typed = {"owner_id": None, "owner_name": "P. from Production", "owner_email": cast.paul.email.upper()}
    action_id = capture(house, room, clock, **typed)
    closed(house, room, clock)
    row = row_of(house, action_id)
    assert (row.owner_id, row.owner_name, row.owner_email) == (cast.paul.id, "Paul", cast.paul.email)
    with house.transaction() as db:
        db.get_one(Account, cast.paul.id).name = "Paul Prentice"
    with house.transaction() as db:
        mended = replace(rows.fields(db, action_id), title="Send the page proofs earlier")
        capturing.change(db, cast.frieda.visitor, action_id, mended, row.version, clock.now())
    assert seen(house, cast.frieda, action_id).title == "Send the page proofs earlier"


def test_a_second_click_keeps_no_view_twice(house: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = SavedView(account_id=cast.paul.id, name="Late ones", query="state=late")

    def two_clicks() -> None:
        with house.transaction() as db:
            db.add(first)
            db.flush()
            # What the second click read before the first had written.
            monkeypatch.setattr(db, "exec", lambda *_: Mock(all=list))
            saved_views.keep_view(db, cast.paul.visitor, "Late ones", "state=late&q=proofs")

    with pytest.raises(KeptMeanwhile):
        two_clicks()


def test_several_steps_are_taken_in_one_order_and_told_in_the_order_asked(
    house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sorted([asked(house, cast, clock), asked(house, cast, clock)], reverse=True)
    taken: list[UUID] = []
    monkeypatch.setattr(bulk, "step", lambda _db, _visitor, action_id, *_: taken.append(action_id))
    with house.transaction() as db:
        moved = bulk.step_each(db, cast.paul.visitor, ids, ActionState.ACKNOWLEDGED, clock.now())
    assert taken == sorted(ids)
    assert moved.done == tuple(ids)


def test_a_promised_wording_stands(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    action_id = capture(house, room, clock)
    closed(house, room, clock)
    take(house, cast.paul, action_id, ActionState.PROMISED, clock)
    row = row_of(house, action_id)
    mended = replace(rows.fields_of(row), title="Send everything at once")
    with pytest.raises(AlreadyPromised), house.transaction() as db:
        capturing.change(db, cast.frieda.visitor, action_id, mended, row.version, clock.now())


def test_only_paul_promises_and_only_editorial_accepts(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock)
    closed(house, room, clock)
    for person in (cast.edda, cast.frieda, cast.ada):
        with pytest.raises(NotYourStep, match="Only the owner, Paul"):
            take(house, person, action_id, ActionState.PROMISED, clock)
    with pytest.raises(NotFound):
        take(house, cast.sven, action_id, ActionState.PROMISED, clock)
    take(house, cast.paul, action_id, ActionState.PROMISED, clock)
    take(house, cast.paul, action_id, ActionState.REPORTED_DONE, clock)
    for person in (cast.paul, cast.frieda, cast.ada):
        with pytest.raises(NotYourStep, match="Only Editorial"):
            take(house, person, action_id, ActionState.ACCEPTED, clock)
    with pytest.raises(FieldsAreMissing, match="missing"):
        take(house, cast.mia, action_id, ActionState.SENT_BACK, clock)
    take(house, cast.mia, action_id, ActionState.ACCEPTED, clock)
    row = row_of(house, action_id)
    assert (row.state, row.promised_for, row.settled_at) == (ActionState.ACCEPTED, date(2026, 4, 28), clock.now())


def test_an_owner_inside_the_requesting_department_cannot_accept_but_a_colleague_can(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(
        house, room, clock, owner_id=cast.edda.id, providing_department_id=cast.editorial, scope=ActionScope.OURS
    )
    closed(house, room, clock)
    take(house, cast.edda, action_id, ActionState.PROMISED, clock)
    take(house, cast.edda, action_id, ActionState.REPORTED_DONE, clock)
    with pytest.raises(NotYourStep):
        take(house, cast.edda, action_id, ActionState.ACCEPTED, clock)
    take(house, cast.mia, action_id, ActionState.ACCEPTED, clock)


def test_a_step_that_does_not_follow_is_refused(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    action_id = capture(house, room, clock)
    with pytest.raises(StepDoesNotFollow):
        take(house, cast.paul, action_id, ActionState.PROMISED, clock)
    closed(house, room, clock)
    with pytest.raises(StepDoesNotFollow):
        take(house, cast.mia, action_id, ActionState.ACCEPTED, clock)


def test_the_kept_projection_is_what_the_history_derives(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    from app.actions.rules.states import project

    action_id = capture(house, room, clock)
    closed(house, room, clock)
    steps: list[tuple[Person, ActionState, dict[str, Any]]] = [
        (cast.paul, ActionState.COUNTERED, {"reason": "Only for the atlas.", "due_on": date(2026, 5, 4)}),
        (cast.edda, ActionState.REQUESTED, {}),
        (cast.paul, ActionState.PROMISED, {}),
        (cast.paul, ActionState.BLOCKED, {"department_id": cast.marketing}),
        (cast.paul, ActionState.RE_PROMISED, {"reason": "The plates were late.", "due_on": date(2026, 6, 1)}),
        (cast.paul, ActionState.REPORTED_DONE, {}),
        (cast.mia, ActionState.SENT_BACK, {"reason": "The index is missing."}),
        (cast.paul, ActionState.REPORTED_DONE, {}),
        (cast.mia, ActionState.ACCEPTED, {}),
        (cast.edda, ActionState.HELD, {}),
    ]
    for person, state, more in steps:
        clock.advance(timedelta(days=1))
        take(house, person, action_id, state, clock, **more)
        with house.reading() as db:
            derived = project(rows.steps_of(db, action_id))
        row = row_of(house, action_id)
        for name in ("state", "due_on", "promised_for", "slips", "reported_at", "settled_at"):
            assert getattr(row, name) == getattr(derived, name), name
    assert (row.due_on, row.promised_for, row.slips) == (date(2026, 6, 1), date(2026, 5, 4), 1)
    with house.reading() as db:
        numbers = [step.number for step in db.exec(select(ActionStep).order_by(ActionStep.number)).all()]  # type: ignore[arg-type]
    assert numbers == list(range(1, len(steps) + 2))


def test_silence_accepts_after_five_working_days_and_says_so(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock)
    closed(house, room, clock)
    take(house, cast.paul, action_id, ActionState.PROMISED, clock)
    take(house, cast.paul, action_id, ActionState.REPORTED_DONE, clock)
    clock.advance(timedelta(days=7))
    jobs.run_due(house, clock.now())
    assert row_of(house, action_id).state == ActionState.REPORTED_DONE
    clock.advance(timedelta(days=1))
    jobs.run_due(house, clock.now())
    jobs.run_due(house, clock.now())
    with house.reading() as db:
        last = lists.history(db, action_id)[-1]
    assert (last.state, last.by_silence, last.by) == (ActionState.ACCEPTED, True, "")


def test_looking_back_has_what_was_loaded_and_asked_here_too(house: Database, cast: Cast, clock: SetClock) -> None:
    loaded, never_asked = asked(house, cast, clock), Action(title="Old", state=ActionState.DONE_BEFORE)
    never_asked.providing_department_id, never_asked.requesting_department_id = cast.production, cast.editorial
    never_asked.created_at = clock.now()
    with house.transaction() as db:
        db.add(never_asked)
    with house.reading() as db:
        found = lists.promises_between(db, [cast.editorial, cast.production], clock.now())
    assert [one.action.id for one in found] == [loaded]


def test_a_leads_one_list_has_the_overdue_first(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    asked = capture(house, room, clock, title="Ask for plates", due_on=date(2026, 6, 1))
    late = capture(house, room, clock, title="Name one contact", due_on=date(2026, 3, 20))
    soon = capture(house, room, clock, title="Agree on paper", due_on=date(2026, 3, 30))
    closed(house, room, clock)
    for one in (late, soon):
        take(house, cast.paul, one, ActionState.PROMISED, clock)
    today = date(2026, 3, 23)
    with house.reading() as db:
        ours = desk.actions_for(db, cast.paul.visitor, today)
        theirs = desk.actions_for(db, cast.mia.visitor, today)
        nobody = desk.actions_for(db, cast.sven.visitor, today)
    assert [one.id for one in ours.asked_of_us] == [asked]
    assert [one.id for one in ours.promised_by_us] == [late, soon]
    assert ours.asked_by_us == ()
    assert [one.id for one in theirs.asked_by_us] == [late, soon, asked]
    assert nobody.is_empty
    assert ours.promised_by_us[0].overdue(today)
    assert not ours.promised_by_us[1].overdue(today)


def test_an_open_retros_actions_are_not_yet_on_anybodys_list(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    capture(house, room, clock)
    with house.reading() as db:
        assert desk.actions_for(db, cast.paul.visitor, date(2026, 3, 23)).is_empty


def test_the_next_check_in_sees_what_was_promised_between_its_departments(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    kept = capture(house, room, clock, title="Keep it", due_on=date(2026, 3, 30))
    late = capture(house, room, clock, title="Be late", due_on=date(2026, 3, 18))
    open_ = capture(house, room, clock, title="Stay open", due_on=date(2026, 9, 1))
    capture(house, room, clock, title="Ask marketing", providing_department_id=cast.marketing)
    closed(house, room, clock)
    for one in (kept, late, open_):
        take(house, cast.paul, one, ActionState.PROMISED, clock)
    clock.advance(timedelta(days=10))
    for one in (kept, late):
        take(house, cast.paul, one, ActionState.REPORTED_DONE, clock)
        take(house, cast.mia, one, ActionState.ACCEPTED, clock)
    between = [cast.editorial, cast.production]
    with house.reading() as db:
        found = lists.promises_between(db, between, clock.now())
        before = lists.promises_between(db, between, room.view().closed_at or clock.now())
        much_later = lists.promises_between(db, between, clock.now() + timedelta(days=400))
    assert {one.action.title: one.standing for one in found} == {
        "Keep it": PromiseStanding.KEPT,
        "Be late": PromiseStanding.LATE,
        "Stay open": PromiseStanding.OPEN,
    }
    assert before == [], "only retros closed before"
    assert [one.action.title for one in much_later] == ["Stay open"]
    assert much_later[0].standing == PromiseStanding.LATE


def test_a_ready_made_bridge_needs_only_people_and_a_day(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    ready = BRIDGES[0]
    action_id = capture(
        house, room, clock, kind=ActionKind.BRIDGE, title=ready.title, done_when=ready.done_when, cause=""
    )
    view = seen(house, cast.edda, action_id)
    assert (view.kind, view.cause, view.missing) == (ActionKind.BRIDGE, Cause.BRIDGE, ())


def test_who_may_see_a_promise(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    action_id = capture(house, room, clock)
    for person in (cast.ada, cast.frieda, cast.carla, cast.paul, cast.edda, cast.mia):
        assert seen(house, person, action_id).id == action_id
    with pytest.raises(NotFound):
        seen(house, cast.sven, action_id)


def test_an_owner_named_by_mail_may_promise_once_signed_in(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    action_id = capture(house, room, clock, owner_id=None, owner_name="Sven", owner_email="sven@lantern.example")
    closed(house, room, clock)
    take(house, cast.sven, action_id, ActionState.PROMISED, clock)
    assert row_of(house, action_id).owner_id == cast.sven.id

"""Lists on both databases: loaded once, recognised again, worked through by those who provide, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from app.actions.models import Action, ActionStep
from app.actions.queries import lists, rights
from app.actions.queries import loading as loading_queries
from app.actions.queries import rows as rows_queries
from app.actions.queries.views import ActionView
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionKind, ActionState, Cause
from app.actions.rules.list_files import Words
from app.actions.rules.loading import RowOutcome
from app.actions.rules.refusals import FieldsAreMissing, NotYourStep, StaleAction, StepDoesNotFollow
from app.actions.rules.states import StepDetails, project
from app.actions.service import completing, loading, stepping
from app.actions.service.loading import LoadReport
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.notifications.models import Mail
from app.people.queries import account_by_email
from tests.cast import Cast, Person

LIST = "Wiki"
OPEN: Words = {"title": "Write the checklist", "reference": "1", "provider": " production", "raised": "2020-05-19"}
DONE: Words = {"title": "Buy a printer", "reference": "2", "status": "done", "remark": "done in June"}


def load(house: Database, clock: SetClock, *rows: Words, by: Person | None = None, **more: Any) -> LoadReport:
    with house.transaction() as db:
        return loading.load(db, by.visitor if by else None, rows, LIST, clock.now(), **more)


def outcomes(report: LoadReport) -> list[RowOutcome]:
    return [line.outcome for line in report.lines]


def row_of(house: Database, reference: str) -> Action:
    with house.reading() as db:
        row = db.exec(select(Action).where(Action.imported_as == f"{LIST}#{reference}")).one()
        db.expunge(row)
        return row


def history(house: Database, reference: str) -> list[ActionStep]:
    with house.reading() as db:
        wanted = select(ActionStep).where(ActionStep.action_id == row_of(house, reference).id)
        rows = list(db.exec(wanted.order_by(col(ActionStep.number))).all())
        db.expunge_all()
        return rows


def enough(cast: Cast, **changed: Any) -> Fields:
    values: dict[str, Any] = {
        "title": "Write the checklist",
        "done_when": "It was used twice.",
        "owner_id": cast.paul.id,
        "providing_department_id": cast.production,
        "requesting_department_id": cast.editorial,
        "due_on": date(2026, 4, 28),
        "cause": Cause.PROCESS,
    }
    return Fields(**{**values, **changed})


def complete(house: Database, clock: SetClock, who: Person, cast: Cast, **changed: Any) -> UUID:
    row = row_of(house, "1")
    unfinished = changed.pop("unfinished", False)
    version = changed.pop("version", row.version)
    with house.transaction() as db:
        fields = enough(cast, **changed)
        completing.complete(db, who.visitor, row.id, fields, version, clock.now(), unfinished=unfinished)
    return row.id


def test_a_list_is_loaded_with_what_it_states_and_nothing_else(house: Database, cast: Cast, clock: SetClock) -> None:
    report = load(house, clock, OPEN, DONE)
    assert outcomes(report) == [RowOutcome.NEW, RowOutcome.NEW]
    row = row_of(house, "1")
    assert (row.state, row.providing_department_id) == (ActionState.PROPOSED, cast.production)
    assert (row.requesting_department_id, row.owner_id, row.due_on, row.promised_for) == (None, None, None, None)
    assert (row.requested_on, row.settled_on, row.attention_at, row.retro_id) == (None, None, None, None)
    (step,) = history(house, "1")
    assert step.happened_at == datetime(2020, 5, 19, 12, tzinfo=UTC)
    assert (step.account_id, step.reason) == (None, "Loaded from the list “Wiki”.")


def test_what_a_list_calls_done_waits_for_nobody_and_was_accepted_by_nobody(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    load(house, clock, DONE, {**DONE, "reference": "3", "done_on": "2020-06-30"})
    row = row_of(house, "2")
    assert (row.state, row.reported_on, row.by_silence, row.attention_at) == (
        ActionState.DONE_BEFORE,
        None,
        False,
        None,
    )
    steps = history(house, "2")
    assert [step.state for step in steps] == [ActionState.PROPOSED, ActionState.DONE_BEFORE]
    assert steps[1].happened_at == clock.now(), "the day it was loaded, for the list states none"
    assert steps[1].reason == "The list says: “done in June”. It does not say when."
    assert row_of(house, "3").settled_on == date(2020, 6, 30)
    with house.reading() as db:
        assert all(not rights.possible_steps(one.visitor, seen(db, one, row)) for one in (cast.ada, cast.frieda))
        for loaded in db.exec(select(Action)).all():
            assert project(rows_queries.steps_of(db, loaded.id)).state == loaded.state


def seen(db: Any, person: Person, row: Action) -> ActionView:
    return lists.action(db, row.id, for_=person.visitor)


def test_loading_asks_and_tells_nobody(house: Database, cast: Cast, clock: SetClock) -> None:
    rows = [{**OPEN, "owner_email": "tom@print.example", "requester": "Editorial", "due": "2026-04-01"}, DONE]
    load(house, clock, *rows)
    with house.reading() as db:
        assert db.exec(select(Mail)).all() == []
        assert account_by_email(db, "tom@print.example") is None
    assert row_of(house, "1").due_on == date(2026, 4, 1)


def test_owners_are_matched_by_mail_or_their_exact_name_else_the_words_are_kept(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    said = [{"owner": "Paul"}, {"owner_email": "EDDA@lantern.example"}, {"owner": "Paul + Edda"}, {"owner": "paul"}]
    load(house, clock, *({**OPEN, "reference": str(at), **one} for at, one in enumerate(said)))
    owners = [(row_of(house, str(at)).owner_id, row_of(house, str(at)).owner_name) for at in range(4)]
    assert owners == [(cast.paul.id, "Paul"), (cast.edda.id, "Edda"), (None, "Paul + Edda"), (None, "paul")]


def test_a_department_that_is_not_known_stays_open_and_none_is_made(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    report = load(house, clock, {**OPEN, "provider": "Dev", "requester": "Sales"}, DONE, department="Marketing")
    assert report.unknown_departments == ("Dev",)
    assert "no department called “Dev” here" in report.lines[0].notes[0]
    assert row_of(house, "1").providing_department_id is None
    assert row_of(house, "1").requesting_department_id == cast.departments["Sales"]
    assert row_of(house, "2").providing_department_id == cast.marketing, "for it states none"
    with pytest.raises(Invalid, match="no department called “Dev”"):
        load(house, clock, OPEN, department="Dev")


def test_loading_again_changes_nothing_and_finds_what_changed(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, OPEN, DONE)
    before = [row_of(house, "1"), row_of(house, "2")]
    assert outcomes(load(house, clock, OPEN, DONE)) == [RowOutcome.UNCHANGED, RowOutcome.UNCHANGED]
    assert [row_of(house, "1"), row_of(house, "2")] == before
    clock.advance(timedelta(days=1))
    done_now, reopened = {**OPEN, "status": "done"}, {**DONE, "status": "reopened", "due": "2026-05-01"}
    report = load(house, clock, done_now, reopened)
    assert outcomes(report) == [RowOutcome.CHANGED, RowOutcome.CHANGED]
    assert (row_of(house, "1").state, row_of(house, "2").state) == (ActionState.DONE_BEFORE, ActionState.PROPOSED)
    assert [step.undoes for step in history(house, "2")] == [None, None, 2, None], "no line is rewritten"
    assert row_of(house, "2").due_on == date(2026, 5, 1)
    assert outcomes(load(house, clock, done_now, reopened)) == [RowOutcome.UNCHANGED, RowOutcome.UNCHANGED]


def test_what_somebody_worked_on_here_is_not_changed_by_its_list(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    load(house, clock, OPEN)
    complete(house, clock, cast.paul, cast, unfinished=True, title="Write a short checklist", done_when="")
    report = load(house, clock, {**OPEN, "status": "done"})
    assert outcomes(report) == [RowOutcome.WORKED_ON]
    assert "what stands here stays" in report.lines[0].notes[0]
    row = row_of(house, "1")
    assert (row.state, row.title) == (ActionState.PROPOSED, "Write a short checklist")


def test_a_dry_run_says_the_same_and_writes_nothing(house: Database, cast: Cast, clock: SetClock) -> None:
    rows = [OPEN, DONE, {"reference": "4"}, OPEN, {**OPEN, "reference": "5", "due": "soon"}]
    with house.reading() as db:
        told = loading.would_load(db, cast.frieda.visitor, rows, LIST, clock.now())
        assert db.exec(select(Action)).all() == []
    assert told == load(house, clock, *rows, by=cast.frieda)
    assert outcomes(told) == [RowOutcome.NEW, RowOutcome.NEW, RowOutcome.REFUSED, RowOutcome.REFUSED, RowOutcome.NEW]
    assert told.writes == 3
    assert "the title is empty" in told.lines[2].notes[0]
    assert "Row 1 has the same reference" in told.lines[3].notes[0]


def test_only_admins_and_facilitators_load_and_take_back(house: Database, cast: Cast, clock: SetClock) -> None:
    for person in (cast.edda, cast.mia):
        with pytest.raises(NotFound):
            load(house, clock, OPEN, by=person)
        with pytest.raises(NotFound), house.transaction() as db:
            loading.undo_load(db, person.visitor, LIST)
    assert outcomes(load(house, clock, OPEN, by=cast.ada)) == [RowOutcome.NEW]
    with pytest.raises(Invalid, match="Give the list a name"), house.transaction() as db:
        loading.load(db, None, [OPEN], "", clock.now())


def test_taking_back_removes_what_nobody_worked_on(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, OPEN, DONE, {**OPEN, "reference": "3"})
    complete(house, clock, cast.paul, cast)
    with house.transaction() as db:
        assert loading.undo_load(db, cast.frieda.visitor, LIST) == (2, 1)
    with house.reading() as db:
        assert [row.imported_as for row in db.exec(select(Action)).all()] == ["Wiki#1"]
        assert {step.action_id for step in db.exec(select(ActionStep)).all()} == {row_of(house, "1").id}
    assert outcomes(load(house, clock, OPEN, DONE)) == [RowOutcome.UNCHANGED, RowOutcome.NEW]


def test_once_nothing_is_missing_the_owner_is_asked_by_whoever_completed_it(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    load(house, clock, OPEN)
    with pytest.raises(FieldsAreMissing) as refused:
        complete(house, clock, cast.paul, cast, due_on=None, requesting_department_id=None)
    assert set(refused.value.by_field) == {"due_on", "requesting_department"}
    complete(house, clock, cast.paul, cast)
    row = row_of(house, "1")
    assert (row.state, row.owner_id, row.due_on) == (ActionState.REQUESTED, cast.paul.id, date(2026, 4, 28))
    assert (row.requested_on, row.promised_for) == (date(2026, 3, 17), None), "asked now, not in 2020"
    assert row.attention_at is not None, "from now on the calendar looks at it"
    asked = history(house, "1")[-1]
    assert (asked.account_id, asked.owner_id) == (cast.paul.id, cast.paul.id)
    with house.reading() as db:
        assert [line.handed_to for line in lists.history(db, row.id)] == ["", ""]
    with pytest.raises(StepDoesNotFollow):
        complete(house, clock, cast.paul, cast)


def test_the_owner_of_a_completed_action_is_asked_by_mail_and_gets_an_account(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    from app.actions.events import ActionRequested, ActionStepped

    told: list[object] = []
    house.bus.inside(ActionRequested, lambda _, fact: told.append(fact))
    house.bus.inside(ActionStepped, lambda _, fact: told.append(fact))
    load(house, clock, OPEN)
    tom = {"owner_id": None, "owner_name": "Tom", "owner_email": "tom@print.example"}
    action_id = complete(house, clock, cast.paul, cast, **tom)
    assert told == [ActionRequested(action_id=action_id)]
    with house.reading() as db:
        assert account_by_email(db, "tom@print.example") is not None


def test_a_second_click_loads_nothing_twice(
    house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.actions.service import loading

    load(house, clock, OPEN)
    monkeypatch.setattr(loading, "rows_in_list", lambda *_, **__: {})  # it looked before the first had written
    with pytest.raises(loading.LoadedMeanwhile):
        load(house, clock, OPEN, DONE)
    with house.reading() as db:
        assert len(db.exec(select(Action)).all()) == 1


def test_only_who_looks_after_people_asks_somebody_nobody_knows(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, {**OPEN, "provider": "Editorial"})
    tom = {"owner_id": None, "owner_name": "Tom", "owner_email": "tom@print.example"}
    with pytest.raises(FieldsAreMissing) as refused:
        complete(house, clock, cast.mia, cast, **tom)
    assert set(refused.value.by_field) == {"owner"}
    complete(house, clock, cast.mia, cast, unfinished=True, providing_department_id=cast.editorial, **tom)
    with house.reading() as db:
        assert account_by_email(db, "tom@print.example") is None
    complete(house, clock, cast.edda, cast, **tom)
    assert row_of(house, "1").state == ActionState.REQUESTED


def test_completing_makes_no_agreement_out_of_an_action(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, OPEN)
    typed = {"kind": ActionKind.AGREEMENT, "dimension": "words", "bridge": "", "review_on": date(2026, 9, 1)}
    complete(house, clock, cast.paul, cast, **typed)
    row = row_of(house, "1")
    assert (row.kind, row.dimension, row.review_on) == (ActionKind.ACTION, "", None)


def test_who_may_complete_and_drop(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, OPEN, {**OPEN, "reference": "2", "requester": "Editorial"})
    with pytest.raises(NotFound):
        complete(house, clock, cast.mia, cast)
    with pytest.raises(NotYourStep), house.transaction() as db:
        completing.drop(db, cast.edda.visitor, row_of(house, "2").id, "No longer needed.", clock.now())
    for person in (cast.ada, cast.frieda, cast.paul):
        complete(house, clock, person, cast, unfinished=True)
    with pytest.raises(StaleAction):
        complete(house, clock, cast.frieda, cast, version=1)


def test_dropping_needs_a_reason_and_can_be_taken_back(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, OPEN)
    row = row_of(house, "1")
    with pytest.raises(FieldsAreMissing, match="Say why it will not be done"), house.transaction() as db:
        completing.drop(db, cast.paul.visitor, row.id, "", clock.now())
    with house.transaction() as db:
        completing.drop(db, cast.paul.visitor, row.id, "The wiki is gone.", clock.now())
    assert row_of(house, "1").state == ActionState.NOT_DOING
    with house.reading() as db:
        (counted,) = loading_queries.loaded_lists(db, cast.paul.visitor)
    assert (counted.dropped, counted.waiting, counted.asked, counted.untouched, counted.total) == (1, 0, 0, 0, 1)
    with house.transaction() as db:
        stepping.undo(db, cast.paul.visitor, row.id, clock.now())
    assert row_of(house, "1").state == ActionState.PROPOSED


def test_asking_can_be_taken_back_for_a_minute(house: Database, cast: Cast, clock: SetClock) -> None:
    load(house, clock, OPEN)
    action_id = complete(house, clock, cast.paul, cast)
    with house.transaction() as db:
        stepping.undo(db, cast.paul.visitor, action_id, clock.now() + timedelta(seconds=59))
    row = row_of(house, "1")
    assert (row.state, row.requested_on, row.attention_at) == (ActionState.PROPOSED, None, None)
    complete(house, clock, cast.paul, cast)
    with house.transaction() as db:
        stepping.step(db, cast.paul.visitor, action_id, ActionState.PROMISED, clock.now(), StepDetails())
    assert row_of(house, "1").promised_for == date(2026, 4, 28)
    with house.reading() as db:
        assert {line.handed_to for line in lists.history(db, action_id)} == {""}


def test_lists_and_their_pages_are_those_of_the_visitor(house: Database, cast: Cast, clock: SetClock) -> None:
    rows = [{**OPEN, "reference": str(at), "title": f"Thing {at}"} for at in range(53)]
    load(house, clock, *rows, {**OPEN, "reference": "x", "provider": "Sales"})
    with house.reading() as db:
        assert [one.waiting for one in loading_queries.loaded_lists(db, cast.frieda.visitor)] == [54]
        assert [one.waiting for one in loading_queries.loaded_lists(db, cast.paul.visitor)] == [53]
        assert loading_queries.loaded_lists(db, cast.mia.visitor) == []
        assert [len(loading_queries.waiting_in(db, cast.paul.visitor, LIST, page)) for page in (1, 2, 3)] == [
            51,
            3,
            0,
        ]
        assert (
            loading_queries.loaded_from(db, replace(cast.mia.visitor), row_of(house, "x").id).may_be_worked is False
        )  # type: ignore[union-attr]

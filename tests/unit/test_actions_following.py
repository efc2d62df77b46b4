"""Promises after the close, on both databases: taken back, handed over, reminded once, accepted by silence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from app.actions import jobs
from app.actions.events import ActionStepped, NoticeFellDue, StepTakenBack
from app.actions.models import Action, ActionStep
from app.actions.queries import lists, rows
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionState, Cause, Notice
from app.actions.rules.refusals import FieldsAreMissing, NotYourStep, TooLateToUndo
from app.actions.rules.states import StepDetails, follows, project
from app.actions.service import calendar, capturing, stepping
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import Refusal
from app.departments.models import Department
from app.retros.rules.names import Stage
from tests import promises
from tests.builders import a_retro, move
from tests.cast import Cast, Person

DUE = date(2026, 4, 28)


@pytest.fixture
def asked(house: Database, cast: Cast, clock: SetClock) -> UUID:
    """Paul of Production is asked by Editorial; the retro is closed at noon on Tuesday, 17 March."""
    room = a_retro(house, cast, clock, stage=Stage.WRAP_UP, seats={"Editorial": 3, "Production": 3}, k=3)
    fields = Fields(
        title="Send page proofs two days earlier",
        done_when="Three issues in a row had proofs on Tuesday.",
        owner_id=cast.paul.id,
        providing_department_id=cast.production,
        requesting_department_id=cast.editorial,
        due_on=DUE,
        cause=Cause.PREVENT,
    )
    with house.transaction() as db:
        action_id = capturing.capture(db, cast.frieda.visitor, room.id, fields, clock.now())
    move(house, cast.frieda, room, Stage.CLOSED, clock)
    return action_id


@pytest.fixture
def take(house: Database, asked: UUID, clock: SetClock) -> Callable[..., None]:
    def one(person: Person, state: ActionState, **said: Any) -> None:
        with house.transaction() as db:
            stepping.step(db, person.visitor, asked, state, clock.now(), StepDetails(**said))

    return one


def row(house: Database, action_id: UUID) -> dict[str, Any]:
    with house.reading() as db:
        return db.get_one(Action, action_id).model_dump(exclude={"version"})


def but_for_the_calendar(columns: dict[str, Any]) -> dict[str, Any]:
    """Without the day up to which the calendar has spoken: what it said is not unsaid by taking a step back."""
    return {name: value for name, value in columns.items() if name != "noticed_on"}


def heard(house: Database, kind: type) -> list[Any]:
    facts: list[Any] = []
    house.bus.inside(kind, lambda _db, fact: facts.append(fact))
    return facts


def undo(house: Database, person: Person, action_id: UUID, clock: SetClock) -> None:
    with house.transaction() as db:
        stepping.undo(db, person.visitor, action_id, clock.now())


def test_undo_restores_everything_that_lists_and_figures_read(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED, due_on=date(2026, 4, 20))
    before, told = row(house, asked), heard(house, StepTakenBack)
    clock.advance(timedelta(days=1))
    take(
        cast.paul, ActionState.RE_PROMISED, reason="The press moved", miss_reason="outside", due_on=date(2026, 5, 20)
    )
    assert row(house, asked)["slips"] == 1
    clock.advance(timedelta(seconds=59))
    undo(house, cast.paul, asked, clock)
    assert but_for_the_calendar(row(house, asked)) == but_for_the_calendar(before)
    assert [one.number for one in told] == [3]
    with house.reading() as db:
        history = lists.history(db, asked)
    assert [one.is_taken_back for one in history] == [False, False, True, False]
    assert history[-1].by == "Paul"


@pytest.mark.parametrize(("seconds", "who"), [(60, "paul"), (10, "edda")])
def test_too_late_or_somebody_elses_step_stands(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None], seconds: int, who: str
) -> None:
    take(cast.paul, ActionState.PROMISED)
    clock.advance(timedelta(seconds=seconds))
    with pytest.raises(TooLateToUndo):
        undo(house, getattr(cast, who), asked, clock)
    assert row(house, asked)["state"] == ActionState.PROMISED


def test_what_the_room_asked_for_is_not_taken_back(house: Database, cast: Cast, clock: SetClock, asked: UUID) -> None:
    with pytest.raises(TooLateToUndo):
        undo(house, cast.paul, asked, clock)


def test_a_promise_that_is_handed_over_is_promised_anew_and_keeps_its_first_date(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    with pytest.raises(FieldsAreMissing) as refused:
        take(cast.paul, ActionState.REQUESTED)
    assert set(refused.value.by_field) == {"owner"}
    take(cast.paul, ActionState.REQUESTED, owner_id=cast.sven.id, reason="I go on leave")
    kept = row(house, asked)
    assert (kept["owner_id"], kept["owner_name"], kept["state"]) == (cast.sven.id, "Sven", ActionState.REQUESTED)
    with pytest.raises(NotYourStep):
        take(cast.paul, ActionState.PROMISED)
    take(cast.sven, ActionState.PROMISED, due_on=date(2026, 5, 5))
    assert row(house, asked)["promised_for"] == DUE


def test_taking_back_a_handing_over_gives_it_back(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    before = row(house, asked)
    take(cast.paul, ActionState.REQUESTED, owner_id=cast.sven.id)
    undo(house, cast.paul, asked, clock)
    assert row(house, asked) == before


def test_days_are_those_of_the_department_that_asked(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    with house.transaction() as db:
        db.get_one(Department, cast.editorial).time_zone = "Pacific/Auckland"
    clock.advance(timedelta(hours=2))  # 14:00 UTC: in Auckland it is Wednesday already
    take(cast.paul, ActionState.PROMISED)
    take(cast.paul, ActionState.REPORTED_DONE)
    assert row(house, asked)["reported_on"] == date(2026, 3, 18)


def test_the_calendar_says_each_thing_once_however_often_it_is_asked(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    said = heard(house, NoticeFellDue)
    while clock.now().date() < date(2026, 5, 20):
        clock.advance(timedelta(hours=7))
        jobs.run_due(house, clock.now())
    assert [(one.notice, one.day) for one in said] == [
        (Notice.DUE_SOON, date(2026, 4, 24)),
        (Notice.DUE_TODAY, DUE),
        (Notice.LATE, date(2026, 5, 5)),
        (Notice.LATE_TO_LEAD, date(2026, 5, 5)),
        (Notice.LATE, date(2026, 5, 12)),
        (Notice.LATE_TO_SPONSOR, date(2026, 5, 12)),
        (Notice.LATE, date(2026, 5, 19)),
    ]


def test_a_promise_that_cannot_be_looked_at_stops_none_of_the_others(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    other = promises.asked(house, cast, clock)
    promises.take(house, cast.paul, other, clock, ActionState.PROMISED)
    said: list[UUID] = []

    def speak(_db: Any, fact: NoticeFellDue) -> None:
        if fact.action_id == asked:
            raise ZeroDivisionError
        said.append(fact.action_id)

    house.bus.inside(NoticeFellDue, speak)
    clock.advance(timedelta(days=43))
    jobs.run_due(house, clock.now())
    assert said == [other]
    broken = row(house, asked)
    assert broken["attention_at"] == clock.now() + timedelta(hours=1), "no hot loop"
    assert broken["noticed_on"] == date(2026, 3, 17), "what could not be said is still to be said"


def test_after_a_change_of_policy_nothing_is_said_again(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    clock.advance(timedelta(days=43))  # the day after it was due
    jobs.run_due(house, clock.now())
    said = heard(house, NoticeFellDue)
    with house.transaction() as db:
        calendar.look_at_all_again(db)
    jobs.run_due(house, clock.now())
    assert said == []
    assert row(house, asked)["attention_at"] > clock.now()


def test_after_silence_has_accepted_nobody_is_asked_to_accept(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    take(cast.paul, ActionState.REPORTED_DONE)
    said = heard(house, NoticeFellDue)
    clock.advance(timedelta(days=20))  # the server was away
    jobs.run_due(house, clock.now())
    assert row(house, asked)["by_silence"] is True
    assert said == []


def test_taking_a_step_back_makes_the_calendar_say_nothing_again(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    clock.advance(timedelta(days=50))
    jobs.run_due(house, clock.now())
    said = heard(house, NoticeFellDue)
    take(cast.paul, ActionState.IN_PROGRESS)
    undo(house, cast.paul, asked, clock)
    jobs.run_due(house, clock.now())
    assert said == []
    clock.advance(timedelta(days=7))
    jobs.run_due(house, clock.now())
    assert Notice.LATE in {one.notice for one in said}


def test_a_step_keeps_only_what_it_has_a_place_for(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    everything = {"due_on": date(2099, 1, 1), "miss_reason": "outside", "department_id": UUID(int=7)}
    take(cast.paul, ActionState.IN_PROGRESS, **everything)
    take(cast.paul, ActionState.REPORTED_DONE, **everything)
    take(cast.edda, ActionState.SENT_BACK, reason="The index is missing.", **everything)
    take(cast.paul, ActionState.REQUESTED, owner_id=cast.sven.id, reason="I go on leave", **everything)
    kept = row(house, asked)
    assert (kept["due_on"], kept["slips"], kept["miss_reason"]) == (DUE, 0, "")


def test_a_department_that_is_not_there_blocks_nothing(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    with pytest.raises(FieldsAreMissing) as refused:
        take(cast.paul, ActionState.BLOCKED, department_id=UUID(int=7))
    assert set(refused.value.by_field) == {"department"}


def test_silence_accepts_once_although_two_workers_look(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, take: Callable[..., None]
) -> None:
    take(cast.paul, ActionState.PROMISED)
    take(cast.paul, ActionState.REPORTED_DONE)
    clock.advance(timedelta(days=8))
    workers = [threading.Thread(target=jobs.run_due, args=(house, clock.now())) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    with house.reading() as db:
        steps = db.exec(select(ActionStep).where(ActionStep.action_id == asked, ActionStep.by_silence)).all()
    assert len(steps) == 1
    assert row(house, asked)["by_silence"] is True


@pytest.mark.parametrize("seed", range(6))
def test_random_people_on_random_days_never_bend_the_rules(
    house: Database, cast: Cast, clock: SetClock, asked: UUID, seed: int
) -> None:
    """Whatever is tried: the state from the history is the one shown, and only Editorial or silence accepts."""
    random, people = Random(seed), [cast.paul, cast.edda, cast.mia, cast.sven, cast.frieda]
    heard(house, ActionStepped)
    for _ in range(40):
        clock.advance(timedelta(minutes=random.choice((0, 0, 7, 60 * 24 * 3))))
        person = random.choice(people)
        said = StepDetails("because", "outside", date(2026, 6, random.randint(1, 28)), cast.marketing, cast.sven.id)
        state = random.choice(
            [one for one in ActionState if follows(row(house, asked)["state"], one)] or list(ActionState)
        )
        try:
            with house.transaction() as db:
                if random.random() < 0.3:
                    stepping.undo(db, person.visitor, asked, clock.now())
                else:
                    stepping.step(db, person.visitor, asked, state, clock.now(), said)
        except Refusal:
            pass
        jobs.run_due(house, clock.now())
        _check(house, asked, cast)


def _check(house: Database, action_id: UUID, cast: Cast) -> None:
    with house.reading() as db:
        history, kept = rows.steps_of(db, action_id), db.get_one(Action, action_id).model_copy()
        shown = lists.action(db, action_id, for_=cast.frieda.visitor)
    comes_to = project(history)
    for name in ("state", "due_on", "promised_for", "slips", "reported_at", "settled_at", "moved_at", "by_silence"):
        assert getattr(kept, name) == getattr(comes_to, name), name
    assert shown.state == comes_to.state
    accepted = [one for one in history if one.state == ActionState.ACCEPTED and one.undoes is None]
    assert all(one.by_silence or one.account_id in (cast.edda.id, cast.mia.id) for one in accepted)

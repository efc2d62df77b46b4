"""Agreements on both databases: in force only from both sides' yes, reviewed once a retro, seen by the two sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.actions.models import Action
from app.actions.rules.bridges import BRIDGES, bridge_of
from app.actions.rules.fields import Fields, missing
from app.actions.rules.kinds import ActionKind, ActionState, Cause
from app.actions.rules.refusals import FieldsAreMissing
from app.actions.rules.states import StepDetails
from app.actions.service import capturing, stepping
from app.agreements import queries as agreements
from app.agreements import service as agreements_service
from app.agreements.events import AgreementReviewed
from app.agreements.models import Agreement, AgreementReview
from app.agreements.queries import AgreementView
from app.agreements.rules import (
    UNTIL_THE_CLOSE,
    AgreementVerdict,
    Phase,
    Terms,
    may_be_looked_at,
    missing_terms,
    phase,
    speaks_for,
    still_to_agree,
)
from app.agreements.service import NotInForce, NotWaiting, NotYoursToSay, RoomIsClosed
from app.board.reactions import pieces_of
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.retros.events import RetroChanged
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NotYourRetro
from tests.builders import Room, a_project, a_retro, move
from tests.cast import Cast, Person

COPY = "Copy reaches Production three working days before press."
SIDES = st.sampled_from([UUID(int=number) for number in range(1, 6)])


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(house, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)


def terms(cast: Cast, **changed: Any) -> Terms:
    values = {"text": COPY, "providing_department_id": cast.editorial, "requesting_department_id": cast.production}
    return Terms(**{**values, **changed})


def written(house: Database, person: Person, clock: SetClock, cast: Cast, **changed: Any) -> UUID:
    with house.transaction() as db:
        return agreements_service.write_agreement(db, person.visitor, terms(cast, **changed), clock.now())


def agreed(house: Database, cast: Cast, clock: SetClock, **changed: Any) -> UUID:
    """Edda of Editorial wrote it down, Paul of Production said yes."""
    agreement_id = written(house, cast.edda, clock, cast, **changed)
    do(house, agreements_service.say_yes, cast.paul, agreement_id, clock.now())
    return agreement_id


def do(house: Database, use_case: Callable[..., object], person: Person, *arguments: object) -> None:
    with house.transaction() as db:
        use_case(db, person.visitor, *arguments)


def seen(house: Database, person: Person, agreement_id: UUID) -> AgreementView:
    with house.reading() as db:
        return agreements.agreement(db, agreement_id, for_=person.visitor)


def promised(house: Database, room: Room, clock: SetClock, **changed: Any) -> UUID:
    """An agreement captured in the room, promised by Paul after the close. Returns the action's id."""
    cast = room.cast
    fields = Fields(**{
        "title": "Send copy earlier", "kind": ActionKind.AGREEMENT, "done_when": COPY, "owner_id": cast.paul.id,
        "providing_department_id": cast.production, "requesting_department_id": cast.editorial,
        "due_on": date(2026, 4, 28), "dimension": "responsiveness", "review_on": date(2026, 9, 1), **changed,
    })  # fmt: skip
    with house.transaction() as db:
        action_id = capturing.capture(db, cast.frieda.visitor, room.id, fields, clock.now())
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(house, cast.frieda, room, stage, clock)
    step(house, cast.paul, action_id, ActionState.PROMISED, clock)
    return action_id


def step(house: Database, person: Person, action_id: UUID, state: ActionState, clock: SetClock, **said: Any) -> None:
    with house.transaction() as db:
        stepping.step(db, person.visitor, action_id, state, clock.now(), StepDetails(**said))


def of_action(house: Database, action_id: UUID) -> Agreement | None:
    with house.reading() as db:
        row = db.exec(select(Agreement).where(Agreement.action_id == action_id)).one_or_none()
        if row is not None:
            db.expunge(row)
        return row


def later_room(
    house: Database, cast: Cast, clock: SetClock, *departments: str, stage: Stage = Stage.CHECK_IN
) -> Room:
    clock.advance(timedelta(days=40))
    names = departments or ("Editorial", "Production", "Marketing")
    project = a_project(house, cast, clock, names, name=f"Of {', '.join(names)}")
    return a_retro(house, cast, clock, stage=stage, project_id=project, seats=dict.fromkeys(names[:2], 6))


def in_room(house: Database, room: Room, clock: SetClock) -> dict[UUID, AgreementVerdict | None]:
    with house.reading() as db:
        return {one.agreement.id: one.verdict for one in agreements.agreements_in_room(db, room.view(), clock.now())}


# Rules


@given(st.frozensets(SIDES), SIDES, SIDES)
def test_nobody_is_bound_who_did_not_say_yes(leads: frozenset[UUID], providing: UUID, requesting: UUID) -> None:
    waits_for = still_to_agree(leads, (providing, requesting))
    in_force = phase(waits_for, None) is Phase.IN_FORCE
    assert in_force == ({providing, requesting} <= leads)
    assert not speaks_for(leads, waits_for), "who still has to say yes is never who wrote it"


@given(st.lists(SIDES, max_size=2), st.none() | st.dates())
def test_an_agreement_is_in_exactly_one_phase(waits_for: list[UUID], ended_on: date | None) -> None:
    found = phase(waits_for, ended_on)
    assert (found in (Phase.ENDED, Phase.NOT_AGREED)) == (ended_on is not None)
    assert (found in (Phase.WAITING, Phase.NOT_AGREED)) == bool(waits_for)


@given(st.dates(), st.dates(), st.none() | st.dates())
def test_a_room_looks_only_at_what_held_before_it_met(since: date, began_on: date, ended_on: date | None) -> None:
    looked_at = may_be_looked_at(since, ended_on, began_on)
    assert looked_at == (since < began_on and not (ended_on and ended_on < began_on))


def test_terms_need_a_sentence_and_two_departments() -> None:
    one = uuid4()
    assert set(missing_terms(Terms("", None, None))) == {"text", "providing_department", "requesting_department"}
    assert "two different ones" in missing_terms(Terms("x", one, one))["requesting_department"]
    assert missing_terms(Terms("x", one, uuid4())) == {}


def test_an_action_cannot_be_an_agreement_of_one_department_with_itself() -> None:
    one = uuid4()
    fields = Fields("Agree", ActionKind.AGREEMENT, providing_department_id=one, requesting_department_id=one)
    assert "two different ones" in missing(fields)["requesting_department"]
    joint = Fields("Do", ActionKind.ACTION, providing_department_id=one, requesting_department_id=one)
    assert "requesting_department" not in missing(joint)


def test_every_bridge_says_what_to_do_and_how_to_tell_that_it_helped() -> None:
    keys = {one.key for one in BRIDGES}
    assert {"customer_for_a_day", "cross_training", "shared_lunch", "joint_offsite"} <= keys
    for one in BRIDGES:
        assert 3 <= len(one.steps) <= 5, one.key
        assert 1 <= len(one.helped) <= 2, one.key
        assert len(one.key) <= 30
        assert all(sentence.endswith((".", "?")) for sentence in (*one.steps, *one.helped)), one.key


def test_a_promise_knows_its_bridge_by_key_or_by_title() -> None:
    lunch = next(one for one in BRIDGES if one.key == "shared_lunch")
    assert bridge_of(ActionKind.BRIDGE, "shared_lunch", "Eat together on Fridays") == lunch
    assert bridge_of(ActionKind.BRIDGE, "", lunch.title) == lunch
    assert bridge_of(ActionKind.BRIDGE, "", "Something of our own") is None
    assert bridge_of(ActionKind.ACTION, "shared_lunch", lunch.title) is None


# At the desk: who may say yes, no, end, move


def test_a_leads_agreement_is_in_force_from_the_other_sides_yes(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = written(house, cast.edda, clock, cast, review_on=date(2026, 9, 1), dimension="quality")
    waiting = seen(house, cast.mia, agreement_id)
    assert (waiting.phase, [one.id for one in waiting.waits_for]) == (Phase.WAITING, [cast.production])
    with house.reading() as db:
        assert agreements.in_force_between(db, [cast.editorial, cast.production]) == []
        assert agreements.in_force_for(db, cast.edda.visitor) == []
    clock.advance(timedelta(days=3))
    do(house, agreements_service.say_yes, cast.paul, agreement_id, clock.now())
    view = seen(house, cast.edda, agreement_id)
    assert (view.phase, view.since, view.waits_for) == (Phase.IN_FORCE, date(2026, 3, 20), ())
    assert (view.review_on, view.dimension, view.written_by) == (date(2026, 9, 1), "quality", "Edda")
    with pytest.raises(NotWaiting):
        do(house, agreements_service.say_yes, cast.paul, agreement_id, clock.now())


def test_only_a_lead_of_the_side_that_it_waits_for_answers(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = written(house, cast.edda, clock, cast)
    for person in (cast.edda, cast.mia, cast.frieda, cast.ada):
        with pytest.raises(NotYoursToSay):
            do(house, agreements_service.say_yes, person, agreement_id, clock.now())
        with pytest.raises(NotYoursToSay):
            do(house, agreements_service.say_no, person, agreement_id, "No.", clock.now())
    with pytest.raises(NotFound):
        do(house, agreements_service.say_yes, cast.sven, agreement_id, clock.now())
    assert seen(house, cast.paul, agreement_id).phase is Phase.WAITING


def test_a_no_is_told_with_its_reason_and_binds_nobody(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = written(house, cast.edda, clock, cast)
    with pytest.raises(FieldsAreMissing):
        do(house, agreements_service.say_no, cast.paul, agreement_id, "", clock.now())
    do(house, agreements_service.say_no, cast.paul, agreement_id, "Two days are enough.", clock.now())
    view = seen(house, cast.edda, agreement_id)
    assert (view.phase, view.end_reason) == (Phase.NOT_AGREED, "Two days are enough.")
    with pytest.raises(NotWaiting):
        do(house, agreements_service.say_yes, cast.paul, agreement_id, clock.now())
    with house.reading() as db:
        assert agreements.in_force_between(db, [cast.editorial, cast.production]) == []
        lists = agreements.agreements_for(db, cast.edda.visitor, date(2026, 3, 18))
    assert [one.id for one in lists.over] == [agreement_id]
    assert lists.in_force == lists.waiting_for_others == ()


def test_what_a_facilitator_writes_waits_for_both_in_any_order(house: Database, cast: Cast, clock: SetClock) -> None:
    for first, second in ((cast.edda, cast.paul), (cast.paul, cast.edda)):
        agreement_id = written(house, cast.frieda, clock, cast)
        do(house, agreements_service.say_yes, first, agreement_id, clock.now())
        assert seen(house, cast.frieda, agreement_id).phase is Phase.WAITING
        with pytest.raises(NotYoursToSay):
            do(house, agreements_service.say_yes, first, agreement_id, clock.now())
        do(house, agreements_service.say_yes, second, agreement_id, clock.now())
        assert seen(house, cast.frieda, agreement_id).phase is Phase.IN_FORCE


def test_who_writes_one_down(house: Database, cast: Cast, clock: SetClock) -> None:
    for person in (cast.mia, cast.sven):
        with pytest.raises(FieldsAreMissing, match="that you lead"):
            written(house, person, clock, cast)
    with pytest.raises(FieldsAreMissing, match="that you lead"):
        written(house, cast.paul, clock, cast, requesting_department_id=cast.marketing)
    with pytest.raises(FieldsAreMissing, match="not known"):
        written(house, cast.edda, clock, cast, requesting_department_id=UUID(int=7))
    with pytest.raises(FieldsAreMissing, match="two different"):
        written(house, cast.edda, clock, cast, requesting_department_id=cast.editorial)


def test_either_sides_lead_ends_it_with_a_reason_and_moves_its_review(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    for person in (cast.edda, cast.paul):
        agreement_id = agreed(house, cast, clock)
        do(house, agreements_service.move_review, person, agreement_id, date(2026, 6, 1))
        assert seen(house, person, agreement_id).review_on == date(2026, 6, 1)
        with pytest.raises(FieldsAreMissing):
            do(house, agreements_service.end_agreement, person, agreement_id, "", clock.now())
        do(house, agreements_service.end_agreement, person, agreement_id, "We print elsewhere now.", clock.now())
        view = seen(house, person, agreement_id)
        assert (view.phase, view.end_reason, view.ended_on) == (
            Phase.ENDED, "We print elsewhere now.", date(2026, 3, 17),
        )  # fmt: skip
        with pytest.raises(NotInForce):
            do(house, agreements_service.end_agreement, person, agreement_id, "Again.", clock.now())
        with pytest.raises(NotInForce):
            do(house, agreements_service.move_review, person, agreement_id, None)


def test_nobody_else_ends_it_or_moves_its_review(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = agreed(house, cast, clock)
    for person in (cast.mia, cast.frieda, cast.ada):
        with pytest.raises(NotYoursToSay):
            do(house, agreements_service.end_agreement, person, agreement_id, "No more.", clock.now())
        with pytest.raises(NotYoursToSay):
            do(house, agreements_service.move_review, person, agreement_id, None)
    with pytest.raises(NotFound):
        do(house, agreements_service.end_agreement, cast.sven, agreement_id, "No more.", clock.now())


def test_who_wrote_it_takes_it_back_while_it_waits(house: Database, cast: Cast, clock: SetClock) -> None:
    for person in (cast.edda, cast.frieda):
        agreement_id = written(house, person, clock, cast)
        do(house, agreements_service.end_agreement, person, agreement_id, "Written too early.", clock.now())
        assert seen(house, person, agreement_id).phase is Phase.NOT_AGREED


def test_the_two_sides_admins_and_facilitators_see_it_and_nobody_else(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    agreement_id = agreed(house, cast, clock)
    for person in (cast.edda, cast.mia, cast.paul, cast.ada, cast.frieda):
        assert seen(house, person, agreement_id).text == COPY
    with pytest.raises(NotFound):
        seen(house, cast.sven, agreement_id)
    with house.reading() as db:
        assert agreements.agreements_for(db, cast.sven.visitor, date(2026, 3, 18)).is_empty
        mine = agreements.in_force_for(db, cast.paul.visitor)
        everybody = agreements.agreements_for(db, cast.ada.visitor, date(2026, 3, 18))
    assert [(pair.one.name, pair.other.name) for pair in mine] == [("Production", "Editorial")], "ours first"
    assert [pair.one.name for pair in everybody.in_force] == ["Editorial"]


def test_up_for_review_from_its_day_on(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = agreed(house, cast, clock, review_on=date(2026, 6, 1))
    with house.reading() as db:
        before = agreements.agreements_for(db, cast.edda.visitor, date(2026, 5, 31))
        then = agreements.agreements_for(db, cast.edda.visitor, date(2026, 6, 1))
    assert before.up_for_review == ()
    assert [one.id for one in then.up_for_review] == [agreement_id]


# From an action


def test_the_owners_promise_brings_an_agreement_into_force(house: Database, room: Room, clock: SetClock) -> None:
    clock.advance(timedelta(days=1))
    row = of_action(house, promised(house, room, clock))
    assert row is not None
    assert (row.text, row.since, row.dimension, row.review_on, row.retro_id, row.waits_for_id) == (
        COPY, date(2026, 3, 18), "responsiveness", date(2026, 9, 1), room.id, None,
    )  # fmt: skip
    assert (row.providing_department_id, row.requesting_department_id) == (room.cast.production, room.cast.editorial)


def test_since_is_the_day_where_the_department_is_that_asked(house: Database, room: Room, clock: SetClock) -> None:
    from app.departments.models import Department

    with house.transaction() as db:
        db.get_one(Department, room.cast.editorial).time_zone = "Pacific/Auckland"
    row = of_action(house, promised(house, room, clock))
    assert row is not None
    assert row.since == date(2026, 3, 18), "noon in UTC is the next day there"


def test_only_an_agreement_does_so_and_only_by_a_promise(house: Database, room: Room, clock: SetClock) -> None:
    action_id = promised(house, room, clock, kind=ActionKind.ACTION, cause=Cause.PREVENT)
    assert of_action(house, action_id) is None
    with house.reading() as db:
        assert db.exec(select(Agreement)).all() == []


def test_taking_the_promise_back_takes_the_agreement_back(house: Database, room: Room, clock: SetClock) -> None:
    action_id = promised(house, room, clock)
    do(house, stepping.undo, room.cast.paul, action_id, clock.now())
    assert of_action(house, action_id) is None
    step(house, room.cast.paul, action_id, ActionState.PROMISED, clock)
    assert of_action(house, action_id) is not None, "and promised again it holds again"


def test_a_reviewed_agreement_stays_when_its_promise_is_taken_back(
    house: Database, room: Room, clock: SetClock
) -> None:
    action_id = promised(house, room, clock)
    row = of_action(house, action_id)
    assert row is not None
    with house.transaction() as db:
        db.add(AgreementReview(agreement_id=row.id, verdict=AgreementVerdict.KEPT, reviewed_on=date(2026, 3, 18)))
    do(house, stepping.undo, room.cast.paul, action_id, clock.now())
    assert of_action(house, action_id) is not None


def test_not_doing_ends_it_with_the_reason_and_undo_takes_that_back(
    house: Database, room: Room, clock: SetClock
) -> None:
    action_id = promised(house, room, clock)
    clock.advance(timedelta(days=2))
    step(house, room.cast.edda, action_id, ActionState.NOT_DOING, clock, reason="The printer was sold.")
    row = of_action(house, action_id)
    assert row is not None
    assert (row.ended_on, row.end_reason) == (date(2026, 3, 19), "The printer was sold.")
    do(house, stepping.undo, room.cast.edda, action_id, clock.now())
    row = of_action(house, action_id)
    assert row is not None
    assert (row.ended_on, row.end_reason) == (None, "")


def test_what_a_lead_ended_stays_ended_whatever_its_action_does(house: Database, room: Room, clock: SetClock) -> None:
    action_id = promised(house, room, clock)
    row = of_action(house, action_id)
    assert row is not None
    do(house, agreements_service.end_agreement, room.cast.edda, row.id, "Ended by hand.", clock.now())
    step(house, room.cast.paul, action_id, ActionState.NOT_DOING, clock, reason="Not needed.")
    do(house, stepping.undo, room.cast.paul, action_id, clock.now())
    row = of_action(house, action_id)
    assert row is not None
    assert row.end_reason == "Ended by hand."


def test_another_owners_promise_changes_nothing(house: Database, room: Room, clock: SetClock) -> None:
    """Handed over, promised by the new owner, and that taken back: the first promise still stands."""
    action_id = promised(house, room, clock)
    before = of_action(house, action_id)
    step(house, room.cast.paul, action_id, ActionState.REQUESTED, clock, owner_id=room.cast.edda.id)
    clock.advance(timedelta(days=3))
    step(house, room.cast.edda, action_id, ActionState.PROMISED, clock)
    do(house, stepping.undo, room.cast.edda, action_id, clock.now())
    after = of_action(house, action_id)
    assert before is not None
    assert after is not None
    assert (after.id, after.since) == (before.id, before.since)


def test_an_agreement_inside_one_department_is_followed_as_an_action_only(
    house: Database, room: Room, clock: SetClock
) -> None:
    """Written before the form refused it."""
    cast = room.cast
    with house.transaction() as db:
        row = Action(
            retro_id=room.id, kind=ActionKind.AGREEMENT, title="Agree", owner_id=cast.paul.id, created_at=clock.now(),
            providing_department_id=cast.production, requesting_department_id=cast.production,
        )  # fmt: skip
        db.add(row)
        db.flush()
        row.moved_at = clock.now()
        agreements_service.follow_promise(db, row.id, ActionState.PROMISED)
    assert of_action(house, row.id) is None


# In the room


def test_a_later_room_of_both_reviews_each_agreement_once_until_the_close(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    agreement_id = agreed(house, cast, clock)
    room = later_room(house, cast, clock)
    assert in_room(house, room, clock) == {agreement_id: None}
    for verdict in (AgreementVerdict.BROKEN, AgreementVerdict.PARTLY):
        do(house, agreements_service.review_in_room, cast.frieda, room.id, agreement_id, verdict, clock.now())
    assert in_room(house, room, clock) == {agreement_id: AgreementVerdict.PARTLY}
    do(
        house,
        agreements_service.review_in_room,
        cast.carla,
        room.id,
        agreement_id,
        AgreementVerdict.KEPT,
        clock.now(),
    )
    reviews = seen(house, cast.edda, agreement_id).reviews
    assert [(one.verdict, one.retro_id, one.reviewed_on) for one in reviews] == [
        (AgreementVerdict.KEPT, room.id, date(2026, 4, 26)),
    ]
    do(house, agreements_service.review_in_room, cast.frieda, room.id, agreement_id, None, clock.now())
    assert seen(house, cast.edda, agreement_id).reviews == (), "taken back"


def test_the_strip_of_an_agreement_grows_with_each_retro(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = agreed(house, cast, clock)
    said = (AgreementVerdict.BROKEN, AgreementVerdict.PARTLY, AgreementVerdict.KEPT)
    for verdict in said:
        room = later_room(house, cast, clock)
        do(house, agreements_service.review_in_room, cast.frieda, room.id, agreement_id, verdict, clock.now())
    assert tuple(one.verdict for one in seen(house, cast.paul, agreement_id).reviews) == said


def test_only_who_runs_the_retro_records_what_the_room_says(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = agreed(house, cast, clock)
    room = later_room(house, cast, clock)
    for person in (cast.edda, cast.paul, cast.ada):
        with pytest.raises(NotYourRetro):
            do(
                house,
                agreements_service.review_in_room,
                person,
                room.id,
                agreement_id,
                AgreementVerdict.KEPT,
                clock.now(),
            )
    with pytest.raises(NotFound):
        do(
            house,
            agreements_service.review_in_room,
            cast.sven,
            room.id,
            agreement_id,
            AgreementVerdict.KEPT,
            clock.now(),
        )


def test_a_closed_room_has_said_what_it_said(house: Database, cast: Cast, clock: SetClock) -> None:
    agreement_id = agreed(house, cast, clock)
    room = later_room(house, cast, clock, stage=Stage.CLOSED)
    with pytest.raises(RoomIsClosed):
        do(
            house,
            agreements_service.review_in_room,
            cast.frieda,
            room.id,
            agreement_id,
            AgreementVerdict.KEPT,
            clock.now(),
        )
    assert {Stage.PREPARE, Stage.CLOSED} == set(Stage) - UNTIL_THE_CLOSE


def test_a_room_looks_at_nothing_that_is_not_between_its_departments_or_began_with_it(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    elsewhere = agreed(house, cast, clock)
    only_editorial = later_room(house, cast, clock, "Editorial", "Marketing")
    assert in_room(house, only_editorial, clock) == {}
    with pytest.raises(NotFound):
        do(
            house,
            agreements_service.review_in_room,
            cast.frieda,
            only_editorial.id,
            elsewhere,
            AgreementVerdict.KEPT,
            clock.now(),
        )
    both = later_room(house, cast, clock)
    that_day = agreed(house, cast, clock, text="Made on the day of the retro.")
    waiting = written(house, cast.edda, clock, cast, text="Waits for a yes.")
    assert set(in_room(house, both, clock)) == {elsewhere}
    for agreement_id in (that_day, waiting, uuid4()):
        with pytest.raises(NotFound):
            do(
                house,
                agreements_service.review_in_room,
                cast.frieda,
                both.id,
                agreement_id,
                AgreementVerdict.KEPT,
                clock.now(),
            )
    do(house, agreements_service.end_agreement, cast.edda, elsewhere, "No more.", clock.now())
    assert set(in_room(house, both, clock)) == {elsewhere}, "it held until this room met"
    assert in_room(house, later_room(house, cast, clock), clock).keys() == {that_day}


def test_a_review_raises_the_version_and_redraws_one_piece(house: Database, cast: Cast, clock: SetClock) -> None:
    facts: list[RetroChanged] = []
    house.bus.inside(RetroChanged, lambda _db, fact: facts.append(fact))
    agreement_id = agreed(house, cast, clock)
    room = later_room(house, cast, clock)
    facts.clear()
    before = room.view().version
    do(
        house,
        agreements_service.review_in_room,
        cast.frieda,
        room.id,
        agreement_id,
        AgreementVerdict.KEPT,
        clock.now(),
    )
    assert facts == [AgreementReviewed(room.id, before + 1, agreement_id)]
    assert room.view().version == before + 1
    assert pieces_of(facts[0]) == {"promises"}


def test_an_agreement_outlives_the_retro_and_the_people_of_its_making(
    house: Database, cast: Cast, clock: SetClock
) -> None:
    agreement_id = agreed(house, cast, clock)
    room = later_room(house, cast, clock)
    do(
        house,
        agreements_service.review_in_room,
        cast.frieda,
        room.id,
        agreement_id,
        AgreementVerdict.KEPT,
        clock.now(),
    )
    with house.transaction() as db:
        for review in db.exec(select(AgreementReview)).all():
            review.retro_id = None
    view = seen(house, cast.edda, agreement_id)
    assert [(one.verdict, one.retro_id, one.retro_title) for one in view.reviews] == [
        (AgreementVerdict.KEPT, None, "")
    ]

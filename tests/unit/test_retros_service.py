"""Retros on both databases: preparing, joining, moving, asking in secret, handing over, closing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlmodel import func, select

from app.anonymity.rules.tags import new_seat_secret
from app.anonymity.service import keys as keys_service
from app.core.errors import Invalid, NotFound
from app.retros import jobs
from app.retros.events import (
    NoticeGiven,
    QuestionEnded,
    ReleaseAsked,
    SeatBecameReady,
    SeatTaken,
    StageEntered,
    StageLeft,
    VoteSkipped,
)
from app.retros.models import Answer, AnswerCount, Seat
from app.retros.queries import facilitation, lists, questions, retros
from app.retros.queries import seats as seats_queries
from app.retros.rules.names import Labels, LowSafetyChoice, Stage, WayIn
from app.retros.rules.preparation import Preparation
from app.retros.rules.questions import SAFETY, more_time_question
from app.retros.rules.refusals import (
    AlreadyPrepared,
    FacilitatorIsHere,
    LabelsAreDecided,
    NotACoFacilitator,
    NotYourRetro,
    OnlyFacilitatorsPrepare,
    QuestionIsOver,
    RetroIsClosed,
    RoomIsLocked,
    RoomIsNotOpen,
    SafetyIsLow,
    SeatWasEjected,
    TicketIsNeeded,
    UnknownDepartment,
    WarningsStand,
    WritingNeedsADeadline,
    WrongStage,
)
from app.retros.rules.results import Result, Safety
from app.retros.service import facilitators, late_round, preparation, safety, takeovers, timebox
from app.retros.service import questions as questions_service
from app.retros.service import room as room_service
from app.retros.service import seats as seats_service
from app.retros.service import stage_moves as stage_moves_service
from tests.cast import Cast, settle_in
from tests.lying import Running
from tests.unit.rooms import Room, heard, open_room, prepare_room


@pytest.fixture
def cast(database, now) -> Cast:
    return settle_in(database, now)


def call(room: Room, function, *arguments, **named):
    """A service, in a transaction of its own."""
    with room.database.transaction() as db:
        return function(db, *arguments, **named)


def answer_all(room: Room, question: str, *values: str) -> None:
    for number, value in enumerate(values):
        call(room, questions_service.answer, room.seat(number), question, value)


# preparing


def test_a_prepared_retro_has_its_departments_time_boxes_and_a_code(database, cast, now):
    people = {cast.editorial: 5, cast.production: 4}
    room = prepare_room(database, cast, now, k=4, co_facilitator_ids=(cast.carla.id,), expected=people)
    view = room.view()
    assert [department.name for department in view.departments] == ["Editorial", "Production"]
    assert sum(box.minutes for box in view.time_boxes.values()) == 60
    assert (view.stage, view.k, view.expected) == (Stage.PREPARE, 4, 9)
    assert {one.id: one.expected for one in view.departments} == people
    assert view.co_facilitator_ids == {cast.carla.id}
    assert len(view.code) == 8


def test_warnings_stand_until_they_are_overridden_and_are_recorded(database, cast, now):
    room = prepare_room(database, cast, now)
    project_id, late = room.view().project_id, now + timedelta(days=60)
    with pytest.raises(WarningsStand) as refusal:
        call(room, preparation.prepare, cast.frieda.visitor, project_id, Preparation(), late)
    assert "forgotten" in refusal.value.sentences[0]
    agreed = Preparation(override_warnings=True)
    retro_id = call(room, preparation.prepare, cast.frieda.visitor, project_id, agreed, late)
    with database.reading() as db:
        assert retros.get(db, retro_id, cast.frieda.visitor).warnings_overridden == ("too_late",)


def test_members_do_not_prepare_and_strangers_see_nothing(database, cast, now):
    room = prepare_room(database, cast, now)
    with pytest.raises(OnlyFacilitatorsPrepare):
        call(room, preparation.prepare, cast.mia.visitor, room.view().project_id, Preparation(), now)
    with pytest.raises(NotFound):
        call(room, retros.get, room.retro_id, cast.sven.visitor)
    with pytest.raises(NotFound):
        call(room, stage_moves_service.move_to, cast.sven.visitor, room.retro_id, Stage.CHECK_IN, now, Random(1))
    with database.reading() as db:
        assert retros.get(db, room.retro_id, cast.mia.visitor).id == room.retro_id
        assert lists.retros_for(db, cast.sven.visitor) == []
        assert [one.id for one in lists.retros_for(db, cast.edda.visitor)] == [room.retro_id]


def test_departments_outside_the_project_are_refused(database, cast, now):
    room = prepare_room(database, cast, now)
    wrong = Preparation(department_ids=(cast.editorial, cast.departments["IT"]))
    with pytest.raises(Invalid) as refusal:
        call(room, preparation.change_preparation, cast.frieda.visitor, room.retro_id, wrong, now)
    assert refusal.value.field == "departments"


def test_the_preparation_changes_until_the_room_opens_so_k_is_frozen_before_the_first_entry(database, cast, now):
    room = prepare_room(database, cast, now)
    changed = Preparation(title="Another look", k=3, meeting_minutes=90, co_facilitator_ids=(cast.carla.id,))
    call(room, preparation.change_preparation, cast.frieda.visitor, room.retro_id, changed, now)
    view = room.view()
    assert (view.title, view.k, sum(box.minutes for box in view.time_boxes.values())) == ("Another look", 3, 90)
    room.move(Stage.CHECK_IN)
    with pytest.raises(AlreadyPrepared):
        call(room, preparation.change_preparation, cast.frieda.visitor, room.retro_id, changed, now)


# moving


def test_only_who_runs_it_moves_the_retro_and_a_co_facilitator_does(database, cast, now):
    room = prepare_room(database, cast, now, co_facilitator_ids=(cast.carla.id,))
    with pytest.raises(NotYourRetro):
        room.move(Stage.CHECK_IN, cast.ada.visitor)
    assert room.move(Stage.CHECK_IN, cast.carla.visitor) is Stage.CHECK_IN
    assert room.move(Stage.WRITE) is Stage.WRITE


def test_each_stage_starts_its_time_box_and_says_what_happened(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    facts = heard(database.bus, StageLeft, StageEntered)
    room.move(Stage.WRITE)
    view = room.view()
    assert view.stage_ends_at == now + timedelta(minutes=view.time_boxes[Stage.WRITE].minutes)
    assert view.time_boxes[Stage.CHECK_IN].ended_at == now
    left, entered = facts
    assert (left.stage, left.to, entered.stage, entered.left) == ("check_in", "write", "write", "check_in")
    assert entered.version <= view.version


def test_extensions_are_counted_and_start_from_now_once_the_time_is_up(database, cast, now):
    room = open_room(database, cast, now)
    late = now + timedelta(minutes=30)
    call(room, timebox.extend, cast.frieda.visitor, room.retro_id, 5, late)
    call(room, timebox.extend, cast.frieda.visitor, room.retro_id, 2, late)
    view = room.view()
    assert view.stage_ends_at == late + timedelta(minutes=7)
    box = view.time_boxes[Stage.CHECK_IN]
    assert (box.extensions, box.extended_minutes) == (2, 7)
    with pytest.raises(Invalid):
        call(room, timebox.extend, cast.frieda.visitor, room.retro_id, 61, late)


def test_back_from_writing_and_forward_again_but_not_to_preparing_once_people_sit(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    room.move(Stage.WRITE)
    room.move(Stage.CHECK_IN)
    with pytest.raises(WrongStage):
        room.move(Stage.PREPARE)
    room.move(Stage.WRITE)
    assert room.view().stage is Stage.WRITE


def test_an_empty_room_can_go_back_to_preparing(database, cast, now):
    room = open_room(database, cast, now)
    room.move(Stage.PREPARE)
    assert room.view().stage is Stage.PREPARE


def test_skipping_the_vote_is_said_so_that_topics_can_refuse(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    room.go_to(Stage.GROUP)
    facts = heard(database.bus, VoteSkipped)
    room.move(Stage.DISCUSS)
    assert len(facts) == 1
    assert room.view().stage is Stage.DISCUSS


def test_asynchronous_writing_needs_a_deadline_and_runs_until_then(database, cast, now):
    room = open_room(database, cast, now, 5, 5, write_asynchronously=True)
    with pytest.raises(WritingNeedsADeadline):
        room.move(Stage.WRITE)
    call(room, timebox.extend_writing, cast.frieda.visitor, room.retro_id, 4, now)
    room.move(Stage.WRITE)
    assert room.view().stage_ends_at == now + timedelta(days=4)
    call(room, timebox.extend_writing, cast.frieda.visitor, room.retro_id, 6, now)
    view = room.view()
    assert view.writing_until == view.stage_ends_at == now + timedelta(days=6)
    assert view.time_boxes[Stage.WRITE].extensions == 1


def test_while_people_write_asynchronously_nobody_sees_when_one_finished(database, cast, now):
    room = open_room(database, cast, now, 5, 5, write_asynchronously=True, writing_days=3)
    room.move(Stage.WRITE)
    before, facts = room.view().version, heard(database.bus, SeatBecameReady)
    call(room, seats_service.mark_ready, room.seat(), True)
    with database.reading() as db:
        counts = seats_queries.counts(db, room.retro_id)
    assert (room.view().version, counts.ready, facts) == (before, None, [])
    assert room.seat().ready


def test_below_k_the_reveal_waits_for_drafts_to_be_released(database, cast, now):
    room = open_room(database, cast, now, 2, 2)
    room.move(Stage.WRITE)
    facts = heard(database.bus, ReleaseAsked)
    with database.reading() as db:
        assert seats_queries.counts(db, room.retro_id).too_few_for_anonymity
    assert room.move(Stage.GROUP) is Stage.WRITE
    assert len(facts) == 1
    assert (room.view().stage, room.view().awaiting_release) == (Stage.WRITE, True)
    assert room.move(Stage.GROUP) is Stage.GROUP
    assert (room.view().labels, room.view().claims_anonymity) == (Labels.DROPPED, False)


def test_a_fifth_seat_after_asking_for_release_restores_the_promise(database, cast, now):
    room = open_room(database, cast, now, 2, 2)
    room.move(Stage.WRITE)
    room.move(Stage.GROUP)
    room.join(cast.editorial)
    assert room.move(Stage.GROUP) is Stage.GROUP
    assert room.view().claims_anonymity


def test_the_headcount_keeps_private_windows_from_lifting_a_department_over_k(database, cast, now):
    room = open_room(database, cast, now, 12, 6, 12, departments=("Editorial", "Production", "Marketing"))
    counted = {cast.editorial: 12, cast.production: 1, cast.marketing: 12}
    call(room, room_service.set_expected, cast.frieda.visitor, room.retro_id, counted)
    room.go_to(Stage.GROUP)
    assert room.view().labels is Labels.DROPPED
    assert room.view().claims_anonymity
    with pytest.raises(LabelsAreDecided):
        call(room, room_service.set_expected, cast.frieda.visitor, room.retro_id, counted)


def test_the_reveal_takes_pooled_departments_from_their_seats(database, cast, now):
    departments = ("Editorial", "Production", "Marketing", "Rights")
    room = prepare_room(database, cast, now, departments)
    room.move(Stage.CHECK_IN)
    room.fill(6, 3, 3, 5)
    room.go_to(Stage.GROUP)
    assert room.view().labels is Labels.POOLED
    assert {d.name for d in room.view().departments if d.pooled} == {"Production", "Marketing"}
    with database.reading() as db:
        seated = [seat.department_id for seat in db.exec(select(Seat))]
    named = [cast.editorial] * 6 + [cast.departments["Rights"]] * 5
    assert sorted(seated, key=str) == sorted(named + [None] * 6, key=str)


def test_latecomers_sit_in_a_labelled_department_or_in_the_pool(database, cast, now):
    room = prepare_room(database, cast, now, ("Editorial", "Production", "Marketing", "Rights", "IT"))
    room.move(Stage.CHECK_IN)
    room.fill(6, 3, 3, 6)
    room.go_to(Stage.GROUP)
    wanted = (cast.editorial, cast.production, cast.departments["IT"])
    secrets = [new_seat_secret() for _ in wanted]
    for secret, department_id in zip(secrets, wanted, strict=True):
        assert call(room, seats_service.arrive, room.code, secret, department_id, now) is None
    call(room, late_round.skip_late_round, cast.frieda.visitor, room.retro_id, Random(1))
    with database.reading() as db:
        seats = [seats_queries.seat_for(db, room.code, secret)[1] for secret in secrets]
    assert [seat and seat.department_id for seat in seats] == [cast.editorial, None, None]


# seats


def test_the_same_secret_is_the_same_seat(database, cast, now):
    room = open_room(database, cast, now)
    facts = heard(database.bus, SeatTaken)
    first = room.join(cast.editorial)
    again = room.join(cast.production, first.secret)
    assert (again.tag, again.handle, again.department_id) == (first.tag, first.handle, cast.editorial)
    assert len(facts) == 1
    assert first.secret not in repr(first)


def test_a_hundred_threads_with_one_secret_get_one_seat(database, cast, now):
    room = open_room(database, cast, now)
    secret = new_seat_secret()

    def join(_number):
        with database.transaction() as db:
            return seats_service.join(db, room.code, secret, cast.editorial, now).tag

    with ThreadPoolExecutor(20) as threads:
        tags = set(threads.map(join, range(100)))
    assert len(tags) == 1
    with database.reading() as db:
        assert seats_queries.counts(db, room.retro_id).seated == 1


def test_fifty_people_at_once_get_fifty_seats_and_as_many_versions(database, cast, now):
    room = open_room(database, cast, now)
    before = room.view().version

    def join(_number):
        with database.transaction() as db:
            seats_service.join(db, room.code, new_seat_secret(), cast.editorial, now)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(join, range(50)))
    with database.reading() as db:
        assert seats_queries.counts(db, room.retro_id).seated == 50
    assert room.view().version == before + 50


def test_who_is_refused_a_seat_and_why(database, cast, now):
    room = prepare_room(database, cast, now)
    with pytest.raises(RoomIsNotOpen):
        room.join(cast.editorial)
    room.move(Stage.CHECK_IN)
    with pytest.raises(UnknownDepartment):
        room.join(cast.departments["IT"])
    with pytest.raises(UnknownDepartment):
        room.join(uuid4())
    with pytest.raises(NotFound):
        call(room, seats_service.join, "00000000", new_seat_secret(), cast.editorial, now)
    seat = room.join(cast.editorial)
    call(room, room_service.lock, cast.frieda.visitor, room.retro_id)
    with pytest.raises(RoomIsLocked):
        room.join(cast.editorial)
    assert room.join(cast.editorial, seat.secret).tag == seat.tag
    call(room, room_service.unlock, cast.frieda.visitor, room.retro_id)
    room.join(cast.editorial)


def test_a_ticket_room_has_no_way_in_by_code(database, cast, now):
    room = open_room(database, cast, now, way_in=WayIn.TICKET)
    with pytest.raises(TicketIsNeeded):
        room.join(cast.editorial)


def test_a_department_can_be_changed_until_writing_begins(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    call(room, seats_service.change_department, room.seat(), cast.production)
    assert room.seat().department_id == cast.production
    room.move(Stage.WRITE)
    with pytest.raises(WrongStage):
        call(room, seats_service.change_department, room.seat(), cast.editorial)


def test_an_ejected_seat_is_refused_and_counted_in_public(database, cast, now):
    room = open_room(database, cast, now, 2)
    handle = room.seat().handle
    call(room, room_service.eject_seat, cast.frieda.visitor, room.retro_id, handle.lower())
    with pytest.raises(SeatWasEjected):
        room.seat()
    with pytest.raises(SeatWasEjected):
        room.join(cast.editorial, room.secrets[0])
    with database.reading() as db:
        assert seats_queries.counts(db, room.retro_id).seated == 1
        assert "1 seat has been removed" in facilitation.notices(db, room.retro_id)[0]
    with pytest.raises(Invalid):
        call(room, room_service.eject_seat, cast.frieda.visitor, room.retro_id, handle)


def test_ready_is_counted_once_and_starts_again_with_each_stage(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    room.move(Stage.WRITE)
    facts = heard(database.bus, SeatBecameReady)
    for _ in range(2):
        call(room, seats_service.mark_ready, room.seat(), True)
    assert len(facts) == 1
    with database.reading() as db:
        counts = seats_queries.counts(db, room.retro_id)
    assert (counts.seated, counts.ready, counts.too_few_for_anonymity) == (10, 1, False)
    room.move(Stage.GROUP)
    with database.reading() as db:
        assert seats_queries.counts(db, room.retro_id).ready == 0


def test_forty_seats_ready_at_once_while_the_facilitator_moves_on(database, cast, now):
    room = open_room(database, cast, now, 20, 20)
    room.move(Stage.WRITE)
    seats = [room.seat(number) for number in range(40)]

    def ready(seat):
        with database.transaction() as db:
            seats_service.mark_ready(db, seat, True)

    with ThreadPoolExecutor(12) as threads:
        moving = threads.submit(room.move, Stage.GROUP)
        list(threads.map(ready, seats))
        assert moving.result() is Stage.GROUP
    assert room.view().stage is Stage.GROUP


# secret questions


def test_a_low_safety_check_asks_for_a_choice_before_people_write(database, cast, now):
    room = open_room(database, cast, now, 3, 3)
    answer_all(room, SAFETY, "1", "1", "4", "5", "5")
    with pytest.raises(SafetyIsLow):
        room.move(Stage.WRITE)
    with pytest.raises(WrongStage):  # the check has not ended, so nobody knows yet
        choose(room, LowSafetyChoice.GO_ON)
    result = call(room, questions_service.end_question, cast.frieda.visitor, room.retro_id, SAFETY)
    assert result == Result(word=Safety.LOW), "under ten in one of three words, never counted out"
    with pytest.raises(SafetyIsLow):
        room.move(Stage.WRITE)
    choose(room, LowSafetyChoice.LEADS_LEAVE)
    assert room.move(Stage.WRITE) is Stage.WRITE
    with database.reading() as db:
        said = " ".join(facilitation.notices(db, room.retro_id))
    assert "Leads of departments leave" in said
    assert "safe" not in said.lower()


def choose(room: Room, choice: LowSafetyChoice, **more) -> None:
    visitor = room.facilitator
    call(room, safety.choose_after_low_safety, visitor, room.retro_id, choice, room.now, Random(1), **more)


def low_room(database, cast, now, *people: int) -> Room:
    room = open_room(database, cast, now, *people)
    answer_all(room, SAFETY, *["1"] * 5)
    call(room, questions_service.end_question, cast.frieda.visitor, room.retro_id, SAFETY)
    return room


def test_below_k_answers_there_is_no_result_and_nothing_to_act_on(database, cast, now):
    room = open_room(database, cast, now, 3, 3)
    answer_all(room, SAFETY, "1", "1", "1", "1")
    room.move(Stage.WRITE)
    with database.reading() as db:
        assert questions.results(db, room.retro_id) == {SAFETY: None}
        retro = retros.get(db, room.retro_id, cast.frieda.visitor)
        result = questions.safety_result(db, retro, cast.frieda.visitor)
        assert result is not None
        assert (result.word, result.must_choose, result.may_show) == (None, False, False)


def test_low_safety_can_drop_labels_write_later_or_stop(database, cast, now):
    room = low_room(database, cast, now, 6, 6)
    choose(room, LowSafetyChoice.DROP_LABELS)
    room.go_to(Stage.GROUP)
    assert room.view().labels is Labels.DROPPED
    assert room.view().claims_anonymity

    room = low_room(database, cast, now, 3, 3)
    with pytest.raises(WritingNeedsADeadline):
        choose(room, LowSafetyChoice.WRITE_LATER)
    choose(room, LowSafetyChoice.WRITE_LATER, writing_days=5)
    room.move(Stage.WRITE)
    assert room.view().stage_ends_at == now + timedelta(days=5)

    room = low_room(database, cast, now, 3, 3)
    choose(room, LowSafetyChoice.STOP)
    assert (room.view().stage, room.view().is_revealed) == (Stage.CLOSED, False)


def test_answers_are_sealed_changeable_and_never_drawn(database, cast, now):
    room = open_room(database, cast, now, 6)
    before, facts = room.view().version, heard(database.bus, QuestionEnded)
    call(room, questions_service.answer, room.seat(), SAFETY, "2")
    call(room, questions_service.answer, room.seat(), SAFETY, "5")
    with database.reading() as db:
        assert questions.own_answers(db, room.seat(), [SAFETY]) == {SAFETY: "5"}
        assert questions.own_answers(db, room.seat(1), [SAFETY]) == {}
        (sealed,) = db.exec(select(Answer.sealed).where(Answer.question == SAFETY)).all()
    assert b"value" not in sealed
    assert (room.view().version, facts) == (before, [])
    call(room, questions_service.end_question, cast.frieda.visitor, room.retro_id, SAFETY)
    with pytest.raises(QuestionIsOver):
        call(room, questions_service.answer, room.seat(), SAFETY, "1")
    assert [fact.question for fact in facts] == [SAFETY]


def test_three_more_minutes_is_asked_about_the_topic_in_the_spotlight(database, cast, now):
    room = open_room(database, cast, now, 3, 3, k=3)
    room.go_to(Stage.GROUP)
    room.move(Stage.VOTE)
    room.move(Stage.DISCUSS)
    visitor, topic = cast.frieda.visitor, uuid4()
    with pytest.raises(WrongStage):
        call(room, questions_service.ask_more_time, visitor, room.retro_id)
    call(room, timebox.spotlight, visitor, room.retro_id, topic, now)
    question = call(room, questions_service.ask_more_time, visitor, room.retro_id)
    assert question == more_time_question(topic, 1)
    answer_all(room, question, "yes", "yes", "no")
    assert call(room, questions_service.end_question, visitor, room.retro_id, question) == Result(word="yes"), (
        "2 to 1 and 3 to 0 are said alike"
    )
    call(room, timebox.extend_spotlight, visitor, room.retro_id, 3, now)
    assert room.view().spotlight_ends_at == now + timedelta(minutes=11)
    call(room, timebox.spotlight, visitor, room.retro_id, None, now)
    with pytest.raises(QuestionIsOver):
        call(room, questions_service.answer, room.seat(), question, "yes")


# facilitators


def test_handing_over_in_the_middle_of_a_retro(database, cast, now):
    room = open_room(database, cast, now, 5, 5, co_facilitator_ids=(cast.carla.id,))
    facts = heard(database.bus, NoticeGiven)
    with pytest.raises(NotACoFacilitator):
        call(room, facilitators.hand_over, cast.frieda.visitor, room.retro_id, cast.ada.id, now)
    call(room, facilitators.hand_over, cast.frieda.visitor, room.retro_id, cast.carla.id, now)
    assert room.move(Stage.WRITE, cast.frieda.visitor) is Stage.WRITE, "she helps now, and runs it all the same"
    with database.reading() as db:
        who = facilitation.facilitation(db, room.retro_id)
        assert "Carla facilitates" in facilitation.notices(db, room.retro_id)[0]
    assert (who.facilitator.name, [one.name for one in who.co_facilitators]) == ("Carla", ["Frieda"])
    assert len(facts) == 1


def test_a_stand_in_takes_over_after_two_minutes_and_not_before(database, cast, now):
    room = open_room(database, cast, now, 5, 5, stand_in_id=cast.stefan.id)
    visitor = cast.stefan.visitor
    with pytest.raises(FacilitatorIsHere):
        call(room, takeovers.take_over, visitor, room.retro_id, now + timedelta(seconds=119))
    call(room, facilitators.facilitator_was_here, room.retro_id, cast.frieda.id, now + timedelta(minutes=1))
    with pytest.raises(FacilitatorIsHere):
        call(room, takeovers.take_over, visitor, room.retro_id, now + timedelta(minutes=2))
    later = now + timedelta(minutes=3)
    call(room, takeovers.take_over, visitor, room.retro_id, later)
    with database.reading() as db:
        who = facilitation.facilitation(db, room.retro_id)
        assert (
            facilitation.notices(db, room.retro_id)[0]
            == "Stefan, the stand-in, leads this retro until Frieda is back."
        )
    assert (who.facilitator.name, who.stand_in, [one.name for one in who.co_facilitators]) == (
        "Stefan", None, ["Frieda"],
    )  # fmt: skip
    assert room.move(Stage.WRITE, visitor) is Stage.WRITE


def test_being_here_changes_nothing_that_a_screen_shows(database, cast, now):
    room = open_room(database, cast, now)
    before = room.view().version
    call(room, facilitators.facilitator_was_here, room.retro_id, cast.frieda.id, now + timedelta(minutes=1))
    assert room.view().version == before
    assert room.view().facilitator_seen_at == now + timedelta(minutes=1)


def test_co_facilitators_and_the_stand_in_can_change(database, cast, now):
    room = open_room(database, cast, now)
    visitor = cast.frieda.visitor
    call(room, facilitators.add_co_facilitator, visitor, room.retro_id, cast.carla.id)
    call(room, facilitators.add_co_facilitator, visitor, room.retro_id, cast.carla.id)
    call(room, facilitators.name_stand_in, visitor, room.retro_id, cast.stefan.id)
    with pytest.raises(Invalid):
        call(room, facilitators.name_stand_in, visitor, room.retro_id, uuid4())
    assert room.view().is_helped_by(cast.carla.visitor)
    call(room, facilitators.remove_co_facilitator, visitor, room.retro_id, cast.carla.id)
    assert not room.view().is_helped_by(cast.carla.visitor)
    assert room.view().stand_in_id == cast.stefan.id


# closing


def test_closing_shreds_the_key_and_forgets_every_seat(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    room.go_to(Stage.WRAP_UP)
    with database.reading() as db:
        assert keys_service.keys_of(db).exists(room.retro_id)
    answer_all(room, "roti", "3", "4", "4", "2", "4")
    room.move(Stage.CLOSED)
    with database.reading() as db:
        assert not keys_service.keys_of(db).exists(room.retro_id)
        assert db.exec(select(func.count()).select_from(Seat)).one() == 0
        assert db.exec(select(func.count()).select_from(Answer)).one() == 0
        assert questions.results(db, room.retro_id)["roti"] == Result(about=3.5)
        assert [row.counts for row in db.exec(select(AnswerCount).where(AnswerCount.question == "roti"))] == [
            {"about": 3.5}
        ]
        assert seats_queries.seat_for(db, room.code, room.secrets[0])[1] is None
    assert room.view().closed_at == now
    for late in (room_service.lock, room_service.unlock):
        with pytest.raises(RetroIsClosed):
            call(room, late, cast.frieda.visitor, room.retro_id)
    with pytest.raises(RetroIsClosed):
        room.join(cast.editorial)


def test_a_revealed_retro_closes_by_itself_after_three_days_and_a_warning(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    room.move(Stage.WRITE)
    room.move(Stage.GROUP)
    facts = heard(database.bus, StageLeft, StageEntered)
    lies = Running(database, now).hours(71)
    assert room.view().stage is Stage.GROUP
    assert room.view().closes_at == now + timedelta(days=3)
    lies.hours(1)
    assert room.view().stage is Stage.CLOSED
    assert [(fact.stage, getattr(fact, "to", None)) for fact in facts] == [("group", "closed"), ("closed", None)]
    assert facts[-1].by_itself
    lies.hours(1)
    assert len(facts) == 2


def test_a_key_that_a_crash_left_behind_goes_with_the_next_round(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    room.go_to(Stage.CLOSED)
    with database.reading() as db:
        keys = keys_service.keys_of(db)
    keys.create(room.retro_id)
    jobs.run_due(database, now)
    assert not keys.exists(room.retro_id)


def test_previous_retros_share_two_departments_and_are_closed(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    both, later = [cast.editorial, cast.production], now + timedelta(days=1)
    with database.reading() as db:
        assert lists.previous_retros(db, both, later) == []
    room.go_to(Stage.CLOSED)
    with database.reading() as db:
        assert [one.id for one in lists.previous_retros(db, both, later)] == [room.retro_id]
        assert lists.previous_retros(db, [cast.editorial, cast.marketing], later) == []

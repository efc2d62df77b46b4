"""Small groups through the real services: whatever seats were taken, nobody is alone behind a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest
from sqlmodel import select

from app.anonymity.rules.tags import new_seat_secret
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import Invalid
from app.retros.models import Answer, Retro
from app.retros.queries import facilitation
from app.retros.queries import seats as seats_queries
from app.retros.rules.crowds import COUNTED_FROM, crowd
from app.retros.rules.names import Labels, Stage
from app.retros.rules.questions import FEWER
from app.retros.rules.refusals import ExpectedMayOnlyFall, LabelsAreDecided, QuestionIsOver
from app.retros.service import attendance as attendance_service
from app.retros.service import room as room_service
from app.retros.service import seat_move, stage_moves
from app.retros.service import seats as seats_service
from tests.attack.windows import Crowd, groups_of_votes, played, seated
from tests.builders import Room, a_project, a_retro, move, sit_down, topics_of
from tests.cast import DEPARTMENTS, Cast

# the three rooms


@pytest.mark.parametrize(
    ("people", "k", "labels", "together"),
    [
        ((4, 3, 1, 1), 3, Labels.DROPPED, 4),
        ((4, 4, 3, 1, 1), 3, Labels.POOLED, 3),
        ((12, 9, 8, 6, 3, 2), 5, Labels.POOLED, 2),
    ],
    ids=["nine", "thirteen", "forty"],
)
def test_the_rooms_of_nine_thirteen_and_forty_people(
    house: Database, cast: Cast, clock: SetClock, people: tuple[int, ...], k: int, labels: Labels, together: int
):
    there = dict(zip(DEPARTMENTS, people, strict=False))
    crowd = Crowd(there, dict.fromkeys(there, 0), there)
    project = a_project(house, cast, clock, there)
    proposed = {cast.departments[name]: number for name, number in there.items()}
    planned = a_retro(house, cast, clock, project_id=project, expected=proposed).view()
    assert planned.k == k, "proposed for so many people"
    assert len(planned.together_if_all_come) == together
    crowd.k = k
    room, wrong = played(house, cast, clock, crowd)
    assert not wrong
    assert room.view().labels is labels
    assert sum(one.pooled for one in room.view().departments) == together, "as the check-in said"


# people expected and hands


def expecting(house: Database, cast: Cast, clock: SetClock, stage: Stage, seats: Mapping[str, int], **more) -> Room:
    project = a_project(house, cast, clock, seats)
    expected = {cast.departments[name]: number for name, number in seats.items()}
    return a_retro(
        house, cast, clock, stage, seats=seats, project_id=project, **{"expected": expected, "k": 3, **more}
    )


THREE = {"Editorial": 4, "Production": 4, "Marketing": 4}


def test_after_writing_began_fewer_people_may_be_expected_and_never_more(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.CHECK_IN, THREE)
    change(house, cast, room, {cast.editorial: 6})
    assert room.view().department(cast.editorial).expected == 6
    move(house, cast.frieda, room, Stage.WRITE, clock)
    with pytest.raises(ExpectedMayOnlyFall):
        change(house, cast, room, {cast.editorial: 7})
    move(house, cast.frieda, room, Stage.CHECK_IN, clock)
    with pytest.raises(ExpectedMayOnlyFall):
        change(house, cast, room, {cast.editorial: 7})
    with pytest.raises(Invalid):
        change(house, cast, room, {cast.editorial: None})
    change(house, cast, room, {cast.editorial: 5})
    with house.reading() as db:
        said = facilitation.notices(db, room.id)
    assert said[0] == "People expected of Editorial: 5, before: 6."
    for step in (Stage.WRITE, Stage.GROUP):
        move(house, cast.frieda, room, step, clock)
    with pytest.raises(LabelsAreDecided):
        change(house, cast, room, {cast.editorial: 4})


def change(house: Database, cast: Cast, room: Room, numbers) -> None:
    with house.transaction() as db:
        room_service.set_expected(db, cast.frieda.visitor, room.id, numbers)


def test_numbers_that_an_older_version_did_not_ask_for_are_unknown_and_can_still_be_said(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.WRITE, THREE, expected={})
    assert room.view().expected is None
    assert room.view().together_said is None
    change(house, cast, room, {cast.editorial: 4, cast.production: 4, cast.marketing: 4})
    assert room.view().expected == 12


def test_hands_are_one_number_that_is_corrected_as_people_come_and_said_on_every_screen(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.CHECK_IN, THREE)
    with house.transaction() as db:
        stage_moves.move_to(db, cast.frieda.visitor, room.id, Stage.WRITE, clock.now(), Random(1), hands=11)
    assert surplus(house, room) == 1
    with house.transaction() as db:
        room_service.set_hands(db, cast.frieda.visitor, room.id, 12)
    assert surplus(house, room) == 0
    with house.reading() as db:
        assert "People who have this page open: 12, before: 11." in facilitation.notices(db, room.id)
    move(house, cast.frieda, room, Stage.GROUP, clock)
    with pytest.raises(LabelsAreDecided), house.transaction() as db:
        room_service.set_hands(db, cast.frieda.visitor, room.id, 13)


def test_over_days_and_with_tickets_no_hands_are_counted(house: Database, cast: Cast, clock: SetClock):
    later = expecting(house, cast, clock, Stage.CHECK_IN, THREE, write_asynchronously=True, writing_days=3)
    with pytest.raises(Invalid), house.transaction() as db:
        room_service.set_hands(db, cast.frieda.visitor, later.id, 3)
    sit_down(house, later, "Editorial", clock)
    assert surplus(house, later) == 1, "more seats than people expected"
    with house.transaction() as db:
        db.get_one(Retro, later.id).way_in = "ticket"
    assert surplus(house, later) == 0, "a ticket opens one seat"


def surplus(house: Database, room: Room) -> int:
    with house.reading() as db:
        return seats_queries.counts(db, room.id).surplus


def test_one_honest_second_device_pools_departments_within_one_of_k(house: Database, cast: Cast, clock: SetClock):
    seats = {"Editorial": 6, "Production": 6, "Marketing": 3, "Rights": 6}
    crowd = Crowd(seats, {**dict.fromkeys(seats, 0), "Editorial": 1}, seats)
    room, wrong = played(house, cast, clock, crowd)
    assert not wrong
    assert {one.name for one in room.view().departments if one.pooled} == {"Marketing", "Editorial"} or (
        room.view().labels is Labels.DROPPED
    )


def test_too_few_people_are_people_and_no_private_windows(house: Database, cast: Cast, clock: SetClock):
    crowd = Crowd({"Editorial": 1, "Production": 1, "Rights": 0}, {"Editorial": 6, "Production": 0, "Rights": 0}, {
        "Editorial": 8, "Production": 8, "Rights": 2})  # fmt: skip
    room = seated(house, cast, clock, crowd)
    with house.reading() as db:
        counts = seats_queries.counts(db, room.id)
    assert (counts.seated, counts.people, counts.too_few_for_anonymity) == (8, 2, True)
    assert move(house, cast.frieda, room, Stage.GROUP, clock) is Stage.WRITE


# "we are fewer than that"


def say(house: Database, seat, fewer: bool = True) -> None:
    with house.transaction() as db:
        attendance_service.say_fewer(db, seat, fewer)


def rows_of_fewer(house: Database, room: Room) -> dict[str, bytes]:
    with house.reading() as db:
        found = db.exec(select(Answer).where(Answer.retro_id == room.id, Answer.question == FEWER)).all()
        return {row.tag: row.sealed for row in found}


def test_a_department_whose_people_say_that_they_are_fewer_is_shown_with_others(
    house: Database, cast: Cast, clock: SetClock
):
    five = dict.fromkeys(DEPARTMENTS[:5], 4)
    room = expecting(house, cast, clock, Stage.CHECK_IN, five)
    say(house, room.seat("Editorial"))
    for step in (Stage.WRITE, Stage.GROUP):
        move(house, cast.frieda, room, step, clock)
    assert room.view().department(cast.editorial).pooled
    assert not rows_of_fewer(house, room), "opened once, then gone"


def test_what_was_said_can_be_taken_back_and_does_not_follow_into_another_department(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.CHECK_IN, THREE)
    say(house, room.seat("Editorial"))
    say(house, room.seat("Editorial"), fewer=False)
    say(house, room.seat("Production"))
    with house.transaction() as db:
        seats_service.change_department(db, room.seat("Production"), cast.marketing)
    move(house, cast.frieda, room, Stage.WRITE, clock)
    move(house, cast.frieda, room, Stage.GROUP, clock)
    assert room.view().labels is Labels.KEPT
    with pytest.raises(QuestionIsOver):
        say(house, room.seat("Editorial"))


def test_what_was_said_follows_the_seat_to_another_device(house: Database, cast: Cast, clock: SetClock):
    room = expecting(house, cast, clock, Stage.WRITE, THREE)
    say(house, room.seat("Editorial"))
    with house.transaction() as db:
        code = seat_move.offer_move(db, room.seat("Editorial"), (), clock.now())
    with house.transaction() as db:
        moved = seat_move.redeem_move(db, room.code, code, None, clock.now(), Random(2))
    say(house, room.seat_of(moved.seat.secret), fewer=False)
    assert len(rows_of_fewer(house, room)) == 12, "the same row, under its new tag"
    move(house, cast.frieda, room, Stage.GROUP, clock)
    assert room.view().labels is Labels.KEPT


def test_a_dump_tells_neither_who_said_it_nor_that_it_was_said_of_which_department(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.WRITE, THREE)
    before, version = rows_of_fewer(house, room), room.view().version
    assert len(before) == 12, "every seat has such a row from the start"
    say(house, room.seat("Editorial"))
    after = rows_of_fewer(house, room)
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values()), "all are sealed anew, not the one that changed"
    assert len({len(sealed) for sealed in after.values()}) == 1
    assert room.view().version == version, "no screen is told"


# counts that point


def test_under_ten_a_room_reads_words_that_stand_for_two_numbers_or_more():
    for total in range(COUNTED_FROM):
        words = Counter(crowd(done, total) for done in range(total + 1))
        assert all(times > 1 for word, times in words.items() if word is not None), (total, words)
        assert not any(any(letter.isdigit() for letter in word or "") for word in words)
    assert crowd(7, 12) == "7 of 12"


def test_no_press_of_ready_is_told_by_a_frame_while_the_words_stay_the_same(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.WRITE, {"Editorial": 3, "Production": 3, "Marketing": 3})
    versions = []
    for secret in room.all_secrets():
        with house.transaction() as db:
            seats_service.mark_ready(db, room.seat_of(secret), True)
        versions.append(room.view().version)
    assert len(set(versions)) == 3, "some, most, nearly all"


def test_while_writing_runs_for_days_nothing_is_counted_and_no_arrival_is_told(
    house: Database, cast: Cast, clock: SetClock
):
    room = expecting(house, cast, clock, Stage.WRITE, THREE, write_asynchronously=True, writing_days=3)
    before = room.view().version
    sit_down(house, room, "Editorial", clock, new_seat_secret())
    with house.transaction() as db:
        seats_service.mark_ready(db, room.seat("Editorial"), True)
    with house.reading() as db:
        counts = seats_queries.counts(db, room.id)
    assert (counts.seated, counts.ready, counts.people, counts.ready_said) == (None, None, None, None)
    assert room.view().version == before


def test_topics_are_there_to_vote_on(house: Database, cast: Cast, clock: SetClock):
    """The rooms above vote: a room without topics would prove nothing of tallies."""
    room, _ = played(house, cast, clock, Crowd(dict(THREE), dict.fromkeys(THREE, 0), dict(THREE)))
    assert topics_of(house, room)
    assert set(groups_of_votes(house, room)) == {str(cast.departments[name]) for name in THREE}

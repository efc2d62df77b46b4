""" "One more thing": the door after the reveal, the round itself, and where what was added goes before the vote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app.anonymity.rules.sealing import unseal
from app.anonymity.rules.tags import new_seat_secret, tag
from app.anonymity.service import keys
from app.core.db import Database
from app.core.errors import Invalid
from app.entries import queries as entries_read
from app.entries.models import Draft, Entry
from app.entries.rules.refusals import EntryLimitReached, LateRoundHasEnded, WritingIsOver
from app.entries.rules.slots import LATE_SHEET
from app.entries.service import withdrawing, writing
from app.retros.events import LateRoundStarted, RetroChanged
from app.retros.jobs import run_due
from app.retros.models import Retro, RetroDepartment, Seat, Waiting
from app.retros.queries import door, retros
from app.retros.queries import seats as seats_queries
from app.retros.queries.door import Outside
from app.retros.queries.retros import locked
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Labels, LateRound, Stage
from app.retros.rules.refusals import (
    DoorIsClosed,
    LateRoundComesFirst,
    LateRoundIsOver,
    LateRoundRuns,
    NotYourRetro,
    NoVoteHere,
    RoomIsLocked,
)
from app.retros.service import late_round, seat_move, stage_moves
from app.retros.service import room as room_service
from app.retros.service import seats as seats_service
from app.topics.models import Topic
from app.topics.queries import topic_board
from app.topics.service import changes, grouping
from app.topics.service import late as late_service
from app.topics.service.late import LateEntriesWait
from app.votes.models import StanceVote
from app.votes.queries import seats_by_group
from app.votes.service import casting
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room, with_topics
from tests.unit.rooms import heard

TEXTS = (
    "Cover proofs arrived two days late",
    "Budget approval waited for weeks",
    "Cover proofs were late again in May",
    "The coffee machine is broken",
)
PEOPLE = {"Editorial": 4, "Production": 3, "Marketing": 3}


@pytest.fixture
def room(house: Database, cast: Cast, now: datetime) -> VotingRoom:
    """Revealed: Editorial 4, Production 3, Marketing 3 (k = 3), all labels kept; IT takes part and nobody came."""
    return with_topics(a_room(house, cast, now, {**PEOPLE, "IT": 0}), TEXTS)


def come(room: VotingRoom, department: str, secret: str | None = None) -> str:
    secret = secret or new_seat_secret()
    with room.database.transaction() as db:
        assert seats_service.arrive(db, room.code, secret, room.cast.departments[department], room.now) is None
    return secret


def seat_of(room: VotingRoom, secret: str) -> SeatVisitor | None:
    with room.database.reading() as db:
        return seats_queries.seat_for(db, room.code, secret)[1]


def do(room: VotingRoom, what: object, *more: object) -> object:
    with room.database.transaction() as db:
        return what(db, room.cast.frieda.visitor, room.retro_id, *more)  # type: ignore[operator]


def start(room: VotingRoom) -> None:
    do(room, late_round.start_late_round, room.now, Random(3))


def end(room: VotingRoom) -> None:
    do(room, late_round.end_late_round, room.now, Random(4))


def skip(room: VotingRoom) -> None:
    do(room, late_round.skip_late_round, Random(5))


def row(room: VotingRoom) -> Retro:
    with room.database.reading() as db:
        found = db.get_one(Retro, room.retro_id)
        db.expunge_all()
        return found


def shown(room: VotingRoom) -> dict[str, Entry]:
    with room.database.reading() as db:
        found = {one.text: one for one in db.exec(select(Entry).where(Entry.retro_id == room.retro_id))}
        db.expunge_all()
        return found


def add(room: VotingRoom, *texts: str) -> None:
    for seat, text in zip(room.everybody(), texts, strict=False):
        room.write(seat, text)


def held(room: VotingRoom, *texts: str) -> VotingRoom:
    start(room)
    add(room, *texts)
    end(room)
    return room


class TestTheDoor:
    def test_who_comes_after_the_reveal_waits_and_nothing_shows_it(self, room: VotingRoom) -> None:
        facts = heard(room.database.bus, RetroChanged)
        before = row(room)
        secret = come(room, "Editorial")
        assert seat_of(room, secret) is None
        assert facts == []
        assert row(room) == before, "no version, no count, no moment"
        with room.database.reading() as db:
            assert seats_queries.counts(db, room.retro_id).seated == sum(PEOPLE.values())
            view = retros.get(db, room.retro_id, room.cast.frieda.visitor)
            assert door.outside(db, view, secret) is Outside.WAITS
            assert door.outside(db, view, None) is Outside.ENTRANCE
            assert door.onlooker_of(db, room.code, secret) == room.retro_id
            assert door.onlooker_of(db, room.code, new_seat_secret()) is None

    def test_a_waiting_row_tells_neither_the_department_nor_the_seat_to_come(self, room: VotingRoom) -> None:
        secret = come(room, "Production")
        with room.database.reading() as db:
            waiting = db.exec(select(Waiting)).one()
            db.expunge(waiting)
        assert waiting.tag != tag(secret, "seat", room.retro_id)
        told = repr(waiting.model_dump())
        for clear in (
            room.cast.production.hex,
            str(room.cast.production),
            tag(secret, "seat", room.retro_id),
            secret,
        ):
            assert clear not in told
        come(room, "IT")
        with room.database.reading() as db:
            assert len({len(one.sealed) for one in db.exec(select(Waiting))}) == 1, "nor does its length"

    @pytest.mark.parametrize("open_door", [start, skip])
    def test_all_who_wait_are_let_in_at_once(self, room: VotingRoom, open_door: object) -> None:
        secrets = [come(room, name) for name in ("Editorial", "IT", "Production")]
        facts = heard(room.database.bus, RetroChanged)
        open_door(room)  # type: ignore[operator]
        assert len(facts) == 1, "one change for all, not one for each"
        seats = [seat_of(room, secret) for secret in secrets]
        known = [room.cast.editorial, None, room.cast.production]
        assert [seat.department_id for seat in seats if seat] == known
        with room.database.reading() as db:
            assert db.exec(select(Waiting)).all() == []

    def test_who_waits_may_say_another_department(self, room: VotingRoom) -> None:
        secret = come(room, "Editorial")
        come(room, "Production", secret)
        skip(room)
        seat = seat_of(room, secret)
        assert seat
        assert seat.department_id == room.cast.production
        with room.database.reading() as db:
            assert seats_queries.counts(db, room.retro_id).seated == sum(PEOPLE.values()) + 1

    def test_after_it_opened_no_seat_is_taken_and_one_reads(self, room: VotingRoom) -> None:
        skip(room)
        with pytest.raises(DoorIsClosed):
            come(room, "Editorial")
        with room.database.reading() as db:
            view = retros.get(db, room.retro_id, room.cast.frieda.visitor)
            assert door.outside(db, view, None) is Outside.READS
            assert door.onlooker_of(db, room.code, None) == room.retro_id
        do(room, room_service.lock)
        with room.database.reading() as db:
            assert door.onlooker_of(db, room.code, None) is None
        room.move(Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP)
        do(room, room_service.unlock)
        with room.database.reading() as db:
            assert door.onlooker_of(db, room.code, None) == room.retro_id
        room.move(Stage.CLOSED)
        with room.database.reading() as db:
            assert door.onlooker_of(db, room.code, None) is None

    def test_a_locked_room_lets_nobody_wait_and_those_who_do_come_in(self, room: VotingRoom) -> None:
        secret = come(room, "Editorial")
        do(room, room_service.lock)
        with pytest.raises(RoomIsLocked):
            come(room, "Editorial")
        skip(room)
        assert seat_of(room, secret) is not None

    def test_back_from_the_vote_neither_the_door_nor_the_round_opens_again(self, room: VotingRoom) -> None:
        held(room)
        room.move(Stage.VOTE, Stage.GROUP)
        with pytest.raises(LateRoundIsOver):
            start(room)
        with pytest.raises(DoorIsClosed):
            come(room, "Editorial")
        skip(room)
        assert row(room).late_round == LateRound.HELD


class TestTheRound:
    def test_the_vote_waits_for_it(self, room: VotingRoom) -> None:
        def vote() -> object:
            return do(room, stage_moves.move_to, Stage.VOTE, room.now, Random(1))

        with pytest.raises(LateRoundComesFirst):
            vote()
        start(room)
        with pytest.raises(LateRoundRuns):
            vote()
        with pytest.raises(LateRoundRuns):
            skip(room)
        end(room)
        assert vote() is Stage.VOTE

    def test_it_runs_for_ninety_seconds_and_the_clock_of_the_stage_stands_still(self, room: VotingRoom) -> None:
        left = row(room).stage_ends_at
        assert left is not None
        start(room)
        assert row(room).late_round_ends_at == room.now + timedelta(seconds=90)
        do(room, late_round.extend_late_round, 30, room.now)
        assert row(room).late_round_ends_at == room.now + timedelta(seconds=120)
        do(room, late_round.end_late_round, room.now + timedelta(seconds=50), Random(1))
        assert row(room).stage_ends_at == left + timedelta(seconds=50)
        assert (row(room).late_round_ends_at, row(room).stage) == (None, Stage.GROUP)

    def test_only_known_extensions_and_only_while_it_runs(self, room: VotingRoom) -> None:
        with pytest.raises(LateRoundIsOver):
            do(room, late_round.extend_late_round, 30, room.now)
        start(room)
        with pytest.raises(Invalid):
            do(room, late_round.extend_late_round, 31, room.now)

    def test_a_second_press_changes_nothing(self, room: VotingRoom) -> None:
        facts = heard(room.database.bus, LateRoundStarted)
        start(room)
        before = row(room)
        start(room)
        assert row(room) == before
        end(room)
        after = row(room)
        end(room)
        assert row(room) == after
        assert len(facts) == 1

    def test_nobody_else_starts_it(self, room: VotingRoom) -> None:
        with pytest.raises(NotYourRetro), room.database.transaction() as db:
            late_round.start_late_round(db, room.cast.mia.visitor, room.retro_id, room.now, Random(1))

    def test_it_ends_by_itself_also_after_a_restart(self, room: VotingRoom) -> None:
        start(room)
        add(room, "The index was forgotten")
        run_due(room.database, room.now + timedelta(seconds=89))
        assert row(room).late_round == LateRound.RUNNING
        run_due(room.database, room.now + timedelta(hours=1))
        assert row(room).late_round == LateRound.HELD
        assert "The index was forgotten" in shown(room)

    def test_a_retro_that_is_closed_while_it_runs_loses_nothing(self, room: VotingRoom) -> None:
        start(room)
        add(room, "The index was forgotten")
        with room.database.transaction() as db:
            row_ = locked(db, room.retro_id)
            stage_moves.change_stage(db, row_, Stage.CLOSED, room.now + timedelta(days=4), Random(1), by_itself=True)
        assert "The index was forgotten" in shown(room)


class TestWhatIsAdded:
    def test_it_carries_no_department_and_appears_at_the_end_alone(self, room: VotingRoom) -> None:
        start(room)
        add(room, "The index was forgotten", "Nobody told the printers")
        assert "The index was forgotten" not in shown(room)
        end(room)
        late = [one for one in shown(room).values() if one.late]
        assert {one.text for one in late} == {"The index was forgotten", "Nobody told the printers"}
        assert {one.department_id for one in late} == {None}
        assert all(one.department_id for one in shown(room).values() if not one.late)
        with room.database.reading() as db:
            assert db.exec(select(Draft)).all() == []

    def test_not_even_what_is_sealed_knows_a_department(self, room: VotingRoom) -> None:
        start(room)
        add(room, "The index was forgotten")
        with room.database.reading() as db:
            assert [one["department"] for one in entries_read.opened_drafts(db, room.retro_id)] == [None]

    def test_what_is_being_typed_is_kept_and_never_revealed(self, room: VotingRoom) -> None:
        start(room)
        seat = room.everybody()[0]
        with room.database.transaction() as db:
            writing.autosave(db, seat, "key-1", "idea", "Perhaps we shou")
        with room.database.reading() as db:
            typed = entries_read.composer(db, seat, LATE_SHEET.composer)
        assert typed
        assert typed.text == "Perhaps we shou"
        end(room)
        assert all("Perhaps" not in text for text in shown(room))

    def test_it_can_be_rewritten_and_deleted_until_the_end(self, room: VotingRoom) -> None:
        start(room)
        seat = room.everybody()[0]
        for text in ("one more", "another one", "a third one"):
            room.write(seat, text)
        with pytest.raises(EntryLimitReached):
            room.write(seat, "a fourth one")
        with room.database.transaction() as db:
            mine = entries_read.drafts_on(db, seat, LATE_SHEET)
            writing.send(db, seat, mine[0].key, "idea", "one more, rewritten", slot=mine[0].slot)
            writing.remove(db, seat, mine[1].slot)
        end(room)
        assert {one.text for one in shown(room).values() if one.late} == {"one more, rewritten", "a third one"}

    def test_after_the_end_nothing_is_added_and_it_says_so(self, room: VotingRoom) -> None:
        held(room)
        with pytest.raises(LateRoundHasEnded, match="nobody sees it"):
            room.write(room.everybody()[0], "Too late")

    def test_where_it_was_skipped_writing_is_over(self, room: VotingRoom) -> None:
        skip(room)
        with pytest.raises(WritingIsOver):
            room.write(room.everybody()[0], "Too late")

    @pytest.mark.parametrize("pooled", [True, False])
    def test_a_provider_is_named_only_where_enough_could_have_said_it(self, room: VotingRoom, pooled: bool) -> None:
        with room.database.transaction() as db:
            db.get_one(Retro, room.retro_id).late_about_pooled = pooled
        start(room)
        room.write(room.everybody()[0], "They answered late", about=room.cast.production)
        room.write(room.everybody()[1], "Nobody knew the date")
        end(room)
        about, other = shown(room)["They answered late"], shown(room)["Nobody knew the date"]
        assert about.about_department_id == (None if pooled else room.cast.production)
        assert about.about_pooled is pooled
        assert (other.about_department_id, other.about_pooled) == (None, False)

    def test_who_added_it_can_take_it_back_and_nobody_else(self, room: VotingRoom) -> None:
        held(room, "The index was forgotten", "Nobody told the printers")
        wanted = shown(room)["The index was forgotten"].id
        with room.database.transaction() as db:
            withdrawing.withdraw(db, room.everybody()[0], wanted)
        do(room, late_service.place_late)
        room.move(Stage.VOTE)
        assert "The index was forgotten" not in shown(room)
        assert "Nobody told the printers" in shown(room)

    def test_a_seat_that_moves_takes_along_what_it_added(self, room: VotingRoom) -> None:
        start(room)
        seat = room.everybody()[0]
        room.write(seat, "The index was forgotten")
        with room.database.transaction() as db:
            code = seat_move.offer_move(db, seat, (), room.now)
        with room.database.transaction() as db:
            moved = seat_move.redeem_move(db, room.code, code, None, room.now, Random(1)).seat
        with room.database.reading() as db:
            found = entries_read.drafts_on(db, moved, LATE_SHEET)
        assert [one.text for one in found] == ["The index was forgotten"]

    def test_who_came_late_adds_too(self, room: VotingRoom) -> None:
        secret = come(room, "IT")
        start(room)
        seat = seat_of(room, secret)
        assert seat
        room.write(seat, "We were never asked")
        end(room)
        assert shown(room)["We were never asked"].late


class TestThanksOfWhoCameLate:
    """Where every department kept its name, who came from a department that was not there has none: thanks without a
    name would be theirs, and they may be one person."""

    @pytest.mark.parametrize("the_late_one_thanks", [True, False])
    def test_do_not_stand_out_among_thanks_with_a_department(
        self, room: VotingRoom, the_late_one_thanks: bool
    ) -> None:
        late = come(room, "IT")
        held(room)
        room.move(Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP)
        assert row(room).labels == Labels.KEPT
        givers = [*room.everybody()[:4], *([seat_of(room, late)] if the_late_one_thanks else [])]
        for number, seat in enumerate(givers):
            assert seat
            with room.database.transaction() as db:
                writing.give_thanks(db, seat, f"Thanks {number}", room.cast.production)
        room.move(Stage.CLOSED)
        thanks = [one for text, one in shown(room).items() if text.startswith("Thanks")]
        assert len(thanks) == len(givers)
        assert {(one.department_id, one.about_department_id, one.about_pooled) for one in thanks} == {
            (None, thanks[0].about_department_id, thanks[0].about_pooled)
        }

    def test_carry_their_departments_where_everybody_has_one(self, room: VotingRoom) -> None:
        come(room, "Editorial")
        held(room)
        room.move(Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP)
        with room.database.transaction() as db:
            writing.give_thanks(db, room.seats("Production")[0], "Thanks to you")
        room.move(Stage.CLOSED)
        assert shown(room)["Thanks to you"].department_id == room.cast.production


class TestItsPlace:
    def test_it_waits_in_no_topic_until_somebody_decides_and_the_vote_waits_with_it(self, room: VotingRoom) -> None:
        held(room, "Cover proofs arrived late for the third time", "Parking is far away")
        with pytest.raises(LateEntriesWait):
            room.move(Stage.VOTE)
        assert row(room).stage == Stage.GROUP
        do(room, late_service.place_late)
        room.move(Stage.VOTE)

    def test_a_topic_is_suggested_by_what_it_says(self, room: VotingRoom) -> None:
        held(room, "Cover proofs arrived late, two days late", "Parking is far away")
        waiting = next(topic for topic in room.board().topics if topic.waits)
        proofs = {
            t.id for t in room.board().topics if any("Cover proofs" in e.text for e in t.entries) and not t.waits
        }
        of = {entry.text: waiting.suggested.get(entry.id) for entry in waiting.entries}
        assert of["Cover proofs arrived late, two days late"] in proofs
        assert of["Parking is far away"] is None

    def test_placing_all_puts_each_where_it_belongs_or_alone_and_can_be_undone(self, room: VotingRoom) -> None:
        before = {topic.id for topic in room.board().topics}
        held(room, "Cover proofs arrived late, two days late", "Parking is far away")
        do(room, late_service.place_late)
        found = {entry.text: topic for topic in room.board().topics for entry in topic.entries}
        assert found["Cover proofs arrived late, two days late"].id in before
        assert [entry.text for entry in found["Parking is far away"].entries] == ["Parking is far away"]
        assert not any(topic.waits for topic in room.board().topics)
        do(room, changes.undo)
        assert {entry.text for topic in room.board().topics if topic.waits for entry in topic.entries} == {
            "Cover proofs arrived late, two days late",
            "Parking is far away",
        }

    def test_moving_one_by_one_is_deciding_too(self, room: VotingRoom) -> None:
        held(room, "Parking is far away")
        waiting = next(topic for topic in room.board().topics if topic.waits)
        target = next(topic for topic in room.board().topics if not topic.waits)
        was = target.proposal
        do(room, grouping.move_entries, [waiting.entries[0].id], target.id)
        after = {topic.id: topic for topic in room.board().topics}
        assert waiting.id not in after
        assert after[target.id].proposal == was, "a late entry does not say that a proposal was wrong"
        room.move(Stage.VOTE)

    def test_hiding_and_sweeping_leave_its_title_alone(self, room: VotingRoom) -> None:
        held(room, "Parking is far away", "The lift is slow")
        waiting = next(topic for topic in room.board().topics if topic.waits)
        do(room, withdrawing.hide, waiting.entries[0].id, "off_topic")
        assert next(topic for topic in room.board().topics if topic.waits).title == "One more thing"

    def test_nothing_added_leaves_no_place(self, room: VotingRoom) -> None:
        held(room)
        with room.database.reading() as db:
            assert topic_board.late_places(db, room.retro_id) == []
        room.move(Stage.VOTE)


class TestTheVote:
    def voted(self, room: VotingRoom) -> UUID:
        room.move(Stage.VOTE)
        return next(topic.id for topic in room.board().topics if topic.voted_on)

    def test_a_seat_of_no_group_is_refused_whatever_it_sends(self, room: VotingRoom) -> None:
        secret = come(room, "IT")
        topic = self.voted(room)
        seat = seat_of(room, secret)
        assert seat
        for vote in (
            lambda db: casting.cast_stance(db, seat, topic, "agree"),
            lambda db: casting.place_dot(db, seat, topic),
        ):
            with pytest.raises(NoVoteHere), room.database.transaction() as db:
                vote(db)
        with room.database.reading() as db:
            assert set(seats_by_group(db, db.get_one(Retro, room.retro_id))) == {
                str(room.cast.departments[name]) for name in PEOPLE
            }

    def test_a_seat_of_a_labelled_department_votes_in_it(self, room: VotingRoom) -> None:
        secret = come(room, "Editorial")
        topic = self.voted(room)
        seat = seat_of(room, secret)
        assert seat
        with room.database.transaction() as db:
            casting.cast_stance(db, seat, topic, "agree")
        with room.database.reading() as db:
            groups = seats_by_group(db, db.get_one(Retro, room.retro_id))
        assert groups[str(room.cast.editorial)] == PEOPLE["Editorial"] + 1


NAMES = ("Editorial", "Production", "Marketing", "IT")


@pytest.fixture
def fresh(house: Database, cast: Cast, now: datetime) -> Iterator[tuple[Database, Cast, datetime]]:
    return house, cast, now


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*[st.integers(0, 5)] * 4), st.lists(st.sampled_from(NAMES), min_size=1, max_size=5), st.booleans())
def test_who_is_let_in_never_makes_a_group_of_its_own(
    fresh: tuple[Database, Cast, datetime], people: tuple[int, ...], late: list[str], drop: bool
) -> None:
    """Whatever the reveal decided: late seats sit in groups that were frozen then, and vote only there."""
    house, cast, now = fresh
    room = a_room(house, cast, now, dict(zip(NAMES, people, strict=True)))
    if drop:
        with house.transaction() as db:
            db.get_one(Retro, room.retro_id).low_safety_choice = "drop_labels"
    room.move(Stage.GROUP)
    if row(room).stage == Stage.WRITE:
        room.move(Stage.GROUP)
    with house.reading() as db:
        retro = db.get_one(Retro, room.retro_id)
        before = set(seats_by_group(db, retro))
        labelled = {
            one.department_id
            for one in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == room.retro_id))
            if not one.pooled
        }
        db.expunge_all()
    secrets = [come(room, name) for name in late]
    skip(room)
    with house.reading() as db:
        after = set(seats_by_group(db, retro))
        seats = db.exec(select(Seat).where(Seat.retro_id == room.retro_id)).all()
        sits = {seat.department_id for seat in seats}
    assert sits <= labelled | {None}
    if retro.labels != Labels.DROPPED or sum(people):
        assert after == before
    if sum(people):
        room_votes(room, secrets, before)


def room_votes(room: VotingRoom, secrets: list[str], groups: set[str]) -> None:
    """Each late seat votes in one of `groups`, or is refused."""
    with room.database.transaction() as db:
        db.get_one(Retro, room.retro_id).stage = Stage.VOTE
    topic_id = uuid4()
    with room.database.transaction() as db:
        db.add(Topic(id=topic_id, retro_id=room.retro_id, title="One", position=99, voted_on=True))
    for secret in secrets:
        seat = seat_of(room, secret)
        assert seat
        try:
            with room.database.transaction() as db:
                casting.cast_stance(db, seat, topic_id, "agree")
        except NoVoteHere:
            assert row(room).labels == Labels.KEPT
            assert seat.department_id is None
    with room.database.reading() as db:
        key = keys.keys_of(db).get(room.retro_id)
        cast_in = {
            unseal(key, one.tag, one.sealed)["group"]
            for one in db.exec(select(StanceVote).where(StanceVote.retro_id == room.retro_id))
        }
    assert cast_in <= groups

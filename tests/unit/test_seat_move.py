"""A seat goes to another device with all that it owns; its code works once, for two minutes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from app.anonymity.rules.sealing import unseal
from app.anonymity.rules.tags import new_seat_secret
from app.anonymity.service import rekey_rows, shuffle
from app.core.errors import Refusal
from app.entries import queries as entries_read
from app.entries.models import Draft
from app.entries.rules.names import Dimension
from app.entries.rules.refusals import EntryIsNotYours
from app.entries.service import withdrawing, writing
from app.pulse import queries as pulse_read
from app.pulse import service as pulse
from app.retros import jobs
from app.retros.models import SeatMove
from app.retros.queries import questions, seats
from app.retros.rules.names import Stage
from app.retros.rules.refusals import RetroIsClosed, SeatWasEjected
from app.retros.service import questions as questions_service
from app.retros.service import room as room_service
from app.retros.service import seat_move
from app.retros.service.seat_move import MoveIsUnknown, SeatIsHereAlready
from app.votes import queries as votes_read
from app.votes.models import DotVote, StanceVote
from app.votes.service import casting
from tests import builders
from tests.attack import evidence


@pytest.fixture
def begin(house, cast, clock):
    def make(stage=Stage.WRITE, **options):
        return builders.a_retro(house, cast, clock, stage=stage, **options)

    return make


def offer(house, room, secret, now, former=()):
    with house.transaction() as db:
        _, seat = seats.seat_for(db, room.code, secret)
        return seat_move.offer_move(db, seat, former, now)


def redeem(house, room, code, now, here=None):
    with house.transaction() as db:
        return seat_move.redeem_move(db, room.code, code, here, now, Random(5))


def is_seated(house, room, secret):
    with house.reading() as db:
        return seats.seat_for(db, room.code, secret)[1] is not None


def test_the_new_device_has_the_seat_and_the_old_one_has_not(house, begin, now):
    room = begin()
    before = room.seat()
    code = offer(house, room, before.secret, now)
    moved = redeem(house, room, f"{code[:4]}-{code[4:8]}-{code[8:]}".lower(), now)
    assert moved.seat.secret != before.secret
    assert (moved.seat.handle, moved.seat.department_id) == (before.handle, before.department_id)
    assert not is_seated(house, room, before.secret)
    with house.reading() as db:
        assert seats.counts(db, room.id).seated == 12


def test_drafts_ratings_and_answers_go_along_and_can_be_changed(house, begin, cast, now):
    room = begin()
    old = room.seat()
    for words in ("The files came late again", "Nobody told us of the move"):
        builders.write(house, old, words)
    with house.transaction() as db:
        writing.autosave(db, old, "typing", "idea", "Half a thou")
        pulse.rate(db, old, cast.production, Dimension.QUALITY, 2)
    new = redeem(house, room, offer(house, room, old.secret, now), now).seat
    with house.transaction() as db:
        mine = entries_read.own_drafts(db, new, 8)
        assert [draft.text for draft in mine] == ["The files came late again", "Nobody told us of the move"]
        assert entries_read.composer(db, new).text == "Half a thou"
        assert pulse_read.own_ratings(db, new, [cast.production]) == {(cast.production, Dimension.QUALITY): 2}
        writing.remove(db, new, 1)
        assert entries_read.own_drafts(db, old, 8) == []


def test_what_was_moved_before_the_reveal_is_withdrawn_by_the_new_device_alone(house, begin, cast, clock, now):
    room = begin()
    builders.write(house, room.seat(), "This one is taken back later on")
    old = room.secret()
    moved = redeem(house, room, offer(house, room, old, now), now)
    builders.move(house, cast.frieda, room, Stage.GROUP, clock)
    entry = _entry(house, room, "This one is taken back later on")
    with house.transaction() as db:
        withdrawing.withdraw(db, moved.seat, entry)
    with pytest.raises(EntryIsNotYours), house.transaction() as db:
        withdrawing.withdraw(db, room.seat("Production"), entry)


def test_after_the_reveal_no_entry_is_touched_and_former_secrets_still_withdraw(house, begin, cast, clock, now):
    room = begin()
    builders.write(house, room.seat(), "This one is taken back later on")
    builders.move(house, cast.frieda, room, Stage.GROUP, clock)
    before = _entry_rows(house)
    moved = redeem(house, room, offer(house, room, room.secret(), now), now)
    assert _entry_rows(house) == before, "changed rows would say which entries belong together"
    again = redeem(house, room, offer(house, room, moved.seat.secret, now, moved.former), now)
    entry = _entry(house, room, "This one is taken back later on")
    with pytest.raises(EntryIsNotYours), house.transaction() as db:
        withdrawing.withdraw(db, again.seat, entry)
    with house.transaction() as db:
        withdrawing.withdraw(db, again.seat, entry, again.former)


def test_votes_go_along_and_are_not_cast_twice(house, begin, cast, clock, now):
    room = begin(Stage.VOTE, entries=2)
    topic = next(iter(builders.topics_of(house, room)))
    old = room.seat()
    builders.vote(house, old, topic, "agree", dots=2)
    new = redeem(house, room, offer(house, room, old.secret, now), now).seat
    builders.vote(house, new, topic, "disagree")
    with house.reading() as db:
        ballot = votes_read.own_ballot(db, new, [topic])
        assert (str(ballot.stances[topic]), ballot.dots[topic]) == ("disagree", 2)
        assert db.exec(select(func.count()).select_from(StanceVote)).one() == 1
        assert db.exec(select(func.count()).select_from(DotVote)).one() == 2
    with pytest.raises(Refusal, match="dots"):
        builders.vote(house, new, topic, "disagree", dots=1)


def test_the_answer_to_a_secret_question_goes_along(house, begin, now):
    room = begin(Stage.CHECK_IN)
    with house.transaction() as db:
        questions_service.answer(db, room.seat(), "safety", "4")
    new = redeem(house, room, offer(house, room, room.secret(), now), now).seat
    with house.reading() as db:
        assert questions.own_answers(db, new, ["safety"]) == {"safety": "4"}


def test_a_code_works_once_and_for_two_minutes(house, begin, now):
    room = begin()
    code = offer(house, room, room.secret(), now)
    with pytest.raises(MoveIsUnknown):
        redeem(house, room, code, now + timedelta(minutes=2))
    redeem(house, room, code, now + timedelta(seconds=119))
    with pytest.raises(MoveIsUnknown):
        redeem(house, room, code, now)


def test_an_older_code_of_the_same_seat_is_worthless_after_the_move(house, begin, now):
    room = begin()
    first, second = (offer(house, room, room.secret(), now) for _ in range(2))
    redeem(house, room, second, now)
    with pytest.raises(MoveIsUnknown):
        redeem(house, room, first, now)


def test_a_code_of_another_room_opens_nothing(house, begin, now):
    room, other = begin(), begin()
    code = offer(house, room, room.secret(), now)
    with pytest.raises(MoveIsUnknown):
        redeem(house, other, code, now)


def test_who_sits_here_already_cannot_take_a_second_seat_over(house, begin, now):
    room = begin()
    code = offer(house, room, room.secret(), now)
    with pytest.raises(SeatIsHereAlready):
        redeem(house, room, code, now, here=room.secret("Production"))


def test_an_ejected_seat_cannot_flee_to_another_device(house, begin, cast, now):
    room = begin()
    seat = room.seat()
    code = offer(house, room, seat.secret, now)
    with house.transaction() as db:
        room_service.eject_seat(db, cast.frieda.visitor, room.id, seat.handle)
    with pytest.raises(SeatWasEjected):
        redeem(house, room, code, now)


def test_a_closed_retro_gives_no_codes_and_keeps_none(house, begin, cast, clock, now):
    room = begin(Stage.WRAP_UP)
    seat = room.seat()
    offer(house, room, seat.secret, now)
    builders.move(house, cast.frieda, room, Stage.CLOSED, clock)
    with house.reading() as db:
        assert db.exec(select(func.count()).select_from(SeatMove)).one() == 0
    with pytest.raises(RetroIsClosed), house.transaction() as db:
        seat_move.offer_move(db, seat, (), now)


def test_codes_that_are_over_do_not_lie_around(house, begin, now):
    room = begin()
    offer(house, room, room.secret(), now)
    jobs.run_due(house, now + timedelta(minutes=1))
    assert _waiting(house) == 1
    jobs.run_due(house, now + timedelta(minutes=3))
    assert _waiting(house) == 0


def test_neither_a_dump_nor_the_key_with_it_holds_the_secret_or_the_code(house, begin, now):
    room = begin()
    code = offer(house, room, room.secret(), now)
    seen = evidence.take(house, "write")
    key = seen.secrets
    with house.reading() as db:
        row = db.exec(select(SeatMove)).one()
        outer = unseal(key, row.code_hash, row.sealed)
    readable = seen.everything + key + repr(outer).encode()
    assert code.encode() not in readable
    assert room.secret().encode() not in readable
    moved = redeem(house, room, code, now)
    after = evidence.take(house, "write").everything
    assert moved.seat.secret.encode() not in after
    assert room.secret().encode() not in after


def test_a_move_does_not_show_which_rows_belong_together(house, begin, now):
    """PostgreSQL keeps with each row the transaction that wrote it: after a move it is the same for all rows."""
    if house.is_sqlite:
        pytest.skip("SQLite keeps no such mark")
    room = begin()
    for department in ("Editorial", "Production"):
        for number in range(6):
            builders.write(house, room.seat(department, number))
    redeem(house, room, offer(house, room, room.secret(), now), now)
    with house.engine.connect() as connection:
        for table in ("draft", "seat"):
            marks = connection.execute(text(f"SELECT DISTINCT xmin::text FROM {table}")).all()
            assert len(marks) == 1, table


def test_racing_for_one_code_moves_the_seat_once(house, begin, now):
    room = begin()
    code = offer(house, room, room.secret(), now)

    def attempt(_):
        try:
            return redeem(house, room, code, now).seat.secret
        except MoveIsUnknown:
            return None

    with ThreadPoolExecutor(8) as pool:
        winners = [secret for secret in pool.map(attempt, range(16)) if secret]
    assert len(winners) == 1
    assert is_seated(house, room, winners[0])


def test_what_the_old_device_writes_meanwhile_is_never_lost_nor_left_behind(house, begin, now):
    """Writes of the old device race with the move: each is found by the new one, or was refused."""
    room = begin()
    old = room.secret()
    code = offer(house, room, old, now)
    start = threading.Barrier(5)

    def write(number):
        start.wait()
        with house.transaction() as db:
            _, seat = seats.seat_for(db, room.code, old)
            if seat is None:
                return None
            return writing.send(db, seat, f"key-{number}", "idea", f"Written in the race {number}").text

    def go(_):
        start.wait()
        return redeem(house, room, code, now).seat

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        new = pool.submit(go, 0).result()
        accepted = {text for text in (writer.result() for writer in writers) if text}
    with house.reading() as db:
        assert {draft.text for draft in entries_read.own_drafts(db, new, 8)} == accepted
        assert db.exec(select(func.count()).select_from(Draft)).one() == len(accepted)


def test_a_vote_of_the_old_device_never_counts_beside_the_new_one(house, begin, now):
    room = begin(Stage.VOTE, entries=2)
    topic = next(iter(builders.topics_of(house, room)))
    old = room.secret()
    code = offer(house, room, old, now)
    start = threading.Barrier(4)

    def cast_vote(_):
        start.wait()
        with house.transaction() as db:
            _, seat = seats.seat_for(db, room.code, old)
            if seat is not None:
                casting.cast_stance(db, seat, topic, "agree")

    def go(_):
        start.wait()
        return redeem(house, room, code, now).seat

    with ThreadPoolExecutor(4) as pool:
        racing = [pool.submit(cast_vote, number) for number in range(3)]
        new = pool.submit(go, 0).result()
        for vote in racing:
            vote.result()
    builders.vote(house, new, topic, "disagree")
    with house.reading() as db:
        assert db.exec(select(func.count()).select_from(StanceVote)).one() == 1


def test_every_short_lived_table_with_tags_of_seats_is_handed_over(house):
    with_tags = {table.name for table in shuffle.short_lived_tables() if "tag" in table.columns}
    assert with_tags == rekey_rows.registered_tables()


def test_a_new_browser_without_a_code_has_nothing(house, begin, now):
    room = begin()
    with pytest.raises(MoveIsUnknown):
        redeem(house, room, "ZZZZ-ZZZZ-ZZZZ", now, here=new_seat_secret())


def _entry(house, room, words):
    with house.reading() as db:
        return next(one.id for one in entries_read.entries(db, room.id) if one.text == words)


def _entry_rows(house):
    mark = "" if house.is_sqlite else "xmin::text, ctid::text, "
    with house.engine.connect() as connection:
        return connection.execute(text(f"SELECT {mark}* FROM entry ORDER BY id")).all()


def _waiting(house):
    with house.reading() as db:
        return db.exec(select(func.count()).select_from(SeatMove).where(col(SeatMove.code_hash) != "")).one()

"""Voting: secret until it ends, limits kept by the tables, counted by groups frozen at the reveal, then forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.anonymity.rules.figures import crowded
from app.anonymity.rules.tags import new_seat_secret
from app.anonymity.service import keys
from app.core.db import Database
from app.entries.rules.names import Dimension
from app.pulse import service as pulse
from app.pulse.models import PulseSummary
from app.retros.models import Retro, RetroNotice
from app.retros.queries.facilitation import notices
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.service import late_round
from app.retros.service import room as room_service
from app.retros.service import seats as seats_service
from app.topics.service import choosing
from app.votes.models import DotVote, StanceVote, Tally, TopicStanding
from app.votes.queries import Ballot, StandingView, own_ballot, standings
from app.votes.rules.ballot import Stance, Standing
from app.votes.service import casting
from app.votes.service.casting import AllDotsArePlaced, NotAStance, TooManyDotsHere, TopicIsNotVotedOn, VotingIsOver
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room, with_topics

TEXTS = ("Cover proofs arrived late", "Budget approval waited for weeks", "Coffee machine is broken")


@pytest.fixture
def room(house: Database, cast: Cast, now: datetime) -> VotingRoom:
    """Editorial 4, Production 3 (k = 3), three topics, voting is open."""
    room = with_topics(a_room(house, cast, now, {"Editorial": 4, "Production": 3}), TEXTS)
    room.move(Stage.VOTE)
    return room


def topic_of(room: VotingRoom, word: str) -> UUID:
    return next(t.id for t in room.board().topics if any(word in entry.text for entry in t.entries))


def ballot(room: VotingRoom, seat: SeatVisitor) -> Ballot:
    with room.database.reading() as db:
        return own_ballot(db, seat, [topic.id for topic in room.board().topics if topic.voted_on])


def cast_all(room: VotingRoom, seats: Sequence[SeatVisitor], topic_id: UUID, stances: str) -> None:
    named = {"a": Stance.AGREE, "d": Stance.DISAGREE, "p": Stance.PASS}
    for seat, letter in zip(seats, stances, strict=False):
        with room.database.transaction() as db:
            casting.cast_stance(db, seat, topic_id, named[letter])


def dots(room: VotingRoom, seat: SeatVisitor, topic_id: UUID, number: int) -> None:
    for _ in range(number):
        with room.database.transaction() as db:
            casting.place_dot(db, seat, topic_id)


def results(room: VotingRoom) -> dict[UUID, StandingView]:
    with room.database.reading() as db:
        return {standing.topic_id: standing for standing in standings(db, room.retro_id)}


def test_a_stance_can_be_changed_and_is_one(room: VotingRoom, house: Database) -> None:
    seat, proofs = room.everybody()[0], topic_of(room, "proofs")
    cast_all(room, [seat, seat, seat], proofs, "aad")
    assert ballot(room, seat).stances == {proofs: Stance.DISAGREE}
    with house.reading() as db:
        assert len(db.exec(select(StanceVote)).all()) == 1


def test_dots_have_a_budget_and_two_fit_on_a_topic(room: VotingRoom) -> None:
    seat, proofs, budget = room.everybody()[0], topic_of(room, "proofs"), topic_of(room, "Budget")
    assert ballot(room, seat).dots_left == 3
    dots(room, seat, proofs, 2)
    with pytest.raises(TooManyDotsHere):
        dots(room, seat, proofs, 1)
    dots(room, seat, budget, 1)
    with pytest.raises(AllDotsArePlaced):
        dots(room, seat, budget, 1)
    assert ballot(room, seat).dots == {proofs: 2, budget: 1}
    assert ballot(room, seat).dots_left == 0


def test_a_press_that_comes_twice_moves_one_dot(room: VotingRoom, house: Database) -> None:
    """The answer to the first was lost, so the same button is pressed again."""
    seat, proofs = room.everybody()[0], topic_of(room, "proofs")
    for had, left in ((0, 1), (0, 1), (1, 2), (1, 2)):
        with house.transaction() as db:
            casting.place_dot(db, seat, proofs, had)
        assert ballot(room, seat).dots == {proofs: left}
    for _ in range(2):
        with house.transaction() as db:
            casting.take_dot(db, seat, proofs, 2)
        assert ballot(room, seat).dots == {proofs: 1}


def test_a_dot_can_be_taken_back_and_placed_elsewhere(room: VotingRoom, house: Database) -> None:
    seat, proofs, budget = room.everybody()[0], topic_of(room, "proofs"), topic_of(room, "Budget")
    dots(room, seat, proofs, 2)
    dots(room, seat, budget, 1)
    with house.transaction() as db:
        casting.take_dot(db, seat, proofs)
    dots(room, seat, budget, 1)
    assert ballot(room, seat).dots == {proofs: 1, budget: 2}
    with house.transaction() as db:
        casting.take_dot(db, room.everybody()[1], proofs)
    assert ballot(room, seat).dots == {proofs: 1, budget: 2}, "only one's own dots can be taken back"


def test_votes_raise_no_version_and_name_nobody(room: VotingRoom, house: Database) -> None:
    seat, proofs = room.everybody()[0], topic_of(room, "proofs")
    with house.reading() as db:
        before = db.get_one(Retro, room.retro_id).version
    cast_all(room, [seat], proofs, "a")
    dots(room, seat, proofs, 1)
    with house.reading() as db:
        assert db.get_one(Retro, room.retro_id).version == before
        (stance,), (dot,) = db.exec(select(StanceVote)).all(), db.exec(select(DotVote)).all()
        assert seat.tag not in (stance.tag, dot.tag, dot.place_tag)
        assert len(stance.sealed) == len(dot.sealed)
        for word in (b"agree", str(proofs).encode(), str(room.cast.editorial).encode(), seat.tag.encode()):
            assert word not in stance.sealed + dot.sealed


def test_votes_of_one_seat_cannot_be_joined(room: VotingRoom, house: Database) -> None:
    seat = room.everybody()[0]
    for word in ("proofs", "Budget", "Coffee"):
        cast_all(room, [seat], topic_of(room, word), "a")
        dots(room, seat, topic_of(room, word), 1)
    with house.reading() as db:
        tags = [row.tag for row in db.exec(select(StanceVote))]
        for dot in db.exec(select(DotVote)):
            tags += [dot.tag, dot.place_tag]
    assert len(set(tags)) == len(tags) == 9


def test_only_topics_on_the_ballot_and_only_known_stances(room: VotingRoom, house: Database) -> None:
    seat = room.everybody()[0]
    for attempt in (casting.cast_stance, casting.place_dot):
        arguments = (Stance.AGREE,) if attempt is casting.cast_stance else ()
        with pytest.raises(TopicIsNotVotedOn), house.transaction() as db:
            attempt(db, seat, uuid4(), *arguments)  # type: ignore[operator]
    with pytest.raises(NotAStance), house.transaction() as db:
        casting.cast_stance(db, seat, topic_of(room, "proofs"), "maybe")


def test_nobody_votes_outside_the_stage(room: VotingRoom, house: Database) -> None:
    seat, proofs = room.everybody()[0], topic_of(room, "proofs")
    room.move(Stage.DISCUSS)
    with pytest.raises(VotingIsOver), house.transaction() as db:
        casting.cast_stance(db, seat, proofs, Stance.AGREE)
    with pytest.raises(VotingIsOver), house.transaction() as db:
        casting.place_dot(db, seat, proofs)
    with pytest.raises(VotingIsOver), house.transaction() as db:
        casting.take_dot(db, seat, proofs)


def test_what_is_kept_is_what_may_be_said_and_the_votes_are_gone(room: VotingRoom, house: Database) -> None:
    proofs, budget = topic_of(room, "proofs"), topic_of(room, "Budget")
    editorial, production = room.seats("Editorial"), room.seats("Production")
    cast_all(room, editorial, proofs, "aadp")
    cast_all(room, production, proofs, "ddp")
    dots(room, editorial[0], proofs, 2)
    dots(room, editorial[1], proofs, 1)
    dots(room, production[0], budget, 1)
    assert results(room) == {}, "secret until it ends"
    room.move(Stage.DISCUSS)
    found = results(room)
    assert {(one.group, one.seats, one.agree, one.disagree) for one in found[proofs].tallies} == {
        (str(room.cast.editorial), 4, "2 of 4", "nearly none"),
        (str(room.cast.production), 3, "nearly none", "nearly all"),
    }
    assert (found[proofs].dots, found[proofs].dots_are_about) == (3, True)
    assert found[budget].dots == 0, "a single dot is said like none"
    with house.reading() as db:
        assert db.exec(select(StanceVote)).all() == []
        assert db.exec(select(DotVote)).all() == []
        assert not {"dots", "passed", "weighed"} & {*Tally.model_fields}
        assert not {"weighed", "common_ground"} & {*TopicStanding.model_fields}


@pytest.mark.parametrize(("one", "other"), [("aaaa", "aaad"), ("dddd", "dadd"), ("aaaa", "aaap")])
def test_all_and_all_but_one_leave_the_same_behind(
    house: Database, cast: Cast, now: datetime, one: str, other: str
) -> None:
    kept = []
    for stances in (one, other):
        room = with_topics(a_room(house, cast, now, {"Editorial": 4, "Production": 4}), TEXTS)
        room.move(Stage.VOTE)
        cast_all(room, room.seats("Editorial"), topic_of(room, "proofs"), stances)
        cast_all(room, room.seats("Production"), topic_of(room, "proofs"), "adap")
        room.move(Stage.DISCUSS)
        result = results(room)[topic_of(room, "proofs")]
        kept.append(
            (result.standing, result.rank_cast, result.dots, [(t.group, t.agree, t.disagree) for t in result.tallies])
        )
    assert kept[0] == kept[1]


def test_each_department_weighs_the_same(room: VotingRoom) -> None:
    """Editorial puts five dots on the proofs, Production four on the budget: as cast and weighed they differ."""
    proofs, budget = topic_of(room, "proofs"), topic_of(room, "Budget")
    for seat, number in zip(room.seats("Editorial"), (2, 1, 1, 1), strict=True):
        dots(room, seat, proofs, number)
    for seat, number in zip(room.seats("Production"), (2, 1, 1), strict=True):
        dots(room, seat, budget, number)
    room.move(Stage.DISCUSS)
    found = results(room)
    assert (found[proofs].rank_cast, found[budget].rank_cast) == (1, 2), "5 dots against 4"
    assert (found[proofs].rank_weighed, found[budget].rank_weighed) == (2, 1), "5/4 a seat against 4/3"


def test_a_department_that_stays_away_is_not_voting_and_cannot_be_subtracted(room: VotingRoom) -> None:
    proofs = topic_of(room, "proofs")
    cast_all(room, room.seats("Editorial"), proofs, "aaaa")
    cast_all(room, room.seats("Production")[:1], proofs, "d")
    dots(room, room.seats("Production")[0], proofs, 2)
    dots(room, room.seats("Editorial")[0], proofs, 1)
    room.move(Stage.DISCUSS)
    result = results(room)[proofs]
    assert result.not_voting == (str(room.cast.production),)
    assert [tally.group for tally in result.tallies] == [str(room.cast.editorial)]
    assert result.standing is Standing.REST, "one group is no agreement"
    assert result.tallies[0].agree == "nearly all"


def test_agreed_divides_and_blind_spots(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 8, "Production": 8})
    for seat, text in zip(room.everybody(), TEXTS, strict=False):
        room.write(seat, text, about=cast.production if "proofs" in text else None)
    room.move(Stage.GROUP, Stage.VOTE)
    proofs, budget, coffee = (topic_of(room, word) for word in ("proofs", "Budget", "Coffee"))
    cast_all(room, room.seats("Editorial"), proofs, "aaaaaaaa")
    cast_all(room, room.seats("Production"), proofs, "dddddddd")
    cast_all(room, room.everybody(), budget, "a" * 16)
    cast_all(room, room.everybody(), coffee, "adadadad" * 2)
    room.move(Stage.DISCUSS)
    found = results(room)
    assert {topic: result.standing for topic, result in found.items()} == {
        proofs: Standing.DIVIDES,
        budget: Standing.AGREED,
        coffee: Standing.REST,
    }
    assert found[proofs].blind_spot_department_id == cast.production
    assert found[budget].blind_spot_department_id is None
    assert list(found) == [budget, proofs, coffee]


def test_small_departments_vote_as_one_pool(house: Database, cast: Cast, now: datetime) -> None:
    people = {"Editorial": 4, "Production": 2, "Marketing": 2, "Rights": 3}
    room = with_topics(a_room(house, cast, now, people), TEXTS)
    room.move(Stage.VOTE)
    proofs = topic_of(room, "proofs")
    cast_all(room, room.everybody(), proofs, "aaaaddddaaa")
    room.move(Stage.DISCUSS)
    groups = {tally.group: (tally.agree, tally.disagree) for tally in results(room)[proofs].tallies}
    assert groups == {
        str(cast.editorial): ("nearly all", "nearly none"),
        str(cast.departments["Rights"]): ("nearly all", "nearly none"),
        "several": ("nearly none", "nearly all"),
    }


def test_a_group_that_mostly_passes_has_no_clear_vote_and_leaves_no_figures(room: VotingRoom) -> None:
    proofs = topic_of(room, "proofs")
    cast_all(room, room.seats("Editorial"), proofs, "aaaa")
    cast_all(room, room.seats("Production"), proofs, "app")
    room.move(Stage.DISCUSS)
    result = results(room)[proofs]
    assert result.not_voting == (str(room.cast.production),)
    assert [tally.group for tally in result.tallies] == [str(room.cast.editorial)]


def test_dropped_labels_leave_one_group_without_agreement(house: Database, cast: Cast, now: datetime) -> None:
    room = with_topics(a_room(house, cast, now, {"Editorial": 2, "Production": 2}), TEXTS)
    room.move(Stage.VOTE)
    proofs = topic_of(room, "proofs")
    cast_all(room, room.everybody(), proofs, "aaaa")
    room.move(Stage.DISCUSS)
    result = results(room)[proofs]
    assert [tally.group for tally in result.tallies] == ["everyone"]
    assert result.standing is Standing.REST


def test_going_back_to_grouping_discards_the_votes(room: VotingRoom, house: Database) -> None:
    seat, proofs = room.everybody()[0], topic_of(room, "proofs")
    cast_all(room, [seat], proofs, "a")
    room.move(Stage.GROUP)
    with house.reading() as db:
        assert db.exec(select(StanceVote)).all() == []
    assert results(room) == {}
    room.move(Stage.VOTE)
    assert ballot(room, seat).stances == {}


def test_a_lost_key_does_not_stop_the_room(room: VotingRoom, house: Database) -> None:
    cast_all(room, room.everybody(), topic_of(room, "proofs"), "aaaaaaa")
    with house.transaction() as db:
        keys.keys_of(db).destroy(room.retro_id)
    room.move(Stage.DISCUSS)
    assert len(results(room)) == 3
    with house.reading() as db:
        assert any("votes could not be opened" in sentence for sentence in notices(db, room.retro_id))


def test_unvoted_topics_are_not_ranked(room: VotingRoom, house: Database) -> None:
    room.move(Stage.GROUP)
    proofs = topic_of(room, "proofs")
    with house.transaction() as db:
        choosing.choose_for_vote(db, room.cast.frieda.visitor, room.retro_id, [proofs])
    room.move(Stage.VOTE, Stage.DISCUSS)
    assert list(results(room)) == [proofs]


def of_six(house: Database, cast: Cast, now: datetime) -> VotingRoom:
    """Six people are expected of Editorial, and four private windows sit there, too."""
    room = a_room(house, cast, now, {"Editorial": 10, "Production": 10})
    with house.transaction() as db:
        expected = {cast.editorial: 6, cast.production: 14}
        room_service.set_expected(db, cast.frieda.visitor, room.retro_id, expected)
    return room


def let_in(room: VotingRoom, department: str, number: int) -> None:
    for _ in range(number):
        secret = new_seat_secret()
        with room.database.transaction() as db:
            seats_service.arrive(db, room.code, secret, room.cast.departments[department], room.now)
        room.secrets[department].append(secret)
    with room.database.transaction() as db:
        late_round.skip_late_round(db, room.cast.frieda.visitor, room.retro_id, Random(1))


@pytest.mark.parametrize("windows", ["before the reveal", "at the door"])
def test_more_seats_than_people_do_not_make_a_small_group_exact(
    house: Database, cast: Cast, now: datetime, windows: str
) -> None:
    """Somebody with four private windows agrees five times: "10 of 10" would tell what each of the others said."""
    room = of_six(house, cast, now) if windows == "before the reveal" else None
    room = with_topics(room or a_room(house, cast, now, {"Editorial": 6, "Production": 10}), TEXTS)
    if windows == "at the door":
        let_in(room, "Editorial", 4)
    room.move(Stage.VOTE)
    proofs = topic_of(room, "proofs")
    editorial = room.seats("Editorial")
    assert len(editorial) == 10
    cast_all(room, editorial, proofs, "a" * 10)
    cast_all(room, room.seats("Production"), proofs, "a" * 10)
    dots(room, editorial[0], proofs, 1)
    room.move(Stage.DISCUSS)
    found = results(room)[proofs]
    told = {one.group: (one.agree, one.disagree) for one in found.tallies}
    # Where people were expected the votes of four windows too many are not told as Editorial's at all.
    small = {} if windows == "before the reveal" else {str(cast.editorial): ("nearly all", "nearly none")}
    assert told == {**small, str(cast.production): ("10 of 10", "0 of 10")}
    assert (found.dots, found.dots_are_about) == (0, True), "a single dot of a small group is said like none"


@pytest.mark.parametrize(
    ("seats", "expected", "people", "told"),
    [
        (6, 6, 6, "shown"),
        (7, 6, 6, "room_only"),
        (5, 6, 5, "shown"),
        (10, 9, 9, "room_only"),
        (10, 10, 10, "shown"),
        (11, 10, 10, "marked"),
        (12, 10, 10, "room_only"),
        (110, 100, 100, "marked"),
        (111, 100, 100, "room_only"),
        (11, 10, 8, "room_only"),
        (50, None, None, "shown"),
    ],
)
def test_a_departments_tally_stands_only_where_its_seats_are_people(
    seats: int, expected: int | None, people: int | None, told: str
) -> None:
    assert crowded(seats, expected, people) == told


@pytest.mark.parametrize(("editorial", "told"), [(10, True), (9, False)])
def test_votes_of_a_crowded_department_count_in_the_total_of_the_room_only(
    house: Database, cast: Cast, now: datetime, editorial: int, told: bool
) -> None:
    room = a_room(house, cast, now, {"Editorial": 10, "Production": 10})
    with house.transaction() as db:
        expected = {cast.editorial: editorial, cast.production: 10}
        room_service.set_expected(db, cast.frieda.visitor, room.retro_id, expected)
    with_topics(room, TEXTS)
    room.move(Stage.VOTE)
    proofs = topic_of(room, "proofs")
    for seat in room.seats("Editorial"):
        dots(room, seat, proofs, 1)
    cast_all(room, room.seats("Editorial"), proofs, "a" * 10)
    cast_all(room, room.seats("Production"), proofs, "a" * 5 + "d" * 5)
    room.move(Stage.DISCUSS)
    found = results(room)[proofs]
    assert (str(cast.editorial) in {one.group for one in found.tallies}) is told
    assert found.dots >= 8, "they are in the total of the room"
    with house.reading() as db:
        said = [one.sentence for one in db.exec(select(RetroNotice))]
    assert any("count in the total of the room only" in one for one in said) is not told


def test_more_ratings_than_people_are_told_to_halves(house: Database, cast: Cast, now: datetime) -> None:
    room = of_six(house, cast, now)
    for seats in (room.seats("Editorial"), room.seats("Production")):
        for seat, rating in zip(seats, (4, 4, 4, 4, 4, 4, 4, 5, 5, 5), strict=True):
            with house.transaction() as db:
                pulse.rate(db, seat, cast.production, Dimension.QUALITY, rating)
    room.write(room.seats("Editorial")[0], "Proofs came late")
    room.move(Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED)
    with house.reading() as db:
        kept = {one.consumer: (one.band, one.mean) for one in db.exec(select(PulseSummary))}
    assert kept == {str(cast.editorial): ("3-9", 4.5), str(cast.production): ("10-19", 4.3)}

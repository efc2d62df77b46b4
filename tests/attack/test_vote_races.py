"""Votes that race: the same seats from many threads and processes at once. No budget breaks, every tally is exact.

A sample by default; `FENCEPOST_FULL=1` runs 1,000 racing votes by 100 seats (8 processes on PostgreSQL, 30 threads on
SQLite, which one process serves).
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlmodel import func, select

from app.anonymity.rules.figures import EXACT_FROM, said
from app.anonymity.service.keys import KeyStore
from app.core.db import Database
from app.core.errors import Refusal
from app.retros.queries.seats import seat_for
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.votes.models import DotVote, StanceVote
from app.votes.queries import own_ballot, standings
from app.votes.rules.ballot import DOTS_ON_ONE_TOPIC, Stance, dot_budget
from app.votes.service import casting
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room, with_topics

FULL = os.environ.get("FENCEPOST_FULL") == "1"
# Of ten people and more figures are told exactly: every lost or doubled vote would show.
PEOPLE = (
    {"Editorial": 40, "Production": 30, "Marketing": 20, "Rights": 10}
    if FULL
    else {"Editorial": 18, "Production": 12}
)
K = 5
VOTES_OF_A_SEAT = 10
PROCESSES = 8 if FULL else 3
THREADS_OF_A_PROCESS = 4
THREADS = 30
TEXTS = (
    "Cover proofs arrived late",
    "The budget was too small",
    "Coffee machine is broken",
    "Nobody owns the style guide",
)


@dataclass(frozen=True)
class Vote:
    """One attempt of one seat. `stance` None: a dot."""

    secret: str
    topic_id: UUID
    stance: Stance | None


@pytest.fixture
def room(house: Database, cast: Cast, now: datetime) -> VotingRoom:
    room = with_topics(a_room(house, cast, now, PEOPLE, k=K), TEXTS)
    room.move(Stage.VOTE)
    return room


def test_racing_votes_break_no_budget_and_tallies_are_exact(room: VotingRoom, tmp_path: Path) -> None:
    votes = _attempts(room, Random(20260317))
    outcomes = _race(room, votes, tmp_path)
    accepted = Counter(vote.stance is None for vote, outcome in zip(votes, outcomes, strict=True) if outcome == "")
    assert set(outcomes) <= {"", "AllDotsArePlaced", "TooManyDotsHere"}, Counter(outcomes)
    assert "AllDotsArePlaced" in outcomes, "more dots were tried than there are: else this proves nothing"
    _limits_hold(room, votes, accepted[True])
    expected, dots = _by_group(room), _dots_by_topic(room)
    assert any(int(figure.split(" of ")[1]) >= EXACT_FROM for figure in _exact(expected)), "some figures are exact"
    room.move(Stage.DISCUSS)
    assert _tallied(room) == expected
    with room.database.reading() as db:
        assert {standing.topic_id: standing.dots for standing in standings(db, room.retro_id)} == dots


def test_votes_that_race_the_count_are_counted_or_refused(room: VotingRoom) -> None:
    votes = _attempts(room, Random(7))
    ends = threading.Thread(target=_end_the_vote_after, args=[room, 5])
    ends.start()
    outcomes = _in_threads(room.database, room.code, votes, 12)
    ends.join()
    assert set(outcomes) <= {"", "AllDotsArePlaced", "TooManyDotsHere", "VotingIsOver"}, Counter(outcomes)
    assert "VotingIsOver" in outcomes, "the vote ended after the last attempt: this proved nothing"
    accepted = sum(not outcome and vote.stance is None for vote, outcome in zip(votes, outcomes, strict=True))
    with room.database.reading() as db:
        found = standings(db, room.retro_id)
        assert not any(standing.dots_are_about for standing in found), "else the sum is not told exactly"
        assert sum(standing.dots for standing in found) == accepted
        assert db.exec(select(func.count()).select_from(DotVote)).one() == 0


def _end_the_vote_after(room: VotingRoom, dots: int) -> None:
    placed = 0
    while placed < dots:
        with room.database.reading() as db:
            placed = db.exec(select(func.count()).select_from(DotVote)).one()
    room.move(Stage.DISCUSS)


def _attempts(room: VotingRoom, random: Random) -> list[Vote]:
    """Ten attempts of each seat, half of them dots (more than the budget), all shuffled."""
    topics = [topic.id for topic in room.board().topics if topic.voted_on]
    assert len(topics) == len(TEXTS)
    attempts = []
    for secret in (secret for secrets in room.secrets.values() for secret in secrets):
        for number in range(VOTES_OF_A_SEAT):
            stance = random.choice(list(Stance)) if number % 2 else None
            attempts.append(Vote(secret, random.choice(topics), stance))
    random.shuffle(attempts)
    return attempts


def _race(room: VotingRoom, votes: Sequence[Vote], folder: Path) -> list[str]:
    """The name of the refusal for each vote, '' where it was accepted."""
    if room.database.is_sqlite:
        return _in_threads(room.database, room.code, votes, THREADS)
    address, code = room.database.url, room.code
    # Neighbours go to different processes, so that the same seat votes from several at once.
    shares = [list(votes[start::PROCESSES]) for start in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        parts = pool.starmap(_in_a_process, [(address, str(folder / "secrets"), code, share) for share in shares])
    outcomes = [""] * len(votes)
    for start, part in enumerate(parts):
        outcomes[start::PROCESSES] = part
    return outcomes


def _in_a_process(address: str, keys: str, code: str, votes: Sequence[Vote]) -> list[str]:
    database = Database(address, keys=KeyStore(Path(keys)))
    try:
        return _in_threads(database, code, votes, THREADS_OF_A_PROCESS)
    finally:
        database.dispose()


def _in_threads(database: Database, code: str, votes: Sequence[Vote], number: int) -> list[str]:
    outcomes = [""] * len(votes)
    ready = threading.Barrier(number)

    def work(start: int) -> None:
        ready.wait()
        for index in range(start, len(votes), number):
            outcomes[index] = _vote(database, code, votes[index])

    threads = [threading.Thread(target=work, args=[start]) for start in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _vote(database: Database, code: str, vote: Vote) -> str:
    try:
        with database.transaction() as db:
            _, seat = seat_for(db, code, vote.secret)
            assert seat is not None
            if vote.stance is None:
                casting.place_dot(db, seat, vote.topic_id)
            else:
                casting.cast_stance(db, seat, vote.topic_id, vote.stance)
    except Refusal as refusal:
        return type(refusal).__name__
    except Exception as error:
        return f"broken: {error!r}"
    return ""


def _limits_hold(room: VotingRoom, votes: Sequence[Vote], dots_accepted: int) -> None:
    topics = {vote.topic_id for vote in votes}
    tried = {(vote.secret, vote.topic_id, vote.stance) for vote in votes}
    stances = dots = 0
    for seat in room.everybody():
        with room.database.reading() as db:
            ballot = own_ballot(db, seat, topics)
        assert sum(ballot.dots.values()) <= dot_budget(len(TEXTS))
        assert all(number <= DOTS_ON_ONE_TOPIC for number in ballot.dots.values())
        assert all((seat.secret, topic, stance) in tried for topic, stance in ballot.stances.items())
        assert set(ballot.stances) == {topic for secret, topic, stance in tried if stance and secret == seat.secret}
        stances, dots = stances + len(ballot.stances), dots + sum(ballot.dots.values())
    with room.database.reading() as db:
        assert db.exec(select(func.count()).select_from(StanceVote)).one() == stances
        assert db.exec(select(func.count()).select_from(DotVote)).one() == dots == dots_accepted


Figures = dict[tuple[UUID, str], tuple[str, str]]


def _by_group(room: VotingRoom) -> Figures:
    """How many agree and disagree by topic and department, as the seats themselves see their votes, in the words that
    may be said of so many; of those departments of which K or more voted and no more than half passed."""
    found: Figures = {}
    topics = [topic.id for topic in room.board().topics]
    for name in room.secrets:
        seats: list[SeatVisitor] = room.seats(name)
        with room.database.reading() as db:
            ballots = [own_ballot(db, seat, topics) for seat in seats]
        for topic in topics:
            cast = Counter(ballot.stances[topic] for ballot in ballots if topic in ballot.stances)
            if cast.total() >= K and 2 * cast[Stance.PASS] <= cast.total():
                agree, disagree = (said(cast[stance], cast.total()) for stance in (Stance.AGREE, Stance.DISAGREE))
                found[topic, str(room.cast.departments[name])] = (agree, disagree)
    assert found
    return found


def _exact(figures: Figures) -> list[str]:
    """Those that are numbers, not words."""
    return [figure for pair in figures.values() for figure in pair if " of " in figure]


def _dots_by_topic(room: VotingRoom) -> Counter[UUID]:
    """Dots on each topic, as the seats themselves see theirs."""
    topics = [topic.id for topic in room.board().topics if topic.voted_on]
    dots = Counter(dict.fromkeys(topics, 0))
    for seat in room.everybody():
        with room.database.reading() as db:
            dots.update(own_ballot(db, seat, topics).dots)
    return dots


def _tallied(room: VotingRoom) -> Figures:
    with room.database.reading() as db:
        results = standings(db, room.retro_id)
    return {
        (result.topic_id, tally.group): (tally.agree, tally.disagree)
        for result in results
        for tally in result.tallies
    }

"""Plays whole retros with known people through the real services; keeps the truth that no attack may find."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.anonymity.rules.tags import new_seat_secret
from app.anonymity.service import shuffle
from app.core.db import Database
from app.entries import queries as entries_read
from app.entries.rules.names import WRITTEN_KINDS, Dimension
from app.entries.service import withdrawing
from app.entries.service import writing as writing_service
from app.projects import service as projects
from app.pulse import service as pulse
from app.retros.queries import retros
from app.retros.queries import seats as seats_queries
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.preparation import Preparation
from app.retros.service import attendance, late_round, preparation, questions, stage_moves
from app.retros.service import seats as seats_service
from app.topics.queries import topic_board
from app.topics.service import late
from app.votes.rules.ballot import Stance
from app.votes.service import casting
from tests.cast import Cast
from tests.late_round import skip_before

WORDS = (
    "copy", "proofs", "handover", "late", "early", "approval", "printer", "jacket", "rights", "catalogue", "schedule",
    "meeting", "answer", "nobody", "helpful", "weekend", "files", "figures", "launch", "warehouse", "index", "author",
)  # fmt: skip

# Every text is another one, and tells nothing of when it was written: topics are proposed from texts, and "case 12"
# beside "case 13" would let an order of topics know the order of writing.
CASES = [hashlib.sha256(str(place).encode()).hexdigest()[:8] for place in range(400)]


@dataclass
class Played:
    """`joined`: seat secrets in the order of joining; `written`: text -> (secret, place in the order of writing)."""

    retro_id: UUID
    code: str
    joined: list[str] = field(default_factory=list)
    department: dict[str, UUID] = field(default_factory=dict)
    written: dict[str, tuple[str, int]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Secrets of those at the door, in the order in which they came; in `joined` too once they are let in."""
    added: dict[str, tuple[str, int]] = field(default_factory=dict)
    """As `written`, of the round after the reveal; `sealed` while nobody may read it."""
    sealed: bool = False


PATIENCE = 60.0

Look = Callable[[str, Played], None]


def play(database: Database, cast: Cast, number: int, now: datetime, look: Look) -> Played:
    """One retro of a size drawn from `number`; `look(stage, played)` is called after each stage began."""
    source = random.Random(number)
    chosen = source.sample(list(cast.departments.values()), source.randint(2, 4))
    seats = _who_sits_where(chosen, source)
    visitor = cast.frieda.visitor
    with database.transaction() as db:
        project = projects.create(db, visitor, f"Atlas {number}", "book", None, None, chosen, now)
        asked = Preparation(
            title=f"Atlas {number}",
            department_ids=tuple(chosen),
            k=3,
            expected=_expected(seats, source),
            override_warnings=True,
        )
        retro_id = preparation.prepare(db, visitor, project, asked, now)
        code = retros.get(db, retro_id, visitor).code
    played = Played(retro_id, code)

    def go(stage: Stage, hands: int | None = None) -> None:
        with database.transaction() as db:
            skip_before(db, visitor, retro_id, stage)
            reached = stage_moves.move_to(
                db, visitor, retro_id, stage, now, random.Random(source.random()), hands=hands
            )
        assert reached is stage
        let_the_jobs_clean_up(database)
        look(stage.value, played)

    look("prepare", played)
    go(Stage.CHECK_IN)
    _join(database, played, seats, source, now)
    look("check_in, joined", played)
    go(Stage.WRITE, hands=len(seats) - source.choice((0, 0, 1)))
    _write(database, played, source)
    look("write, written", played)
    go(Stage.GROUP)
    _one_more_thing(database, cast, played, chosen, source, now, look)
    _withdraw_one(database, played, source)
    go(Stage.VOTE)
    _vote(database, played, source)
    look("vote, voted", played)
    go(Stage.DISCUSS)
    go(Stage.WRAP_UP)
    _answer(database, played, source, "roti", 0, 4)
    go(Stage.CLOSED)
    return played


def let_the_jobs_clean_up(database: Database) -> None:
    """Where another snapshot stood in the way of the scrub (the server's own sampling, say), a job comes back for it
    every minute; here at once, and it must come to an end."""
    ends = time.monotonic() + PATIENCE
    while database.url in shuffle._left:
        assert time.monotonic() < ends, "the scrub never comes to an end"
        shuffle.scrub_what_was_left(database)


def _who_sits_where(chosen: list[UUID], source: random.Random) -> list[UUID]:
    """The department of each who joins, in the order of joining."""
    count = source.randint(6, 20)
    return [chosen[number % 2] if number < 6 else source.choice(chosen) for number in range(count)]


def _expected(seats: list[UUID], source: random.Random) -> dict[UUID, int]:
    """People expected of each department: as many as come, sometimes one more or one fewer."""
    return {one: max(1, seats.count(one) + source.choice((-1, 0, 0, 0, 1))) for one in sorted(set(seats), key=str)}


def _join(database: Database, played: Played, seats: list[UUID], source: random.Random, now: datetime) -> None:
    for department in seats:
        secret = new_seat_secret()
        with database.transaction() as db:
            seats_service.join(db, played.code, secret, department, now)
        played.joined.append(secret)
        played.department[secret] = department
    _answer(database, played, source, "safety", 3, 5)
    if source.random() < 0.2:
        with database.transaction() as db:
            mine = seats_queries.seat_for(db, played.code, source.choice(played.joined))[1]
            attendance.say_fewer(db, mine, True)


def _write(database: Database, played: Played, source: random.Random) -> None:
    # Everybody writes for a while, as people do: mostly in a row, sometimes in turns.
    turns = [secret for secret in played.joined for _ in range(source.randint(1, 4))]
    if source.random() < 0.5:
        source.shuffle(turns)
    for place, secret in enumerate(turns):
        text = " ".join(source.sample(WORDS, 5)) + f", case {CASES[place]} of {played.code}"
        with database.transaction() as db:
            mine = seats_queries.seat_for(db, played.code, secret)[1]
            about = source.choice(sorted(set(played.department.values()), key=str))
            kind, dimension = source.choice(WRITTEN_KINDS), source.choice(list(Dimension))
            draft = writing_service.send(db, mine, f"key-{place}", kind, text, about, dimension)
            if source.random() < 0.1:
                writing_service.remove(db, mine, draft.slot)
                played.deleted.append(text)
                continue
            if source.random() < 0.3:
                pulse.rate(db, mine, about, dimension, source.randint(1, 5))
        played.written[text] = (secret, place)


def _one_more_thing(
    database: Database,
    cast: Cast,
    played: Played,
    chosen: list[UUID],
    source: random.Random,
    now: datetime,
    look: Look,
) -> None:
    """Some come after the reveal and are let in together; they and others add something."""
    visitor, retro_id = cast.frieda.visitor, played.retro_id
    for _ in range(source.randint(2, 5)):
        secret = new_seat_secret()
        with database.transaction() as db:
            seats_service.arrive(db, played.code, secret, source.choice(chosen), now)
        played.waiting.append(secret)
    look("group, somebody waits", played)
    with database.transaction() as db:
        late_round.start_late_round(db, visitor, retro_id, now, random.Random(source.random()))
    let_the_jobs_clean_up(database)
    played.joined += played.waiting
    look("one more thing", played)
    played.sealed = True
    # The newcomers first and one after the other: what an order would tell is who came late.
    writing = [*played.waiting, *source.sample(played.joined, 4)]
    for place, secret in enumerate(writing):
        text = " ".join(source.sample(WORDS, 5)) + f", case {CASES[-1 - place]} of {played.code}"
        with database.transaction() as db:
            mine = seats_queries.seat_for(db, played.code, secret)[1]
            writing_service.send(db, mine, f"late-{place}", source.choice(WRITTEN_KINDS), text, source.choice(chosen))
        played.added[text] = (secret, place)
    look("one more thing, written", played)
    played.sealed = False
    with database.transaction() as db:
        late_round.end_late_round(db, visitor, retro_id, now, random.Random(source.random()))
    let_the_jobs_clean_up(database)
    look("added", played)
    with database.transaction() as db:
        late.place_late(db, visitor, retro_id)


def _withdraw_one(database: Database, played: Played, source: random.Random) -> None:
    text, (secret, _) = source.choice(sorted(played.written.items()))
    with database.transaction() as db:
        shown = {entry.text: entry.id for entry in entries_read.entries(db, played.retro_id)}
        mine = seats_queries.seat_for(db, played.code, secret)[1]
        withdrawing.withdraw(db, mine, shown[text])
    played.deleted.append(text)
    del played.written[text]


def _vote(database: Database, played: Played, source: random.Random) -> None:
    with database.reading() as db:
        ballot = [topic.id for topic in topic_board.voted_topics(db, played.retro_id)]
    for secret in played.joined:
        with database.transaction() as db:
            mine = seats_queries.seat_for(db, played.code, secret)[1]
            if _has_vote(db, played, mine):
                for topic in ballot:
                    casting.cast_stance(db, mine, topic, source.choice(list(Stance)))
                casting.place_dot(db, mine, source.choice(ballot))
            seats_service.mark_ready(db, mine, True)


def _has_vote(db: Session, played: Played, mine: SeatVisitor) -> bool:
    retro = retros.by_code(db, played.code)
    return retro is not None and retro.has_vote(mine.department_id)


def _answer(database: Database, played: Played, source: random.Random, question: str, low: int, high: int) -> None:
    for secret in played.joined:
        with database.transaction() as db:
            mine = seats_queries.seat_for(db, played.code, secret)[1]
            questions.answer(db, mine, question, str(source.randint(low, high)))

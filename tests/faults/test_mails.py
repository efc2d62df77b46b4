"""Workers that are killed at random, a mail server that fails half the time: no mail is lost, and every second copy
bears the same Message-ID and is explained.

A sample by default; FENCEPOST_FULL=1 runs 4 workers and 1,000 mails on each database.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from sqlmodel import col, func, select

from app.core.db import Database
from app.notifications.models import Mail
from app.notifications.queries import mails
from app.notifications.rules.parts import Paragraph, letter
from app.notifications.rules.retries import GIVE_UP_AFTER
from app.notifications.service import mails as mails_service
from app.people.rules import Visitor
from tests.conftest import settings_for
from tests.faults.clock import FastClock
from tests.faults.crew import Crew
from tests.faults.post_office import Copy, Fate, PostOffice

FULL = os.environ.get("FENCEPOST_FULL") == "1"
MAILS = 1_000 if FULL else 150
WORKERS = 4 if FULL else 2
KILLS = 60 if FULL else 6
"""At any moment; and a third as many in the very moment in which the server takes a mail."""
AT_ONCE = 20
"""So many later tries come at once when there is nothing else to do."""
SECONDS = 500 if FULL else 100
UNLUCKY = "unlucky@lantern.example"
OPERATOR = Visitor(uuid4(), "Ada", "ada@lantern.example", is_admin=True)

pytestmark = pytest.mark.timeout(SECONDS + 60)


@pytest.fixture
def random() -> Random:
    return Random(20260317)


@pytest.fixture
def clock(tmp_path: Path, now: datetime) -> FastClock:
    clock = FastClock(tmp_path / "clock")
    clock.begin(now)
    return clock


@pytest.fixture
def now() -> datetime:
    from tests.conftest import NOON

    return NOON


@pytest.fixture
def office(random: Random) -> Iterator[PostOffice]:
    office = PostOffice(random, refused_at_first={UNLUCKY: GIVE_UP_AFTER})
    yield office
    office.close()


@pytest.fixture
def recipients() -> list[str]:
    return [UNLUCKY, *(f"reader{number:04}@lantern.example" for number in range(1, MAILS))]


def test_no_mail_is_lost_and_every_second_copy_is_explained(
    database: Database,
    recipients: list[str],
    office: PostOffice,
    clock: FastClock,
    random: Random,
    tmp_path: Path,
) -> None:
    _queue(database, recipients, clock, tmp_path)
    crew = Crew(WORKERS, database.url, tmp_path, office, clock)
    try:
        given_up = _work_it_off(database, crew, office, clock, random)
    finally:
        crew.end()
    _nothing_is_lost(database, recipients, office)
    causes = _explained(office.copies, crew.killed)
    print(_report(database, office, crew, causes, given_up))
    assert causes["not explained"] == 0, causes
    assert crew.crashed == []
    assert UNLUCKY in given_up, "somebody was given up, seen by an operator, and tried again"
    # So that this means something: it was killed and it failed as often as was meant.
    assert len(crew.killed) >= KILLS
    assert all(office.fates[fate] for fate in Fate), office.fates
    assert causes["the server hung up before it said so"] > 0
    assert causes["killed before it was written down"] > 0


def _queue(database: Database, recipients: list[str], clock: FastClock, folder: Path) -> None:
    database.info["settings"] = settings_for(database.url, folder, smtp_host="127.0.0.1")
    for start in range(0, len(recipients), 100):
        with database.transaction() as db:
            for one in recipients[start : start + 100]:
                mails_service.queue(db, one, letter("Asked of you", Paragraph(f"Hello {one}")), clock.now())


def _work_it_off(
    database: Database, crew: Crew, office: PostOffice, clock: FastClock, random: Random
) -> Counter[str]:
    """Until all is sent. Kills while there is work; an operator tries again what was given up: who, how often."""
    given_up: Counter[str] = Counter()
    to_kill, office.deadly = KILLS, 0
    end = time.monotonic() + SECONDS
    while (left := _left(database)) > 0:
        assert time.monotonic() < end, f"{left} mails are not sent after {SECONDS} s: {crew.said()[-3000:]}"
        crew.replace_the_dead()
        if to_kill and len(office.copies) * KILLS > (KILLS - to_kill) * MAILS * 0.7:
            crew.kill_somebody(random)
            office.deadly += to_kill % 3 == 0
            to_kill -= 1
        given_up.update(_tried_again(database, clock))
        _pass_the_time(database, clock)
        time.sleep(0.03)
    crew.replace_the_dead()
    return given_up


def _left(database: Database) -> int:
    with database.reading() as db:
        return int(db.exec(select(func.count()).where(col(Mail.sent_at).is_(None))).one())


def _tried_again(database: Database, clock: FastClock) -> list[str]:
    """What an operator does: look at the outbox, and press the button beside what was given up."""
    with database.reading() as db:
        found = [one for one in mails.outbox(db, for_=OPERATOR).troubled if one.given_up_at is not None]
    for one in found:
        assert one.trouble, "it is said why"
        with database.transaction() as db:
            mails_service.try_again(db, OPERATOR, one.id, clock.now())
    return [one.recipient for one in found]


def _pass_the_time(database: Database, clock: FastClock) -> None:
    """Where everything waits for a later try, that time comes at once. A lease is always waited for."""
    now = clock.now()
    with database.reading() as db:
        waiting = (col(Mail.sent_at).is_(None), col(Mail.given_up_at).is_(None))
        leased = db.exec(select(Mail.id).where(*waiting, col(Mail.claimed_until) > now).limit(1)).first()
        soonest = db.exec(select(Mail.due_at).where(*waiting).order_by(col(Mail.due_at)).limit(AT_ONCE)).all()
    if leased is None and soonest and soonest[0] > now:
        clock.move_to(soonest[-1])


def _nothing_is_lost(database: Database, recipients: list[str], office: PostOffice) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    for copy in office.copies:
        ids[copy.recipient].add(copy.message_id)
    assert set(ids) == set(recipients), "everybody got their mail"
    assert [name for name, found in ids.items() if len(found) != 1] == [], "two Message-IDs for one mail"
    assert len({one for found in ids.values() for one in found}) == len(recipients), "one Message-ID for two mails"
    with database.reading() as db:
        rows = db.exec(select(Mail)).all()
        assert len(rows) == len(recipients)
        assert {(row.text, row.trouble, row.given_up_at, row.claimed_until) for row in rows} == {("", "", None, None)}


def _explained(copies: list[Copy], killed: set[str]) -> Counter[str]:
    """Why each copy that was not the last one of its mail was not enough."""
    last_of = {copy.worker: copy for copy in copies}
    by_mail: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_mail[copy.message_id].append(copy)
    causes: Counter[str] = Counter()
    for same in by_mail.values():
        for copy in same[:-1]:
            if copy.fate is Fate.SILENT:
                causes["the server hung up before it said so"] += 1
            elif copy.worker in killed and last_of[copy.worker] is copy:
                causes["killed before it was written down"] += 1
            else:
                causes["not explained"] += 1
    return causes


def _report(database: Database, office: PostOffice, crew: Crew, causes: Counter[str], given_up: Counter[str]) -> str:
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    lines = [
        f"{kind}: {MAILS} mails, {WORKERS} workers, {len(crew.killed)} killed, {office.fates.total()} attempts",
        *(f"  {count:5} {fate}" for fate, count in office.fates.most_common()),
        f"  {causes.total():5} second copies: {dict(causes)}",
        f"  {len(given_up):5} given up after {GIVE_UP_AFTER} attempts, and sent after an operator tried again",
        f"  {crew.said().count('job_failed'):5} rounds that failed",
    ]
    return "\n".join(lines)

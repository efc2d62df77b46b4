"""A retro that lies open: warned of, kept open in one click, broken off until another day, ended by no surprise."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlmodel import col, func, select, update

from app.anonymity.service import keys
from app.core.clock import SetClock
from app.core.config import Settings
from app.core.db import Database
from app.entries.models import Draft
from app.notifications.models import Mail
from app.people.models import Account
from app.people.service import sign_ins
from app.retros.models import Retro, RunningHours
from app.retros.rules.names import Stage
from app.retros.rules.refusals import CannotBeKeptOpen
from app.retros.service import ending, running_hours
from app.votes.models import StanceVote
from tests.builders import Room, a_retro, move, topics_of, vote, write
from tests.cast import Cast, Person
from tests.lying import Running

AtDesk = Callable[[Person], TestClient]
Browser = Callable[[], TestClient]
SEATS = {"Editorial": 3, "Production": 3}
WARNING = "Closes automatically unless you continue: The Orchard Atlas"
DAY = timedelta(days=1)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def make(app: FastAPI, database: Database, cast: Cast, clock: SetClock, settings: Settings) -> Callable[..., Room]:
    """A room with six seats at a stage, in a house that keeps its mails."""
    database.info["settings"] = settings.model_copy(update={"smtp_host": "127.0.0.1"})

    def build(stage: Stage, **more: object) -> Room:
        return a_retro(database, cast, clock, stage=stage, seats=SEATS, k=3, **more)  # type: ignore[arg-type]

    return build


def board_of(room: Room) -> str:
    return f"/desk/retros/{room.id}"


def page_of(browser: TestClient, url: str) -> str:
    return html.unescape(browser.get(url).text)


def phone_of(new_browser: Browser, room: Room) -> TestClient:
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    return phone


def later(database: Database, new_browser: Browser, person: Person, now: datetime) -> TestClient:
    """Somebody who signs in after so many days that an earlier sign-in would be over."""
    browser = new_browser()
    with database.transaction() as db:
        browser.cookies.set("visit", sign_ins.open_sign_in(db, person.id, now, "a laptop"), path="/desk")
    return browser


def mails_to(database: Database, person: Person) -> list[str]:
    with database.reading() as db:
        wanted = select(Mail.subject).where(Mail.recipient == person.email).order_by(col(Mail.created_at))
        return list(db.exec(wanted))


def row_of(database: Database, room: Room) -> Retro:
    with database.reading() as db:
        row = db.exec(select(Retro).where(Retro.id == room.id)).one()
        db.expunge(row)
        return row


# it would close


def test_who_runs_it_is_told_by_mail_and_on_the_board_a_day_before(
    make: Callable[..., Room], at_desk: AtDesk, new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = make(Stage.DISCUSS)
    lies = Running(database, clock.now()).hours(47)
    assert (mails_to(database, cast.frieda)[1:], row_of(database, room).closes_at) == ([], None)
    clock.at = lies.hours(1).now
    for person in (cast.frieda, cast.carla, cast.stefan):
        assert WARNING in mails_to(database, person)
    assert WARNING not in mails_to(database, cast.mia), "she runs nothing"
    frieda = at_desk(cast.frieda)
    assert "Keep it open" in page_of(frieda, board_of(room))
    said = "This retro closes by itself on"
    for url in (board_of(room), f"{board_of(room)}/screen"):
        assert said in page_of(frieda, url)
    assert said in page_of(phone_of(new_browser, room), f"/r/{room.code}")
    lies.hours(23)
    assert room.view().stage is Stage.DISCUSS
    lies.hours(1)
    assert room.view().stage is Stage.CLOSED
    assert "Closed automatically: The Orchard Atlas" in mails_to(database, cast.frieda)


@sqlite
def test_one_press_keeps_it_open_for_two_weeks_since_it_was_still(
    make: Callable[..., Room], at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, carla = make(Stage.DISCUSS), at_desk(cast.carla)
    began = clock.now()
    lies = Running(database, began).hours(50)
    clock.at = lies.now
    assert carla.post(f"{board_of(room)}/kept-open", follow_redirects=False).status_code == 303
    assert "closes by itself" not in page_of(carla, board_of(room))
    assert row_of(database, room).kept_until == began + 14 * DAY
    lies.hours(13 * 24 - 50)
    assert room.view().closes_at == began + 14 * DAY
    clock.at = lies.now
    with pytest.raises(CannotBeKeptOpen), database.transaction() as db:
        ending.keep_open(db, cast.carla.visitor, room.id, lies.now)
    lies.hours(24)
    assert room.view().stage is Stage.CLOSED


@sqlite
def test_the_link_in_the_mail_keeps_it_open_without_signing_in_and_looking_changes_nothing(
    make: Callable[..., Room], new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    from app.notifications.service.mails import claim

    room = make(Stage.DISCUSS)
    clock.at = Running(database, clock.now()).hours(48).now
    link = None
    while link is None:
        with database.transaction() as db:
            mail = claim(db, clock.now() + timedelta(hours=1))
        assert mail is not None
        if (mail.recipient, mail.subject) == (cast.frieda.email, WARNING):
            link = re.search(r"https?://[^/\s]+(/m/open/\S+)", mail.text)
            assert link is not None
    browser = new_browser()
    for _ in range(2):
        assert "Keep it open" in browser.get(link[1]).text
    assert row_of(database, room).kept_until is None
    for _ in range(2):
        assert browser.post(link[1], follow_redirects=False).headers["location"] == link[1]
        assert "This retro stays open" in browser.get(link[1]).text
    assert row_of(database, room).kept_until is not None
    assert browser.get("/m/open/nonsense").status_code == 404
    with database.transaction() as db:
        db.execute(update(Account).where(col(Account.id) == cast.frieda.id).values(disabled_at=clock.now()))
    assert browser.get(link[1]).status_code == 404


@sqlite
@pytest.mark.parametrize("what", ["a name", "a note", "a step", "a lock"])
def test_whatever_who_runs_it_changes_keeps_it_open(
    make: Callable[..., Room], at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, what: str
) -> None:
    room, carla = make(Stage.GROUP if what == "a name" else Stage.DISCUSS), at_desk(cast.carla)
    topic = topics_of(database, room)[0]
    lies = Running(database, clock.now()).hours(60)
    clock.at = lies.now
    sent = {
        "a name": (f"topics/{topic}/title", {"title": "Another name", "version": "1"}),
        "a note": (f"topics/{topic}/notes", {"text": "As we said", "version": "1"}),
        "a step": ("stage", {"stage": "wrap_up"}),
        "a lock": ("lock", {"locked": "yes"}),
    }[what]
    assert carla.post(f"{board_of(room)}/{sent[0]}", data=sent[1], follow_redirects=False).status_code == 303
    lies.look()
    lies.hours(71)
    assert room.view().is_open
    lies.hours(1)
    assert room.view().stage is Stage.CLOSED


@sqlite
def test_what_participants_do_and_who_only_looks_keep_nothing_open(
    make: Callable[..., Room], at_desk: AtDesk, new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = make(Stage.WRAP_UP)
    lies = Running(database, clock.now()).hours(60)
    clock.at = lies.now
    phone = phone_of(new_browser, room)
    assert phone.post(f"/r/{room.code}/ready", follow_redirects=False).status_code == 303
    assert at_desk(cast.frieda).get(board_of(room)).status_code == 200
    lies.hours(12)
    assert room.view().stage is Stage.CLOSED


# before the reveal


def test_what_is_not_revealed_and_left_alone_for_two_weeks_is_destroyed_unseen_and_who_runs_it_is_told(
    make: Callable[..., Room], new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = make(Stage.WRITE)
    write(database, room.seat(), "Nobody will ever read this")
    lies = Running(database, clock.now()).hours(13 * 24)
    clock.at = lies.now
    frieda = later(database, new_browser, cast.frieda, lies.now)
    assert "what was written is then destroyed, unseen" in page_of(frieda, board_of(room))
    lies.hours(24)
    assert room.view().was_stopped
    with database.reading() as db:
        assert db.exec(select(func.count()).select_from(Draft)).one() == 0
        assert not keys.keys_of(db).exists(room.id)
    assert mails_to(database, cast.carla)[-1] == "Closed automatically: The Orchard Atlas"
    assert "has ended before the reveal" in page_of(frieda, f"{board_of(room)}/settings")


@sqlite
def test_a_deadline_counts_and_not_the_day_on_which_writing_began(
    make: Callable[..., Room], database: Database, cast: Cast, clock: SetClock
) -> None:
    room = make(Stage.WRITE, write_asynchronously=True, writing_days=9)
    lies = Running(database, clock.now()).hours((9 + 13) * 24 - 1)
    assert row_of(database, room).closes_at is None
    lies.hours(1)
    assert row_of(database, room).closes_at == clock.now() + 23 * DAY


@sqlite
def test_what_is_only_prepared_stays(make: Callable[..., Room], database: Database, clock: SetClock) -> None:
    room = make(Stage.PREPARE)
    Running(database, clock.now()).set_clock(400 * DAY).hours(60)
    assert room.view().stage is Stage.PREPARE


# clocks and processes


@pytest.mark.parametrize("stage", [Stage.WRITE, Stage.DISCUSS])
def test_what_an_older_version_left_open_for_weeks_is_not_closed_by_surprise(
    make: Callable[..., Room], database: Database, cast: Cast, clock: SetClock, stage: Stage
) -> None:
    """As the migration leaves it: no last change, nothing warned of, no hour counted."""
    room = make(stage)
    long_ago = clock.now() - 40 * DAY
    with database.transaction() as db:
        db.execute(update(Retro).values(stirred=False, changed_at=None, changed_hour=0, stage_started_at=long_ago))
    lies = Running(database, clock.now())
    assert mails_to(database, cast.frieda).count(WARNING) == 1
    lies.hours(24)
    assert room.view().is_open
    assert mails_to(database, cast.frieda).count(WARNING) == 2, "asked twice: nobody knows what the clock did"
    lies.hours(23)
    assert room.view().is_open
    lies.hours(1)
    assert not room.view().is_open


@sqlite
@pytest.mark.parametrize(
    "jumps",
    [
        [400 * DAY],
        [-400 * DAY],
        [400 * DAY, -400 * DAY],
        [-400 * DAY, 400 * DAY],
        [5 * DAY, -3 * DAY, 9 * DAY, -11 * DAY, 30 * DAY],
        [timedelta(hours=30)] * 6,
    ],
)
def test_a_clock_that_jumps_closes_no_retro_before_two_days_of_running_hours(
    make: Callable[..., Room], database: Database, cast: Cast, clock: SetClock, jumps: list[timedelta]
) -> None:
    rooms = [make(Stage.DISCUSS), make(Stage.WRITE)]
    lies = Running(database, clock.now()).hours(2)
    for jump in jumps:
        lies.set_clock(jump).hours(5)
    passed = 2 + 5 * len(jumps)
    assert all(room.view().is_open for room in rooms)
    lies.hours(47 - passed)
    assert all(room.view().is_open for room in rooms)


def test_hours_are_counted_once_an_hour_by_all_processes_together(
    database: Database, database_url: str, now: datetime
) -> None:
    workers = [database, *(Database(database_url, keys=database.info["keys"]) for _ in range(3))]

    def counted() -> int:
        with database.reading() as db:
            return db.exec(select(RunningHours.hours)).first() or 0

    seconds = 0
    for seconds in range(0, 3 * 3600 + 60, 600):
        for late, worker in enumerate(workers):
            running_hours.count_hours(worker, lambda late=late, at=seconds: 90_000.0 * late + at)  # type: ignore[misc]
        assert counted() <= seconds // 3600
    assert counted() == 3
    for worker in workers[1:]:
        worker.dispose()


def test_a_process_that_has_just_started_counts_no_hour(database: Database, database_url: str) -> None:
    for start in range(5):
        again = Database(database_url, keys=database.info["keys"])
        running_hours.count_hours(again, lambda start=start: 50_000.0 * start)  # type: ignore[misc]
        assert running_hours.count_hours(again, lambda start=start: 50_000.0 * start + 3_599) == 0  # type: ignore[misc]
        again.dispose()


# another day


def test_a_retro_goes_on_next_week_and_every_screen_says_the_day(
    make: Callable[..., Room], at_desk: AtDesk, new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, carla = make(Stage.DISCUSS), at_desk(cast.carla)
    phone, board = phone_of(new_browser, room), board_of(room)
    form = page_of(carla, f"{board}/continuation")
    assert 'value="2026-03-24"' in form
    assert "votes so far are discarded" not in form
    sent = {"day": "2026-03-24", "at": "14:00", "leaving": "discuss"}
    assert carla.post(f"{board}/continuation", data=sent, follow_redirects=False).status_code == 303
    at = datetime.fromisoformat("2026-03-24T14:00+00:00")
    for page in (page_of(phone, f"/r/{room.code}"), page_of(carla, board), page_of(carla, f"{board}/screen")):
        assert "To be continued" in page
        assert at.isoformat() in page
    for browser, url, leads_to in ((phone, f"/r/{room.code}", f"/r/{room.code}"), (carla, board, board)):
        (event,) = Calendar.from_ical(browser.get(f"{url}/continuation.ics").content).walk("VEVENT")
        assert event.start == at
        assert str(event["URL"]).endswith(leads_to)
        assert not event.get("ATTENDEE")
    for person in (cast.frieda, cast.mia):
        assert mails_to(database, person) == ["To be continued: The Orchard Atlas"]
    assert mails_to(database, cast.sven) == [], "nothing to do with it"
    Running(database, clock.now()).hours(9 * 24 + 2)
    assert row_of(database, room).closes_at == at + 3 * DAY
    clock.at = at
    carla = later(database, new_browser, cast.carla, at)
    with database.transaction() as db:
        db.execute(update(Retro).values(closes_at=None))
    assert carla.post(f"{board}/continuation/now", follow_redirects=False).status_code == 303
    assert "To be continued" not in page_of(phone, f"/r/{room.code}")
    assert "Talk about it" in page_of(carla, board)
    assert room.view().stage_ends_at is not None


def test_from_the_vote_it_goes_back_to_grouping_and_the_votes_are_discarded(
    make: Callable[..., Room], at_desk: AtDesk, new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, frieda = make(Stage.VOTE), at_desk(cast.frieda)
    board = board_of(room)
    vote(database, room.seat(), topics_of(database, room)[0])
    assert new_browser().get(f"/r/{room.code}/continuation.ics").status_code == 404, "no day is set"
    assert "The votes so far are discarded." in page_of(frieda, f"{board}/continuation")
    sent = {"day": "2026-03-20", "at": "09:30", "leaving": "vote"}
    assert frieda.post(f"{board}/continuation", data=sent, follow_redirects=False).status_code == 303
    assert room.view().stage is Stage.GROUP
    with database.reading() as db:
        assert db.exec(select(func.count()).select_from(StanceVote)).one() == 0
    assert frieda.post(f"{board}/stage", data={"stage": "vote"}, follow_redirects=False).status_code == 303
    assert room.view().continues_at is None, "going on is said by going on"


@sqlite
def test_a_page_that_is_not_current_breaks_nothing_off_and_a_day_too_far_is_refused(
    make: Callable[..., Room], at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock
) -> None:
    room, frieda = make(Stage.GROUP), at_desk(cast.frieda)
    board = f"{board_of(room)}/continuation"
    move(database, cast.frieda, room, Stage.VOTE, clock)
    stale = {"day": "2026-03-20", "at": "09:30", "leaving": "group"}
    assert frieda.post(board, data=stale, follow_redirects=False).status_code == 303
    assert (room.view().stage, room.view().continues_at) == (Stage.VOTE, None)
    for day, at, said in (
        ("2026-04-20", "09:30", "within the next 14 days"),
        ("2026-03-16", "09:30", "within the next 14 days"),
        ("never", "09:30", "as a date"),
        ("2026-03-20", "noon", "hours and minutes"),
    ):
        answer = frieda.post(board, data={"day": day, "at": at})
        assert (answer.status_code, said in html.unescape(answer.text)) == (422, True), day
    unrevealed = make(Stage.WRITE)
    early = frieda.post(f"{board_of(unrevealed)}/continuation", data=stale)
    assert (early.status_code, "days to write instead" in early.text) == (409, True)
    assert at_desk(cast.mia).post(board, data=stale).status_code == 403


# below k at a deadline


def test_below_k_at_a_deadline_more_time_is_offered_before_release_is_asked(
    app: FastAPI, at_desk: AtDesk, new_browser: Browser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(
        database,
        cast,
        clock,
        stage=Stage.WRITE,
        seats={"Editorial": 2},
        write_asynchronously=True,
        writing_days=2,
        k=3,
    )
    frieda, board, phone = at_desk(cast.frieda), board_of(room), phone_of(new_browser, room)
    offer = "Give them more time?"
    assert offer not in page_of(frieda, board), "while people write nothing is counted"
    clock.advance(2 * DAY)
    assert offer in page_of(frieda, board)
    frieda.post(f"{board}/meeting")
    frieda.post(f"{board}/stage", data={"stage": "group", "leaving": "write"})
    assert row_of(database, room).offered_longer
    assert (room.view().stage, room.view().awaiting_release) == (Stage.WRITE, False)
    page = page_of(frieda, board)
    assert offer in page
    assert "Ask each to release what they wrote" in page
    assert "Fewer than hoped" not in page_of(phone, f"/r/{room.code}")
    frieda.post(f"{board}/writing-deadline", data={"days": "3"})
    assert offer not in page_of(frieda, board)
    clock.advance(3 * DAY)
    for _ in range(2):
        frieda.post(f"{board}/stage", data={"stage": "group", "leaving": "write"})
    assert not room.view().awaiting_release, "the same button twice asks nobody for a release"
    frieda.post(f"{board}/stage", data={"stage": "group", "leaving": room.view().leaving})
    assert room.view().awaiting_release
    assert "Fewer than hoped" in page_of(phone, f"/r/{room.code}")

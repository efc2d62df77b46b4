"""A person's calendar: made, read without signing in, replaced and stopped; what stands in whose, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import vobject
from fastapi.testclient import TestClient
from sqlmodel import select
from structlog.testing import capture_logs

from app.actions import jobs
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.notifications.models import CalendarFeed
from app.people.service import accounts
from tests.cast import Cast, Person
from tests.databases import only_sqlite
from tests.promises import asked, take

AtDesk = Callable[[Person], TestClient]


@pytest.fixture
def subscribe(at_desk: AtDesk) -> Callable[[Person], str]:
    """Makes this person's address and returns its path."""

    def make(person: Person) -> str:
        answer = at_desk(person).post("/desk/settings/calendar")
        assert answer.status_code == 201
        found = re.search(r'value="http://127.0.0.1:8000(/calendar/[\w-]+\.ics)"', answer.text)
        assert found
        return found[1]

    return make


Subscribe = Callable[[Person], str]


def events(client: TestClient, path: str) -> dict[str, Any]:
    """What another parser reads there: event by UID."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = vobject.readOne(answer.text)
    return {event.uid.value: event for event in getattr(found, "vevent_list", [])}


def test_the_owner_the_lead_and_the_other_side(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock, owner_id=cast.sven.id, owner_name="Sven", owner_email=cast.sven.email)
    paths = {name: subscribe(person) for name, person in cast.everybody().items() if name in {"sven", "paul", "edda"}}
    due = f"action-{action_id}@fencepost"
    assert set(events(client, paths["sven"])) == {due}, "who owns it"
    assert set(events(client, paths["paul"])) == {due}, "who leads the department that is asked"
    assert events(client, paths["edda"]) == {}, "who asked has nothing to do until it is reported done"
    take(database, cast.sven, action_id, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    accept = f"accept-{action_id}@fencepost"
    waiting = events(client, paths["edda"])
    assert set(waiting) == {accept}
    # Reported on Tuesday the 17th: the day after the fifth working day.
    assert waiting[accept].dtstart.value == date(2026, 3, 25)
    assert waiting[accept].summary.value.startswith("Accept? Send page proofs")
    assert set(events(client, paths["paul"])) == {due}


def test_the_day_in_the_calendar_is_the_day_on_which_silence_accepts(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock)
    take(database, cast.paul, action_id, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    path = subscribe(cast.edda)
    day = events(client, path)[f"accept-{action_id}@fencepost"].dtstart.value
    clock.advance(timedelta(days=(day - clock.now().date()).days - 1))
    jobs.run_due(database, clock.now())
    assert events(client, path)[f"accept-{action_id}@fencepost"].summary.value.startswith("Accept?")
    clock.advance(timedelta(days=1))
    jobs.run_due(database, clock.now())
    assert events(client, path)[f"accept-{action_id}@fencepost"].summary.value.startswith("✓ Accepted")


def test_nobody_is_asked_to_accept_their_own_promise(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock, providing_department_id=cast.editorial, owner_id=cast.edda.id)
    take(database, cast.edda, action_id, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    assert set(events(client, subscribe(cast.edda))) == {f"action-{action_id}@fencepost"}
    assert set(events(client, subscribe(cast.mia))) == {f"accept-{action_id}@fencepost"}, "another member may"


def test_uid_stays_and_sequence_rises_when_it_is_promised_anew(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock)
    path = subscribe(cast.paul)
    seen = []
    for state, said in [
        (ActionState.PROMISED, {}),
        (ActionState.RE_PROMISED, {"due_on": date(2026, 5, 12), "reason": "The plates are late"}),
        (ActionState.RE_PROMISED, {"due_on": date(2026, 5, 19), "reason": "And later"}),
    ]:
        clock.advance(timedelta(hours=1))
        take(database, cast.paul, action_id, clock, state, **said)
        ((uid, event),) = events(client, path).items()
        seen.append((uid, int(event.sequence.value), event.last_modified.value, event.dtstart.value))
    assert {uid for uid, *_ in seen} == {f"action-{action_id}@fencepost"}
    assert [number for _, number, *_ in seen] == sorted({number for _, number, *_ in seen})
    assert [moved for *_, moved, _ in seen] == sorted({moved for *_, moved, _ in seen})
    assert [day for *_, day in seen] == [date(2026, 4, 28), date(2026, 5, 12), date(2026, 5, 19)]


def test_what_is_settled_or_called_off_stays_for_thirty_days(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    kept, off = asked(database, cast, clock, title="Keep"), asked(database, cast, clock, title="Stop")
    take(database, cast.paul, kept, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    take(database, cast.edda, kept, clock, ActionState.ACCEPTED)
    take(database, cast.edda, off, clock, ActionState.NOT_DOING, reason="Nobody needs it")
    path = subscribe(cast.paul)
    found = events(client, path)
    assert found[f"action-{kept}@fencepost"].summary.value == "✓ Keep (for Editorial)"
    assert found[f"action-{kept}@fencepost"].status.value == "CONFIRMED"
    assert found[f"action-{off}@fencepost"].status.value == "CANCELLED"
    clock.advance(timedelta(days=29))
    assert set(events(client, path)) == set(found)
    clock.advance(timedelta(days=2))
    assert events(client, path) == {}


def test_what_is_not_asked_yet_or_has_no_day_is_left_out(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    from app.actions.models import Action

    asked(database, cast, clock, due_on=None)
    with database.transaction() as db:
        db.add(Action(title="Only proposed", owner_id=cast.paul.id, due_on=date(2026, 4, 1), created_at=clock.now()))
    assert events(client, subscribe(cast.paul)) == {}


def test_nothing_new_is_304(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    action_id = asked(database, cast, clock)
    path = subscribe(cast.paul)
    first = client.get(path)
    assert first.headers["cache-control"].startswith("private")
    etag = first.headers["etag"]
    assert etag.startswith('"'), "strong"
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
    take(database, cast.paul, action_id, clock, ActionState.PROMISED)
    changed = client.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_replaced_stopped_disabled_and_unknown_are_all_the_same_404(
    client: TestClient, subscribe: Subscribe, at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock
) -> None:
    first = subscribe(cast.paul)
    second = subscribe(cast.paul)
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    stopped = at_desk(cast.paul).post("/desk/settings/calendar/revocation")
    assert stopped.status_code == 303
    assert "stopped working" in at_desk(cast.paul).get(stopped.headers["location"]).text
    third = subscribe(cast.mia)
    assert client.get(third).status_code == 200
    with database.transaction() as db:
        accounts.disable(db, cast.ada.visitor, cast.mia.id, clock.now())
    answers = [client.get(path) for path in (first, second, third, "/calendar/made-up.ics")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.text for answer in answers}) == 1
    with database.transaction() as db:
        accounts.enable(db, cast.ada.visitor, cast.mia.id)
    assert client.get(third).status_code == 404, "the address went with the account"


def test_the_table_and_the_log_hold_no_address(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast
) -> None:
    with capture_logs() as lines:
        path = subscribe(cast.paul)
        client.get(path)
        client.get("/calendar/" + "x" * 43 + ".ics")
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in repr(lines)
    assert "x" * 43 not in repr(lines)
    assert {line["route"] for line in lines if "ics" in line.get("route", "")} == {"/calendar/{token}.ics"}
    with database.reading() as db:
        kept = db.exec(select(CalendarFeed)).one().model_dump()
    assert kept["account_id"] == cast.paul.id
    assert token not in repr(kept)


def test_the_page_says_when_it_was_fetched_and_shows_the_address_once(
    client: TestClient, subscribe: Subscribe, at_desk: AtDesk, cast: Cast, clock: SetClock
) -> None:
    paul = at_desk(cast.paul)
    assert "There is none yet" in paul.get("/desk/settings/calendar").text
    assert 'href="/desk/settings/calendar"' in paul.get("/desk/settings").text
    path = subscribe(cast.paul)
    page = paul.get("/desk/settings/calendar").text
    assert "No calendar has fetched it yet" in page
    assert path not in page
    assert "have not been tried" in page
    client.get(path)
    assert 'datetime="2026-03-17"' in paul.get("/desk/settings/calendar").text
    clock.advance(timedelta(days=2))
    client.get(path)
    assert 'datetime="2026-03-19"' in paul.get("/desk/settings/calendar").text


@only_sqlite
def test_guessing_and_asking_without_end_is_limited(client: TestClient, subscribe: Subscribe, cast: Cast) -> None:
    path = subscribe(cast.paul)
    assert client.get(path).status_code == 200
    answers = [client.get(f"/calendar/guess-{number}.ics").status_code for number in range(70)]
    assert set(answers) == {404, 429}
    assert client.get(path).status_code == 429, "a right guess after too many wrong ones is not answered either"


def test_reading_without_end_is_limited(client: TestClient, subscribe: Subscribe, cast: Cast) -> None:
    path = subscribe(cast.paul)
    answers = [client.get(path) for _ in range(62)]
    assert answers[29].status_code == 200, "a right address is no guess"
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


@only_sqlite
@pytest.mark.parametrize("public", ["https://retro.example.org/", None])
def test_links_lead_to_the_public_address_and_the_name_stays(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock, public: str | None
) -> None:
    action_id = asked(database, cast, clock)
    path = subscribe(cast.paul)
    client.app.state.settings.public_url = public  # type: ignore[attr-defined]
    event = events(client, path)[f"action-{action_id}@fencepost"]
    assert event.url.value == f"{(public or 'http://127.0.0.1:8000').rstrip('/')}/desk/actions/{action_id}"


@only_sqlite
def test_members_are_asked_to_accept_only_where_the_policy_says_so(
    client: TestClient, subscribe: Subscribe, database: Database, cast: Cast, clock: SetClock
) -> None:
    from dataclasses import asdict

    from app.actions.models import FollowUp
    from app.actions.rules.policy import Policy

    action_id: UUID = asked(database, cast, clock)
    take(database, cast.paul, action_id, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    path = subscribe(cast.mia)
    assert len(events(client, path)) == 1
    with database.transaction() as db:
        db.add(FollowUp(**asdict(Policy(members_may_be_asked=False))))
    assert events(client, path) == {}
    assert len(events(client, subscribe(cast.edda))) == 1


def test_a_very_long_list_keeps_what_is_open_and_newest(
    client: TestClient,
    subscribe: Subscribe,
    database: Database,
    cast: Cast,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.notifications.queries import feed

    monkeypatch.setitem(feed.__dict__, "MOST", 2)
    old, soon, later = (asked(database, cast, clock, due_on=date(2026, 4, day)) for day in (1, 2, 3))
    settled = asked(database, cast, clock, due_on=date(2026, 4, 4))
    take(database, cast.edda, settled, clock, ActionState.NOT_DOING, reason="Nobody needs it")
    found = events(client, subscribe(cast.paul))
    assert set(found) == {f"action-{soon}@fencepost", f"action-{later}@fencepost"}
    assert old != settled

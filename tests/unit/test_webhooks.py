"""Webhooks: written where they are caused, signed, posted once, tried again, stopped, and visible to admins alone.

The receiver is a real server on 127.0.0.1, which the operator's setting allows here and nowhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from app.actions.events import NoticeFellDue
from app.actions.rules.kinds import ActionState, Notice
from app.actions.service import stepping
from app.agreements.events import AgreementChanged
from app.agreements.models import Agreement
from app.core.clock import SetClock
from app.core.db import Database
from app.core.errors import NotFound
from app.core.events import emit
from app.notifications import jobs
from app.notifications.jobs.webhooks import by_http, send_one
from app.notifications.models import Delivery, Webhook
from app.notifications.queries import webhooks
from app.notifications.queries.webhooks import DeliveryView, WebhookView
from app.notifications.rules.news import of_test
from app.notifications.rules.retries import GIVE_UP_AFTER, LEASE, TOLD_AFTER
from app.notifications.rules.targets import NOT_OUTSIDE
from app.notifications.rules.webhooks import KEPT_FOR, OTHERS_WAIT, STOP_AFTER
from app.notifications.service import deliveries
from app.notifications.service import webhooks as webhooks_service
from app.notifications.service.deliveries import DeliveryResponse, Parcel
from app.notifications.service.webhooks import IsStopped, StopItFirst
from app.people.rules import Visitor
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.retros.service import stage_moves
from tests.builders import Room, a_retro
from tests.cast import Cast
from tests.conftest import settings_for
from tests.promises import asked
from tests.receiving import Receiver, certificate_for, receiving
from tests.unit.test_actions_service import capture, closed, take

ADDRESS = "https://posts.lantern.example"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def hooked(house: Database, tmp_path: Path) -> Database:
    """The house, whose operator allows webhooks to this machine."""
    house.info["settings"] = settings_for(house.url, tmp_path, public_url=f"{ADDRESS}/", webhook_allow="127.0.0.0/8")
    return house


def add(
    database: Database, cast: Cast, url: str, now: datetime, events: str = "", template: str = "standard"
) -> UUID:
    with database.transaction() as db:
        return webhooks_service.add_webhook(db, cast.ada.visitor, "Our channel", url, template, events, now)


def view(database: Database, cast: Cast, webhook_id: UUID) -> WebhookView:
    with database.reading() as db:
        return webhooks.webhook(db, webhook_id, for_=cast.ada.visitor)


def log(database: Database, cast: Cast, webhook_id: UUID) -> list[DeliveryView]:
    with database.reading() as db:
        return webhooks.deliveries(db, webhook_id, for_=cast.ada.visitor)


def rows(database: Database) -> list[dict[str, Any]]:
    with database.reading() as db:
        return [row.model_dump() for row in db.exec(select(Delivery).order_by(Delivery.created_at)).all()]


def put_a_test(database: Database, cast: Cast, webhook_id: UUID, now: datetime) -> None:
    """Put a test into the queue."""
    with database.transaction() as db:
        webhooks_service.send_test(db, cast.ada.visitor, webhook_id, of_test("Our channel", ADDRESS, now))


def test_a_test_arrives_signed_and_is_in_the_log(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    jobs.run_due(hooked, now + LEASE * 2)
    (got,) = receiver.got
    assert got.path == "/hook?key=1"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert got.is_signed_with(view(hooked, cast, hook).secret)
    assert got.json["type"] == "test"
    (line,) = log(hooked, cast, hook)
    assert (line.standing, line.attempts, line.status, line.answer, line.taken_at) == ("taken", 1, 200, "ok", now)
    assert str(line.id) == got.id


def test_a_replaced_secret_signs_nothing_any_more(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    old = view(hooked, cast, hook).secret
    put_a_test(hooked, cast, hook, now)
    with hooked.transaction() as db:
        webhooks_service.replace_secret(db, cast.ada.visitor, hook)
    jobs.run_due(hooked, now)
    new = view(hooked, cast, hook).secret
    assert old.startswith("whsec_")
    assert old != new
    assert not receiver.got[0].is_signed_with(old)
    assert receiver.got[0].is_signed_with(new)
    with hooked.reading() as db:
        kept = str(db.exec(select(Webhook)).one().model_dump())
    assert new.removeprefix("whsec_") not in kept, "the secret is in no table"


def test_two_webhooks_have_two_secrets(hooked: Database, cast: Cast, receiver: Receiver, now: datetime) -> None:
    one, other = add(hooked, cast, receiver.url(), now), add(hooked, cast, receiver.url(), now)
    assert view(hooked, cast, one).secret != view(hooked, cast, other).secret


# What is told


@pytest.fixture
def room(hooked: Database, cast: Cast, clock: SetClock) -> Room:
    return a_retro(hooked, cast, clock, stage=Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)


def types(database: Database) -> list[str]:
    return [row["event"] for row in rows(database)]


def test_the_close_tells_of_the_retro_and_of_what_was_asked_for(
    hooked: Database, room: Room, cast: Cast, receiver: Receiver, clock: SetClock
) -> None:
    hook = add(hooked, cast, receiver.url(), clock.now())
    action_id = capture(hooked, room, clock)
    assert rows(hooked) == [], "nothing before the close"
    closed(hooked, room, clock)
    jobs.run_due(hooked, clock.now())
    by_type = {got.json["type"]: got.json["data"] for got in receiver.got}
    assert set(by_type) == {"action.requested", "retro.closed"}
    assert by_type["action.requested"] == {
        "id": str(action_id),
        "kind": "action",
        "title": "Send page proofs two days earlier",
        "state": "requested",
        "owner": "Paul",
        "providing_department": "Production",
        "requesting_department": "Editorial",
        "due_on": "2026-04-28",
        "promised_for": None,
        "slips": 0,
        "by_silence": False,
        "link": f"{ADDRESS}/desk/actions/{action_id}",
    }
    assert by_type["retro.closed"] == {
        "id": str(room.id),
        "title": room.view().title,
        "project": "The Orchard Atlas",
        "link": f"{ADDRESS}/desk/retros/{room.id}/outcome",
    }
    assert all(got.is_signed_with(view(hooked, cast, hook).secret) for got in receiver.got)


def test_a_retro_that_was_stopped_before_the_reveal_says_nothing(
    hooked: Database, cast: Cast, receiver: Receiver, clock: SetClock
) -> None:
    add(hooked, cast, receiver.url(), clock.now())
    early = a_retro(hooked, cast, clock, stage=Stage.WRITE)
    with hooked.transaction() as db:
        stage_moves.change_stage(db, db.get_one(Retro, early.id), Stage.CLOSED, clock.now(), Random(1))
    assert rows(hooked) == []


def test_a_step_is_told_when_it_can_no_longer_be_taken_back(
    hooked: Database, room: Room, cast: Cast, receiver: Receiver, clock: SetClock
) -> None:
    add(hooked, cast, receiver.url(), clock.now(), events="action.stepped")
    action_id = capture(hooked, room, clock)
    closed(hooked, room, clock)
    take(hooked, cast.paul, action_id, ActionState.PROMISED, clock, due_on=date(2026, 4, 28))
    jobs.run_due(hooked, clock.now() + TOLD_AFTER - timedelta(seconds=1))
    assert receiver.got == []
    jobs.run_due(hooked, clock.now() + TOLD_AFTER)
    (got,) = receiver.got
    assert (got.json["type"], got.json["data"]["state"]) == ("action.stepped", "promised")
    assert "@" not in got.body.decode(), "nobody's mail address"


def test_a_step_that_was_taken_back_is_told_to_nobody(
    hooked: Database, room: Room, cast: Cast, receiver: Receiver, clock: SetClock
) -> None:
    add(hooked, cast, receiver.url(), clock.now(), events="action.stepped")
    action_id = capture(hooked, room, clock)
    closed(hooked, room, clock)
    take(hooked, cast.paul, action_id, ActionState.ACKNOWLEDGED, clock)
    clock.advance(timedelta(seconds=30))
    take(hooked, cast.paul, action_id, ActionState.PROMISED, clock, due_on=date(2026, 4, 28))
    with hooked.transaction() as db:
        stepping.undo(db, cast.paul.visitor, action_id, clock.now())
    jobs.run_due(hooked, clock.now() + timedelta(hours=1))
    assert [got.json["data"]["state"] for got in receiver.got] == ["acknowledged"]


def test_what_stays_late_is_told_once(
    hooked: Database, room: Room, cast: Cast, receiver: Receiver, clock: SetClock
) -> None:
    from app.actions import jobs as calendar

    add(hooked, cast, receiver.url(), clock.now(), events="action.late")
    action_id = capture(hooked, room, clock)
    closed(hooked, room, clock)
    take(hooked, cast.paul, action_id, ActionState.PROMISED, clock, due_on=date(2026, 4, 28))
    for _ in range(30):
        clock.advance(timedelta(days=3))
        calendar.run_due(hooked, clock.now())
        jobs.run_due(hooked, clock.now())
    (got,) = receiver.got
    assert (got.json["type"], got.json["data"]["id"]) == ("action.late", str(action_id))


def test_only_the_lead_s_notice_is_told(hooked: Database, cast: Cast, clock: SetClock) -> None:
    action_id = asked(hooked, cast, clock)
    add(hooked, cast, "https://hooks.example.org/", clock.now())
    with hooked.transaction() as db:
        for notice in Notice:
            emit(db, NoticeFellDue(action_id=action_id, notice=notice, day=clock.now().date()))
    assert types(hooked) == ["action.late"]


def test_an_agreement_that_changes_is_told(hooked: Database, cast: Cast, receiver: Receiver, now: datetime) -> None:
    add(hooked, cast, receiver.url(), now, events="agreement.changed")
    with hooked.transaction() as db:
        row = Agreement(
            text="Copy three days before press", providing_department_id=cast.editorial,
            requesting_department_id=cast.production, since=date(2026, 3, 1), created_at=now,
        )  # fmt: skip
        db.add(row)
        db.flush()
        emit(db, AgreementChanged(agreement_id=row.id))
    jobs.run_due(hooked, datetime.now(UTC) + timedelta(hours=1))
    assert receiver.got[0].json["data"] == {
        "id": str(row.id),
        "text": "Copy three days before press",
        "standing": "in_force",
        "providing_department": "Editorial",
        "requesting_department": "Production",
        "since": "2026-03-01",
        "review_on": None,
        "ended_on": None,
        "link": f"{ADDRESS}/desk/agreements/{row.id}",
    }


def test_a_webhook_hears_what_it_chose_and_a_stopped_one_nothing(
    hooked: Database, room: Room, cast: Cast, receiver: Receiver, clock: SetClock
) -> None:
    chosen = add(hooked, cast, receiver.url("/chosen"), clock.now(), events="retro.closed")
    stopped = add(hooked, cast, receiver.url("/stopped"), clock.now())
    with hooked.transaction() as db:
        webhooks_service.stop_webhook(db, cast.ada.visitor, stopped, clock.now())
    capture(hooked, room, clock)
    closed(hooked, room, clock)
    assert [(row["webhook_id"], row["event"]) for row in rows(hooked)] == [(chosen, "retro.closed")]


def test_a_rolled_back_cause_tells_nothing(hooked: Database, cast: Cast, clock: SetClock) -> None:
    action_id = asked(hooked, cast, clock)
    add(hooked, cast, "https://hooks.example.org/", clock.now())

    def caused() -> None:
        with hooked.transaction() as db:
            emit(db, NoticeFellDue(action_id=action_id, notice=Notice.LATE_TO_LEAD, day=clock.now().date()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        caused()
    assert rows(hooked) == []


@pytest.mark.parametrize(("template", "part"), [("slack", "blocks"), ("teams", "attachments")])
def test_each_template_is_sent_as_it_was_chosen(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime, template: str, part: str
) -> None:
    hook = add(hooked, cast, receiver.url(), now, template=template)
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    assert part in receiver.got[0].json
    assert receiver.got[0].is_signed_with(view(hooked, cast, hook).secret)


# What goes wrong


def test_what_is_not_taken_is_tried_again_under_the_same_id_then_given_up(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    put_a_test(hooked, cast, hook, now)
    receiver.status, receiver.answer = 503, b"the other side is   tired\n<b>\x00"
    jobs.run_due(hooked, now)
    (line,) = log(hooked, cast, hook)
    assert (line.standing, line.status, line.answer) == ("failing", 503, "the other side is tired <b>\ufffd")
    assert line.due_at == now + timedelta(minutes=1)
    assert view(hooked, cast, hook).failing_since == now
    at = now
    for _ in range(GIVE_UP_AFTER + 2):
        at += timedelta(hours=13)
        jobs.run_due(hooked, at)
    (line,) = log(hooked, cast, hook)
    assert (line.standing, line.attempts) == ("given_up", GIVE_UP_AFTER)
    assert {got.id for got in receiver.got} == {str(line.id)}
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) == GIVE_UP_AFTER
    receiver.status = 204
    with hooked.transaction() as db:
        webhooks_service.deliver_again(db, cast.ada.visitor, hook, line.id, at)
    jobs.run_due(hooked, at)
    assert log(hooked, cast, hook)[0].standing == "taken"
    assert view(hooked, cast, hook).failing_since is None
    with hooked.transaction() as db, pytest.raises(NotFound):
        webhooks_service.deliver_again(db, cast.ada.visitor, hook, line.id, at)


def test_an_address_that_is_gone_is_stopped_at_once(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    put_a_test(hooked, cast, hook, now)
    put_a_test(hooked, cast, hook, now)
    receiver.status = 410
    jobs.run_due(hooked, now)
    jobs.run_due(hooked, now + timedelta(days=1))
    assert len(receiver.got) == 1
    found = view(hooked, cast, hook)
    assert (found.stopped_at, found.waiting, found.given_up) == (now, 1, 1)
    assert "gone" in found.stopped_because
    receiver.status = 200
    with hooked.transaction() as db:
        webhooks_service.start_webhook(db, cast.ada.visitor, hook)
    jobs.run_due(hooked, now + timedelta(days=1))
    found = view(hooked, cast, hook)
    assert (found.stopped_at, found.stopped_because, found.waiting, found.taken) == (None, "", 0, 1)


def test_five_days_without_success_stop_it_and_one_success_does_not_count_against_it(
    hooked: Database, cast: Cast, now: datetime
) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    answers = {"status": 500}

    def post(_parcel: Parcel) -> DeliveryResponse:
        return DeliveryResponse(answers["status"], "")

    def on_day(day: float) -> WebhookView:
        at = now + timedelta(days=day)
        put_a_test(hooked, cast, hook, at) if view(hooked, cast, hook).stopped_at is None else None
        jobs.webhooks.run_due(hooked, at, post)
        return view(hooked, cast, hook)

    assert on_day(0).failing_since == now
    assert on_day(4).failing_since == now
    answers["status"] = 200
    assert on_day(4.5).failing_since is None
    answers["status"] = 500
    assert on_day(5).stopped_at is None
    assert on_day(9.9).stopped_at is None
    last = on_day(5 + STOP_AFTER.days)
    assert last.stopped_at == now + timedelta(days=10)
    assert "five days" in last.stopped_because


def test_a_redirect_is_not_followed(hooked: Database, cast: Cast, receiver: Receiver, now: datetime) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    receiver.status, receiver.headers = 307, {"Location": receiver.url("/elsewhere")}
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    assert [got.path for got in receiver.got] == ["/hook?key=1"]
    assert log(hooked, cast, hook)[0].status == 307
    assert log(hooked, cast, hook)[0].standing == "failing"


@pytest.mark.parametrize("way", ["silent", "trickles"])
def test_an_address_that_keeps_us_waiting_is_cut_off(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime, way: str
) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    setattr(receiver, way, True)
    put_a_test(hooked, cast, hook, now)
    jobs.webhooks.run_due(hooked, now, by_http(hooked.info["settings"], now, seconds=0.3))
    (line,) = log(hooked, cast, hook)
    assert (line.standing, line.status, line.answer) == ("failing", None, "No answer within 0.3 seconds.")


def test_of_a_long_answer_only_the_beginning_is_read_and_kept(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook = add(hooked, cast, receiver.url(), now)
    receiver.answer = "ü".encode() * 400_000
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    assert log(hooked, cast, hook)[0].answer == "ü" * 500


def test_nobody_listens(hooked: Database, cast: Cast, receiver: Receiver, now: datetime) -> None:
    with receiving() as gone:
        url = gone.url()
    hook = add(hooked, cast, url, now)
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    assert log(hooked, cast, hook)[0].answer.startswith("No connection: ConnectError")


def test_the_second_address_of_a_name_is_tried(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hook = add(hooked, cast, f"http://name.example:{receiver.port}/", now)
    put_a_test(hooked, cast, hook, now)
    post = by_http(hooked.info["settings"], now, lambda _host, _port: ["127.9.9.9", "127.0.0.1"])
    jobs.webhooks.run_due(hooked, now, post)
    assert [got.headers["host"] for got in receiver.got] == [f"name.example:{receiver.port}"]


def test_a_worker_that_dies_after_the_answer_sends_the_same_id_again(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    """Killed between the other side's 200 and the record: the only second copy there can be; it says so itself."""
    hook = add(hooked, cast, receiver.url(), now)
    put_a_test(hooked, cast, hook, now)
    really = by_http(hooked.info["settings"], now)

    def die(parcel: Parcel) -> DeliveryResponse:
        assert really(parcel).status == 200
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_one(hooked, now, die)
    jobs.run_due(hooked, now + LEASE - timedelta(seconds=1))
    assert len(receiver.got) == 1, "nobody else takes it while the lease runs"
    jobs.run_due(hooked, now + LEASE)
    jobs.run_due(hooked, now + LEASE * 3)
    first, second = receiver.got
    assert first.id == second.id
    assert first.body == second.body
    assert log(hooked, cast, hook)[0].attempts == 2


def test_a_sender_thought_dead_undoes_nothing(hooked: Database, cast: Cast, now: datetime) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    put_a_test(hooked, cast, hook, now)
    with hooked.transaction() as db:
        slow = deliveries.claim_delivery(db, now)
    with hooked.transaction() as db:
        other = deliveries.claim_delivery(db, now + LEASE)
    assert slow is not None
    assert other is not None
    with hooked.transaction() as db:
        deliveries.note_answer(db, other, DeliveryResponse(200, "ok"), now + LEASE)
    with hooked.transaction() as db:
        deliveries.note_answer(db, slow, DeliveryResponse(None, "too late"), now + LEASE)
    (line,) = log(hooked, cast, hook)
    assert (line.standing, line.answer) == ("taken", "ok")
    assert view(hooked, cast, hook).failing_since is None


def test_many_workers_at_once_send_each_once(hooked: Database, cast: Cast, now: datetime) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    for _ in range(30):
        put_a_test(hooked, cast, hook, now)
    sent: list[UUID] = []
    lock = threading.Lock()

    def post(parcel: Parcel) -> DeliveryResponse:
        with lock:
            sent.append(parcel.id)
        return DeliveryResponse(200, "")

    def worker(_number: int) -> None:
        while send_one(hooked, now, post)[0]:
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    assert len(sent) == len(set(sent)) == 30


def test_a_dead_address_costs_one_try_a_round_and_a_minute_and_holds_nobody_up(
    hooked: Database, cast: Cast, now: datetime
) -> None:
    dead = add(hooked, cast, "https://dead.example.org/", now)
    for _ in range(5):
        put_a_test(hooked, cast, dead, now)
    well = add(hooked, cast, "https://well.example.org/", now)
    put_a_test(hooked, cast, well, now)
    posted: list[str] = []

    def post(parcel: Parcel) -> DeliveryResponse:
        posted.append(parcel.url)
        return DeliveryResponse(200 if "well" in parcel.url else None, "")

    jobs.webhooks.run_due(hooked, now, post)
    assert sorted(posted) == ["https://dead.example.org/", "https://well.example.org/"]
    jobs.webhooks.run_due(hooked, now + OTHERS_WAIT - timedelta(seconds=1), post)
    assert len(posted) == 2
    jobs.webhooks.run_due(hooked, now + OTHERS_WAIT, post)
    assert len(posted) == 3


def test_a_round_ends_when_its_time_is_used_up(
    hooked: Database, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    for _ in range(3):
        put_a_test(hooked, cast, hook, now)
    monkeypatch.setattr(jobs.webhooks, "ROUND_SECONDS", -1.0)
    jobs.webhooks.run_due(hooked, now, lambda _parcel: DeliveryResponse(200, ""))
    assert view(hooked, cast, hook).waiting == 3


# Where it leads


def test_without_the_setting_this_machine_is_not_called(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    hooked.info["settings"].webhook_allow = ""
    hook = add(hooked, cast, receiver.url(), now)
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    assert receiver.got == []
    assert log(hooked, cast, hook)[0].answer == f"Not called. {NOT_OUTSIDE}"


def test_a_name_that_moved_inside_after_it_was_saved_is_not_called(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    """Rebinding, the slow way: outside when it was saved, inside when it is called."""
    hooked.info["settings"].webhook_allow = ""
    hook = add(hooked, cast, f"https://rebinding.example:{receiver.port}/", now)
    put_a_test(hooked, cast, hook, now)
    jobs.webhooks.run_due(hooked, now, by_http(hooked.info["settings"], now, lambda _host, _port: ["127.0.0.1"]))
    assert receiver.got == []
    assert "Not called" in log(hooked, cast, hook)[0].answer


def test_the_name_is_resolved_once_and_that_very_address_is_called(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding, the fast way: the second answer of the name service would lead elsewhere, and nobody asks for it."""
    import socket

    hook = add(hooked, cast, f"http://rebinding.example:{receiver.port}/", now)
    put_a_test(hooked, cast, hook, now)
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.66.66.66"]

    real = socket.getaddrinfo

    def only_numbers(host: Any, *more: Any, **named: Any) -> Any:
        assert str(host).replace(".", "").isdigit(), f"the name service was asked for {host!r}"
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    jobs.webhooks.run_due(hooked, now, by_http(hooked.info["settings"], now, resolve))
    assert asked == ["rebinding.example"]
    assert [got.headers["host"] for got in receiver.got] == [f"rebinding.example:{receiver.port}"]


@pytest.mark.parametrize(("shown", "is_taken"), [("hooks.example", True), ("other.example", False)])
def test_the_certificate_must_be_that_of_the_name_although_the_address_is_called(
    hooked: Database, cast: Cast, now: datetime, tmp_path: Path, shown: str, is_taken: bool
) -> None:
    server, client = certificate_for(shown, tmp_path)
    with receiving(server) as receiver:
        hook = add(hooked, cast, f"https://hooks.example:{receiver.port}/", now)
        put_a_test(hooked, cast, hook, now)
        post = by_http(hooked.info["settings"], now, lambda _host, _port: ["127.0.0.1"], trusted=client)
        jobs.webhooks.run_due(hooked, now, post)
    (line,) = log(hooked, cast, hook)
    assert (line.standing == "taken") is is_taken
    assert len(receiver.got) == int(is_taken)
    assert is_taken or "certificate is not valid for 'hooks.example'" in line.answer


def test_an_unknown_authority_is_refused(hooked: Database, cast: Cast, now: datetime, tmp_path: Path) -> None:
    server, _ = certificate_for("hooks.example", tmp_path)
    with receiving(server) as receiver:
        hook = add(hooked, cast, f"https://hooks.example:{receiver.port}/", now)
        put_a_test(hooked, cast, hook, now)
        jobs.webhooks.run_due(hooked, now, by_http(hooked.info["settings"], now, lambda _host, _port: ["127.0.0.1"]))
    assert receiver.got == []
    assert "CERTIFICATE_VERIFY_FAILED" in log(hooked, cast, hook)[0].answer


def test_proxies_of_the_surroundings_are_not_used(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.66.66.66:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    hook = add(hooked, cast, receiver.url(), now)
    put_a_test(hooked, cast, hook, now)
    jobs.run_due(hooked, now)
    assert len(receiver.got) == 1


# Admins


def test_only_admins_see_and_change_webhooks(hooked: Database, cast: Cast, now: datetime) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    for person in (cast.frieda, cast.edda, cast.mia):
        with hooked.transaction() as db:
            for call in _everything_an_admin_does(db, person.visitor, hook, now):
                with pytest.raises(NotFound):
                    call()


def _everything_an_admin_does(db: Session, who: Visitor, hook: UUID, now: datetime) -> list[Callable[[], object]]:
    return [
        lambda: webhooks.webhooks(db, for_=who),
        lambda: webhooks.webhook(db, hook, for_=who),
        lambda: webhooks.deliveries(db, hook, for_=who),
        lambda: webhooks_service.add_webhook(db, who, "x", "https://a.example/", "slack", "", now),
        lambda: webhooks_service.change_webhook(db, who, hook, "x", "https://a.example/", "slack", ""),
        lambda: webhooks_service.stop_webhook(db, who, hook, now),
        lambda: webhooks_service.start_webhook(db, who, hook),
        lambda: webhooks_service.replace_secret(db, who, hook),
        lambda: webhooks_service.remove_webhook(db, who, hook),
        lambda: webhooks_service.send_test(db, who, hook, of_test("x", "", now)),
        lambda: webhooks_service.deliver_again(db, who, hook, hook, now),
    ]


def test_only_a_stopped_webhook_is_removed_and_its_log_goes_with_it(
    hooked: Database, cast: Cast, now: datetime
) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    put_a_test(hooked, cast, hook, now)
    with hooked.transaction() as db, pytest.raises(StopItFirst):
        webhooks_service.remove_webhook(db, cast.ada.visitor, hook)
    with hooked.transaction() as db:
        webhooks_service.stop_webhook(db, cast.ada.visitor, hook, now)
    with hooked.transaction() as db, pytest.raises(IsStopped):
        webhooks_service.send_test(db, cast.ada.visitor, hook, of_test("x", "", now))
    with hooked.transaction() as db:
        webhooks_service.remove_webhook(db, cast.ada.visitor, hook)
    assert rows(hooked) == []


def test_the_log_forgets_after_thirty_days(hooked: Database, cast: Cast, now: datetime) -> None:
    hook = add(hooked, cast, "https://hooks.example.org/", now)
    put_a_test(hooked, cast, hook, now)
    jobs.webhooks.run_due(hooked, now, lambda _parcel: DeliveryResponse(200, ""))
    jobs.webhooks.run_due(hooked, now + KEPT_FOR - timedelta(seconds=1))
    assert len(rows(hooked)) == 1
    jobs.webhooks.run_due(hooked, now + KEPT_FOR)
    assert rows(hooked) == []


def test_neither_address_nor_secret_is_in_what_is_written_of_a_webhook(
    hooked: Database, cast: Cast, receiver: Receiver, now: datetime
) -> None:
    """Whoever knows the address of a chat's webhook may post there."""
    from structlog.testing import capture_logs

    hook = add(hooked, cast, receiver.url("/services/T0/B0/very-secret"), now)
    receiver.status = 500
    put_a_test(hooked, cast, hook, now)
    with capture_logs() as said:
        jobs.run_due(hooked, now)
    assert [one["event"] for one in said] == ["webhook_failed"]
    shown = view(hooked, cast, hook)
    with hooked.transaction() as db:
        parcel = deliveries.claim_delivery(db, now + LEASE)
    for text in (repr(said), repr(shown), repr(parcel)):
        assert "very-secret" not in text
        assert shown.secret not in text

"""Writes of the queue to webhooks: told where it is caused, claimed under a lease, taken or visibly in trouble."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from app.notifications.models import Delivery, Webhook
from app.notifications.queries.webhooks import is_old, listeners, secret_of, sendable_at
from app.notifications.rules.messages import body_of
from app.notifications.rules.retries import LEASE, next_try
from app.notifications.rules.webhooks import (
    ANSWER_KEPT,
    GONE,
    OTHERS_WAIT,
    Event,
    News,
    has_failed_too_long,
    is_taken,
)

log = structlog.get_logger(__name__)

SAID_GONE = "The other side said that this address is gone for good (410)."
FAILED_TOO_LONG = "For five days nothing was taken."


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery that this process alone may send until `until`. The address may hold a key: never in a log."""

    id: UUID
    webhook_id: UUID
    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    body: str = field(repr=False)
    attempts: int
    until: datetime


@dataclass(frozen=True, slots=True)
class DeliveryResponse:
    """What came back: a status and the beginning of the text; without a status, why nothing came."""

    status: int | None
    text: str


def announce(db: Session, news: News, due_at: datetime, step: str = "") -> None:
    """Write what happened for every webhook that hears of it, in the transaction that caused it."""
    for row in listeners(db, news.event):
        write_delivery(db, row, news, due_at, step)


def write_delivery(db: Session, row: Webhook, news: News, due_at: datetime, step: str = "") -> None:
    """One event for one webhook, in the shape that this webhook wants."""
    body = body_of(row.template, news)
    event = Event(news.event).value
    db.add(Delivery(webhook_id=row.id, event=event, body=body, step=step, due_at=due_at, created_at=news.at))
    db.flush()


def forget_step(db: Session, step: str) -> None:
    """A step was taken back within its minute: nobody is told of it."""
    db.execute(
        delete(Delivery)
        .where(col(Delivery.step) == step, col(Delivery.attempts) == 0)
        .execution_options(synchronize_session=False)
    )


def claim_delivery(db: Session, now: datetime, but_not: frozenset[UUID] = frozenset()) -> Parcel | None:
    """Take one due delivery, or None; none for the webhooks in `but_not`.

    Two processes never take the same one: the UPDATE must change exactly one row.
    """
    free = sendable_at(now, but_not)
    due = select(Delivery).where(free).order_by(col(Delivery.due_at), col(Delivery.id)).limit(1)
    row = db.exec(due.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    until = now + LEASE
    taken = db.execute(
        update(Delivery)
        .where(col(Delivery.id) == row.id, free)
        .values(claimed_until=until, attempts=Delivery.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    hook = db.get_one(Webhook, row.webhook_id)
    return Parcel(row.id, hook.id, hook.url, secret_of(db, hook), row.body, row.attempts + 1, until)


def note_answer(db: Session, parcel: Parcel, answer: DeliveryResponse, now: datetime) -> bool:
    """Write down what came back. Returns whether it was taken.

    What was not is pushed ahead with backoff, and after too many attempts waits for an admin. An address that is gone
    (410), or took nothing for five days, is stopped.
    """
    values: dict[str, object] = {"claimed_until": None, "status": answer.status, "answer": answer.text[:ANSWER_KEPT]}
    if answer.status is not None and is_taken(answer.status):
        _finish(db, parcel, taken_at=now, **values)
        _works_again(db, parcel.webhook_id)
        return True
    again = None if answer.status == GONE else next_try(parcel.attempts, now)
    log.warning("webhook_failed", webhook=str(parcel.webhook_id), attempts=parcel.attempts, status=answer.status)
    ours = _finish(db, parcel, **values, **({"given_up_at": now} if again is None else {"due_at": again}))
    if ours:
        _note_failure(db, parcel.webhook_id, answer, now)
    return False


def forget_old_deliveries(db: Session, now: datetime) -> None:
    """The log keeps thirty days."""
    db.execute(delete(Delivery).where(is_old(now)).execution_options(synchronize_session=False))


def _note_failure(db: Session, webhook_id: UUID, answer: DeliveryResponse, now: datetime) -> None:
    row = db.exec(select(Webhook).where(Webhook.id == webhook_id).with_for_update()).first()
    if row is None:
        return
    row.failing_since = row.failing_since or now
    if answer.status == GONE:
        row.stopped_at, row.stopped_because = now, SAID_GONE
    elif has_failed_too_long(row.failing_since, now):
        row.stopped_at, row.stopped_because = now, FAILED_TOO_LONG
    db.add(row)
    _let_others_wait(db, webhook_id, now)


def _let_others_wait(db: Session, webhook_id: UUID, now: datetime) -> None:
    db.execute(
        update(Delivery)
        .where(col(Delivery.webhook_id) == webhook_id, sendable_at(now))
        .values(due_at=now + OTHERS_WAIT)
        .execution_options(synchronize_session=False)
    )


def _works_again(db: Session, webhook_id: UUID) -> None:
    db.execute(
        update(Webhook)
        .where(col(Webhook.id) == webhook_id, col(Webhook.failing_since).is_not(None))
        .values(failing_since=None)
        .execution_options(synchronize_session=False)
    )


def _finish(db: Session, parcel: Parcel, **values: object) -> bool:
    # Only while the lease is still ours: a sender that was thought dead must not undo what another did meanwhile.
    done = db.execute(
        update(Delivery)
        .where(col(Delivery.id) == parcel.id, col(Delivery.claimed_until) == parcel.until)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(done, CursorResult) and done.rowcount == 1

"""Writes of webhooks by admins: set up, tried out, stopped and started, given another secret, removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.core.errors import NotFound, Refusal
from app.notifications.models import Delivery, Webhook
from app.notifications.queries.webhooks import webhook_row
from app.notifications.rules.webhooks import News
from app.notifications.service.deliveries import write_delivery
from app.people.rules import Visitor


class StopItFirst(Refusal):
    sentence = "Only a stopped webhook can be removed: its log goes with it. Stop it first."


class IsStopped(Refusal):
    sentence = "This webhook is stopped. Start it again, then a test can be sent."


def add_webhook(
    db: Session, visitor: Visitor, name: str, url: str, template: str, events: str, now: datetime
) -> UUID:
    """Set one up. The address was looked at before (service/calling.py). Raises NotFound for who is no admin."""
    if not visitor.is_admin:
        raise NotFound
    row = Webhook(name=name, url=url, template=template, events=events, created_by=visitor.account_id, created_at=now)
    db.add(row)
    db.flush()
    return row.id


def change_webhook(
    db: Session, visitor: Visitor, webhook_id: UUID, name: str, url: str, template: str, events: str
) -> None:
    """What waits is sent to the new address, in the shape that it was written in. Raises NotFound."""
    row = webhook_row(db, webhook_id, visitor)
    row.name, row.url, row.template, row.events = name, url, template, events
    db.add(row)


def stop_webhook(db: Session, visitor: Visitor, webhook_id: UUID, now: datetime) -> None:
    """From now on nothing is written for it and nothing sent. Raises NotFound."""
    row = webhook_row(db, webhook_id, visitor)
    if row.stopped_at is None:
        row.stopped_at, row.stopped_because = now, ""
        db.add(row)


def start_webhook(db: Session, visitor: Visitor, webhook_id: UUID) -> None:
    """What waited is sent now. Raises NotFound."""
    row = webhook_row(db, webhook_id, visitor)
    row.stopped_at, row.stopped_because, row.failing_since = None, "", None
    db.add(row)


def replace_secret(db: Session, visitor: Visitor, webhook_id: UUID) -> None:
    """The old secret signs nothing any more, also not what waits. Raises NotFound."""
    row = webhook_row(db, webhook_id, visitor)
    row.secret_number += 1
    db.add(row)


def remove_webhook(db: Session, visitor: Visitor, webhook_id: UUID) -> None:
    """Gone for good, with its log. Raises NotFound or StopItFirst."""
    row = webhook_row(db, webhook_id, visitor)
    if row.stopped_at is None:
        raise StopItFirst
    db.delete(row)


def send_test(db: Session, visitor: Visitor, webhook_id: UUID, news: News) -> None:
    """Put a test into the queue. Raises NotFound or IsStopped."""
    row = webhook_row(db, webhook_id, visitor)
    if row.stopped_at is not None:
        raise IsStopped
    write_delivery(db, row, news, news.at)


def deliver_again(db: Session, visitor: Visitor, webhook_id: UUID, delivery_id: UUID, now: datetime) -> None:
    """An admin says the trouble is over: tried at once, under the same id. Raises NotFound, also if it was taken."""
    webhook_row(db, webhook_id, visitor)
    row = db.get(Delivery, delivery_id)
    if row is None or row.webhook_id != webhook_id or row.taken_at is not None:
        raise NotFound
    # A lease stays: whoever holds it may be posting this very delivery.
    row.due_at, row.attempts, row.given_up_at = now, 0, None
    row.status, row.answer = None, ""
    db.add(row)

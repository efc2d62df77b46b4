"""Reads of webhooks and of the log of what was sent to them: for admins alone, and for the sender."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_
from sqlmodel import Session, col, func, select

from app.agreements.models import AgreementReview
from app.core.config import Settings
from app.core.errors import NotFound
from app.core.signing import signing_key_of
from app.notifications.models import Delivery, Webhook
from app.notifications.rules.targets import Allowed, NotCallable, read_target
from app.notifications.rules.webhooks import KEPT_FOR, Event, hears, secret_name, shown_secret
from app.people.rules import Visitor

SHOWN = 50
"""Deliveries that a page shows."""


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook as admins see it. `url` and `secret` let somebody post in its place: never in a list or a log."""

    id: UUID
    name: str
    host: str
    template: str
    events: tuple[str, ...]
    stopped_at: datetime | None
    stopped_because: str
    failing_since: datetime | None
    created_at: datetime
    waiting: int
    given_up: int
    taken: int
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One line of the log. `standing`: taken, given_up, failing (tried in vain, tried again), or waiting."""

    id: UUID
    event: str
    created_at: datetime
    due_at: datetime
    attempts: int
    taken_at: datetime | None
    standing: str
    status: int | None
    answer: str


def webhooks(db: Session, for_: Visitor) -> list[WebhookView]:
    """All of them, by name. Raises NotFound for who is no admin."""
    _for_admins(for_)
    counts = _counts(db)
    rows = db.exec(select(Webhook).order_by(func.lower(Webhook.name), col(Webhook.id))).all()
    return [_view(row, counts.get(row.id, (0, 0, 0))) for row in rows]


def webhook(db: Session, webhook_id: UUID, for_: Visitor) -> WebhookView:
    """One, with its address and its secret. Raises NotFound, also for who is no admin."""
    row = webhook_row(db, webhook_id, for_)
    secret = shown_secret(secret_of(db, row))
    return _view(row, _counts(db, row.id).get(row.id, (0, 0, 0)), row.url, secret)


def webhook_row(db: Session, webhook_id: UUID, for_: Visitor) -> Webhook:
    """The row, for a change. Raises NotFound, also for who is no admin."""
    _for_admins(for_)
    row = db.get(Webhook, webhook_id)
    if row is None:
        raise NotFound
    return row


def deliveries(db: Session, webhook_id: UUID, for_: Visitor, most: int = SHOWN) -> list[DeliveryView]:
    """The log of one webhook, newest first."""
    _for_admins(for_)
    newest = select(Delivery).where(Delivery.webhook_id == webhook_id)
    rows = db.exec(newest.order_by(col(Delivery.created_at).desc(), col(Delivery.id)).limit(most)).all()
    return [
        DeliveryView(
            row.id,
            row.event,
            row.created_at,
            row.due_at,
            row.attempts,
            row.taken_at,
            _standing(row),
            row.status,
            row.answer,
        )
        for row in rows
    ]


def listeners(db: Session, event: Event) -> list[Webhook]:
    """Webhooks that are not stopped and chose this event."""
    rows = db.exec(select(Webhook).where(col(Webhook.stopped_at).is_(None))).all()
    return [row for row in rows if hears(row.events, event)]


def is_reviewed(db: Session, agreement_id: UUID) -> bool:
    """Whether a room has said anything about this agreement."""
    found = select(AgreementReview.id).where(AgreementReview.agreement_id == agreement_id).limit(1)
    return db.exec(found).first() is not None


def secret_of(db: Session, row: Webhook) -> bytes:
    """The 32 bytes that sign for this webhook: derived from a key outside the database, kept nowhere."""
    return signing_key_of(db).secret(secret_name(row.id, row.secret_number))


def allowed_by(settings: Settings | None) -> Allowed:
    """What the operator lets be called although it is inside."""
    return Allowed.of(settings.webhook_allow if settings else "")


def sendable_at(now: datetime, but_not: Iterable[UUID] = ()) -> ColumnElement[bool]:
    """Due, neither taken nor given up, under nobody's lease, and for no webhook that is stopped or named."""
    running = select(Webhook.id).where(col(Webhook.stopped_at).is_(None))
    return and_(
        col(Delivery.taken_at).is_(None),
        col(Delivery.given_up_at).is_(None),
        col(Delivery.due_at) <= now,
        or_(col(Delivery.claimed_until).is_(None), col(Delivery.claimed_until) <= now),
        col(Delivery.webhook_id).in_(running),
        col(Delivery.webhook_id).not_in(list(but_not)),
    )


def has_sendable(db: Session, now: datetime) -> bool:
    """Whether there is anything to send: read first, so that an idle server writes nothing."""
    return db.exec(select(Delivery.id).where(sendable_at(now)).limit(1)).first() is not None


def is_old(now: datetime) -> ColumnElement[bool]:
    """What the log need not remember any longer, also what a stopped webhook never took."""
    return col(Delivery.due_at) <= now - KEPT_FOR


def has_old(db: Session, now: datetime) -> bool:
    """Whether the log holds anything that it may forget."""
    return db.exec(select(Delivery.id).where(is_old(now)).limit(1)).first() is not None


def _for_admins(visitor: Visitor) -> None:
    if not visitor.is_admin:
        raise NotFound


def _counts(db: Session, webhook_id: UUID | None = None) -> dict[UUID, tuple[int, int, int]]:
    """Webhook -> (waiting, given up, taken)."""
    taken, given_up = col(Delivery.taken_at).is_not(None), col(Delivery.given_up_at).is_not(None)
    columns = [func.sum(case((one, 1), else_=0)) for one in (~taken & ~given_up, given_up, taken)]
    asked = select(Delivery.webhook_id, *columns).group_by(col(Delivery.webhook_id))
    if webhook_id is not None:
        asked = asked.where(Delivery.webhook_id == webhook_id)
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in db.execute(asked)}


def _view(row: Webhook, counts: tuple[int, int, int], url: str = "", secret: str = "") -> WebhookView:
    waiting, given_up, taken = counts
    return WebhookView(
        id=row.id,
        name=row.name,
        host=_host_of(row.url),
        template=row.template,
        events=tuple(row.events.split()),
        stopped_at=row.stopped_at,
        stopped_because=row.stopped_because,
        failing_since=row.failing_since,
        created_at=row.created_at,
        waiting=waiting,
        given_up=given_up,
        taken=taken,
        url=url,
        secret=secret,
    )


def _host_of(url: str) -> str:
    try:
        return read_target(url).host_header
    except NotCallable:
        return "an address that cannot be read"


def _standing(row: Delivery) -> str:
    if row.taken_at is not None:
        return "taken"
    if row.given_up_at is not None:
        return "given_up"
    return "failing" if row.answer or row.status is not None else "waiting"

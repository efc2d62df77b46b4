"""Webhooks for admins: set up, tried out, looked after. Nobody else finds anything here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import NotFound, Refusal
from app.core.own_address import own_address
from app.core.security_log import happened
from app.notifications.forms.webhooks import WebhookForm
from app.notifications.queries import webhooks as webhooks_queries
from app.notifications.queries.webhooks import WebhookView
from app.notifications.rules.news import of_test
from app.notifications.rules.targets import NotCallable
from app.notifications.rules.webhooks import EVENT_WORDS, KEPT_FOR, TEMPLATE_WORDS, Event
from app.notifications.service import resolving
from app.notifications.service import webhooks as webhooks_service
from app.notifications.service.webhooks import IsStopped, StopItFirst
from app.people.rules import Visitor
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/webhooks")

DONE = {
    "added": "The webhook is set up. Send a test to see whether it arrives.",
    "changed": "The changes are saved.",
    "test": "A test is on its way. What comes back stands below in a few seconds.",
    "again": "It is sent once more. What comes back stands below in a few seconds.",
    "stopped": "The webhook is stopped.",
    "started": "The webhook runs again. What waited is sent now.",
    "secret": "The secret is replaced: the old one signs nothing any more. Give the new one to the receiver.",
    "removed": "The webhook and its log are gone.",
}


@router.get("")
def webhooks(at: AtDesk, done: str = "") -> HTMLResponse:
    with at.database.reading() as db:
        found = webhooks_queries.webhooks(db, for_=at.visitor)
    return page(at.request, "pages/notifications/webhooks.html", hooks=found, **_words(done))


@router.get("/new")
def new_webhook(at: AtDesk) -> HTMLResponse:
    _for_admins(at.visitor)
    return page(at.request, "pages/notifications/new_webhook.html", form=WebhookForm(), **_words())


@router.post("")
def add(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
    url: Annotated[Line, Form()] = "",
    template: Annotated[Line, Form()] = "",
    events: Annotated[Words | None, Form()] = None,
) -> Response:
    form = _checked(at.visitor, at.settings, WebhookForm.of(name, url, template, events or []))
    if form.problems:
        return page(at.request, "pages/notifications/new_webhook.html", 422, form=form, **_words())
    with at.database.transaction() as db:
        added = webhooks_service.add_webhook(
            db, at.visitor, form.name, form.url, form.template, form.kept_events, at.now
        )
    happened("webhook_added", by=at.visitor.account_id, webhook=added)
    return _back(added, "added")


@router.get("/{webhook_id}")
def webhook(at: AtDesk, webhook_id: UUID, done: str = "") -> HTMLResponse:
    return _show(at.request, at.visitor, at.database, webhook_id, done)


@router.get("/{webhook_id}/settings")
def edit_webhook(at: AtDesk, webhook_id: UUID) -> HTMLResponse:
    with at.database.reading() as db:
        found = webhooks_queries.webhook(db, webhook_id, for_=at.visitor)
    form = WebhookForm.of(found.name, found.url, found.template, found.events or list(EVENT_WORDS))
    return page(at.request, "pages/notifications/edit_webhook.html", hook=found, form=form, **_words())


@router.post("/{webhook_id}/settings")
def change(
    at: AtDesk,
    webhook_id: UUID,
    name: Annotated[Line, Form()] = "",
    url: Annotated[Line, Form()] = "",
    template: Annotated[Line, Form()] = "",
    events: Annotated[Words | None, Form()] = None,
) -> Response:
    form = _checked(at.visitor, at.settings, WebhookForm.of(name, url, template, events or []))
    if form.problems:
        found = _found(at.database, webhook_id, at.visitor)
        return page(at.request, "pages/notifications/edit_webhook.html", 422, hook=found, form=form, **_words())
    with at.database.transaction() as db:
        webhooks_service.change_webhook(
            db, at.visitor, webhook_id, form.name, form.url, form.template, form.kept_events
        )
    happened("webhook_changed", by=at.visitor.account_id, webhook=webhook_id)
    return _back(webhook_id, "changed")


@router.post("/{webhook_id}/tests")
def send_test(
    at: AtDesk,
    webhook_id: UUID,
) -> Response:
    link = f"{own_address(at.settings)}/desk/webhooks/{webhook_id}"
    try:
        with at.database.transaction() as db:
            name = webhooks_queries.webhook_row(db, webhook_id, for_=at.visitor).name
            webhooks_service.send_test(db, at.visitor, webhook_id, of_test(name, link, at.now))
    except IsStopped as refusal:
        return _show(at.request, at.visitor, at.database, webhook_id, refusal=refusal)
    return _back(webhook_id, "test")


@router.post("/{webhook_id}/stop")
def stop(at: AtDesk, webhook_id: UUID, undo: Annotated[Word, Form()] = "") -> Response:
    with at.database.transaction() as db:
        if undo:
            webhooks_service.start_webhook(db, at.visitor, webhook_id)
        else:
            webhooks_service.stop_webhook(db, at.visitor, webhook_id, at.now)
    happened("webhook_started" if undo else "webhook_stopped", by=at.visitor.account_id, webhook=webhook_id)
    return _back(webhook_id, "started" if undo else "stopped")


@router.post("/{webhook_id}/secrets")
def replace_secret(at: AtDesk, webhook_id: UUID) -> Response:
    with at.database.transaction() as db:
        webhooks_service.replace_secret(db, at.visitor, webhook_id)
    happened("webhook_secret_replaced", by=at.visitor.account_id, webhook=webhook_id)
    return _back(webhook_id, "secret")


@router.post("/{webhook_id}/removal")
def remove(at: AtDesk, webhook_id: UUID) -> Response:
    try:
        with at.database.transaction() as db:
            webhooks_service.remove_webhook(db, at.visitor, webhook_id)
    except StopItFirst as refusal:
        return _show(at.request, at.visitor, at.database, webhook_id, refusal=refusal)
    happened("webhook_removed", by=at.visitor.account_id, webhook=webhook_id)
    return RedirectResponse("/desk/webhooks?done=removed", 303)


@router.post("/{webhook_id}/deliveries/{delivery_id}/attempts")
def deliver_again(at: AtDesk, webhook_id: UUID, delivery_id: UUID) -> Response:
    with at.database.transaction() as db:
        webhooks_service.deliver_again(db, at.visitor, webhook_id, delivery_id, at.now)
    return _back(webhook_id, "again")


def _for_admins(visitor: Visitor) -> None:
    if not visitor.is_admin:
        raise NotFound


def _checked(visitor: Visitor, settings: Settings, form: WebhookForm) -> WebhookForm:
    """Asks where the address leads: outside of every transaction, because the name service may be slow."""
    _for_admins(visitor)
    if not form.problems:
        try:
            resolving.callable_at(form.url, webhooks_queries.allowed_by(settings))
        except NotCallable as refused:
            form.problems.add("url", str(refused))
    return form


def _found(database: Database, webhook_id: UUID, visitor: Visitor) -> WebhookView:
    with database.reading() as db:
        return webhooks_queries.webhook(db, webhook_id, for_=visitor)


def _show(
    request: Request,
    visitor: Visitor,
    database: Database,
    webhook_id: UUID,
    done: str = "",
    refusal: Refusal | None = None,
) -> HTMLResponse:
    with database.reading() as db:
        found = webhooks_queries.webhook(db, webhook_id, for_=visitor)
        log = webhooks_queries.deliveries(db, webhook_id, for_=visitor)
    return page(
        request,
        "pages/notifications/webhook.html",
        refusal.status if refusal else 200,
        hook=found,
        deliveries=log,
        refusal=refusal.sentence if refusal else None,
        kept_days=KEPT_FOR.days,
        **_words(done),
    )


def _words(done: str = "") -> dict[str, object]:
    """What every page of webhooks says: events and shapes by their names, and what was just done."""
    return {
        "event_words": {event.value: words for event, words in EVENT_WORDS.items()}
        | {Event.TEST.value: ("A test", "sent by hand")},
        "event_choices": [(event.value, *words) for event, words in EVENT_WORDS.items()],
        "template_words": {template.value: words for template, words in TEMPLATE_WORDS.items()},
        "template_choices": [(template.value, *words) for template, words in TEMPLATE_WORDS.items()],
        "flash": {"kind": "ok", "text": DONE[done]} if done in DONE else None,
    }


def _back(webhook_id: UUID, done: str) -> Response:
    return RedirectResponse(f"/desk/webhooks/{webhook_id}?done={done}", 303)

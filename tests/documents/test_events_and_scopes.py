"""Every webhook event and every scope of a token has its heading, and what stands below is what the program does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.actions.api import ROUTERS
from app.actions.api.kit import may_read, may_write
from app.notifications.rules import webhooks
from app.notifications.rules.messages import body_of
from app.notifications.rules.news import PromiseNews, of_action, of_agreement, of_retro, of_test
from app.notifications.rules.retries import GIVE_UP_AFTER, TOLD_AFTER
from app.notifications.rules.webhooks import Event, News, Template
from app.people.rules import TokenScope
from tests.documents.pages import block, headings, part

ID = UUID("5f0c6f6e-6a2f-4d0e-9b1e-0d7c1f4c2a11")
NOON = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
PROMISE = PromiseNews(
    ID, "action", "Book early", "promised", "Lise", "Production", "Sales", None, None, 0, False, "/"
)
DEPENDENCIES = {may_read: TokenScope.READ_ACTIONS, may_write: TokenScope.WRITE_ACTIONS}


def news_of(event: Event) -> News:
    if event is Event.TEST:
        return of_test("Tracker", "/", NOON)
    if event is Event.RETRO_CLOSED:
        link = f"https://retro.example.org/desk/retros/{ID}/outcome"
        return of_retro(ID, "Book fair", "Autumn list", link, NOON)
    if event is Event.AGREEMENT_CHANGED:
        days = {"since": date(2026, 3, 17), "review_on": None, "ended_on": None}
        return of_agreement(ID, "Copy first", "Editorial", "Sales", is_in_force=True, link="/", at=NOON, **days)
    return of_action(event, PROMISE, NOON)


def fields_said(event: str) -> list[str]:
    """The names behind “Data:”, or those of the event that it points to."""
    said = part(f"`{event}`").partition("Data: ")[2]
    other = re.match(r"as for `(.+?)`", said)
    return fields_said(other[1]) if other else re.findall(r"`(\w+)`", said)


@pytest.mark.parametrize("event", Event)
def test_every_event_has_its_heading_and_each_field_its_name_there(event: Event) -> None:
    assert headings().count(f"`{event}`") == 1
    assert fields_said(event) == [*news_of(event).data]


def test_the_example_is_what_is_sent() -> None:
    example = block("Webhooks", "json").text
    assert body_of(Template.STANDARD, news_of(Event.RETRO_CLOSED)) == example.strip()
    assert [*json.loads(example)["data"]] == [*fields_said("retro.closed"), "link"]


def test_the_times_that_the_page_names_are_those_of_the_program() -> None:
    said = part("Webhooks") + part("`action.requested`")
    assert f"after {TOLD_AFTER.total_seconds():.0f} seconds" in said
    assert (GIVE_UP_AFTER, "seven more times" in said) == (8, True)
    assert (webhooks.STOP_AFTER.days, "five days" in said) == (5, True)
    assert (webhooks.KEPT_FOR.days, "thirty days" in said) == (30, True)


@pytest.mark.parametrize("scope", TokenScope)
def test_every_scope_has_its_heading_with_the_requests_that_it_opens(scope: TokenScope) -> None:
    assert headings().count(f"`{scope}`") == 1
    said = re.findall(r"`([A-Z]+ /api/v1/\S+)`", part(f"`{scope}`"))
    assert sorted(said) == sorted(opened_by(scope))


def opened_by(scope: TokenScope) -> list[str]:
    """Requests that ask for it, as FastAPI knows them."""
    found = []
    for route in (one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)):
        asked = {DEPENDENCIES[call] for call in calls_of(route.dependant) if call in DEPENDENCIES}
        if scope in asked:
            found += [f"{method} {route.path}" for method in route.methods]
    return found


def calls_of(asked: Dependant) -> Iterator[object]:
    """What is called before a handler, and before that."""
    for one in asked.dependencies:
        yield one.call
        yield from calls_of(one)


def test_a_request_asks_for_one_scope_or_needs_no_token() -> None:
    every = [route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(every) == sum(len(opened_by(scope)) for scope in TokenScope) + 1
    assert "/api/v1/openapi.json" in every

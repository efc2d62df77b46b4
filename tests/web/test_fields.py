"""Every field has a maximum, and what is longer is refused in a sentence, with what was typed kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import isclass
from typing import Any, Literal, get_args, get_origin
from uuid import UUID, uuid4

import pytest
from annotated_types import MaxLen
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import a_retro
from tests.cast import Cast

NewBrowser = Callable[[], TestClient]
ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is refused before anything is looked up is the same on both databases."""


def fields_of(dependant: Any) -> Iterator[tuple[str, FieldInfo]]:
    """Every field of a body, those of its models one by one."""
    for parameter in dependant.body_params:
        kind = parameter.field_info.annotation
        if isclass(kind) and issubclass(kind, BaseModel):
            yield from kind.model_fields.items()
        else:
            yield parameter.alias, parameter.field_info
    for deeper in dependant.dependencies:
        yield from fields_of(deeper)


def has_an_end(kind: Any, metadata: list[Any]) -> bool:
    """Whether a value of this type can hold only so much: a text with a maximum, a list of such with one."""
    if hasattr(kind, "__metadata__"):
        return has_an_end(kind.__origin__, [*metadata, *flat(kind.__metadata__)])
    if get_origin(kind) is Literal or kind in (type(None), bool, int, float, UUID):
        return True
    if get_origin(kind) is list:
        return bounded(metadata) and all(has_an_end(one, []) for one in get_args(kind))
    if get_args(kind):
        return all(has_an_end(one, metadata) for one in get_args(kind))
    if isclass(kind) and issubclass(kind, str) and kind is not str:
        return True  # one of a few words
    return kind is not str or bounded(metadata)


def flat(metadata: Any) -> list[Any]:
    return [deeper for one in metadata for deeper in (getattr(one, "metadata", None) or [one])]


def bounded(metadata: list[Any]) -> bool:
    return any(isinstance(one, MaxLen) or getattr(one, "max_length", None) for one in metadata)


@ONCE
def test_every_field_of_every_form_and_program_has_a_maximum(app: FastAPI) -> None:
    seen, open_ended = 0, []
    for context in iter_route_contexts(app.router.routes):
        if not isinstance(context.original_route, APIRoute):
            continue
        for name, field in fields_of(context.original_route.dependant):
            seen += 1
            if not has_an_end(field.annotation, list(field.metadata)):
                open_ended.append(f"{context.path}: {name}")
    assert seen > 200
    assert not open_ended, f"please give these one of app.web.fields: {open_ended}"


@pytest.mark.parametrize(
    ("kind", "ends"),
    [(str, False), (str | None, False), (list[str], False), (int, True), (Stage, True)],
)
def test_a_field_without_a_maximum_is_noticed(kind: Any, ends: bool) -> None:
    assert has_an_end(kind, []) is ends
    assert has_an_end(list[str], [MaxLen(5)]) is False, "of a list its texts count, too"


@ONCE
class TestWhatIsLonger:
    @pytest.fixture
    def phone(self, app: FastAPI, database: Database, cast: Cast, clock: SetClock, new_browser: NewBrowser) -> Any:
        room = a_retro(database, cast, clock, stage=Stage.WRITE)
        phone = new_browser()
        phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
        return phone, f"/r/{room.code}"

    def test_a_long_entry_is_refused_with_what_was_typed_kept(self, phone: Any) -> None:
        browser, room = phone
        entry = {"key": uuid4().hex, "kind": "went_wrong", "text": "late again " * 3000}
        answer = browser.post(f"{room}/entries", data=entry)
        assert answer.status_code == 422
        assert "longer than fits (10,000 characters at most)" in answer.text
        assert answer.text.count("late again") == 3000

    def test_a_long_draft_is_kept_as_far_as_it_goes_and_never_refused(self, phone: Any) -> None:
        browser, room = phone
        draft = {"key": uuid4().hex, "kind": "went_wrong", "text": "who broke it? " * 4000}
        answer = browser.post(f"{room}/draft", data=draft)
        assert answer.status_code == 200
        assert "can read as blame" in answer.text
        assert browser.get(room).text.count("who broke it?") > 50

    def test_a_long_word_is_said_in_a_sentence(self, phone: Any) -> None:
        browser, room = phone
        answer = browser.post(f"{room}/seat", data={"department": "x" * 101})
        assert answer.status_code == 422
        assert "longer than fits (100 characters at most)" in answer.text

    def test_an_address_that_is_longer_than_any_of_ours(self, client: TestClient) -> None:
        assert client.get("/desk/sign-in?next=" + "x" * 8000).status_code == 414

"""Walks all routes of the application with the addresses and form fields that they really take.

`app.routes` is a tree in this FastAPI: a walk over it would see almost nothing, so the contexts are walked instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import isclass
from typing import Any
from zlib import crc32

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import BaseModel
from starlette.routing import BaseRoute, Mount

STREAMS = ("/stream",)
START_PAGES = frozenset({"/", "/desk", "/desk/retros", "/desk/actions", "/desk/projects/{project_id}", "/join"})


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one route: `template` is its path as declared, `fields` are those of its form, `asked` what its
    query may say."""

    method: str
    template: str
    fields: tuple[str, ...]
    asked: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def is_desk(self) -> bool:
        return self.template == "/desk" or self.template.startswith("/desk/")

    @property
    def is_room(self) -> bool:
        return self.template.startswith("/r/")

    @property
    def concerns_a_room(self) -> bool:
        """Whether it can depend on the stage of a retro and on what its seats did: by address, or as a start page."""
        return self.is_room or "retro_id" in self.parameters or self.template in START_PAGES

    @property
    def is_stream(self) -> bool:
        return self.template.endswith(STREAMS)

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)", self.template)

    def address(self, values: Mapping[str, object]) -> str:
        """The path with each parameter filled in."""
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: str(values[found[1]]), self.template)


def sampled(found: Iterable[Way], quarter: int) -> list[Way]:
    """All that concern a room, and of the others one quarter (0 to 3): together the quarters are everything."""
    return [way for way in found if way.concerns_a_room or crc32(str(way).encode()) % 4 == quarter % 4]


def ways(app: FastAPI) -> list[Way]:
    """Every method of every route, in a fixed order. Applications share their routes, so they are walked once."""
    routes = [one for one in app.router.routes if not isinstance(one, Mount)]
    known = _known.get(tuple(map(id, routes)))
    if known is None:
        known = routes, sorted(set(_ways(routes)), key=str)
        _known[tuple(map(id, routes))] = known
    return list(known[1])


# The routes are kept beside, so that none of these numbers can come to mean another one.
_known: dict[tuple[int, ...], tuple[list[BaseRoute], list[Way]]] = {}


def _ways(routes: list[BaseRoute]) -> Iterator[Way]:
    for context in iter_route_contexts(routes):
        if context.path is None or not isinstance(context.original_route, APIRoute):
            continue
        for method in sorted(context.methods or ()):
            dependant = context.original_route.dependant
            yield Way(method, context.path, tuple(_fields(dependant)), tuple(_asked(dependant)))


def _fields(dependant: Any) -> Iterator[str]:
    for parameter in dependant.body_params:
        kind = parameter.field_info.annotation
        if isclass(kind) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield parameter.alias
    for deeper in dependant.dependencies:
        yield from _fields(deeper)


def _asked(dependant: Any) -> Iterator[str]:
    for parameter in dependant.query_params:
        yield parameter.alias
    for deeper in dependant.dependencies:
        yield from _asked(deeper)


def ask(browser: TestClient, way: Way, address: str, **arguments: Any) -> Response:
    """Send it; a limit that an earlier request used up must not hide what is behind it."""
    from app.web.limits import Limits

    browser.app.state.limits = Limits()  # type: ignore[attr-defined]
    return browser.request(way.method, address, **arguments)

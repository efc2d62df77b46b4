"""A running application with everything in it that a walk over all routes needs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import Clock
from app.core.db import Database
from app.retros.rules.names import Stage
from tests.builders import Room, topics_of
from tests.cast import Cast
from tests.history import a_theme
from tests.promises import asked
from tests.web.walking import Way, ways

FULL = os.environ.get("FENCEPOST_FULL") == "1"


@dataclass
class House:
    """A running application with one retro, a facilitator at the desk, and a phone with a seat."""

    app: FastAPI
    database: Database
    cast: Cast
    room: Room
    desk: TestClient
    phone: TestClient
    nobody: TestClient
    known: dict[str, object] = field(default_factory=dict)

    def browser_for(self, way: Way) -> TestClient:
        return self.desk if way.is_desk else self.phone

    def values(self) -> dict[str, object]:
        """A real value for each path parameter, where there is one. The first call makes a promise."""
        if self.known:
            return self.known
        topics = topics_of(self.database, self.room)
        known: dict[str, object] = {
            "code": self.room.code,
            "retro_id": self.room.id,
            "project_id": self.room.view().project_id,
            "topic_id": topics[0] if topics else uuid4(),
            "department_id": self.cast.editorial,
            "provider_id": self.cast.editorial,
            "consumer_id": self.cast.production,
            "one_id": self.cast.editorial,
            "other_id": self.cast.production,
            "account_id": self.cast.sven.id,
            "theme_id": a_theme(self.database, "Files come late"),
            "action_id": asked(self.database, self.cast, Clock()),
        }
        self.known = _OrRandom(known)
        return self.known

    def ways(self) -> list[Way]:
        """All but the streams; at a later stage only those that may know of it (in CI's short run)."""
        found = [way for way in ways(self.app) if not way.is_stream]
        if FULL or self.room.view().stage is Stage.WRITE:
            return found
        return [way for way in found if way.concerns_a_room]


class _OrRandom(dict[str, object]):
    def __missing__(self, name: str) -> object:
        return uuid4()


def plausible(house: House, way: Way) -> dict[str, str]:
    """A body that gets past the first look at the form."""
    department = str(house.cast.editorial)
    values = house.values()
    guesses = {
        "text": "We waited a week for a decision",
        "kind": "went_wrong",
        "department": department,
        "provider": department,
        "about": department,
        "departments": department,
        "providing_department": department,
        "requesting_department": str(house.cast.production),
        "dimension": "quality",
        "rating": "3",
        "question": "safety",
        "value": "3",
        "slot": "",
        "key": uuid4().hex,
        "topic": str(values["topic_id"]),
        "topic_id": str(values["topic_id"]),
        "stance": "agree",
        "version": "1",
        "code": house.room.code,
        "stage": "vote",
        "minutes": "5",
        "email": "somebody@lantern.example",
        "name": "A plausible name",
        "title": "A plausible title",
        "ended_on": "2026-03-10",
        "started_on": "2026-01-10",
        "due_on": "2026-04-10",
        "reason": "names_a_person",
        "state": "promised",
        "password": "some quiet pass phrase",
    }
    return {name: guesses.get(name, "1") for name in way.fields}

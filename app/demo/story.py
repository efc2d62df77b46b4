"""The story of the demo: the shape of what `contents/*.toml` says, and reading it; knows no database.

A key that nobody knows, a value of another type and a missing one are refused with the file and the place.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, Priority
from app.agreements.rules import AgreementVerdict
from app.entries.rules.names import Dimension, EntryKind

CONTENTS = Path(__file__).parent / "contents"
AS_DECLARED = ConfigDict(extra="forbid", strict=True)
View = dict[Dimension, int]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryDepartment:
    name: str
    badge: str
    people: int


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryPerson:
    """Somebody with an account; `key` is how promises name them."""

    key: str
    name: str
    department: str | None = None
    is_lead: bool = False
    is_facilitator: bool = False
    is_admin: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@lanternandloam.example"


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryHouse:
    """The organisation, who plays which part (keys of people), and which file tells which retro, oldest first.

    `ratings`: department -> the one that it rates -> 1 to 5; who is not named is not rated. `own_views`: how well
    a department thinks that it served the others.
    """

    name: str
    admin: str
    facilitator: str
    stand_in: str
    lead: str
    closed: tuple[str, ...]
    in_write: str
    departments: tuple[StoryDepartment, ...]
    people: tuple[StoryPerson, ...]
    ratings: dict[str, dict[str, View]]
    own_views: dict[str, View]


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryNote:
    """One entry: which department it comes from, what it says, whom it is about."""

    by: str
    kind: EntryKind
    text: str
    about: str | None = None
    dimension: Dimension | None = None


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryTopic:
    """What entries of one retro say together.

    `votes`: department -> (agree, disagree, pass) seats; `dots`: department -> dots wished for;
    `replies`: department -> what it said when it had the floor.
    """

    title: str
    notes: tuple[StoryNote, ...]
    about: str | None = None
    votes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    dots: dict[str, int] = field(default_factory=dict)
    minutes: str = ""
    whys: tuple[str, ...] = ()
    replies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryStep:
    """A later step of a promise: `day` counts from the retro's close, `due_day` too."""

    day: int
    by: str
    state: ActionState
    reason: str = ""
    due_day: int | None = None
    department: str | None = None
    miss_reason: str = ""


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryPromise:
    """An action, agreement or bridge, and what became of it."""

    title: str
    done_when: str
    owner: str
    providing: str
    requesting: str
    due_day: int
    topic: str
    kind: ActionKind = ActionKind.ACTION
    cause: Cause = Cause.PROCESS
    priority: Priority = Priority.NORMAL
    scope: ActionScope = ActionScope.JOINT
    sponsor: str = ""
    link: str = ""
    steps: tuple[StoryStep, ...] = ()


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryProject:
    """A joint project and its retro. `closed_days_ago` is when the retro closed (None: it stands in `write`).

    `seats`: department -> people who took a seat. `safety` and `roti`: the answers given, one a seat, in any order.
    `verdicts`: what the room said at check-in of agreements in force, by their text.
    `rates`: its people also rated how the departments work together. `apart`: pairs that did not.
    """

    name: str
    kind: str
    title: str
    started_days_before: int
    ended_days_before: int
    seats: dict[str, int]
    topics: tuple[StoryTopic, ...]
    closed_days_ago: int | None = None
    promises: tuple[StoryPromise, ...] = ()
    safety: tuple[int, ...] = ()
    roti: tuple[int, ...] = ()
    unsent: tuple[StoryNote, ...] = ()
    rates: bool = False
    apart: tuple[tuple[str, str], ...] = ()
    expected: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, AgreementVerdict] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[StoryNote, ...]:
        return tuple(note for topic in self.topics for note in topic.notes)


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryPastNote:
    """A row of the table of older retros. `friction`: the theme that a person put it into, '' if nobody did."""

    by: str
    kind: str
    text: str
    about: str | None = None
    friction: str = ""
    owner: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryPastRetro:
    """An older retro in that table. `seats`: department -> people, as the table states them."""

    project: str
    days_ago: int
    seats: dict[str, int]
    notes: tuple[StoryPastNote, ...]


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryFriction:
    """A theme as people put it in order: its name, the key of its kind, which topics of our own retros they moved."""

    name: str
    kind: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=AS_DECLARED)
class StoryPast:
    """The table of older retros as it is loaded, and what people decided about themes afterwards."""

    source: str
    file_name: str
    retros: tuple[StoryPastRetro, ...]
    frictions: tuple[StoryFriction, ...]


@dataclass(frozen=True, slots=True)
class Story:
    house: StoryHouse
    past: StoryPast
    closed: tuple[StoryProject, ...]
    in_write: StoryProject


class WrongStory(Exception):
    """A file of the story cannot be read: its message names the file and each place."""


@cache
def story() -> Story:
    """The whole story, read once."""
    house = read(CONTENTS / "house.toml", StoryHouse)
    closed = tuple(_project(name) for name in house.closed)
    return Story(house, read(CONTENTS / "past.toml", StoryPast), closed, _project(house.in_write))


def read(file: Path, shape: type[T]) -> T:
    """One file in its shape. Raises WrongStory."""
    try:
        # By way of JSON, where a list may become a tuple and a word a kind, and nothing else becomes anything else.
        return TypeAdapter(shape).validate_json(json.dumps(tomllib.loads(file.read_text("utf-8"))))
    except ValueError as wrong:
        raise WrongStory(f"{file.name}: {wrong}") from wrong


def _project(name: str) -> StoryProject:
    return read(CONTENTS / f"{name}.toml", StoryProject)

"""The shape of the demo's data: frozen values without behaviour; knows no database."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.actions.rules.agreements import AgreementVerdict
from app.actions.rules.kinds import ActionKind, ActionScope, ActionState, Cause, Priority
from app.entries.rules.names import Dimension, EntryKind

EDITORIAL = "Editorial"
PRODUCTION = "Production"
MARKETING = "Marketing"
RIGHTS = "Rights"
SALES = "Sales"
IT = "IT"


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    badge: str
    people: int


@dataclass(frozen=True, slots=True)
class Person:
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


@dataclass(frozen=True, slots=True)
class Note:
    """One entry: who it comes from (a department), what it says, whom it is about."""

    department: str
    kind: EntryKind
    text: str
    about: str | None = None
    dimension: Dimension | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What entries of one retro say together.

    `votes`: department -> (agree, disagree, pass) seats; `dots`: department -> dots wished for;
    `replies`: department -> what it said when it had the floor.
    """

    title: str
    notes: tuple[Note, ...]
    about: str | None = None
    votes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    dots: dict[str, int] = field(default_factory=dict)
    minutes: str = ""
    whys: tuple[str, ...] = ()
    replies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A later step of a promise: `day` counts from the retro's close, `due_day` too."""

    day: int
    by: str
    state: ActionState
    reason: str = ""
    due_day: int | None = None
    department: str | None = None
    miss_reason: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
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
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
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
    closed_days_ago: int | None
    seats: dict[str, int]
    topics: tuple[Topic, ...]
    promises: tuple[Promise, ...] = ()
    safety: tuple[int, ...] = ()
    roti: tuple[int, ...] = ()
    unsent: tuple[Note, ...] = ()
    rates: bool = False
    apart: tuple[tuple[str, str], ...] = ()
    expected: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, AgreementVerdict] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(note for topic in self.topics for note in topic.notes)


@dataclass(frozen=True, slots=True)
class PastNote:
    """A row of the table of older retros. `friction`: the theme that a person put it into, '' if nobody did."""

    by: str
    about: str | None
    kind: str
    text: str
    friction: str = ""
    owner: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class PastRetro:
    """An older retro in that table. `seats`: department -> people, as the table states them."""

    project: str
    days_ago: int
    seats: dict[str, int]
    notes: tuple[PastNote, ...]


@dataclass(frozen=True, slots=True)
class Friction:
    """A theme as people put it in order: its name, the key of its kind, which topics of our own retros they moved."""

    name: str
    kind: str
    topics: tuple[str, ...] = ()


def right(department: str, text: str, about: str | None = None, dimension: Dimension | None = None) -> Note:
    return Note(department, EntryKind.WENT_RIGHT, text, about, dimension)


def wrong(department: str, text: str, about: str | None = None, dimension: Dimension | None = None) -> Note:
    return Note(department, EntryKind.WENT_WRONG, text, about, dimension)


def surprise(department: str, text: str, about: str | None = None, dimension: Dimension | None = None) -> Note:
    return Note(department, EntryKind.SURPRISED_US, text, about, dimension)


def idea(department: str, text: str, about: str | None = None, dimension: Dimension | None = None) -> Note:
    return Note(department, EntryKind.IDEA, text, about, dimension)


def thanks(department: str, text: str, about: str | None = None, dimension: Dimension | None = None) -> Note:
    return Note(department, EntryKind.THANKS, text, about, dimension)

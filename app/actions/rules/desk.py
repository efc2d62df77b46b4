"""A lead's desk: its parts and filters as they stand in an address, and which step is the obvious next one; pure.

An action lies in exactly one part for a visitor, so that numbers add up and no card is on a page twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from app.actions.rules.calendar import NOT_LATE, SETTLED
from app.actions.rules.kinds import ActionKind, ActionState, Party, Priority
from app.actions.rules.notices import OFFERED, UNANSWERED, WORKING
from app.actions.rules.states import may_take

TEXT_MAX = 80
Kind = TypeVar("Kind", bound=StrEnum)


class DeskSection(StrEnum):
    ASKED_OF_US = "asked_of_us"
    PROMISED_BY_US = "promised_by_us"
    ASKED_BY_US = "asked_by_us"
    EVERYTHING = "everything"


class Group(StrEnum):
    """Where an action stands, as a lead thinks of it."""

    WAITING = "waiting"
    RUNNING = "running"
    LATE = "late"
    THIS_WEEK = "this_week"
    BLOCKED = "blocked"
    REPORTED = "reported"
    SETTLED = "settled"


class Sort(StrEnum):
    DUE = "due"
    """What needs somebody first, then by the day it is due."""
    NEWEST = "newest"
    OLDEST = "oldest"


OVER = SETTLED - {ActionState.DECLINED}
"""Nobody is waited for any more; a declined request waits for who asked."""
ASKED = UNANSWERED | OFFERED
STATES_OF: Mapping[Group, frozenset[ActionState]] = {
    Group.WAITING: ASKED,
    Group.RUNNING: WORKING - {ActionState.BLOCKED},
    Group.LATE: frozenset(ActionState) - NOT_LATE - {ActionState.PROPOSED},
    Group.THIS_WEEK: frozenset(ActionState) - NOT_LATE - {ActionState.PROPOSED},
    Group.BLOCKED: frozenset({ActionState.BLOCKED}),
    Group.REPORTED: frozenset({ActionState.REPORTED_DONE}),
    Group.SETTLED: OVER,
}
REQUESTER_MOVES = frozenset({ActionState.REPORTED_DONE, *OFFERED, *OVER})
"""Where the department that asked takes the next step, or it is over."""


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """What somebody wants to see of the desk. `ours` and `counterpart` are departments, `mine`: owned by the reader.

    Without a `part`: the beginning of each. `after` is where the page before ended.
    """

    part: DeskSection | None = None
    group: Group | None = None
    ours: UUID | None = None
    counterpart: UUID | None = None
    kind: str = ""
    mine: bool = False
    priority: str = ""
    text: str = ""
    sort: Sort = Sort.DUE
    after: str = ""

    @property
    def query(self) -> str:
        """The part of the address after "?"; `wanted` reads it back."""
        return urlencode([(name, value) for name, value in self.said().items() if value])

    def said(self) -> dict[str, str]:
        """Parameter -> value, empty where nothing is wanted."""
        return {
            "part": self.part or "",
            "state": self.group or "",
            "ours": str(self.ours or ""),
            "with": str(self.counterpart or ""),
            "kind": self.kind,
            "owner": "me" if self.mine else "",
            "priority": self.priority,
            "q": self.text,
            "sort": "" if self.sort == Sort.DUE else self.sort,
            "after": self.after,
        }

    def but(self, **changed: object) -> "ActionFilter":
        """The same from its first page on, with these fields changed."""
        return replace(self, **{"after": "", **changed})  # type: ignore[arg-type]  # names are those of the fields

    @property
    def narrows(self) -> bool:
        """Whether anything but a part and an order is asked for."""
        plain = ActionFilter(part=self.part, sort=self.sort, after=self.after)
        return any(getattr(self, one.name) != getattr(plain, one.name) for one in fields(self))


def wanted(params: Mapping[str, str]) -> ActionFilter:
    """What an address asks for. What it says wrongly it does not say: an address that somebody kept always works."""
    return ActionFilter(
        part=_one_of(DeskSection, params.get("part", "")),
        group=_one_of(Group, params.get("state", "")),
        ours=_id(params.get("ours", "")),
        counterpart=_id(params.get("with", "")),
        kind=_one_of(ActionKind, params.get("kind", "")) or "",
        mine=params.get("owner") == "me",
        priority=_one_of(Priority, params.get("priority", "")) or "",
        text=_words(params.get("q", "")),
        sort=_one_of(Sort, params.get("sort", "")) or Sort.DUE,
        after=params.get("after", "")[:80],
    )


def wanted_in(query: str) -> ActionFilter:
    """What the part of an address after "?" asks for."""
    return wanted(dict(parse_qsl(query)))


def part_of(state: str, is_ours: bool, is_theirs: bool, was_promised: bool) -> DeskSection:
    """Where somebody finds an action: `is_ours` they provide or own it, `is_theirs` their department asked for it."""
    if is_theirs and (state in REQUESTER_MOVES or not is_ours):
        return DeskSection.ASKED_BY_US
    if not is_ours:
        return DeskSection.EVERYTHING
    answered = state in WORKING or state == ActionState.REPORTED_DONE or (state in OVER and was_promised)
    return DeskSection.PROMISED_BY_US if answered else DeskSection.ASKED_OF_US


_OBVIOUS: Mapping[ActionState, tuple[ActionState, ...]] = {
    ActionState.REQUESTED: (ActionState.PROMISED, ActionState.ACKNOWLEDGED),
    ActionState.ACKNOWLEDGED: (ActionState.PROMISED,),
    ActionState.COUNTERED: (ActionState.REQUESTED,),
    ActionState.PROMISED: (ActionState.REPORTED_DONE,),
    ActionState.RE_PROMISED: (ActionState.REPORTED_DONE,),
    ActionState.IN_PROGRESS: (ActionState.REPORTED_DONE,),
    ActionState.SENT_BACK: (ActionState.REPORTED_DONE,),
    ActionState.BLOCKED: (ActionState.IN_PROGRESS,),
    ActionState.REPORTED_DONE: (ActionState.ACCEPTED,),
}


def obvious_step(state: str, parties: Iterable[Party]) -> ActionState | None:
    """The one step that these parties most likely want to take now; it needs nothing to be said."""
    who = frozenset(parties)
    return next((step for step in _OBVIOUS.get(ActionState(state), ()) if may_take(state, step, who)), None)


TOGETHER = (ActionState.ACKNOWLEDGED, ActionState.ACCEPTED, ActionState.REPORTED_DONE)
"""Steps that may be taken of many actions at once: they need nothing to be said."""


def _one_of(kinds: type[Kind], value: str) -> Kind | None:
    return kinds(value) if value in {one.value for one in kinds} else None


def _id(value: str) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def _words(typed: str) -> str:
    printable = "".join(one if one.isprintable() else " " for one in typed)
    return " ".join(printable.split())[:TEXT_MAX].strip()

"""The life of a promise: which step may follow which, who may take it, and the state that a history comes to; pure.

Only the owner promises. Only the requesting department accepts "done", and never the owner; five working days of
silence accept for it, flagged as such.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.actions.rules.calendar import SETTLED
from app.actions.rules.kinds import Party, State

OWNER = frozenset({Party.OWNER})
PROVIDER = frozenset({Party.OWNER, Party.PROVIDING})
REQUESTER = frozenset({Party.REQUESTING})
EITHER = OWNER | REQUESTER

_WORKING: dict[State, frozenset[Party]] = {
    State.IN_PROGRESS: OWNER,
    State.REPORTED_DONE: OWNER,
    State.RE_PROMISED: OWNER,
    State.BLOCKED: OWNER,
    State.NOT_DOING: EITHER,
}

_ASKED: dict[State, frozenset[Party]] = {
    State.PROMISED: OWNER,
    State.COUNTERED: PROVIDER,
    State.DECLINED: PROVIDER,
    State.NOT_DOING: REQUESTER,
}


def _without(steps: dict[State, frozenset[Party]], state: State) -> dict[State, frozenset[Party]]:
    return {name: parties for name, parties in steps.items() if name != state}


STEPS: dict[State, dict[State, frozenset[Party]]] = {
    State.PROPOSED: {State.REQUESTED: frozenset({Party.ROOM})},
    State.REQUESTED: {State.ACKNOWLEDGED: PROVIDER, **_ASKED},
    State.ACKNOWLEDGED: _ASKED,
    State.COUNTERED: {State.REQUESTED: REQUESTER, State.NOT_DOING: REQUESTER},
    State.DECLINED: {State.REQUESTED: REQUESTER},
    State.PROMISED: _WORKING,
    State.RE_PROMISED: _WORKING,
    State.IN_PROGRESS: _without(_WORKING, State.IN_PROGRESS),
    State.BLOCKED: _without(_WORKING, State.BLOCKED),
    State.SENT_BACK: _WORKING,
    State.REPORTED_DONE: {
        State.ACCEPTED: REQUESTER | {Party.SILENCE},
        State.SENT_BACK: REQUESTER,
    },
    State.ACCEPTED: {State.HELD: REQUESTER, State.RETURNED: REQUESTER, State.INCONCLUSIVE: REQUESTER},
    State.HELD: {},
    State.RETURNED: {},
    State.INCONCLUSIVE: {},
    State.NOT_DOING: {},
}

NEVER_THE_OWNER = frozenset({State.ACCEPTED, State.SENT_BACK, State.HELD, State.RETURNED, State.INCONCLUSIVE})
NEEDS_REASON: dict[State, str] = {
    State.DECLINED: "Say why it is declined, in a sentence that the other department can use.",
    State.SENT_BACK: "Say what is still missing.",
    State.NOT_DOING: "Say why it will not be done.",
    State.RE_PROMISED: "Say why the date moves.",
    State.COUNTERED: "Say what you offer instead.",
}
NEEDS_DATE: dict[State, str] = {State.RE_PROMISED: "Set the new day that you promise."}
TAKES_DATE = frozenset({State.PROMISED, State.COUNTERED, State.RE_PROMISED, State.REQUESTED})
NEEDS_DEPARTMENT: dict[State, str] = {State.BLOCKED: "Say which department it waits for."}


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a history. `happened_at` is UTC."""

    state: str
    happened_at: datetime
    due_on: date | None = None
    reason: str = ""
    account_id: UUID | None = None
    department_id: UUID | None = None
    by_silence: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """What a history comes to. `promised_for` is the first promised date and never moves."""

    state: State
    due_on: date | None
    promised_for: date | None
    slips: int
    reported_at: datetime | None
    settled_at: datetime | None


def follows(state: str, following: str) -> bool:
    """Whether `following` may come directly after `state`, taken by somebody."""
    return following in STEPS[State(state)]


def may_take(state: str, following: str, parties: Iterable[Party]) -> bool:
    """Whether somebody who stands to the action as `parties` may take this step."""
    who = frozenset(parties)
    if following in NEVER_THE_OWNER and Party.OWNER in who:
        return False
    return bool(STEPS[State(state)].get(State(following), frozenset()) & who)


def steps_for(state: str, parties: Iterable[Party]) -> list[State]:
    """The steps that these parties may take now, in the order of `State`."""
    who = frozenset(parties)
    return [following for following in State if may_take(state, following, who)]


def said_too_little(following: str, reason: str, due_on: date | None, department: UUID | None) -> dict[str, str]:
    """Field -> sentence, for what this step must say and does not."""
    state = State(following)
    wrong: dict[str, str] = {}
    if state in NEEDS_REASON and not reason:
        wrong["reason"] = NEEDS_REASON[state]
    if state in NEEDS_DATE and due_on is None:
        wrong["due_on"] = NEEDS_DATE[state]
    if state in NEEDS_DEPARTMENT and department is None:
        wrong["department"] = NEEDS_DEPARTMENT[state]
    return wrong


def project(history: Sequence[Step]) -> Projection:
    """Fold a history into its state. Raises ValueError for a step that may not follow the one before it.

    The first step (asked by the closing room) carries the date asked for. The first PROMISED step fixes
    `promised_for`; dates of later steps move `due_on` only. `reported_at` is that of the last report.
    """
    now = Projection(State.PROPOSED, None, None, 0, None, None)
    for step in history:
        if not follows(now.state, step.state):
            raise ValueError(f"{step.state} cannot follow {now.state}")
        now = _after(now, step)
    return now


def _after(before: Projection, step: Step) -> Projection:
    state = State(step.state)
    due = step.due_on or before.due_on
    return Projection(
        state=state,
        due_on=due,
        promised_for=before.promised_for or (due if state == State.PROMISED else None),
        slips=before.slips + (state == State.RE_PROMISED),
        reported_at=step.happened_at if state == State.REPORTED_DONE else before.reported_at,
        settled_at=(before.settled_at or step.happened_at) if state in SETTLED else None,
    )

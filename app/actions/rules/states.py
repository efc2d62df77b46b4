"""The life of a promise: which step may follow which, who may take it, and the state that a history comes to; pure.

Only the owner promises. Only the requesting department accepts "done", and never the owner; five working days of
silence accept for it, flagged as such. Who took a step may take it back for a minute: the step stays in the history
and counts no more. What was loaded from a list is proposed until somebody asks for it here, whatever its dates; what
the list calls done ends as DONE_BEFORE and is never accepted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from app.actions.rules.calendar import SETTLED
from app.actions.rules.kinds import ActionState, Party

OWNER = frozenset({Party.OWNER})
PROVIDER = frozenset({Party.OWNER, Party.PROVIDING})
REQUESTER = frozenset({Party.REQUESTING})
LIST = frozenset({Party.LIST})
EITHER = OWNER | REQUESTER
UNDO_WITHIN = timedelta(seconds=60)
"""How long a step may be taken back; mails about it wait that long."""

_WORKING: dict[ActionState, frozenset[Party]] = {
    ActionState.IN_PROGRESS: OWNER,
    ActionState.REPORTED_DONE: OWNER,
    ActionState.RE_PROMISED: OWNER,
    ActionState.BLOCKED: OWNER,
    ActionState.NOT_DOING: EITHER,
    ActionState.REQUESTED: PROVIDER,  # handed over to another owner
}

_ASKED: dict[ActionState, frozenset[Party]] = {
    ActionState.REQUESTED: PROVIDER,  # handed over to another owner
    ActionState.PROMISED: OWNER,
    ActionState.COUNTERED: PROVIDER,
    ActionState.DECLINED: PROVIDER,
    ActionState.NOT_DOING: REQUESTER,
}


def _without(steps: dict[ActionState, frozenset[Party]], state: ActionState) -> dict[ActionState, frozenset[Party]]:
    return {name: parties for name, parties in steps.items() if name != state}


STEPS: dict[ActionState, dict[ActionState, frozenset[Party]]] = {
    ActionState.PROPOSED: {
        ActionState.PROPOSED: LIST,  # loaded, or changed in the list
        ActionState.DONE_BEFORE: LIST,
        ActionState.NOT_DOING: LIST,
        ActionState.REQUESTED: LIST | {Party.ROOM},
    },
    ActionState.REQUESTED: {ActionState.ACKNOWLEDGED: PROVIDER, **_ASKED},
    ActionState.ACKNOWLEDGED: _ASKED,
    ActionState.COUNTERED: {ActionState.REQUESTED: REQUESTER, ActionState.NOT_DOING: REQUESTER},
    ActionState.DECLINED: {ActionState.REQUESTED: REQUESTER, ActionState.NOT_DOING: REQUESTER},
    ActionState.PROMISED: _WORKING,
    ActionState.RE_PROMISED: _WORKING,
    ActionState.IN_PROGRESS: _without(_WORKING, ActionState.IN_PROGRESS),
    ActionState.BLOCKED: _without(_WORKING, ActionState.BLOCKED),
    ActionState.SENT_BACK: _WORKING,
    ActionState.REPORTED_DONE: {
        ActionState.ACCEPTED: REQUESTER | {Party.SILENCE},
        ActionState.SENT_BACK: REQUESTER,
    },
    ActionState.ACCEPTED: {
        ActionState.HELD: REQUESTER,
        ActionState.RETURNED: REQUESTER,
        ActionState.INCONCLUSIVE: REQUESTER,
    },
    ActionState.HELD: {},
    ActionState.RETURNED: {},
    ActionState.INCONCLUSIVE: {},
    ActionState.NOT_DOING: {},
    ActionState.DONE_BEFORE: {},
}

NEVER_THE_OWNER = frozenset(
    {ActionState.ACCEPTED, ActionState.SENT_BACK, ActionState.HELD, ActionState.RETURNED, ActionState.INCONCLUSIVE}
)
HANDED_OVER_FROM = frozenset(state for state, steps in STEPS.items() if steps.get(ActionState.REQUESTED) == PROVIDER)
"""Where REQUESTED means: asked of somebody else now."""
KEPT_IN_HAND = frozenset({ActionState.COUNTERED, ActionState.DECLINED, ActionState.REPORTED_DONE})
"""Where it waits for the other side: when its owner leaves, it gets another one and stays where it is."""
NEEDS_REASON: dict[ActionState, str] = {
    ActionState.DECLINED: "Say why it is declined, in a sentence that the other department can use.",
    ActionState.SENT_BACK: "Say what is still missing.",
    ActionState.NOT_DOING: "Say why it will not be done.",
    ActionState.RE_PROMISED: "Say why the date moves.",
    ActionState.COUNTERED: "Say what you offer instead.",
}
NEEDS_DATE: dict[ActionState, str] = {ActionState.RE_PROMISED: "Set the new day that you promise."}
TAKES_DATE = frozenset({ActionState.PROMISED, ActionState.COUNTERED, ActionState.RE_PROMISED, ActionState.REQUESTED})
NEEDS_DEPARTMENT: dict[ActionState, str] = {ActionState.BLOCKED: "Say which department it waits for."}
TAKES_MISS_REASON = frozenset({ActionState.RE_PROMISED, ActionState.BLOCKED, ActionState.NOT_DOING})
"""Steps at which the kind of reason is chosen from a list, so that reasons can be counted."""
NEEDS_OWNER = "Say who takes it over: exactly one person."


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One entry of a history. `happened_at` is UTC; `number` counts from 1 and is 0 where nobody asks for it.

    A step with `undoes` takes the step of that number back and changes nothing else. `owner_id`: handed over to;
    where it waits for the other side (`KEPT_IN_HAND`), a step that stays in its state only says so.
    """

    state: str
    happened_at: datetime
    due_on: date | None = None
    reason: str = ""
    account_id: UUID | None = None
    department_id: UUID | None = None
    by_silence: bool = False
    miss_reason: str = ""
    owner_id: UUID | None = None
    undoes: int | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class StepDetails:
    """What a person says with a step; which of it is needed is for the rules to say."""

    reason: str = ""
    miss_reason: str = ""
    due_on: date | None = None
    department_id: UUID | None = None
    owner_id: UUID | None = None


NOTHING_SAID = StepDetails()


@dataclass(frozen=True, slots=True)
class Projection:
    """What a history comes to. `promised_for` is the first promised date and never moves.

    `requested_at` is when it was first asked (None: nobody was), `answered_at` when the provider first answered that,
    `moved_at` when the last step was taken, `blocked_by_id` whom it waits for while blocked, `miss_reason` the last
    one chosen.
    """

    state: ActionState
    due_on: date | None
    promised_for: date | None
    slips: int
    reported_at: datetime | None
    settled_at: datetime | None
    requested_at: datetime | None = None
    answered_at: datetime | None = None
    moved_at: datetime | None = None
    blocked_by_id: UUID | None = None
    miss_reason: str = ""
    by_silence: bool = False


def follows(state: str, following: str) -> bool:
    """Whether `following` may come directly after `state`, taken by somebody."""
    return following in STEPS[ActionState(state)]


def may_take(state: str, following: str, parties: Iterable[Party]) -> bool:
    """Whether somebody who stands to the action as `parties` may take this step."""
    who = frozenset(parties)
    if following in NEVER_THE_OWNER and Party.OWNER in who:
        return False
    return bool(STEPS[ActionState(state)].get(ActionState(following), frozenset()) & who)


def steps_for(state: str, parties: Iterable[Party]) -> list[ActionState]:
    """The steps that these parties may take now, in the order of `ActionState`."""
    who = frozenset(parties)
    return [following for following in ActionState if may_take(state, following, who)]


def is_handed_over(state: str, following: str) -> bool:
    """Whether this step asks it of another owner."""
    return following == ActionState.REQUESTED and state in HANDED_OVER_FROM


def said_too_little(state: str, following: str, said: StepDetails) -> dict[str, str]:
    """Field -> sentence, for what the step from `state` to `following` must say and does not."""
    step = ActionState(following)
    wrong: dict[str, str] = {}
    if step in NEEDS_REASON and not said.reason:
        wrong["reason"] = NEEDS_REASON[step]
    if step in NEEDS_DATE and said.due_on is None:
        wrong["due_on"] = NEEDS_DATE[step]
    if step in NEEDS_DEPARTMENT and said.department_id is None:
        wrong["department"] = NEEDS_DEPARTMENT[step]
    if is_handed_over(state, following) and said.owner_id is None:
        wrong["owner"] = NEEDS_OWNER
    return wrong


def what_counts(state: str, following: str, said: StepDetails) -> StepDetails:
    """Only what the step from `state` to `following` has a place for: no date moves beside its own step."""
    step, hands = ActionState(following), is_handed_over(state, following)
    return replace(
        said,
        due_on=said.due_on if step in TAKES_DATE and not hands else None,
        miss_reason=said.miss_reason if step in TAKES_MISS_REASON else "",
        department_id=said.department_id if step in NEEDS_DEPARTMENT else None,
        owner_id=said.owner_id if hands else None,
    )


def day_problem(state: str, following: str, said: StepDetails, present: date | None, today: date) -> dict[str, str]:
    """Field -> sentence, where the day said with a step is over, or a new day is no other than the `present` one.

    `today` is the day at the department that asked.
    """
    step = ActionState(following)
    if said.due_on is None or step not in TAKES_DATE or is_handed_over(state, following):
        return {}
    if said.due_on < today:
        return {"due_on": "This day is over. Choose today or a later day."}
    if step is ActionState.RE_PROMISED and said.due_on == present:
        return {"due_on": "That is the day it has already. Choose another one."}
    return {}


def still_counting(history: Sequence[StepTaken]) -> list[StepTaken]:
    """The history without the steps that were taken back, or only say that it has another owner now. Raises
    ValueError where one takes back what it may not."""
    kept: list[StepTaken] = []
    for step in history:
        if _only_changes_hands(kept, step):
            continue
        if step.undoes is None:
            kept.append(step)
        elif kept and kept[-1].number == step.undoes:
            kept.pop()
        else:
            raise ValueError(f"step {step.undoes} is not the last one that counts")
    return kept


def may_be_undone(history: Sequence[StepTaken], account_id: UUID, now: datetime) -> StepTaken | None:
    """The last step that counts, if this person took it less than a minute ago; else None."""
    kept = still_counting(history)
    if len(kept) < 2 or kept[-1].account_id != account_id:
        return None  # what the room asked for at its close stands
    return kept[-1] if now - kept[-1].happened_at < UNDO_WITHIN else None


def project(history: Sequence[StepTaken]) -> Projection:
    """Fold a history into its state. Raises ValueError for a step that may not follow the one before it.

    The first step (asked by the closing room) carries the date asked for. The first PROMISED step that
    has a day fixes `promised_for`; dates of later steps move `due_on` only. `reported_at` is that of the last report.
    """
    now = Projection(ActionState.PROPOSED, None, None, 0, None, None)
    for step in still_counting(history):
        if not follows(now.state, step.state):
            raise ValueError(f"{step.state} cannot follow {now.state}")
        now = _after(now, step)
    return now


def _only_changes_hands(kept: list[StepTaken], step: StepTaken) -> bool:
    stays = bool(kept) and kept[-1].state == step.state and step.state in KEPT_IN_HAND
    return stays and step.undoes is None and step.owner_id is not None


def _after(before: Projection, step: StepTaken) -> Projection:
    state = ActionState(step.state)
    due = step.due_on or before.due_on
    at = step.happened_at
    was_asked = before.requested_at is not None and before.answered_at is None
    answers = was_asked and state not in (
        ActionState.REQUESTED,
        ActionState.NOT_DOING,
    )  # taken back before it was answered
    return Projection(
        state=state,
        due_on=due,
        promised_for=before.promised_for or (due if state == ActionState.PROMISED else None),
        slips=before.slips + (state == ActionState.RE_PROMISED),
        reported_at=at if state == ActionState.REPORTED_DONE else before.reported_at,
        settled_at=(before.settled_at or at) if state in SETTLED else None,
        requested_at=before.requested_at or (at if state == ActionState.REQUESTED else None),
        answered_at=at if answers else before.answered_at,
        moved_at=at,
        blocked_by_id=step.department_id if state == ActionState.BLOCKED else None,
        miss_reason=step.miss_reason or before.miss_reason,
        by_silence=step.by_silence if state == ActionState.ACCEPTED else before.by_silence and state in SETTLED,
    )

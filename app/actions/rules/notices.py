"""What falls due while a promise waits, and on which day: asked again, reminded, told to the lead and the sponsor,
accepted by silence; pure.

Each wait begins on `since`, the day of the last step. Weekly ones go on for ever; days are those of `Place`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from itertools import count

from app.actions.rules.calendar import accepts_by_silence_on
from app.actions.rules.kinds import ActionState, Notice
from app.actions.rules.policy import Policy
from app.core.places import Place

WORKING = frozenset(
    {
        ActionState.PROMISED,
        ActionState.RE_PROMISED,
        ActionState.IN_PROGRESS,
        ActionState.BLOCKED,
        ActionState.SENT_BACK,
    }
)
OFFERED = frozenset({ActionState.COUNTERED, ActionState.DECLINED})
UNANSWERED = frozenset({ActionState.REQUESTED, ActionState.ACKNOWLEDGED})
REMINDERS = frozenset({Notice.DUE_SOON, Notice.DUE_TODAY, Notice.LATE})
"""Said to the same people of the same day: a later one says all that the earlier ones would."""

Due = tuple[date, Notice]


@dataclass(frozen=True, slots=True)
class Wait:
    """Where a promise stands and since which day."""

    state: ActionState
    since: date
    due_on: date | None
    place: Place
    policy: Policy


def fall_due(wait: Wait, after: date) -> Iterator[Due]:
    """What falls due after the day `after`, in the order of days; without an end where something is said weekly.

    Acceptance by silence stays due until it happens: no change of policy or holidays may let a report wait for ever.
    """
    return (one for one in _all(wait) if one[0] > after or one[1] is Notice.SILENCE_ACCEPTS)


def newest_of_each(wait: Wait, after: date, until: date) -> list[Due]:
    """What fell due after `after` and by `until`; of reminders, and of what is said again and again, only the last.

    So a server that was away for a month tells nobody four times, nor that something is due which is late.
    """
    found: dict[Notice, Due] = {}
    for day, notice in fall_due(wait, after):
        if day > until:
            break
        found[Notice.LATE if notice in REMINDERS else notice] = (day, notice)
    return sorted(found.values())


def next_day(wait: Wait, after: date) -> date | None:
    """The next day on which something falls due; None: nothing ever does."""
    return next((day for day, _ in fall_due(wait, after)), None)


def _all(wait: Wait) -> Iterator[Due]:
    if wait.state in UNANSWERED:
        yield from merge(_unanswered(wait), _late(wait))
    elif wait.state in OFFERED:
        yield from _weekly(Notice.ANSWER_OFFER, wait.place.add(wait.since, wait.policy.acknowledge_within), wait)
    elif wait.state in WORKING:
        blocked = _weekly(Notice.STILL_BLOCKED, wait.since + timedelta(days=wait.policy.remind_every), wait)
        yield from merge(_before_it_is_due(wait), _late(wait), blocked if wait.state is ActionState.BLOCKED else ())
    elif wait.state is ActionState.REPORTED_DONE:
        accepted_on = accepts_by_silence_on(wait.since, wait.place, wait.policy)
        said_on = wait.place.subtract(accepted_on, min(2, wait.policy.silence_after))
        yield from sorted([(max(said_on, wait.since), Notice.ACCEPT), (accepted_on, Notice.SILENCE_ACCEPTS)])


def _unanswered(wait: Wait) -> Iterator[Due]:
    first = wait.place.add(wait.since, wait.policy.acknowledge_within)
    yield from _weekly(Notice.ACKNOWLEDGE, first + timedelta(days=1), wait)


def _before_it_is_due(wait: Wait) -> Iterator[Due]:
    if wait.due_on is None:
        return
    if wait.policy.remind_before:
        yield wait.place.subtract(wait.due_on, wait.policy.remind_before), Notice.DUE_SOON
    if wait.policy.remind_on_the_day:
        yield wait.due_on, Notice.DUE_TODAY


def _late(wait: Wait) -> Iterator[Due]:
    """Reminded weekly; what stays late is told to the lead, then to the sponsor."""
    if wait.due_on is None:
        return
    once = []
    if wait.policy.lead_after:
        once.append((wait.place.add(wait.due_on, wait.policy.lead_after), Notice.LATE_TO_LEAD))
    if wait.policy.sponsor_after:
        once.append((wait.place.add(wait.due_on, wait.policy.sponsor_after), Notice.LATE_TO_SPONSOR))
    first = wait.due_on + timedelta(days=wait.policy.remind_every)
    yield from merge(_weekly(Notice.LATE, first, wait), sorted(once))


def _weekly(notice: Notice, first: date, wait: Wait) -> Iterator[Due]:
    every = wait.policy.remind_every
    if not every:
        yield first, notice
        return
    for number in count():
        try:
            yield first + timedelta(days=number * every), notice
        except OverflowError:
            return

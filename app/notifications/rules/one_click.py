"""What a button in a mail may do without signing in: one step of one promise, as one person, for a while; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from app.actions.rules.kinds import ActionState
from app.actions.rules.states import StepTaken, still_counting
from app.core.errors import NotFound, Refusal

PURPOSE = "one-click"
"""What such links are signed for: a token made for anything else is none."""
LINK_LASTS = timedelta(days=60)
ALSO: dict[ActionState, tuple[ActionState, ...]] = {ActionState.ACCEPTED: (ActionState.SENT_BACK,)}
"""Who is asked whether something is done may also say that it is not."""


class LinkDoesNotWork(NotFound):
    """Forged, cut off, or for an account that may not use it any more: they all look the same."""

    sentence = (
        "This link does not work. Perhaps it was cut off in the mail, or the account that it was sent to is closed. "
        "Open it from the mail once more, or sign in and find the promise under Actions."
    )


class LinkIsTooOld(Refusal):
    status: ClassVar[int] = 410
    sentence = (
        f"This link worked for {LINK_LASTS.days} days, and they are over. Nothing was changed. "
        "Sign in to see where the promise is now."
    )


@dataclass(frozen=True, slots=True)
class OneClickLink:
    """What a link says: as `account_id`, take `state` with `action_id`, whose last step was then `number`.

    `written` is the day (UTC) of the mail; links of earlier releases name none and count from their step.
    """

    action_id: UUID
    account_id: UUID
    state: ActionState
    number: int
    written: date | None = None

    def signed(self) -> list[object]:
        """What is signed, as JSON knows it."""
        said: list[object] = [self.action_id.hex, self.account_id.hex, self.state.value, self.number]
        return [*said, self.written.isoformat()] if self.written else said

    @property
    def choices(self) -> tuple[ActionState, ...]:
        """The steps that may be taken through it, the obvious one first."""
        return (self.state, *ALSO.get(self.state, ()))


def read_link(signed: Any) -> OneClickLink | None:
    """The link out of what was signed; None when it was something else."""
    try:
        action_id, account_id, state, number, *written = signed
        day = date.fromisoformat(*written) if written else None
        return OneClickLink(UUID(action_id), UUID(account_id), ActionState(state), int(number), day)
    except (TypeError, ValueError, AttributeError):
        return None


def is_too_old(link: OneClickLink, history: Sequence[StepTaken], now: datetime) -> bool:
    """Whether the mail with the link was written too long ago; also when the step that it belongs to never was."""
    taken = next((step.happened_at for step in history if step.number == link.number), None)
    if taken is None:
        return True
    if link.written is None:
        return now - taken > LINK_LASTS
    return now.astimezone(UTC).date() - link.written > LINK_LASTS


def is_current(link: OneClickLink, history: Sequence[StepTaken]) -> bool:
    """Whether nothing happened since the link was written, but what was taken back, or no answer."""
    kept = _answers(link, history)
    return bool(kept) and kept[-1].number == link.number


def follows_directly(link: OneClickLink, history: Sequence[StepTaken]) -> bool:
    """Whether the last step came right after the link was written: it may have been taken through it."""
    kept = _answers(link, history)
    return len(kept) > 1 and kept[-2].number == link.number


def _answers(link: OneClickLink, history: Sequence[StepTaken]) -> list[StepTaken]:
    """The steps that count; where a promise is asked for, that somebody has seen it is no answer."""
    kept = still_counting(history)
    if link.state is not ActionState.PROMISED:
        return kept
    return [step for step in kept if step.number <= link.number or step.state != ActionState.ACKNOWLEDGED]

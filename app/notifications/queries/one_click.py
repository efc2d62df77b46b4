"""What a link in a mail leads to: the promise, who is asked, and whether the step can still be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries import lists, rights, rows
from app.actions.queries.views import ActionView, StepView
from app.actions.rules.kinds import ActionState
from app.actions.rules.states import is_handed_over, may_be_undone, still_counting
from app.core.errors import NotFound
from app.core.signing import signing_key_of
from app.notifications.rules.one_click import (
    PURPOSE,
    LinkDoesNotWork,
    LinkIsTooOld,
    OneClickLink,
    follows_directly,
    is_current,
    is_too_old,
    read_link,
)
from app.people.queries import credentials_of, visitor_of
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class OneClickView:
    """`offered` are the steps that may be taken now: none when the promise moved on or it is not theirs to say.

    `last` is the last step that counts; `was_theirs`: taken by this very person after the link was written;
    `may_undo`: less than a minute ago.
    """

    link: OneClickLink
    visitor: Visitor
    has_password: bool
    action: ActionView
    offered: tuple[ActionState, ...]
    is_current: bool
    last: StepView
    was_theirs: bool
    may_undo: bool


def link_of(db: Session, token: str) -> tuple[OneClickLink, Visitor]:
    """The link and whom it is for. Raises LinkDoesNotWork."""
    link = read_link(signing_key_of(db).read(PURPOSE, token))
    visitor = visitor_of(db, link.account_id) if link else None
    if link is None or visitor is None:
        raise LinkDoesNotWork
    return link, visitor


def one_click(db: Session, token: str, now: datetime) -> OneClickView:
    """What to show behind a link. Raises LinkDoesNotWork or LinkIsTooOld."""
    link, visitor = link_of(db, token)
    action = _action(db, link.action_id, visitor)
    steps = rows.steps_of(db, link.action_id)
    if is_too_old(link, steps, now):
        raise LinkIsTooOld
    current = is_current(link, steps)
    possible = rights.possible_steps(visitor, action) if current else []
    return OneClickView(
        link=link,
        visitor=visitor,
        has_password=credentials_of(db, visitor.account_id) is not None,
        action=action,
        # Whom to hand it over to is chosen at the desk.
        offered=tuple(one for one in link.choices if one in possible and not is_handed_over(action.state, one)),
        is_current=current,
        last=_last_that_counts(lists.history(db, link.action_id)),
        was_theirs=not current and still_counting(steps)[-1].account_id == visitor.account_id,
        may_undo=follows_directly(link, steps) and may_be_undone(steps, visitor.account_id, now) is not None,
    )


def _action(db: Session, action_id: UUID, visitor: Visitor) -> ActionView:
    try:
        return lists.action(db, action_id, for_=visitor)
    except NotFound as gone:
        raise LinkDoesNotWork from gone


def _last_that_counts(history: list[StepView]) -> StepView:
    return next(step for step in reversed(history) if step.undoes is None and not step.is_taken_back)

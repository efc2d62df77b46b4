"""Steps of a promise taken from a mail without signing in: a signed link opens a page, the button there takes it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries import rows
from app.actions.rules.kinds import ActionState
from app.actions.rules.refusals import NotYourStep, TooLateToUndo
from app.actions.rules.states import NOTHING_SAID, StepDetails, is_handed_over
from app.actions.service import stepping
from app.core.errors import NotFound
from app.core.signing import signing_key_of
from app.notifications.queries.address import address_of
from app.notifications.queries.one_click import OneClickView, link_of, one_click
from app.notifications.rules.one_click import PURPOSE, LinkDoesNotWork, OneClickLink


def address(db: Session, account_id: UUID, action_id: UUID, state: ActionState, number: int, written: date) -> str:
    """The whole address for a mail: as this account, take `state` with this promise.

    `number` is that of the last step of its history that counts, when the mail is written, on the day `written`
    (UTC): after any further step the link only tells where the promise is.
    """
    return f"{address_of(db)}/m/{token_for(db, OneClickLink(action_id, account_id, state, number, written))}"


def token_for(db: Session, link: OneClickLink) -> str:
    """The signed part of the address."""
    return signing_key_of(db).sign(PURPOSE, link.signed())


def take(db: Session, token: str, state: ActionState, now: datetime, said: StepDetails = NOTHING_SAID) -> int | None:
    """Take the step that the link is for, as the account that it was sent to; None when the promise moved on before.

    Raises LinkDoesNotWork, LinkIsTooOld, and all that `actions.service.step` does: every guard of a step holds.
    """
    found = _held(db, token, now)
    if not found.is_current:
        return None
    if state not in found.link.choices or is_handed_over(found.action.state, state):
        raise NotYourStep
    return stepping.step(db, found.visitor, found.link.action_id, state, now, said)


def undo_step(db: Session, token: str, now: datetime) -> None:
    """Undo what was taken through this link, within the minute.

    Raises LinkDoesNotWork, LinkIsTooOld or TooLateToUndo.
    """
    found = _held(db, token, now)
    if not found.may_undo:
        raise TooLateToUndo
    stepping.undo(db, found.visitor, found.link.action_id, now)


def _held(db: Session, token: str, now: datetime) -> OneClickView:
    """What the link leads to, with its promise locked: of two presses of the button one comes first."""
    link, _ = link_of(db, token)
    try:
        rows.row_for_change(db, link.action_id)
    except NotFound as gone:
        raise LinkDoesNotWork from gone
    return one_click(db, token, now)

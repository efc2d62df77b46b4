"""Agreements come into force by both sides' yes, are reviewed by later rooms, and end with a reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session, col, select

from app.actions.models import Action
from app.actions.queries import policy, rows
from app.actions.rules.kinds import ActionKind, ActionState
from app.actions.rules.refusals import FieldsAreMissing
from app.agreements import queries as agreements
from app.agreements.events import AgreementChanged, AgreementReviewed
from app.agreements.models import Agreement, AgreementReview
from app.agreements.rules import (
    UNTIL_THE_CLOSE,
    AgreementVerdict,
    Phase,
    Terms,
    may_write,
    missing_terms,
    speaks_for,
    still_to_agree,
)
from app.core.errors import NotFound, Refusal
from app.core.events import emit
from app.departments.queries import names
from app.people.rules import Visitor
from app.retros.queries.retros import get_for_change, view_of
from app.retros.service import version


class NotYoursToSay(Refusal):
    """This visitor may see the agreement but does not speak for a side of it."""

    status: ClassVar[int] = 403
    sentence = "Only a lead of one of the two departments can say that."


class NotWaiting(Refusal):
    sentence = "This question has already been answered. The page may be old: load it again."


class NotInForce(Refusal):
    sentence = "This agreement is not in force. The page may be old: load it again."


class RoomIsClosed(Refusal):
    sentence = "What a room said of its agreements can be recorded from check-in until the retro is closed."


def write_agreement(db: Session, visitor: Visitor, terms: Terms, now: datetime) -> UUID:
    """A lead writes down an agreement of their department with another: it waits for the other side's yes.

    One written by a facilitator or admin who leads neither side waits for both. Raises FieldsAreMissing.
    """
    providing, requesting = _checked(db, visitor, terms)
    waits_for = still_to_agree(visitor.leads, (providing, requesting))
    row = Agreement(
        text=terms.text,
        providing_department_id=providing,
        requesting_department_id=requesting,
        dimension=terms.dimension,
        since=_day(db, requesting, now),
        review_on=terms.review_on,
        proposed_by=visitor.account_id,
        waits_for_id=waits_for[0] if waits_for else None,
        waits_also_for_id=waits_for[1] if len(waits_for) > 1 else None,
        created_at=now,
    )
    return _say(db, row)


def say_yes(db: Session, visitor: Visitor, agreement_id: UUID, now: datetime) -> None:
    """A side agrees; with the last yes it is in force. Raises NotFound, NotWaiting or NotYoursToSay."""
    row = _waiting_for(db, visitor, agreement_id)
    missing = [side for side in (row.waits_for_id, row.waits_also_for_id) if side and side not in visitor.leads]
    row.waits_for_id, row.waits_also_for_id = (missing[0] if missing else None), None
    if not missing:
        row.since = _day(db, row.requesting_department_id, now)
    _say(db, row)


def say_no(db: Session, visitor: Visitor, agreement_id: UUID, reason: str, now: datetime) -> None:
    """A side that it waits for does not agree: it never comes into force, and the reason stands there for the other.

    Raises NotFound, NotWaiting, NotYoursToSay or FieldsAreMissing.
    """
    row = _waiting_for(db, visitor, agreement_id)
    _end(db, row, _needed(reason, "Say why not, in a sentence that the other department can use."), now)


def end_agreement(db: Session, visitor: Visitor, agreement_id: UUID, reason: str, now: datetime) -> None:
    """Either side's lead ends it, or takes back what nobody has said yes to. It stays readable, with its reviews."""
    view = agreements.agreement(db, agreement_id, for_=visitor)
    row = agreements.agreement_for_change(db, agreement_id)
    if row.ended_on is not None:
        raise NotInForce
    if not view.may_be_ended_by(visitor):
        raise NotYoursToSay
    _end(db, row, _needed(reason, "Say why it ends."), now)


def move_review(db: Session, visitor: Visitor, agreement_id: UUID, review_on: date | None) -> None:
    """Either side's lead chooses another day on which it is looked at; None: at each retro only."""
    view = agreements.agreement(db, agreement_id, for_=visitor)
    row = agreements.agreement_for_change(db, agreement_id)
    if row.ended_on is not None or view.phase is not Phase.IN_FORCE:
        raise NotInForce
    if not view.may_be_moved_by(visitor):
        raise NotYoursToSay
    row.review_on = review_on
    _say(db, row)


def review_in_room(
    db: Session, visitor: Visitor, retro_id: UUID, agreement_id: UUID, verdict: AgreementVerdict | None, now: datetime
) -> None:
    """The facilitator records what the room says: one review for each agreement and retro, changed until the close.

    None takes it back. Raises NotFound, NotYourRetro or RoomIsClosed.
    """
    retro = view_of(db, get_for_change(db, retro_id, for_=visitor))
    if retro.stage not in UNTIL_THE_CLOSE:
        raise RoomIsClosed
    if agreement_id not in {one.agreement.id for one in agreements.agreements_in_room(db, retro, now)}:
        raise NotFound
    _record(db, agreement_id, retro_id, verdict, visitor, policy.calendar_of(db, None).day(now))
    emit(db, AgreementReviewed(retro_id, version.raise_version(db, retro_id), agreement_id))
    emit(db, AgreementChanged(agreement_id))


def follow_promise(db: Session, action_id: UUID, state: str) -> None:
    """A step of an action of kind agreement: the owner's promise brings it into force, "not doing" ends it."""
    action = db.get_one(Action, action_id)
    if action.kind != ActionKind.AGREEMENT or action.moved_at is None:
        return
    row = _of_action(db, action_id)
    if state == ActionState.PROMISED and row is None:
        _begin(db, action, action.moved_at)
    elif state == ActionState.NOT_DOING and row is not None and row.ended_on is None:
        _end(db, row, rows.steps_of(db, action_id)[-1].reason, action.moved_at)


def unfollow_promise(db: Session, action_id: UUID, number: int) -> None:
    """The step of that number was taken back, and so is what it did. An agreement that a room has reviewed stays."""
    row = _of_action(db, action_id)
    taken_back = next((one for one in rows.steps_of(db, action_id) if one.number == number), None)
    if row is None or taken_back is None:
        return
    if taken_back.state == ActionState.NOT_DOING and row.ended_on is not None and row.end_reason == taken_back.reason:
        row.ended_on, row.end_reason = None, ""
        _say(db, row)
    elif (
        taken_back.state == ActionState.PROMISED
        and not _is_still_promised(db, action_id)
        and not _is_reviewed(db, row)
    ):
        db.delete(row)
        db.flush()


def _checked(db: Session, visitor: Visitor, terms: Terms) -> tuple[UUID, UUID]:
    """Both sides; raises FieldsAreMissing with a sentence for each field that needs another look."""
    wrong, known = missing_terms(terms), names(db)
    sides = {
        "providing_department": terms.providing_department_id,
        "requesting_department": terms.requesting_department_id,
    }
    for name, side in sides.items():
        if side is not None and (side not in known or known[side].is_archived):
            wrong[name] = "This department is not known. Please choose again."
    providing, requesting = sides.values()
    if not wrong and not may_write(visitor.leads, visitor.sees_everything, [side for side in sides.values() if side]):
        wrong["providing_department"] = "One of the two must be a department that you lead."
    if wrong or providing is None or requesting is None:
        raise FieldsAreMissing(wrong)
    return providing, requesting


def _waiting_for(db: Session, visitor: Visitor, agreement_id: UUID) -> Agreement:
    """The locked row, if it waits for a side that this visitor leads."""
    agreements.agreement(db, agreement_id, for_=visitor)
    row = agreements.agreement_for_change(db, agreement_id)
    waits_for = (row.waits_for_id, row.waits_also_for_id)
    if row.ended_on is not None or not any(waits_for):
        raise NotWaiting
    if not speaks_for(visitor.leads, waits_for):
        raise NotYoursToSay("Only a lead of the department that it waits for can answer.")
    return row


def _begin(db: Session, action: Action, now: datetime) -> None:
    providing, requesting = action.providing_department_id, action.requesting_department_id
    if providing is None or requesting is None or providing == requesting:
        return  # written before an agreement had to name two departments: followed as an action only
    row = Agreement(
        action_id=action.id,
        retro_id=action.retro_id,
        text=action.done_when or action.title,
        providing_department_id=providing,
        requesting_department_id=requesting,
        dimension=action.dimension,
        since=_day(db, requesting, now),
        review_on=action.review_on,
        created_at=now,
    )
    _say(db, row)


def _end(db: Session, row: Agreement, reason: str, now: datetime) -> None:
    row.ended_on, row.end_reason = _day(db, row.requesting_department_id, now), reason
    _say(db, row)


def _say(db: Session, row: Agreement) -> UUID:
    is_new = row not in db
    row.version += 0 if is_new else 1
    db.add(row)
    db.flush()
    emit(db, AgreementChanged(row.id))
    return row.id


def _record(
    db: Session, agreement_id: UUID, retro_id: UUID, verdict: AgreementVerdict | None, visitor: Visitor, today: date
) -> None:
    found = select(AgreementReview).where(
        AgreementReview.agreement_id == agreement_id, AgreementReview.retro_id == retro_id
    )
    review = db.exec(found).one_or_none()
    if verdict is None:
        if review is not None:
            db.delete(review)
    else:
        review = review or AgreementReview(
            agreement_id=agreement_id, retro_id=retro_id, verdict=verdict, reviewed_on=today
        )
        review.verdict, review.reviewed_on, review.account_id = verdict, today, visitor.account_id
        db.add(review)
    db.flush()


def _of_action(db: Session, action_id: UUID) -> Agreement | None:
    return db.exec(select(Agreement).where(Agreement.action_id == action_id).with_for_update()).one_or_none()


def _is_still_promised(db: Session, action_id: UUID) -> bool:
    """By an earlier owner, for example."""
    return db.get_one(Action, action_id).promised_for is not None


def _is_reviewed(db: Session, row: Agreement) -> bool:
    review = select(AgreementReview.id).where(col(AgreementReview.agreement_id) == row.id).limit(1)
    return db.exec(review).first() is not None


def _needed(reason: str, sentence: str) -> str:
    if not reason:
        raise FieldsAreMissing({"reason": sentence})
    return reason


def _day(db: Session, requesting_department_id: UUID, now: datetime) -> date:
    return policy.calendar_of(db, requesting_department_id).day(now)
